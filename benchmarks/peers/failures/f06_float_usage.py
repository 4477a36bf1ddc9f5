"""Class 6: `5.0` in usage breaks a parser of whole numbers."""

from decimal import Decimal

from benchmarks.peers.asked import ask_alibaba
from benchmarks.peers.failures.failure import Failure, Reported

_REPORT = {
    "duration": 15.0,
    "input_video_duration": 5.0,
    "output_video_duration": 10.0,
    "video_count": 1,
    "SR": 720,
    "ratio": "16:9",
}
CASE = Failure(
    6,
    "5.0 in usage breaks integer parsing",
    "Alibaba reports 10.0 s rendered and 5.0 s of clips billed, at 720P: 15 x 0.10 less 10 %",
    (Reported(ask_alibaba("720P", 10, "7.2"), _REPORT, Decimal("1.35")),),
)
