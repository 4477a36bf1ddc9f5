"""Puts a mutant into the running process: the functions keep their names and places, and run other code.

A function is looked up by whoever imported it, held in tables, wrapped in caches and properties: all of them hold the
same function object, and the code in it can be exchanged. So nothing is imported again for a mutant.
"""

from __future__ import annotations
import __future__

import functools
import gc
from collections import defaultdict
from collections.abc import Iterable, Iterator
from types import CodeType, FunctionType
from typing import Final

from tests.mutation.mutants import Mutant
from tests.mutation.sources import ROOT

_NESTED: Final = ".<locals>."


class Living:
    """The functions of the core that live in this process, and its caches."""

    def __init__(self, paths: Iterable[str]) -> None:
        files = {str(ROOT / path): path for path in paths}
        self._functions: dict[tuple[str, str], list[FunctionType]] = defaultdict(list)
        self._caches = []
        gc.unfreeze()  # what is frozen is not among the objects
        for found in gc.get_objects():
            if isinstance(found, FunctionType) and (path := files.get(found.__code__.co_filename)):
                self._functions[path, found.__code__.co_qualname.partition(_NESTED)[0]].append(found)
            elif isinstance(found, functools._lru_cache_wrapper) and _is_ours(found):
                self._caches.append(found)
        gc.collect()
        gc.freeze()

    def forget(self) -> None:
        """No answer is kept that code gave before."""
        for cache in self._caches:
            cache.cache_clear()

    def become(self, mutant: Mutant | None) -> None:
        """From here on the mutant runs, or with none what is written."""
        self.forget()
        if mutant is None:
            return
        code = _compile(mutant)
        for function in self._functions[mutant.path, mutant.function]:
            _exchange(function, mutant, code)


def _is_ours(cache: object) -> bool:
    return str(getattr(cache, "__module__", "")).partition(".")[0] in {"pricing", "wan_rules"}


def _compile(mutant: Mutant) -> CodeType:
    flags = __future__.annotations.compiler_flag
    module = compile(mutant.source, f"<{mutant.path} {mutant.key}>", "exec", flags, dont_inherit=True)
    return next(code for code in _codes(module) if code.co_qualname == mutant.function)


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _exchange(function: FunctionType, mutant: Mutant, code: CodeType) -> None:
    """Gives a function its mutated code; one made inside the mutated function before gets what is of its name there."""
    old = function.__code__
    if old.co_qualname == mutant.function:
        if old.co_firstlineno == mutant.first_line:
            function.__code__ = code
        return
    same = [inner for inner in _codes(code) if inner.co_qualname == old.co_qualname]
    if len(same) != 1:
        return
    (inner,) = same
    if not inner.co_freevars:  # it asks for nothing of its maker's any more, and what it was given stays beside it
        inner = inner.replace(co_freevars=old.co_freevars)
    if len(inner.co_freevars) == len(old.co_freevars):
        function.__code__ = inner
