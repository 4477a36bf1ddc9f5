"""The fake host of the guard's tests, for programs that run below `wan-rules run`."""

from __future__ import annotations

from tests.guard.conftest import host, served

__all__ = ["host", "served"]
