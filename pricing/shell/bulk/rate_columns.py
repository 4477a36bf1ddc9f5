"""The columns of a table of dated rates: those in which rows differ are joined, the others are known without it.

The law: what is read of a rate is the same, however few of its columns an engine has to carry through a join.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

import ibis

from pricing.shell.bulk.columns import Expression


class Layout(NamedTuple):
    """Where each column's value is found; kinds are types as ibis spells them.

    `joined` are columns of the table by their kinds; `constants` say the same in every row, given with their kinds;
    `twins` say in every row what another column says, which is named.
    """

    joined: Mapping[str, str]
    constants: Mapping[str, tuple[object, str]]
    twins: Mapping[str, str]

    def find(self, name: str) -> str:
        """The column itself, or the one that it is the twin of."""
        return self.twins.get(name, name)


NO_COLUMNS: Final = Layout({}, {}, {})


def lay_out(rows: Sequence[Mapping[str, Any]], kinds: Mapping[str, str], always: Collection[str]) -> Layout:
    """Each column in its place; those of `always` are joined whatever they say."""
    joined: dict[str, str] = {}
    constants: dict[str, tuple[object, str]] = {}
    twins: dict[str, str] = {}
    known: dict[tuple[str, tuple[object, ...]], str] = {}
    for name, kind in kinds.items():
        values = tuple(row.get(name) for row in rows)
        if name not in always and len(set(values)) == 1:
            constants[name] = (values[0], kind)
        elif name not in always and (kind, values) in known:
            twins[name] = known[kind, values]
        else:
            joined[name] = kind
            known[kind, values] = name
    return Layout(joined, constants, twins)


def restore(joined: Expression, layout: Layout) -> Expression:
    """A table with the joined columns, and all others beside them; a row that met no rate has constants too."""
    constants = {name: ibis.literal(value, kind) for name, (value, kind) in layout.constants.items()}
    twins = {name: joined[other] for name, other in layout.twins.items()}
    return joined.mutate(**constants, **twins)
