"""Class 4: the seconds that are requested, clamped, delivered and reported are not the same."""

from decimal import Decimal

from benchmarks.peers.asked import ask_alibaba
from benchmarks.peers.failures.failure import REFUSED, Checked, Failure, Quoted, Reconciled, Reported, Used

_REPORT = {
    "duration": 9.4,
    "input_video_duration": 0,
    "output_video_duration": 9.4,
    "video_count": 1,
    "SR": 720,
    "ratio": "16:9",
}
CASE = Failure(
    4,
    "requested, clamped and reported seconds diverge",
    "15 s with a clip at Alibaba, which takes 10 at most then: to be refused, neither priced nor clamped; 10 s asked "
    "for of which 9.4 are delivered: 9.4 are charged, and an invoice for 10 is wrong",
    (
        Quoted(ask_alibaba("720P", 15, "3"), REFUSED),
        Reported(ask_alibaba("720P", 10), _REPORT, Decimal("0.846")),
        Checked(ask_alibaba("720P", 15, "3").payload, {}, right=False),
        Checked(ask_alibaba("720P", 15).payload, {}, right=True),
        Reconciled((Used("a", "720P", "9.4"),), {"a": "0.90"}, frozenset({"a"})),
    ),
)
