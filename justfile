# Every check there is. `just` alone lists the recipes; .ci/run calls the same ones.

set shell := ["bash", "-euo", "pipefail", "-c"]

export PATH := justfile_directory() / ".venv/bin:" + env("PATH")

# What runs the core in its own process
core := "tests/pricing tests/rules tests/laws tests/test_*.py"

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

# Commands as a shell starts them: streams, terminals, bytes that are no text, completion, programs below the guard
processes:
    pytest -n 2 tests/processes

# `rate`, `reconcile` and their like on DuckDB, from files to reports
tables:
    pytest -n 2 tests/bulk

# Tables on Spark, a million rows on DuckDB beside the scalar engine, some thousand beside the oracle too
engines:
    pytest -n 2 --dist loadfile tests/engines

# The service for real: PostgreSQL, servers that are killed, Chromium, requests made from its OpenAPI document
service:
    pytest -n 2 --dist loadfile tests/service

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

# Builds to the bit, bills of materials, known weaknesses, and each extra from the wheel in an empty environment
supply:
    pytest -n 2 tests/release
    .ci/audit

# The tests with the oldest versions that pyproject.toml admits, and with the newest
bounds *arguments:
    .ci/bounds plain {{ arguments }}
    .ci/bounds oldest {{ arguments }}
    .ci/bounds newest {{ arguments }}

# Make in dist/ all that a release consists of: just release v1.2.3
release tag:
    .ci/release {{ tag }}

# The plugins in examples/ and tests/, built and installed for real
plugins:
    pytest -n 2 tests/plugins

# All that a change has to pass
check: test processes tables plugins rest

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

# What `check` does beside the tests
rest: lint coverage pages docs gate

# Every branch of the core runs in its own tests, with few generated examples, the same each time; the shells are not held to it
coverage:
    pytest -n 2 --hypothesis-profile=few --cov --cov-report= {{ core }}
    coverage report --skip-covered --show-missing --fail-under=100

# The generated pages say what the code says, and what each page shows is what happens
pages:
    python docs/generate.py --check
    pytest -n 2 tests/pages

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

# What users would otherwise pick, each in its fastest documented use, beside this project: wants wrk, and nothing else running
peers *arguments="--write":
    uv venv --quiet --allow-existing --python .venv/bin/python benchmarks/peers/.venv
    uv pip sync --quiet --python benchmarks/peers/.venv benchmarks/peers/requirements.txt
    uv pip install --quiet --python benchmarks/peers/.venv --no-deps --editable .
    benchmarks/peers/.venv/bin/python -m benchmarks.peers {{ arguments }}

# Lock what `peers` compares anew
peers-lock:
    uv pip compile --quiet --upgrade --python-version 3.11 --custom-compile-command "just peers-lock" --extra tables --extra service \
        pyproject.toml benchmarks/peers/requirements.in --output-file benchmarks/peers/requirements.txt

# Mutate the core, or the modules named, and keep the record: just mutation pricing/money.py
mutation *arguments:
    uv sync --frozen --group service --group attack
    python -m tests.mutation {{ arguments }}

# Fuzzers that follow the code's branches: all of them, or those named, each for so long. What they reach is kept
fuzz seconds="600" *targets:
    uv sync --frozen --group attack --group service
    python -m tests.fuzz --seconds {{ seconds }} {{ targets }}

# Made-up usage rated row by row, as tables and by the naive oracle; `--keep FILE` goes on where an earlier run was
differential *arguments:
    python -m tests.differential {{ arguments }}

# The tests with twenty times as many generated examples, ten million mutated media, ten million rows rated three ways
long:
    pytest -n 2 --hypothesis-profile=long
    pytest -n 2 --hypothesis-profile=long tests/bulk tests/processes
    pytest tests/service/test_machine.py --hypothesis-profile=long
    python -m tests.fuzz_media --cases 10000000
    python -m tests.differential --cases 10000000
