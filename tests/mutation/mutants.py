"""The mutants of a module: its functions, each with one small change, made by mutmut's operators.

What is left alone: docstrings, annotations, decorators and defaults of parameters, words of messages (a string or an
f-string with a space in it), `len` and `isinstance`, `cast`, what asserts (`assert_never` and its arm, `strict=` of
`zip`), and what stands outside functions.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final, NamedTuple

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators

from tests.mutation.sources import digest, normalise

_UNTOUCHED: Final = (cst.Annotation, cst.Decorator, cst.Parameters, cst.TypeParameters)
_CALLS_LEFT: Final = frozenset({"len", "isinstance"})
_CALLS_SKIPPED: Final = frozenset({"cast", "assert_never"})
_EMPTY: Final = cst.Module([])


class Mutant(NamedTuple):
    """One change: where, from what to what, and the source of the function with it inside shells of its classes."""

    path: str
    function: str
    first_line: int
    """Of the function, decorators included: what tells functions of one name apart."""
    line: int
    last_line: int
    """Of what is changed: a conditional may begin on a line that a test which decides it never runs."""
    statement_line: int
    before: str
    after: str
    source: str
    key: str
    """Digest of the function's place, of its source and of the mutated source: an explanation goes stale with any."""


class _Found(NamedTuple):
    name: str
    classes: tuple[str, ...]
    node: cst.FunctionDef


class _Site(NamedTuple):
    node: cst.CSTNode
    statement: cst.CSTNode


def find_mutants(path: str, source: str) -> list[Mutant]:
    """Every mutant of the module, in the order of the source, none twice, none that says what the source says."""
    wrapper = MetadataWrapper(cst.parse_module(source), unsafe_skip_copy=True)
    positions = wrapper.resolve(PositionProvider)
    seen: set[str] = set()
    found: list[Mutant] = []
    for function in _functions(wrapper.module, ()):
        first = min(positions[node].start.line for node in (function.node, *function.node.decorators))
        original = _normal(_in_shells(function, function.node))
        seen.add(_key(path, function.name, original, original))
        for site in _sites(function.node.body, function.node):
            for change in _changes(site.node):
                mutated = function.node.deep_replace(site.node, change)
                text = _in_shells(function, mutated) if isinstance(mutated, cst.FunctionDef) else ""
                normal = _normal(text)
                key = _key(path, function.name, original, normal)
                if not normal or normal == original or key in seen:
                    continue
                seen.add(key)
                own = positions[site.node]
                lines = (own.start.line, own.end.line, positions[site.statement].start.line)
                shown = (_EMPTY.code_for_node(site.node).strip(), _EMPTY.code_for_node(change).strip())
                found.append(Mutant(path, function.name, first, *lines, *shown, text, key))
    return found


def _functions(node: cst.CSTNode, classes: tuple[str, ...]) -> Iterator[_Found]:
    """Functions of the module and methods of its classes; what is nested in them is a part of them."""
    for child in node.children:
        if isinstance(child, cst.FunctionDef):
            yield _Found(".".join((*classes, child.name.value)), classes, child)
        elif isinstance(child, cst.ClassDef):
            yield from _functions(child.body, (*classes, child.name.value))
        elif isinstance(child, (cst.If, cst.IndentedBlock)):
            yield from _functions(child, classes)


def _sites(node: cst.CSTNode, statement: cst.CSTNode) -> Iterator[_Site]:
    """Every node that may be changed, each with the statement that it is a part of."""
    if _is_left_alone(node):
        return
    if isinstance(node, (cst.BaseStatement, cst.BaseSmallStatement)):
        statement = node
    yield _Site(node, statement)
    for child in node.children:
        yield from _sites(child, statement)


def _is_left_alone(node: cst.CSTNode) -> bool:
    if isinstance(node, _UNTOUCHED) or _has_words(node) or _is_strict(node):
        return True
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Name):
        return node.func.value in _CALLS_SKIPPED
    return isinstance(node, cst.Expr) and isinstance(node.value, (cst.SimpleString, cst.ConcatenatedString))


def _has_words(node: cst.CSTNode) -> bool:
    if isinstance(node, cst.ConcatenatedString):
        return _has_words(node.left) or _has_words(node.right)
    if isinstance(node, cst.FormattedString):
        return any(isinstance(part, cst.FormattedStringText) and " " in part.value for part in node.parts)
    return isinstance(node, cst.SimpleString) and " " in node.value


def _changes(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value in _CALLS_LEFT:
        return
    if isinstance(node, cst.SimpleString):
        # Of mutmut's three changes of a string the first: the two that change its case show nothing more.
        kinds = [operator for kind, operator in mutation_operators if isinstance(node, kind)]
        yield from [change for operator in kinds for change in operator(node)][:1]
        return
    for kind, operator in mutation_operators:
        if isinstance(node, kind):
            yield from (change for change in operator(node) if not _drops_assertion(node, change))


def _drops_assertion(node: cst.CSTNode, change: cst.CSTNode) -> bool:
    """Whether a part that only asserts is gone, or no longer what it was."""
    if isinstance(node, cst.Match) and isinstance(change, cst.Match):
        return any("assert_never(" in _EMPTY.code_for_node(case) for case in node.cases if case not in change.cases)
    if isinstance(node, cst.Call) and isinstance(change, cst.Call):
        gone = (argument for argument in node.args if argument not in change.args)
        return any(_is_strict(argument) for argument in gone)
    return False


def _is_strict(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Arg) and node.keyword is not None and node.keyword.value == "strict"


def _in_shells(found: _Found, function: cst.FunctionDef) -> str:
    """The function's source inside empty shells of its classes, for names with two underscores and `super()`."""
    body: cst.BaseCompoundStatement = function.with_changes(leading_lines=[])
    for name in reversed(found.classes):
        body = cst.ClassDef(cst.Name(name), cst.IndentedBlock([body]))
    return str(cst.Module([body]).code)


def _normal(source: str) -> str:
    """The syntax tree as text, without docstrings and places; nothing for what does not compile."""
    try:
        tree = ast.parse(source)
        compile(tree, "", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return ""
    return normalise(tree)


def _key(path: str, function: str, original: str, mutated: str) -> str:
    return digest(f"{path}\x00{function}\x00{original}\x00{mutated}")
