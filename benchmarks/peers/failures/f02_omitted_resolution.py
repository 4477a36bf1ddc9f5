"""Class 2: an omitted resolution priced as 720P, where the API renders 1080P."""

from decimal import Decimal

from benchmarks.peers.asked import ask_alibaba
from benchmarks.peers.failures.failure import Failure, Quoted

CASE = Failure(
    2,
    "omitted resolution priced as 720P",
    "Alibaba, 5 s and no resolution: it renders 1080P, so 5 x 0.15 less 10 %, and not 0.45",
    (Quoted(ask_alibaba(None, 5), Decimal("0.675")),),
)
