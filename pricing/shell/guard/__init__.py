"""The guard: checks and prices calls to Wan 2.7 reference-to-video in front of an HTTP client, before they are sent.

Names are imported when they are first asked for: a program that is only watched (`wan-rules run`) pays for none of
them until it makes a call that the guard knows.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pricing.shell.guard.decisions import Decision
    from pricing.shell.guard.guards import Guard
    from pricing.shell.guard.limits import Limit
    from pricing.shell.guard.patching import install
    from pricing.shell.guard.refusals import CallRefused, CallRejected, GuardFailed, OverBudget, Unbounded, Unpriced
    from pricing.shell.guard.settings import Settings

__all__ = [
    "CallRefused",
    "CallRejected",
    "Decision",
    "Guard",
    "GuardFailed",
    "Limit",
    "OverBudget",
    "Settings",
    "Unbounded",
    "Unpriced",
    "install",
]

_HOMES = {
    "Decision": "decisions",
    "Guard": "guards",
    "Limit": "limits",
    "Settings": "settings",
    "install": "patching",
    **dict.fromkeys(("CallRefused", "CallRejected", "GuardFailed", "OverBudget", "Unbounded", "Unpriced"), "refusals"),
}


def __getattr__(name: str) -> object:
    """The public name from the module that it lives in. Raises AttributeError for any other."""
    home = _HOMES.get(name)
    if home is None:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
