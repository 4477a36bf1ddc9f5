"""Class 8: an account's price is written in one place and read from another."""

from decimal import Decimal

from benchmarks.peers.asked import ask_alibaba
from benchmarks.peers.failures.failure import Failure, Quoted, Reconciled, Reported, Used

_REPORT = {
    "duration": 5,
    "input_video_duration": 0,
    "output_video_duration": 5,
    "video_count": 1,
    "SR": 720,
    "ratio": "16:9",
}
CASE = Failure(
    8,
    "account price written here, read there",
    "acme has 10 % off in production and none in staging: the quote, the charge after the job and the check of the "
    "invoice have to agree about that",
    (
        Quoted(ask_alibaba("720P", 5), Decimal("0.45")),
        Quoted(ask_alibaba("720P", 5, environment="staging"), Decimal("0.50")),
        Reported(ask_alibaba("720P", 5), _REPORT, Decimal("0.45")),
        Reported(ask_alibaba("720P", 5, environment="staging"), _REPORT, Decimal("0.50")),
        Reconciled(
            (Used("a", "720P", "5"), Used("b", "720P", "5", environment="staging")),
            {"a": "0.50", "b": "0.50"},
            frozenset({"a"}),
        ),
    ),
)
