"""The real counter of subjects: it shows pictures to a child process, judges what that saw, outlives its crashes."""

from __future__ import annotations

import re
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from types import TracebackType
from typing import Any, Final, Self

from wan_rules.decimals import CONFIDENCE_PATTERN
from wan_rules.payloads import UnusableInputError
from wan_rules.shell.detection.child import BOOT, IMAGE_BYTES_MAX
from wan_rules.shell.detection.children import ChildError, ask, end, start_python
from wan_rules.shell.detection.confinement import Held
from wan_rules.shell.detection.messages import Message
from wan_rules.shell.detection.weights import Weights
from wan_rules.shell.kinds import KINDS
from wan_rules.shell.subjects import Box, Seen, SightSettings, Subjects, judge, unknown

PNG_BYTES_MAX: Final = 64 * 1024 * 1024
_EDGES: Final = 4
_CONFIDENCE: Final = re.compile(CONFIDENCE_PATTERN)
_HELD: Final[tuple[Held, ...]] = ("network", "memory", "processor", "files", "privileges")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildLimits:
    """What a child process may use: address space, processor and wall-clock time for one picture, time to load."""

    memory_bytes: int = 1536 * 1024 * 1024
    processor_s: int = 10
    picture_s: float = 10
    start_s: float = 30


class Detector:
    """A detector of the YOLOX family on the CPU, offline. Use it in `with`; threads may share one."""

    def __init__(
        self, weights: Weights, settings: SightSettings | None = None, limits: ChildLimits | None = None
    ) -> None:
        """Keep what it takes to start; the first picture does, and `held` says then which limits the system holds."""
        self.settings, self.limits = settings or SightSettings(), limits or ChildLimits()
        self.held: tuple[Held, ...] = ()
        self._weights = weights
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the child process."""
        self.close()

    def close(self) -> None:
        """End the child process, if there is one."""
        with self._lock:
            self._stop()

    def start(self) -> None:
        """Start the child process and load the weights. Raises UnusableInputError, for a missing extra too."""
        with self._lock:
            self._started()

    def count_subjects(self, image: bytes) -> Subjects:
        """What the picture in these bytes shows. Raises UnusableInputError where no picture could be looked at."""
        try:
            answer = self._ask(Message({"do": "count"}, image), answer_max=0)
        except ChildError as error:
            return unknown(error.reason)
        if "fault" in answer.head:
            return unknown(_clean(answer.head["fault"]))
        try:
            width, height = answer.head["size_px"]
            return judge(_seen(answer.head["seen"]), (int(width), int(height)), self.settings)
        except (KeyError, TypeError, ValueError, ArithmeticError):
            return unknown("the process that looked at it answered nonsense")

    def annotate(self, image: bytes, subjects: Subjects) -> bytes:
        """A PNG of the picture with a box around each thing seen. Raises UnusableInputError."""
        labels = [f"{one.kind} {one.confidence}" for one in subjects.seen]
        message = Message({"do": "draw", "labels": labels, "boxes": [one.box for one in subjects.seen]}, image)
        try:
            answer = self._ask(message, answer_max=PNG_BYTES_MAX)
        except ChildError as error:
            raise UnusableInputError("the picture", error.reason) from None
        if "fault" in answer.head or not answer.body.startswith(b"\x89PNG"):
            raise UnusableInputError("the picture", _clean(answer.head.get("fault", "nothing was drawn")))
        return answer.body

    def _ask(self, message: Message, *, answer_max: int) -> Message:
        if len(message.body) > IMAGE_BYTES_MAX:
            raise ChildError(f"{len(message.body):,} bytes are more than {IMAGE_BYTES_MAX:,}")
        with self._lock:
            process = self._started()
            try:
                return ask(process, message, self.limits.picture_s, answer_max)
            except BaseException:
                self._stop()
                raise

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._stop()
        limits = self.limits
        first = Message(
            {"unsure": str(self.settings.unsure), "overlap": str(self.settings.overlap)}, self._weights.data
        )
        try:
            self._process = start_python(BOOT, limits.memory_bytes, limits.processor_s)
            answer = ask(self._process, first, limits.start_s)
        except ChildError as error:
            raise UnusableInputError("subjects", f"the detector did not start: {error.reason}") from None
        if "fault" in answer.head:
            self._stop()
            raise UnusableInputError("subjects", _clean(answer.head["fault"]))
        said = answer.head.get("held")
        self.held = tuple(held for held in _HELD if isinstance(said, list) and held in said)
        return self._process

    def _stop(self) -> None:
        if self._process is not None:
            end(self._process)
        self._process = None


def _seen(rows: list[list[Any]]) -> Iterator[Seen]:
    """What the child says it saw. Raises ValueError, TypeError or KeyError where that is nothing it could have seen."""
    for kind, sure, *edges in rows:
        if kind not in KINDS or not _CONFIDENCE.fullmatch(sure) or len(edges) != _EDGES:
            raise ValueError(kind)
        yield Seen(kind, Decimal(sure), Box(*(_pixel(edge) for edge in edges)))


def _pixel(edge: object) -> int:
    if not isinstance(edge, int) or not 0 <= edge <= 1_000_000:  # noqa: PLR2004 - more than any picture has
        raise ValueError(edge)
    return edge


def _clean(fault: object) -> str:
    """A reason as it may be shown: the child made it of what a stranger sent."""
    return "".join(mark if mark.isprintable() else "?" for mark in str(fault))[:300]
