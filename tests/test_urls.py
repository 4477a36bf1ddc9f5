"""What can be told of a URL without asking for it."""

from __future__ import annotations

import hashlib
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wan_rules.hosts.model import LIMITS
from wan_rules.urls import find_fault, is_of_form, is_plain, redact, shorten, show_word

SCHEMES: Final = LIMITS.url_schemes.value


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        pytest.param("https://media.example.com/a.png", None, id="plain"),
        pytest.param("HTTPS://media.example.com/大.png", None, id="capitals and foreign letters"),
        pytest.param("http://[2001:db8::1]/a.png", None, id="a server by its number"),
        pytest.param("oss://bucket/a.png", None, id="bucket"),
        pytest.param("data:image/png;base64,AAAA", None, id="data"),
        pytest.param("data:image/png;base64,AA,AA", None, id="data with a comma in it"),
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


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        pytest.param("DATA:image/svg+xml;charset=utf-8;BASE64,AAAA", None, id="parameters"),
        pytest.param("data:image/png;base64,", "it holds no data", id="nothing after the comma"),
        pytest.param("data:,", "it holds no data", id="nothing at all"),
        pytest.param("data:image/png,AAAA", "it names no type, or no base64", id="escapes"),
        pytest.param("data:;base64,AAAA", "it names no type, or no base64", id="no type"),
        pytest.param("data:png;base64,AAAA", "it names no type, or no base64", id="half a type"),
        pytest.param("data:image/png;base64;x=1,AAAA", "it names no type, or no base64", id="base64 not last"),
    ],
)
def test_data_has_the_one_form_that_hosts_publish(url: str, fault: str | None) -> None:
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
        "https:/media.example.com/@me/a.png",
        "https://@media.example.com/a.png",
        "https://media.example.com//@me/a.png",
        "C:/pictures/of@me.png",
    ],
)
def test_what_is_no_secret_is_shown(url: str) -> None:
    """An @ in a path names nobody."""
    assert redact(url) == url


SECRET: Final = "S3cretT0kenAbCdEf"  # noqa: S105 - made up
HEADS: Final = ("https://", "https:/", "https:///", "HTTPS://", "//", "///", "ftp://", "https:////")
"""What stands before a user: as it should be, and as it is misspelt."""
PASSWORDS: Final = st.text("x:/?#\\ ", max_size=6).map(f"x{{0}}{SECRET}{{0}}".format) | st.text("x:@ ", max_size=6).map(
    f"{{}}{SECRET}@".format
)
"""With characters that should have been %-escapes: an @, or what ends a server's name, but not both."""


@given(
    outer=st.sampled_from((*HEADS, " https://", "https:\\\\", "https:", "")),
    inner=st.sampled_from(HEADS) | st.none(),
    password=st.tuples(PASSWORDS, st.sampled_from(("", ":", "x"))).map("".join),
    tail=st.sampled_from(("", "?a=1", "#part", "?mail=me@example.com", "/fetch/https://me:x@example.com/b.png")),
)
def test_no_password_is_shown(outer: str, inner: str | None, password: str, tail: str) -> None:
    """Whatever is misspelt before it, and wherever the URL that it is of stands."""
    before = "" if inner is None else f"{outer}media.example.com/fetch/"
    assert SECRET not in redact(f"{before}{inner or outer}me:{password}@example.com/a.png{tail}")


@pytest.mark.parametrize("part", ["://", ":/", "//", "@", "https://me:x@", "?", "a"])
def test_a_long_one_is_redacted_at_once(part: str) -> None:
    """In one walk, whatever it repeats: a quadratic one would take minutes."""
    shown = redact(f"https://{part * (10**6 // len(part))}https://me:{SECRET}@example.com?@")
    assert SECRET not in shown


def hidden(text: str, form: str = "sha256={};length={}") -> str:
    """What stands in place of a secret."""
    return form.format(hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:16], len(text))


