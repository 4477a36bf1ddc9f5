"""What one medium may still cost: seconds, bytes and requests, counted as they are spent."""

from __future__ import annotations

from time import monotonic

from wan_rules.shell.found import UnreadableError
from wan_rules.shell.sources.policy import Policy

_REMEDY = "State its facts, or allow more."


class Allowance:
    """The one thing that changes while a medium is fetched. Not to be shared between threads."""

    def __init__(self, policy: Policy, deadline: float | None = None) -> None:
        """Begin now; the policy's seconds end at the deadline, an instant of `time.monotonic()`, if that is sooner."""
        self.policy = policy
        self.requests = 0
        self.received = 0
        now = monotonic()
        self._end = now + policy.seconds if deadline is None else min(now + policy.seconds, deadline)
        self._given = max(self._end - now, 0.0)

    def seconds(self) -> float:
        """The seconds that are left, more than 0. Raises UnreadableError."""
        left = self._end - monotonic()
        if left <= 0:
            raise self.late()
        return left

    def late(self) -> UnreadableError:
        """The error for whoever has waited to the end."""
        return UnreadableError(f"its server took longer than the {self._given:.3g} s there were. {_REMEDY}")

    @property
    def bytes_left(self) -> int:
        """Bytes that may still be received."""
        return self.policy.bytes_max - self.received

    def require(self, count: int) -> None:
        """Nothing, where so many bytes may still be received. Raises UnreadableError."""
        if count > self.bytes_left:
            raise UnreadableError(
                f"{count:,} more bytes would be read, and {self.bytes_left:,} of {self.policy.bytes_max:,} are left. "
                f"{_REMEDY}"
            )

    def count_request(self) -> None:
        """Takes one request off. Raises UnreadableError."""
        if self.requests >= self.policy.requests_max:
            raise UnreadableError(f"more than {self.policy.requests_max} requests would be needed. {_REMEDY}")
        self.requests += 1
