"""What pyproject.toml asks for, extra by extra.

`python -m tests.release.asked_for plain|users|tools` prints the requirements of the plain install, of it with all
extras of users, or of what tests are run with.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from tests.conftest import ROOT

_PROJECT: Final[Mapping[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS: Final[Mapping[str, tuple[str, ...]]] = {
    name: tuple(asked) for name, asked in _PROJECT["optional-dependencies"].items()
}
OURS: Final = ("bench", "dev")
"""The extras that only we install."""
USERS: Final = tuple(name for name in EXTRAS if name not in OURS)
_own = re.compile(r"wan-rules\[(.*)\]").fullmatch


def list_requirements(extras: Iterable[str] = ()) -> list[str]:
    """What the plain install and these extras ask for, each once, in place of our own extras what those ask for."""
    found = [*_PROJECT["dependencies"], *(line for extra in extras for line in _resolve(extra))]
    return list(dict.fromkeys(found))


def list_tools() -> list[str]:
    """What `dev` asks for beside our own extras."""
    return [line for line in EXTRAS["dev"] if _own(line) is None]


def _resolve(extra: str) -> Iterator[str]:
    for line in EXTRAS[extra]:
        if (own := _own(line)) is None:
            yield line
        else:
            for name in own[1].split(","):
                yield from _resolve(name)


_LISTS: Final[Mapping[str, Callable[[], list[str]]]] = {
    "plain": list_requirements,
    "users": lambda: list_requirements(USERS),
    "tools": list_tools,
}

if __name__ == "__main__":
    print(*_LISTS[sys.argv[1]](), sep="\n")  # noqa: T201 - that is its answer
