"""What every error that is raised on purpose can do: go from one process to another, and be copied, with its parts."""

from __future__ import annotations


class RaisedError(Exception):
    """Anything that these packages raise on purpose.

    Most keep the parts that their messages are made of. An exception is made again from its message alone, which those
    do not take: a pool of processes would break, or wait for ever, at the first one that a worker raises.
    """

    def __reduce__(self) -> tuple[object, ...]:
        """Its class and message, and its parts as they are."""
        return _make_again, (type(self), *self.args), self.__dict__


def _make_again(kind: type[RaisedError], *said: object) -> RaisedError:
    return kind.__new__(kind, *said)
