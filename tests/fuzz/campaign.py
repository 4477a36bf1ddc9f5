"""One run of a fuzzer from its seeds to its figures: what it ran, what it newly reached, what it broke."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from tests.conftest import ROOT
from tests.fuzz.kept import digest, read_kept, write_kept
from tests.fuzz.targets import SLOW, find_target

FOUND: Final = ROOT / ".fuzz"
"""Where inputs that break something lie, by target, with what was said; git does not see it."""
TIMEOUT_S: Final = 60
"""Of the clock, after which an input hangs; what is merely slow is told by the processor's time, and much sooner."""
MEMORY_MB: Final = 2_048
_EDGES: Final = re.compile(r"^#\d+\s+(INITED|NEW|REDUCE|DONE|pulse|RELOAD)\s+cov: (\d+) ft: (\d+)", re.MULTILINE)
_RUN: Final = re.compile(r"stat::number_of_executed_units:\s+(\d+)")


class Ended(NamedTuple):
    """What a run came to; `edges` are branches reached at the beginning, by seeds and kept inputs, and in the end."""

    name: str
    seconds: int
    executions: int
    edges: tuple[int, int]
    kept: tuple[int, int] | None
    found: tuple[Path, ...]
    log: Path

    def tell(self) -> str:
        """The figures, and for what was found, how to see it again."""
        before, after = self.edges
        reached = f"{after:,} branches reached, {after - before:,} of them new"
        lines = [f"{self.name}: {self.executions:,} inputs in {self.seconds} s, {reached}"]
        if self.kept is not None:
            lines.append(f"  kept corpus: {self.kept[0]:,} inputs before, {self.kept[1]:,} now")
        lines.extend(
            f"  BROKEN by {path}: python -m tests.fuzz {self.name} --replay {path} (its log: {self.log})"
            for path in self.found
        )
        return "\n".join(lines)


def fuzz(name: str, seconds: int, *, keeps: bool) -> Ended:
    """Runs the fuzzer for so long; the kept corpus is written again if it `keeps`, but for the slow target."""
    place = FOUND / name
    place.mkdir(parents=True, exist_ok=True)
    before = read_kept(name)
    with TemporaryDirectory(prefix="wan-rules-fuzz-") as folder:
        seeds, grown = Path(folder) / "seeds", Path(folder) / "grown"
        _write(seeds, find_target(name).seeds())
        _write(grown, before)
        log = place / "last.log"
        began = time.monotonic()
        said = _run(name, [*_options(name, seconds, place, Path(folder)), str(grown), str(seeds)], log)
        took = time.monotonic() - began
        found = _find_broken(said)
        if not found and not (_EDGES.search(said) and _RUN.search(said)):
            msg = f"the fuzzer of {name} itself failed: see {log}"
            raise SystemExit(msg)
        after = _keep(name, seeds, grown) if keeps and not found and name != SLOW else None
    run, edges = _RUN.search(said), [int(match[2]) for match in _EDGES.finditer(said)] or [0]
    begun = next((int(match[2]) for match in _EDGES.finditer(said) if match[1] == "INITED"), edges[-1])
    kept = None if after is None else (len(before), after)
    return Ended(name, round(took), int(run[1]) if run else 0, (begun, edges[-1]), kept, found, log)


def _find_broken(said: str) -> tuple[Path, ...]:
    """Where the inputs lie that broke something; an engine's threads may end badly with the process, by no input."""
    running, _, _ = said.partition("\nDone ")
    return tuple(dict.fromkeys(map(Path, re.findall(r"Test unit written to (\S+)", running))))


def _options(name: str, seconds: int, place: Path, folder: Path) -> Sequence[str]:
    target = find_target(name)
    words = folder / "words.txt"
    words.write_text("".join(sorted({_quote(word) for word in target.words() if word})), encoding="ascii")
    return (
        f"-max_total_time={seconds}",
        f"-timeout={TIMEOUT_S}",
        f"-rss_limit_mb={MEMORY_MB}",
        f"-max_len={target.max_bytes}",
        f"-dict={words}",
        f"-artifact_prefix={place}/",
        "-print_final_stats=1",
        "-reload=0",
    )


def _quote(word: str) -> str:
    """A word as libFuzzer's dictionaries have it."""
    data = word.encode(errors="surrogatepass")[:64]
    return '"' + "".join(chr(b) if 32 < b < 127 and b not in b'"\\' else f"\\x{b:02x}" for b in data) + '"\n'


def _keep(name: str, seeds: Path, grown: Path) -> int:
    """Keeps what reaches a branch that no seed does, as few inputs as do; how many."""
    known = {path.name for path in seeds.iterdir()}
    place = FOUND / name
    options = ("-set_cover_merge=1", "-use_counters=0", f"-timeout={TIMEOUT_S}", f"-artifact_prefix={place}/")
    _run(name, [*options, str(seeds), str(grown)], place / "merge.log")
    kept = [path.read_bytes() for path in seeds.iterdir() if path.name not in known]
    write_kept(name, kept)
    return len(kept)


def _run(name: str, options: Sequence[str], log: Path) -> str:
    """What the fuzzer says, which its log keeps."""
    with log.open("w", encoding="utf-8") as file:
        subprocess.run(
            [sys.executable, "-m", "tests.fuzz.running", name, *options],
            cwd=ROOT,
            stdout=file,
            stderr=file,
            check=False,
        )
    return log.read_text(encoding="utf-8", errors="replace")


def _write(folder: Path, inputs: Iterable[bytes]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for data in inputs:
        (folder / digest(data)).write_bytes(data)
