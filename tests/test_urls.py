"""What can be told of a URL without asking for it."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wan_rules.hosts.model import LIMITS
from wan_rules.urls import find_fault, is_plain, redact

SCHEMES: Final = LIMITS.url_schemes.value


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        pytest.param("https://media.example.com/a.png", None, id="plain"),
        pytest.param("HTTPS://media.example.com/大.png", None, id="capitals and foreign letters"),
        pytest.param("http://[2001:db8::1]/a.png", None, id="a server by its number"),
        pytest.param("oss://bucket/a.png", None, id="bucket"),
        pytest.param("data:image/png;base64,AAAA", None, id="data"),
        pytest.param("data:image/png;base64", "it holds no data", id="data without data"),
        pytest.param("https://", "it names no server", id="nothing after the scheme"),
        pytest.param("https:///a.png", "it names no server", id="a path and no server"),
        pytest.param("https://?a=1", "it names no server", id="a query and no server"),
        pytest.param("https:// media.example.com", "it names no server", id="a blank for a server"),
        pytest.param("https://media.example.com/the girl.png", "there is a blank in it", id="blank"),
        pytest.param("https://media.example.com/girl.png\n", "there is a blank in it", id="line end"),
        pytest.param("ftp://media.example.com/a.png", "a URL begins with http://, https://", id="scheme"),
        pytest.param("/home/me/a.png", "a URL begins with http://, https://", id="path"),
        pytest.param("", "a URL begins with http://, https://", id="empty"),
    ],
)
def test_a_fault_and_its_remedy(url: str, fault: str | None) -> None:
    found = find_fault(url, SCHEMES)
    assert found is None if fault is None else str(found).startswith(fault)


@given(st.sampled_from(SCHEMES), st.text(max_size=40) | st.text("ab./?#:@[] \t%,;", max_size=40))
def test_a_plain_one_has_no_fault(scheme: str, rest: str) -> None:
    url = scheme + rest
    assert not (is_plain(url) and find_fault(url, SCHEMES))


def test_a_long_one_is_not_read_to_its_end() -> None:
    assert find_fault("https://media.example.com/" + "a" * 10**6 + " ", SCHEMES) is None
    assert find_fault("data:image/png;base64," + "A" * 10**6 + " ", SCHEMES) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://media.example.com/@me/a.png",
        "https://media.example.com/fetch/https://example.com:8443/@me/a.png",
        "https://media.example.com:8443/@me/a.png",
        "http://[2001:db8::1]:80/@me/a.png",
        "http://[2001:db8::1]/@me/a.png",
        "oss://bucket/@me/a.png",
    ],
)
def test_what_is_no_secret_is_shown(url: str) -> None:
    """An @ in a path names nobody."""
    assert redact(url) == url
