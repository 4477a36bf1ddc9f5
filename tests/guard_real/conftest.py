"""The fake host for the SDKs, and a guard before every client of this process while a test runs."""

from tests.guard.conftest import decided, host, make, served

__all__ = ["decided", "host", "make", "served"]
