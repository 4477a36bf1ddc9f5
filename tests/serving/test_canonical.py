"""The canonical form is RFC 8785's, whichever way it is written: the law, against a library that does nothing else."""

from __future__ import annotations

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from pricing.shell.service.canonical import canonicalise

SAFE = 2**53 - 1
WORDS = st.text(st.characters(exclude_categories=["Cs"]))
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers(-SAFE, SAFE) | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


@given(DOCUMENTS)
def test_it_is_that_of_the_standard(document: object) -> None:
    assert canonicalise(document) == rfc8785.dumps(document)  # type: ignore[arg-type]  # JSON, as it was drawn


@pytest.mark.parametrize(
    ("document", "written"),
    [
        ({"b": 1, "a": [True, None]}, b'{"a":[true,null],"b":1}'),
        ({"\U0001f600": 1, "\ufb33": 2}, '{"\U0001f600":1,"\ufb33":2}'.encode()),  # by UTF-16, not by code point
        ({"x": 1e21, "y": 1.0}, b'{"x":1e+21,"y":1}'),
        ("\u007f\u001f\n", b'"\x7f\\u001f\\n"'),
    ],
)
def test_where_the_plain_writer_would_differ(document: object, written: bytes) -> None:
    assert canonicalise(document) == written


@pytest.mark.parametrize("document", [float("nan"), 2**53 + 1, "\ud800", {"x": object()}])
def test_what_has_none_is_refused(document: object) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        canonicalise(document)
