"""Class 10: a generic picker takes 1080P for 1080P-SR, or the other way round."""

from decimal import Decimal

from benchmarks.peers.asked import ask_alibaba, ask_atlas
from benchmarks.peers.failures.failure import REFUSED, Checked, Failure, Quoted

CASE = Failure(
    10,
    "1080P taken for 1080P-SR",
    "1080P at Atlas is 5 x 0.15 less 10 %; 1080P-SR, which is another product, has no published price there, and "
    "Alibaba does not take it",
    (
        Quoted(ask_atlas("1080P", 5), Decimal("0.675")),
        Quoted(ask_atlas("1080P-SR", 5), REFUSED),
        Quoted(ask_alibaba("1080P", 5), Decimal("0.675")),
        Quoted(ask_alibaba("1080P-SR", 5), REFUSED),
        Checked(ask_alibaba("1080P", 5).payload, {}, right=True),
        Checked(ask_alibaba("1080P-SR", 5).payload, {}, right=False),
    ),
)
