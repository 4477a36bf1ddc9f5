"""Class 11: banker's rounding where half-up was meant."""

from decimal import Decimal

from benchmarks.peers.asked import ask_alibaba
from benchmarks.peers.failures.failure import Failure, Quoted, Reconciled, Reported, Used

_REPORT = {
    "duration": 11.25,
    "input_video_duration": 1.25,
    "output_video_duration": 10,
    "video_count": 1,
    "SR": 720,
    "ratio": "16:9",
}
CASE = Failure(
    11,
    "banker's rounding where half-up was meant",
    "globex pays list, each total rounded half up to the cent: 10 s and a clip of 1.25 s at 720P, 1.125, is 1.13",
    (
        Reported(ask_alibaba("720P", 10, "1.25", account="globex"), _REPORT, Decimal("1.13")),
        Quoted(ask_alibaba("720P", 10, "1.25", account="globex"), Decimal("1.13")),
        Reconciled((Used("a", "720P", "10", ("1.25",), account="globex"),), {"a": "1.13"}, frozenset()),
    ),
)
