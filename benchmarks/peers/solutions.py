"""Who does which job: the solutions that are compared, the files that each consists of, and how long those are."""

from __future__ import annotations

import io
import tokenize
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, TypeAlias

HERE: Final = Path(__file__).parent
Job: TypeAlias = Literal["prices", "rules", "invoices", "endpoints"]
TITLES: Final[dict[Job, str]] = {
    "prices": "one price",
    "rules": "the rules over one payload",
    "invoices": "usage against an invoice",
    "endpoints": "a quote over HTTP",
}
OURS: Final = "ours"
CATALOGUE: Final = HERE / "catalogue"


class Solution(NamedTuple):
    """One solution of a job: its module, what tables call it, and the distribution that it rests on.

    `files` are those beside the module that a user has to write, too. `hosts` are those that it was written for.
    """

    job: Job
    name: str
    title: str
    distribution: str | None = None
    files: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ("alibaba", "atlas", "fal", "runware")

    def load(self) -> Any:  # noqa: ANN401 - what a module of a solution has is the job's business
        """Its module. Raises ImportError where the distribution is not installed."""
        return import_module(f"benchmarks.peers.{self.job}.{self.name}")

    def count_lines(self) -> int:
        """The lines that a user writes: of code without blanks, comments and docstrings; of a table or schema, all."""
        module = HERE / self.job / f"{self.name}.py"
        written = [HERE / self.job / file for file in self.files]
        texts = [part for path in written for part in (sorted(path.iterdir()) if path.is_dir() else [path])]
        return sum(_count(path) for path in ([module, *texts] if module.exists() else texts))


SOLUTIONS: Final = (
    Solution("prices", OURS, "wan-rules", None, ("../catalogue",)),
    Solution("prices", "by_hand", "a table and floats, by hand"),
    Solution("prices", "genai", "genai-prices", "genai-prices"),
    Solution("prices", "litellm_video", "litellm's video cost", "litellm"),
    Solution("rules", OURS, "wan-rules"),
    Solution("rules", "zen_rules", "zen-engine", "zen-engine"),
    Solution("rules", "cel_rust", "CEL in Rust", "common-expression-language", ("expressions.cel",)),
    Solution("rules", "cel_pure", "CEL in Python", "cel-python", ("expressions.cel",)),
    Solution("rules", "json_schema", "jsonschema-rs", "jsonschema-rs", ("schema.json",)),
    Solution("rules", "plain_pydantic", "plain pydantic", "pydantic"),
    Solution("invoices", OURS, "wan-rules", None, ("../catalogue",)),
    Solution("invoices", "datacompy_polars", "datacompy on polars", "datacompy", ("rated_by_hand.py",)),
    Solution("invoices", "polars_by_hand", "polars by hand", "polars", ("rated_by_hand.py",)),
    Solution("endpoints", OURS, "wan-rules serve", None, ("ours.sh", "../catalogue")),
    Solution("endpoints", "by_hand", "FastAPI by hand", "fastapi", hosts=("alibaba",)),
)


def list_solutions(job: Job) -> list[Solution]:
    """Those of a job; ours is the first."""
    return [solution for solution in SOLUTIONS if solution.job == job]


def _count(path: Path) -> int:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return count_code(text)
    return sum(1 for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))


_BLANK: Final = (tokenize.COMMENT, tokenize.NL, tokenize.ENDMARKER)
_BEGINNINGS: Final = (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)


def count_code(text: str) -> int:
    """Lines that hold code: a text that begins a statement is a docstring."""
    lines: set[int] = set()
    begins = True
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in _BLANK or (token.type == tokenize.STRING and begins):
            continue
        begins = token.type in _BEGINNINGS
        if not begins:
            lines.update(range(token.start[0], token.end[0] + 1))
    return len(lines)
