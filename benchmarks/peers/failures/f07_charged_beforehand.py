"""Class 7: too little charged beforehand drives balances below zero, the worst case quotes twice the price."""

from decimal import Decimal

from benchmarks.peers.asked import ask_alibaba
from benchmarks.peers.failures.failure import Failure, Quoted

CASE = Failure(
    7,
    "pre-charge too low, or twice the price",
    "2 s at 720P with a clip of 1.5 s is 0.35 less 10 %: output alone is 0.18, and the worst case, a clip at its cap, "
    "is 0.63, twice as much; where the length is not known, least and most, or a refusal",
    (
        Quoted(ask_alibaba("720P", 2, "1.5"), Decimal("0.315")),
        Quoted(ask_alibaba("720P", 2, None), (Decimal("0.27"), Decimal("0.63"))),
    ),
)