def query(text: str) -> str:
    return hidden(text, "?sha256={}&length={}")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        pytest.param("https://me:x@a.com/b", f"https://{hidden('me:x')}@a.com/b", id="password"),
        pytest.param("https://me:x@a.com", f"https://{hidden('me:x')}@a.com", id="no-path"),
        pytest.param("https://token@a.com/b", f"https://{hidden('token')}@a.com/b", id="user-alone"),
        pytest.param("https://me@home:x@a.com/b", f"https://{hidden('me@home:x')}@a.com/b", id="user-with-an-at"),
        pytest.param("https://me:x/y@z@a.com/b", f"https://{hidden('me:x/y@z')}@a.com/b", id="path-and-at-in-it"),
        pytest.param("https://@a.com:x/@b", "https://@a.com:x/@b", id="nobody"),
        pytest.param("/me:x@a.com/b", f"/{hidden('me:x')}@a.com/b", id="one-slash"),
        pytest.param("me:x@a.com/b", f"{hidden('me:x')}@a.com/b", id="no-scheme"),
        pytest.param("a.com/b?c", f"a.com/b{query('?c')}", id="no-scheme-and-nobody"),
        pytest.param("https://a.com/b?c=1#d", f"https://a.com/b{query('?c=1#d')}", id="query"),
        pytest.param("https://a.com/b#d", f"https://a.com/b{query('#d')}", id="fragment"),
        pytest.param("https://a.com/http://me:x@b.com/c", f"https://a.com/http://{hidden('me:x')}@b.com/c", id="inner"),
        pytest.param("data:,abc", f"data:;{hidden('data:,abc')}", id="data-without-a-type"),
        pytest.param("  data:a/b,c", f"  data:a/b;{hidden('  data:a/b,c')}", id="data-after-blanks"),
        pytest.param("https://a.com/b?\ud800", f"https://a.com/b{query(f'?{chr(0xD800)}')}", id="half-a-character"),
    ],
)
def test_what_is_shown_of_one(url: str, shown: str) -> None:
    assert redact(url) == shown


def test_a_server_may_begin_with_any_letter() -> None:
    assert find_fault("https://X.example.com/a.png", SCHEMES) is None


def test_a_long_one_is_cut_at_200_characters() -> None:
    whole = "https://a.com/".ljust(200, "a")
    assert shorten(whole) == whole
    assert shorten(f"{whole}b") == f"{whole}... (201 characters)"


def test_a_short_word_is_shown_as_it_is() -> None:
    """16 characters are no URL with a secret in it; of 17 the query is hidden."""
    assert show_word("?".ljust(16, "a")) == "?".ljust(16, "a")
    assert show_word("?".ljust(17, "a")) == query("?".ljust(17, "a"))


@pytest.mark.parametrize(
    ("text", "uuid", "base64"),
    [
        pytest.param("c64351d5-4c59-42f7-95e1-eace013eddab", True, False, id="an id"),
        pytest.param("C64351D5-4C59-42F7-95E1-EACE013EDDAB", True, False, id="an id in capitals"),
        pytest.param("c64351d5-4c59-42f7-95e1-eace013eddab.png", False, False, id="a name that begins with an id"),
        pytest.param("A" * 254 + "==", False, False, id="short enough for a word"),
        pytest.param("A" * 256, False, True, id="as long as a file"),
        pytest.param("A" * 258 + "==", False, True, id="padded"),
        pytest.param("A" * 10_000_000, False, True, id="a whole file"),
        pytest.param("https://media.example.com/" + "a" * 256, False, False, id="a URL"),
        pytest.param("", False, False, id="empty"),
    ],
)
def test_what_stands_in_place_of_a_url(text: str, *, uuid: bool, base64: bool) -> None:
    assert (is_of_form(text, ("uuid",)), is_of_form(text, ("base64",))) == (uuid, base64)
    assert is_of_form(text, ("uuid", "base64")) is (uuid or base64)
    assert not is_of_form(text, ())


def test_a_file_in_base64_is_shown_by_its_digest() -> None:
    shown = redact("iVBORw0KGgo" + "A" * 280)
    assert shown.startswith("sha256=")
    assert shown.endswith(";length=291")
