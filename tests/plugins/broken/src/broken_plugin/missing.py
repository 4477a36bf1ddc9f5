"""Imports what is not there."""

from broken_plugin.nowhere import GHOST

__all__ = ["GHOST"]
