"""The gate of the hot path: instructions of a quote over those of a pydantic parse, against what was recorded.

`--check` fails where a ratio is more than 3 % above the record, `--record` writes the record. A record holds for one
minor version of Python, machine, counter and version of pydantic, since the ratio differs between them.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib.metadata import version
from os import cpu_count
from pathlib import Path
from types import MappingProxyType
from typing import Final

from benchmarks import way
from benchmarks.counters import Counter, count, find_counter
from benchmarks.models import Payload
from benchmarks.payloads import Case, make_cases, make_rejected

RECORD: Final = Path(__file__).with_name("instructions.json")
TOLERANCE: Final = 1.03
WARM_UP: Final = 64
PARSES: Final = 8
"""How often each payload is parsed: two runs differ by about two million instructions, 2 % of parsing each once."""
NOTHING, PARSE = "nothing", "pydantic parse"

Ratios = dict[str, float]
Work = Callable[[Case, bytes], object]

WORKS: Final[Mapping[str, Work]] = MappingProxyType(
    {
        PARSE: lambda case, _rejected: Payload.model_validate_json(case.data),
        "quote, bounded": lambda case, _rejected: way.quote_payload(case.data),
        "quote, exact": lambda case, _rejected: way.quote_payload(case.data, case.facts),
        "report, ten violations": lambda _case, rejected: way.report_payload(rejected),
    }
)


def main() -> int:
    """Count, print, and compare or record as asked. Returns the exit code."""
    arguments = _parse_arguments()
    if arguments.child:
        _work(arguments.child, arguments.items)
        return 0
    counter = find_counter()
    if counter is None:
        print("SKIPPED: NOTHING HERE COUNTS INSTRUCTIONS, SO THE HOT PATH WAS NOT CHECKED.")
        print("`perf stat -e instructions:u` or valgrind (apt-get install valgrind) would.")
        return 0
    ratios = measure(counter)
    if arguments.record:
        _record(_key(counter), ratios)
        return 0
    return _judge(_key(counter), ratios) if arguments.check else 0


def measure(counter: Counter) -> Ratios:
    """Each way's instructions over those of a pydantic parse; prints both."""
    names = [NOTHING, *WORKS]
    _start(NOTHING, 0)  # so that bytecode is written before anything is counted
    with ThreadPoolExecutor(1 if counter.runs > 1 else cpu_count()) as pool:
        totals = dict(
            zip(names, pool.map(lambda name: count(counter, _command(name, counter.items)), names), strict=True)
        )
    each = {name: (totals[name] - totals[NOTHING]) / counter.items / _times(name) for name in WORKS}
    for name, instructions in each.items():
        print(f"{name:24}{instructions:12,.0f} instructions{instructions / each[PARSE]:9.3f} x")
    return {name: round(each[name] / each[PARSE], 3) for name in WORKS if name != PARSE}


def _command(name: str, items: int) -> list[str]:
    return [sys.executable, "-m", "benchmarks.instructions", "--child", name, "--items", str(items)]


def _start(name: str, items: int) -> None:
    import subprocess

    subprocess.run(_command(name, items), check=True)


def _work(name: str, items: int) -> None:
    """What a counted process does: all that its siblings prepare, a little of everything, then its own work."""
    cases, rejected = make_cases(1, items + WARM_UP), make_rejected(1, items + WARM_UP)
    gc.freeze()
    gc.disable()
    both = list(zip(cases, rejected, strict=True))
    for work in WORKS.values():
        for case, spoilt in both[:WARM_UP]:
            work(case, spoilt)
    with suppress(KeyError):
        own = WORKS[name]
        for case, spoilt in both[WARM_UP:] * _times(name):
            own(case, spoilt)


def _times(name: str) -> int:
    return PARSES if name == PARSE else 1


def _key(counter: Counter) -> str:
    major, minor, _ = platform.python_version_tuple()
    implementation = platform.python_implementation().lower()
    return f"{implementation}-{major}.{minor} {platform.machine()} {counter.name} pydantic-{version('pydantic')}"


def _read_record() -> dict[str, Ratios]:
    recorded: dict[str, Ratios] = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    return recorded


def _record(key: str, ratios: Ratios) -> None:
    recorded = {**_read_record(), key: ratios}
    RECORD.write_text(json.dumps(recorded, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    print(f"recorded for {key}")


def _judge(key: str, ratios: Ratios) -> int:
    recorded = _read_record().get(key)
    if recorded is None:
        print(f"NOT COMPARED: nothing is recorded for {key}, and no other record stands in for it.")
        print("Record it with `python -m benchmarks.instructions --record`. There are:", *_read_record(), sep="\n  ")
        return 0
    above = [name for name, ratio in ratios.items() if ratio > recorded[name] * TOLERANCE]
    for name, ratio in ratios.items():
        verdict = "TOO MANY" if name in above else "fine"
        print(f"{name:24}{ratio:9.3f} x, recorded {recorded[name]:.3f} x: {ratio / recorded[name] - 1:+.1%}, {verdict}")
    if above:
        print(f"More than {TOLERANCE - 1:.0%} above the record for {key}. Make it cheaper, or record it and say why.")
    return 1 if above else 0


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.instructions", description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail where a ratio is more than 3 %% above the record")
    parser.add_argument("--record", action="store_true", help="write the record")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--items", type=int, default=0, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
