"""Strategies of Hypothesis that are made once: to make one and check it takes longer than to draw from it."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeVar, cast

from hypothesis import strategies as st

T = TypeVar("T")


def one_of(*options: T) -> st.SearchStrategy[T]:
    """One of these, which can be hashed; the same strategy for the same options."""
    return cast("st.SearchStrategy[T]", _one_of(*options))


@lru_cache(maxsize=None, typed=True)
def _one_of(*options: object) -> st.SearchStrategy[object]:
    return st.sampled_from(options)
