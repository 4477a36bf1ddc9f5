"""The algebra of `pricing.formulas` on table columns: ibis expressions on DuckDB, in DECIMAL throughout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import ibis
import pyarrow as pa
from ibis.expr.operations import Literal

NUMBER: Final = "decimal(38, 18)"
"""Of a sum, and of a product after its cast: no engine then keeps fewer digits than are there."""
MILLION: Final = Decimal(10**6)
QUANTITY: Final = "decimal(18, 6)"
PRICE: Final = "decimal(18, 12)"
"""Of the two sides of a product, which then is no wider than NUMBER."""


class Columns:
    """Exact columns. Each result is cast to NUMBER at once: ibis and DuckDB disagree on the type of a product."""

    def number(self, value: Decimal) -> Any:  # noqa: ANN401 - ibis has no types of its own
        return ibis.literal(value, NUMBER)

    def add(self, a: Any, b: Any) -> Any:  # noqa: ANN401 - as above
        return (a + b).cast(NUMBER)

    def sub(self, a: Any, b: Any) -> Any:  # noqa: ANN401 - as above
        return (a - b).cast(NUMBER)

    def mul(self, a: Any, b: Any) -> Any:  # noqa: ANN401 - as above
        """By a constant: all digits that NUMBER has room for beside the constant's own. Else a quantity by a price."""
        if isinstance(b.op(), Literal):
            return _times(a, b.op().value)
        return (a.cast(QUANTITY) * b.cast(PRICE)).cast(NUMBER)

    def mod(self, a: Any, b: Decimal) -> Any:  # noqa: ANN401 - as above
        return (a % self.number(b)).cast(NUMBER)

    def count(self, a: Any, b: Decimal) -> Any:  # noqa: ANN401 - as above
        """In millionths, as integers: DuckDB divides decimals, and ibis integers, by way of DOUBLE."""
        millionths = _times(a.cast(QUANTITY), MILLION).cast("int64")
        return divide(millionths, int(b * MILLION)).cast(NUMBER)

    def least(self, a: Any, b: Any) -> Any:  # noqa: ANN401 - as above
        return ibis.least(a, b)

    def greatest(self, a: Any, b: Any) -> Any:  # noqa: ANN401 - as above
        return ibis.greatest(a, b)

    def less(self, a: Any, b: Any) -> Any:  # noqa: ANN401 - as above
        return a < b

    def where(self, condition: Any, a: Any, b: Any) -> Any:  # noqa: ANN401 - as above
        return ibis.ifelse(condition, a, b)


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]  # ibis has no types of its own
def divide(a: int, b: int) -> int:  # type: ignore[empty-body]
    """DuckDB's own division of integers, without what is left."""


def _times(a: Any, constant: Decimal) -> Any:  # noqa: ANN401 - as above
    """The product, typed so that both sides together have the digits of NUMBER."""
    _, digits, exponent = constant.normalize().as_tuple()  # ibis fills a constant up with zeros
    places = max(-int(exponent), 0)
    width = max(len(digits) + max(int(exponent), 0), places)
    side = f"decimal({38 - width}, {18 - places})"
    return (a.cast(side) * ibis.literal(constant, f"decimal({width}, {places})")).cast(NUMBER)


def table(columns: Mapping[str, Sequence[Decimal]]) -> Any:  # noqa: ANN401 - as above
    """A table in memory whose columns are NUMBER."""
    kind = pa.decimal128(38, 18)
    return ibis.memtable(pa.table({name: pa.array(values, kind) for name, values in columns.items()}))


def computed(expression: Any) -> list[Decimal]:  # noqa: ANN401 - as above
    """The column that an expression comes to, in the order of its table."""
    found: list[Decimal] = ibis.duckdb.connect().to_pyarrow(expression.name("result").as_table())["result"].to_pylist()
    return found
