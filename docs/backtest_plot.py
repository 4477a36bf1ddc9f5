"""The picture on the page about backtests: the bridge that its second command draws."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pricing.backtests import Rater, Side
from pricing.shell.catalogues import join_published, load_catalogue
from pricing.tallies import summarise, total_by_currency
from pricing.usage import parse_row
from pricing.waterfalls import Waterfall, draw

EXAMPLES: Final = Path(__file__).resolve().parent.parent / "examples"
DEARER: Final = (
    '\n[[entry]]\nfrom = 2027-01-01\nmeter = "output_video_seconds"\nresolution = "1080P-SR"\nprice = "0.15"\n'
)


def draw_backtest() -> str:
    """The text of the SVG file."""
    folder = EXAMPLES / "catalogue"
    texts = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.toml")}
    texts["cards/atlas.toml"] += DEARER
    agreed = texts["agreements/acme-atlas.toml"]
    texts["agreements/acme-atlas.toml"] = agreed.replace('percent = "10"', 'percent = "12"')
    rater = Rater(Side(load_catalogue(folder)), Side(join_published(texts), datetime(2027, 1, 1, tzinfo=UTC)))
    lines = (EXAMPLES / "usage.jsonl").read_bytes().splitlines()
    totals = total_by_currency(summarise(rater.rate(parse_row(line)) for line in lines))
    return draw(Waterfall("examples/catalogue to changed", tuple((old, one) for (old, _), one in totals.items())))
