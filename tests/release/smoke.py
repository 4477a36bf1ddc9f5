"""For each extra one real job that needs it: what is run in a folder with `examples/` in it, and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from tests.conftest import ROOT

_JOBS: Final = ROOT / "tests" / "release" / "jobs"
_GUARDED: Final = f"python {_JOBS / 'guarded_call.py'}"
_REFUSED: Final = "rejected: 99 s: 2 to 15 s are rendered. Ask for 15 s.\n200"
_LIST: Final = "Northlight Studio (fictional), list prices"
_RECONCILE: Final = (
    "wan-rules reconcile --usage examples/finance/usage.csv --invoice examples/finance/invoice.csv"
    " --catalogue examples/finance/catalogue --period 2026-08-01..2026-11-01 --allow-breaks 10000 -o report"
)


class Smoke(NamedTuple):
    """A job of the shell, and a part of what it has to print."""

    command: str
    shows: str
    around: str = ""
    """What is started beside it, of `tests/release/surroundings.py`."""
    beside: tuple[str, ...] = ()
    """The extras that it wants as well."""
    fails: str = ""
    """The command that fails without the extra, where the job itself would say so in other words."""
    code: int = 2
    """How that one ends."""


SMOKE: Final[Mapping[str, Smoke]] = {
    "edit": Smoke(
        "sed -i 's/0.936/0.937/' examples/catalogue/tests.toml && wan-rules cards test examples/catalogue --update"
        " && grep -F '0.936' examples/catalogue/tests.toml",
        'total = "0.936"  # 8 x 0.13 - 10 %',
    ),
    "sources": Smoke("wan-rules cards list --catalogue local://$PWD/examples/signed/prices.toml", _LIST),
    "s3": Smoke("wan-rules cards list --catalogue s3://signed/prices.toml", _LIST, around="files"),
    "signatures": Smoke(
        "wan-rules cards list --catalogue examples/signed/prices.toml --catalogue-key examples/signed/prices.pub", _LIST
    ),
    "tables": Smoke("wan-rules rate examples/usage.jsonl --catalogue examples/catalogue -o charges.csv", "12 rated"),
    "workbooks": Smoke(
        f"{_RECONCILE} && head -c 2 report/report.xlsx", "PK", beside=("tables",), fails=_RECONCILE, code=0
    ),
    "service": Smoke(f"python {_JOBS / 'service.py'}", "q_\n"),
    "postgresql": Smoke(
        "wan-rules keys create shop --account acme --environment production --scope quote && wan-rules keys list",
        "shop",
        around="database",
        beside=("service",),
    ),
    "client": Smoke(
        "wan-rules quote examples/atlas-sr.payload.json --facts examples/atlas-sr.facts.json --account acme"
        " --environment production --server $SERVICE",
        "acme / production / atlas",
        around="quotes",
    ),
    "media": Smoke(
        "wan-rules probe http://$FILES/media/girl.png --allow $FILES", "image, png, 320 x 240", around="files"
    ),
    "guard": Smoke(f"{_GUARDED} httpx2", _REFUSED, around="files", code=1),
    "guard-aiohttp": Smoke(f"{_GUARDED} aiohttp", _REFUSED, around="files", code=1),
    "guard-httpx": Smoke(f"{_GUARDED} httpx", _REFUSED, around="files", code=1),
    "guard-requests": Smoke(f"{_GUARDED} requests", _REFUSED, around="files", code=1),
    "mcp": Smoke("python examples/agent.py", "exact: 1.50 USD before tax, at runware", fails="wan-rules mcp"),
    "subjects": Smoke(
        "wan-rules probe examples/media/girl.png --subjects", "none of the 80 kinds was seen", around="weights"
    ),
    "spark": Smoke(
        f"python {_JOBS / 'usage_table.py'}"
        " && wan-rules rate usage.parquet --catalogue examples/catalogue --engine spark --spark-master 'local[1]'",
        "1 row",
        beside=("tables",),
    ),
}
