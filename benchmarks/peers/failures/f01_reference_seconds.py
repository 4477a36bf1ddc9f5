"""Class 1: reference seconds left out, or taken as 0 when they are not known."""

from decimal import Decimal

from benchmarks.peers.asked import ask_alibaba, ask_fal
from benchmarks.peers.failures.failure import Failure, Quoted, Reconciled, Used

CASE = Failure(
    1,
    "reference seconds left out, or 0 when unknown",
    "fal's own example, 3 s and a clip of 8 s, is 1.10, here less 10 %; at Alibaba 10 s at 720P with a clip of 3 s, "
    "and with one of unknown length, which is billed 1 to 5 s: least and most, or a refusal, and no amount in between",
    (
        Quoted(ask_fal("720P", 3, "8"), Decimal("0.99")),
        Quoted(ask_alibaba("720P", 10, "3"), Decimal("1.17")),
        Quoted(ask_alibaba("720P", 10, None), (Decimal("0.99"), Decimal("1.35"))),
        Reconciled((Used("a", "720P", "10", ("3",)),), {"a": "1.17"}, frozenset()),
        Reconciled((Used("a", "720P", "10", ("3",)),), {"a": "0.90"}, frozenset({"a"})),
    ),
)
