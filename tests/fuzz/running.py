"""One fuzzer in a process of its own, under atheris: `python -m tests.fuzz.running TARGET`, then libFuzzer's options.

Only our packages are instrumented, with the standard library's TOML parser: the wheel of the one that we use is
compiled, and shows nothing of its branches.
"""

from __future__ import annotations

import shlex
import sys
from contextlib import suppress
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any, Final

import atheris
import tomli

from tests.fuzz.kept import digest
from tests.fuzz.target import Blind, judge

OURS: Final = ("wan_rules", "pricing", "tomllib")


def main() -> None:
    """Fuzzes the target that the arguments name; never returns."""
    name = sys.argv[1]
    with atheris.instrument_imports(include=list(OURS)):
        sys.modules["tomli"] = _watch_toml()
        from tests.fuzz.targets import find_target  # noqa: PLC0415 - instrumented as it is imported

        target = find_target(name)

    def check(data: bytes) -> None:
        try:
            judge(target, data)
        except BaseException:
            _keep(data)
            raise

    def change(data: bytes, limit: int, seed: int) -> bytes:
        return target.mutate(Random(seed), data, Blind(limit, atheris.Mutate))  # noqa: S311 - libFuzzer's own seed

    # libFuzzer starts itself again, by the first argument as a shell reads it, to merge.
    itself = shlex.join([sys.executable, "-m", "tests.fuzz.running", name])
    atheris.Setup([itself, *sys.argv[2:]], check, custom_mutator=change)
    atheris.Fuzz()


def _keep(data: bytes) -> None:
    """Writes what broke something where libFuzzer would, which engines' threads may keep from doing it."""
    option = "-artifact_prefix="
    for argument in sys.argv:
        if argument.startswith(option):
            file = Path(f"{argument.removeprefix(option)}crash-{digest(data)}")
            file.write_bytes(data)
            sys.stderr.write(f"Test unit written to {file}\n")
            sys.stderr.flush()


def _watch_toml() -> ModuleType:
    """tomli, with the standard library's parser asked the same beside it, for its branches to be seen."""
    import tomllib  # noqa: PLC0415 - as above

    watched = ModuleType("tomli")

    def loads(text: str, **options: Any) -> Any:  # noqa: ANN401 - as tomli has it
        with suppress(ValueError, RecursionError):  # what counts is what tomli says
            tomllib.loads(text, **options)
        return tomli.loads(text, **options)

    watched.loads = loads  # type: ignore[attr-defined]
    watched.load, watched.TOMLDecodeError = tomli.load, tomli.TOMLDecodeError  # type: ignore[attr-defined]
    return watched


if __name__ == "__main__":
    main()
