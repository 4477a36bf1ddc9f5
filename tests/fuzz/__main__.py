"""Fuzzers, run: `python -m tests.fuzz payloads --seconds 600`, of all targets where none is named.

Each runs in a process of its own, on its seeds and the kept corpus. What reaches something new is kept after
minimising, unless `--leave` is said. Ends with 1 where an input was found that breaks something, and says where the
input is and how to judge it again: `python -m tests.fuzz payloads --replay FILE`.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.fuzz.campaign import Ended, fuzz
from tests.fuzz.target import judge
from tests.fuzz.targets import NAMES, find_target

MISSING = "wan-rules fuzzers need atheris (Linux, Python before 3.14): uv sync --group attack"


def main() -> int:
    """Fuzzes, or judges one input again."""
    asked = _read_arguments()
    if asked.replay is not None:
        judge(find_target(asked.targets[0]), asked.replay.read_bytes())
        _say(f"{asked.replay}: nothing is wrong with it")
        return 0
    if importlib.util.find_spec("atheris") is None:
        sys.stderr.write(f"{MISSING}\n")
        return 2
    with ThreadPoolExecutor(asked.at_once) as pool:
        ended = list(pool.map(lambda name: _run(name, asked), asked.targets or NAMES))
    return 1 if any(one.found for one in ended) else 0


def _run(name: str, asked: argparse.Namespace) -> Ended:
    ended = fuzz(name, asked.seconds, keeps=not asked.leave)
    _say(ended.tell())
    return ended


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Fuzzers, run.")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(NAMES)}; all where none is named")
    parser.add_argument("--seconds", type=int, default=600, help="of each target")
    parser.add_argument("--at-once", type=int, default=1, help="targets that run beside each other")
    parser.add_argument("--leave", action="store_true", help="leave the kept corpus as it is")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="judge this input of the one target again")
    asked = parser.parse_args()
    if strangers := [name for name in asked.targets if name not in NAMES]:
        parser.error(f"no target {', '.join(strangers)}: there are {', '.join(NAMES)}")
    if asked.replay is not None and len(asked.targets) != 1:
        parser.error("--replay wants the one target that the input is for")
    return asked


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
