# Every check there is. `just` alone lists the recipes; .ci/run calls the same ones.

set shell := ["bash", "-euo", "pipefail", "-c"]

export PATH := justfile_directory() / ".venv/bin:" + env("PATH")

_list:
    @just --list --unsorted

# Make .venv with exactly what uv.lock names
setup:
    python3 -m venv .venv
    .venv/bin/python -m pip install --quiet uv
    .venv/bin/uv sync --frozen --group service

# Run the tests, or those named: just test tests/rules -k voice
test *arguments:
    pytest -n 2 {{ arguments }}

# Tables on Spark, and a million rows on DuckDB, each beside the scalar engine
engines:
    pytest -n 2 --dist loadfile tests/engines

# The service for real: PostgreSQL, servers that are killed, Chromium, requests made from its OpenAPI document
service:
    pytest tests/service

# The documentation as it is read: every link, the search, a narrow screen, in Chromium
site:
    pytest tests/docs_site

# Readers of media beside ffmpeg's own files and ffprobe
media:
    pytest -n 2 tests/media_real

# The guard before calls that the hosts' own SDKs make
guard:
    pytest tests/guard_real

# A real detector on pictures and clips
subjects:
    pytest tests/subjects_real

# The plugins in examples/ and tests/, built and installed for real
plugins:
    pytest tests/plugins

# All that a change has to pass
check: lint measured rest

# Format and mend what can be mended mechanically
format:
    ruff format
    ruff check --fix
    tombi format --offline pricing/published examples

# Style, types, layers, TOML, lock
lint:
    ruff format --check
    ruff check
    mypy
    lint-imports
    tombi format --check --offline --quiet pricing/published examples/catalogue examples/plugin/prices
    tombi lint --error-on-warnings --offline --quiet pricing/published examples/catalogue examples/plugin/prices
    uv lock --check --quiet

# The tests, with coverage recorded
measured:
    pytest -n 2 --cov --cov-report=

# What `check` does beside the tests; coverage is read from the last measured run
rest: lint coverage pages docs gate

# Every branch of the core is covered; the shells are not held to it
coverage:
    coverage report --skip-covered --show-missing --fail-under=100

# The generated pages say what the code says
pages:
    python docs/generate.py --check

# Build the documentation into site/; a warning is an error
docs:
    NO_MKDOCS_2_WARNING=1 mkdocs build --strict

# The tutorials, followed to the letter on a machine that has nothing: installed anew for each
follow *pages:
    python docs/follow.py {{ pages }}

# The hot path costs no more instructions than its budget
gate:
    python -m benchmarks.instructions --check

# Time everything, beside the libraries that do something like it
bench:
    uv sync --frozen --group bench
    LITELLM_LOCAL_MODEL_COST_MAP=True python -m benchmarks.quote

# The quote service under load, beside what does less: wants wrk, PostgreSQL, and nothing else running
bench-service *arguments:
    uv sync --frozen --group bench --group service
    python -m benchmarks.service {{ arguments }}

# The tests with fifty times as many generated examples, and ten million mutated media
long:
    pytest -n 2 --hypothesis-profile=long
    python -m tests.fuzz_media --cases 10000000
