"""Plots of prices as parts of a page: without a style of their own, which the page's policy would refuse."""

from __future__ import annotations

import re
from typing import Final

from pricing.plots import Plot, draw

_STYLE: Final = re.compile(r"<style>.*?</style>\n?", re.DOTALL)
_SIZE: Final = re.compile(r' width="[0-9]+" height="[0-9]+"\n')


def draw_plain(plot: Plot) -> str:
    """The picture, styled by the page's own sheet and as wide as its place."""
    return _SIZE.sub("\n", _STYLE.sub("", draw(plot), count=1), count=1)
