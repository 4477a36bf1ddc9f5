"""Imports what is not there."""

from broken_plugin.nowhere import GHOST  # type: ignore[import-not-found]  # that is what is wrong with it

__all__ = ["GHOST"]
