"""What `wan-rules run` says at its end: what was sent, refused, spent and saved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from pricing.money import add_up, format_amount
from pricing.shell.guard.decisions import refused_by
from pricing.shell.guard.entries import State, Told
from pricing.shell.guard.settings import Settings

_STATES: Final[tuple[tuple[State, str], ...]] = (
    ("settled", "settled"),
    ("released", "free"),
    ("held", "not ended, as far as was seen"),
    ("open", "ended, charge not known"),
    ("sent", "without a price"),
)
_VERDICTS: Final = (
    ("rejected", "rejected"),
    ("over_budget", "over budget"),
    ("unbounded", "unbounded"),
    ("unpriced", "without a rate"),
    ("failed", "not to be read"),
)
REASONS_SHOWN: Final = 5


def tell_run(calls: Sequence[Told], settings: Settings, *, watched: int) -> Iterator[str]:
    """The lines. `watched` is how many interpreters were: none is said, since then nothing was looked at."""
    if not watched:
        yield (
            "wan-rules run: no Python was started with the PYTHONPATH that was set for it (-I and -E ignore it, and "
            "PYTHONPATH=src replaces it: write PYTHONPATH=src:$PYTHONPATH): nothing was watched"
        )
        return
    sent = [call for call in calls if call.state != "refused"]
    refused = [call for call in calls if call.state == "refused"]
    yield f"wan-rules run: {len(sent)} sent{_count_states(sent)}, {len(refused)} refused{_count_verdicts(refused)}"
    yield from (f"  {line}" for line in _tell_money(sent, refused))
    if settings.dry_run:
        against = [call for call in sent if call.verdict in refused_by(settings.on_unknown)]
        yield f"  dry run: {len(against)} of them would have been refused{_count_verdicts(against)}"
        refused = against
    yield from (f"  {_NAMES[call.verdict]} at {call.host}: {call.reason}" for call in refused[:REASONS_SHOWN])
    if len(refused) > REASONS_SHOWN:
        yield f"  and {len(refused) - REASONS_SHOWN} more"


_NAMES: Final = dict(_VERDICTS)


def _count_states(calls: Sequence[Told]) -> str:
    counts = [(sum(call.state == state for call in calls), word) for state, word in _STATES]
    return _bracket(counts)


def _count_verdicts(calls: Sequence[Told]) -> str:
    counts = [(sum(call.verdict == verdict for call in calls), word) for verdict, word in _VERDICTS]
    return _bracket(counts)


def _bracket(counts: Sequence[tuple[int, str]]) -> str:
    told = ", ".join(f"{count} {word}" for count, word in counts if count)
    return f" ({told})" if told else ""


def _tell_money(sent: Sequence[Told], refused: Sequence[Told]) -> Iterator[str]:
    """By currency: what was charged, what is still held, and what calls over budget would have cost at most."""
    parts = (
        ("spent", [(call.currency, call.charge) for call in sent]),
        ("held", [(call.currency, call.held) for call in sent if call.state in {"held", "open"}]),
        ("saved", [(call.currency, call.held) for call in refused if call.verdict == "over_budget"]),
    )
    for currency in sorted({call.currency for call in (*sent, *refused) if call.currency}):
        sums = [(word, _add([amount for other, amount in amounts if other == currency])) for word, amounts in parts]
        yield ", ".join(f"{word} {format_amount(amount, currency)} {currency}" for word, amount in sums)


def _add(amounts: Sequence[Decimal | None]) -> Decimal:
    return add_up(amount for amount in amounts if amount)
