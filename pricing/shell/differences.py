"""What `wan-rules cards diff` does: two catalogues are loaded, compared, and the changes told."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from pricing.catalogue import Catalogue
from pricing.changes import Change, Side, compare_catalogues, exceeds
from pricing.money import format_amount, parse_decimal
from pricing.shell import codes
from pricing.shell.asked_values import Source
from pricing.shell.change_lines import Compared, markdown_lines, say_instant, say_percent, text_lines
from pricing.shell.inputs import open_catalogue
from pricing.shell.plugins import use_plugins
from pricing.shell.printing import answer, print_exactly, print_json, print_lines
from pricing.shell.wire import SCHEMA_VERSION
from wan_rules.payloads import UnusableInputError


def diff(old: Source, new: Source, form: str, fail_over: str | None) -> int:
    """`wan-rules cards diff`. The exit code is 1 where a price moves by more than `fail_over`."""

    def job() -> int:
        limit = None if fail_over is None else read_percent(fail_over)
        catalogues = (open_catalogue(old), open_catalogue(new))
        changes = compare_catalogues(*catalogues, use_plugins().hosts)
        over = [change for change in changes if limit is not None and exceeds(change, limit)]
        compared = Compared((_show(old), _show(new)), changes, len(over), limit)
        if form == "json":
            print_json(_as_json(catalogues, changes))
        elif form == "markdown":
            print_exactly(markdown_lines(compared))
        else:
            print_lines(text_lines(compared))
        return codes.REJECTED if over else codes.DONE

    return answer(job, form)


def _show(source: Source) -> str:
    """What was named, without credentials."""
    from pricing.shell.sources.source import label

    return label(source.name or "")


def read_percent(text: str) -> Decimal:
    """The number in `10%` or `10`. Raises UnusableInputError."""
    try:
        return parse_decimal(text.removesuffix("%").rstrip())
    except ValueError:
        raise UnusableInputError("--fail-over", f"{text[:64]!r} is no percentage: write 10% or 2.5%") from None


def _as_json(catalogues: tuple[Catalogue, Catalogue], changes: Sequence[Change]) -> dict[str, object]:
    old, new = catalogues
    return {
        "schema_version": SCHEMA_VERSION,
        "old": old.digest,
        "new": new.digest,
        "changes": [_change_json(change) for change in changes],
    }


def _change_json(change: Change) -> dict[str, object]:
    return {
        **change.market._asdict(),
        "begin": say_instant(change.begin),
        "end": change.end and say_instant(change.end),
        "what": change.what.name,
        "resolution": change.what.resolution,
        "from": change.before and _side_json(change.before),
        "to": change.after and _side_json(change.after),
        "percent": None if change.percent is None else say_percent(change.percent),
    }


def _side_json(side: Side) -> dict[str, object]:
    price = None if side.price is None or side.currency is None else format_amount(side.price, side.currency)
    return {"words": side.words, "price": price, "currency": side.currency, "where": side.where}
