"""URLs, to the servers that they name: one reading each, or a refusal before anything is asked."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Final

import httpx2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wan_rules.payloads import UnusableInputError
from wan_rules.shell.found import UnreadableError
from wan_rules.shell.sources.addresses import find_refusal
from wan_rules.shell.sources.allowance import Allowance
from wan_rules.shell.sources.policy import Policy, look_up, read_allowed
from wan_rules.shell.sources.resolution import resolve
from wan_rules.shell.sources.targets import Target, read_target


def told(url: str, policy: Policy | None = None) -> str:
    """Why the URL is refused, before any connection."""
    with pytest.raises(UnreadableError) as refused:
        reach(url, policy or Policy(look_up=lambda *_: ["8.8.8.8"]))
    return refused.value.reason


def reach(url: str, policy: Policy) -> tuple[Target, list[str]]:
    target = read_target(url, policy)
    return target, [str(address) for address in resolve(target, Allowance(policy))]


SPELLINGS: Final = {
    "decimal": "http://2130706433/",
    "octal": "http://0177.0.0.1/",
    "octal-whole": "http://017700000001/",
    "hexadecimal": "http://0x7f.0.0.1/",
    "hexadecimal-whole": "http://0x7f000001/",
    "hexadecimal-empty": "http://0x/",
    "upper-case": "http://0X7F.1/",
    "short": "http://127.1/",
    "shorter": "http://0/",
    "three-parts": "http://127.0.1/",
    "five-parts": "http://127.0.0.1.1/",
    "leading-zeros": "http://127.000.000.001/",
    "too-large": "http://256.256.256.256/",
    "too-large-whole": "http://4294967297/",
    "number-at-the-end": "http://media.example.1/",
    "plain": "http://127.0.0.1/",
    "dot-at-the-end": "http://127.0.0.1./",
    "two-dots": "http://127.0.0.1../",
    "ipv6": "http://[::1]/",
    "ipv6-long": "http://[0:0:0:0:0:0:0:1]/",
    "ipv6-mapped": "http://[::ffff:127.0.0.1]/",
    "ipv6-mapped-hexadecimal": "http://[::FFFF:7F00:1]/",
    "ipv6-zone": "http://[fe80::1%25eth0]/",
    "ipv6-zone-unescaped": "http://[fe80::1%eth0]/",
    "ipv6-without-brackets": "http://::1/",
    "ipv6-open-bracket": "http://[::1/",
    "ipv4-in-brackets": "http://[127.0.0.1]/",
    "escaped": "http://%31%32%37.0.0.1/",
    "escaped-dot": "http://127%2e0.0.1/",
    "escaped-twice": "http://%2531%2532%2537.0.0.1/",
    "full-width-digits": "http://１２７.0.0.1/",  # noqa: RUF001 - what the test is about
    "circled-digits": "http://①②⑦.0.0.1/",
    "arabic-digits": "http://١٢٧.0.0.1/",
    "ideographic-dot": "http://127。0。0。1/",
    "half-width-dot": "http://127｡0｡0｡1/",
    "full-width-dot": "http://127．0．0．1/",  # noqa: RUF001 - the same
    "cyrillic": "http://loсalhost/",  # noqa: RUF001 - the same
    "sharp-s": "http://faß.example.com/",
    "invisible": "http://local\u00adhost/",
    "slash-look-alike": "http://example.com∕.evil.com/",  # noqa: RUF001 - the same
    "localhost": "http://localhost/",
    "localhost-dot": "http://LOCALHOST./",
    "below-localhost": "http://a.localhost/",
    "internal": "http://metadata.google.internal/",
    "bare": "http://metadata/",
    "local": "http://printer.local/",
    "reversed": "http://1.0.0.127.in-addr.arpa/",
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_spelling_of_this_machine(spelling: str) -> None:
    assert told(SPELLINGS[spelling]).endswith(".")


WRONG: Final = {
    "user": ("http://me@example.com/", "holds a user or password"),
    "user-and-password": ("http://me:secret@example.com/", "holds a user or password"),
    "user-like-a-server": ("http://example.com@127.0.0.1/", "holds a user or password"),
    "user-empty": ("http://@example.com/", "holds a user or password"),
    "user-with-slash": ("http://me:sec/ret@example.com/", "names no server in a form"),
    "escape-in-server": ("http://exa%6dple.com/", "there is a % in its server's name"),
    "backslash": ("http://example.com\\@127.0.0.1/", r"there is a \ in its URL"),
    "backslashes": ("http:\\\\127.0.0.1\\", r"there is a \ in its URL"),
    "line-end": ("http://example.com/\r\nHost: evil", "a blank or a control character"),
    "line-end-in-server": ("http://exa\nmple.com/", "a blank or a control character"),
    "tab": ("ht\ttp://127.0.0.1/", "a blank or a control character"),
    "blank-before": (" http://example.com/", "a blank or a control character"),
    "null": ("http://example.com\0.evil.com/", "a blank or a control character"),
    "half": ("http://example.com/\ud800", "half a character"),
    "long": ("http://example.com/" + "a" * 5000, "5,019 characters, at most 4,096"),
    "file": ("file:///etc/passwd", "file: is no scheme that is fetched"),
    "ftp": ("ftp://example.com/a.png", "ftp: is no scheme that is fetched"),
    "gopher": ("gopher://127.0.0.1:25/_HELO", "gopher: is no scheme that is fetched"),
    "javascript": ("javascript:alert(1)", "javascript: is no scheme that is fetched"),
    "jar": ("jar:http://example.com!/", "jar: is no scheme that is fetched"),
    "unix": ("http+unix://%2Frun%2Fdocker.sock/", "http+unix: is no scheme that is fetched"),
    "no-slashes": ("http:example.com", "http: is no scheme that is fetched"),
    "one-slash": ("http:/example.com", "http: is no scheme that is fetched"),
    "no-scheme": ("//example.com/a.png", "it has no scheme"),
    "path": ("/etc/passwd", "it has no scheme"),
    "empty": ("", "it has no scheme"),
    "no-server": ("http:///a.png", "names no server"),
    "port": ("http://example.com:22/", "port 22 of example.com is not asked"),
    "port-high": ("http://example.com:8080/", "port 8080 of example.com is not asked"),
    "port-huge": ("http://example.com:99999/", "99999 is no port"),
    "port-too-long": ("http://example.com:000080/", "names no server in a form"),
    "port-negative": ("http://example.com:-80/", "names no server in a form"),
    "port-empty": ("http://example.com:/", "names no server in a form"),
    "port-twice": ("http://example.com:80:22/", "names no server in a form"),
    "port-arabic": ("http://example.com:٨٠/", "is not ASCII"),
    "empty-label": ("http://example..com/", "is no server's name"),
    "long-label": (f"http://{'a' * 64}.com/", "is no server's name"),
    "long-name": (f"http://{'a.' * 127}com/", "is no server's name"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_url_that_is_not_asked(case: str) -> None:
    url, why = WRONG[case]
    reason = told(url)
    assert why in reason
    assert "secret" not in reason


RIGHT: Final = {
    "plain": ("http://example.com/a.png", "http://example.com/a.png"),
    "capitals": ("HTTPS://EXAMPLE.COM/A.png", "https://example.com/A.png"),
    "no-path": ("https://example.com", "https://example.com/"),
    "query-alone": ("https://example.com?a=1&b=2", "https://example.com/?a=1&b=2"),
    "fragment": ("https://example.com/a#b@c\u2028d", "https://example.com/a"),
    "usual-port": ("https://example.com:443/a", "https://example.com/a"),
    "other-usual-port": ("https://example.com:80/a", "https://example.com:80/a"),
    "dot-at-the-end": ("https://example.com./a", "https://example.com/a"),
    "foreign-path": ("https://example.com/图.png?名=1", "https://example.com/%E5%9B%BE.png?%E5%90%8D=1"),
    "escaped-path": ("https://example.com/%E5%9B%BE%2F.png", "https://example.com/%E5%9B%BE%2F.png"),
    "foreign-server-in-ascii": ("https://xn--fsqu00a.example.com/", "https://xn--fsqu00a.example.com/"),
    "underscore": ("https://my_bucket.example.com/", "https://my_bucket.example.com/"),
    "at-in-the-path": ("https://example.com/@me/a.png", "https://example.com/@me/a.png"),
    "address": ("http://8.8.8.8/a", "http://8.8.8.8/a"),
    "address-of-ipv6": ("http://[2606:4700:0:0::1111]/a", "http://[2606:4700::1111]/a"),
}


@pytest.mark.parametrize("case", RIGHT)
def test_a_url_that_is_asked(case: str) -> None:
    url, asked = RIGHT[case]
    target, addresses = reach(url, Policy(look_up=lambda *_: ["1.1.1.1"]))
    assert target.url == asked
    assert addresses in (["1.1.1.1"], [target.host.strip("[]")])


@pytest.mark.parametrize(
    "found",
    [
        ["10.0.0.1"],
        ["8.8.8.8", "10.0.0.1"],
        ["8.8.8.8", "::1"],
        ["fe80::1%eth0"],
        ["::ffff:8.8.8.8"],
        ["nonsense"],
        ["8.8.8.8", "8.8.8"],
        [],
    ],
)
def test_one_address_that_is_refused_refuses_the_name(found: list[str]) -> None:
    reason = told("https://media.example.com/a.png", Policy(look_up=lambda *_: found))
    assert "media.example.com" in reason
    assert not any(address in reason.split() for address in found)


def test_the_system_knows_addresses_each_once() -> None:
    assert look_up("127.0.0.1", 80) == ["127.0.0.1"]


def test_what_no_name_server_would_answer_is_no_fault_of_the_url() -> None:
    def broken(*_: object) -> list[str]:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        reach("https://media.example.com/", Policy(look_up=broken))


def test_a_name_that_is_not_known() -> None:
    def unknown(*_: object) -> list[str]:
        raise OSError(-2, "Name or service not known")

    assert "is not known here" in told("https://media.example.com/", Policy(look_up=unknown))


class TestAllowed:
    """A host that is allowed by name, on its port and on no other."""

    @pytest.mark.parametrize(
        ("allow", "url"),
        [
            ("127.0.0.1:8000", "http://127.0.0.1:8000/"),
            ("127.0.0.1", "http://127.0.0.1/"),
            ("media-server:9000", "http://Media-Server:9000/"),
            ("[::1]:8000", "http://[0::1]:8000/"),
            ("localhost", "https://localhost./"),
        ],
    )
    def test_it_is_asked(self, allow: str, url: str) -> None:
        policy = Policy(allow=read_allowed([allow]), look_up=lambda *_: ["127.0.0.1"])
        assert reach(url, policy)[1] in (["127.0.0.1"], ["::1"])

    @pytest.mark.parametrize(
        ("allow", "url"),
        [
            ("127.0.0.1:8000", "http://127.0.0.1:8001/"),
            ("127.0.0.1:8000", "http://127.0.0.1/"),
            ("127.0.0.1", "http://127.0.0.1:8000/"),
            ("127.0.0.1", "http://127.0.0.2/"),
            ("127.0.0.1", "http://2130706433/"),
            ("media-server:9000", "http://other-server:9000/"),
            ("example.com", "http://a.example.com/"),
            ("example.com", "http://me@example.com/"),
        ],
    )
    def test_others_are_not(self, allow: str, url: str) -> None:
        told(url, Policy(allow=read_allowed([allow]), look_up=lambda *_: ["127.0.0.1"]))

    @pytest.mark.parametrize("name", ["http://example.com", "example.com/", "me@example.com", "", "*", "a b"])
    def test_what_is_no_host_is_told(self, name: str) -> None:
        with pytest.raises(UnusableInputError, match="is no host: write host, host:port"):
            read_allowed([name])


PIECES: Final = st.sampled_from("\\@:/[]%.#?-_1é\u3002\uff11\t\n") | st.sampled_from(
    ["http", "https", "HTTP", "file", "127.0.0.1", "0x7f", "::ffff:", "%00", "localhost", "example.com", ":80", ":22"]
)


@given(
    st.text(max_size=60)
    | st.lists(PIECES, max_size=12).map("".join)
    | st.lists(PIECES, max_size=8).map(lambda pieces: "http://" + "".join(pieces)),
    st.lists(st.ip_addresses().map(str) | st.sampled_from(["8.8.8.8", "::1"]) | st.text(max_size=8), max_size=3),
)
@example("http://example.com/", ["8.8.8.8"])
def test_any_text_is_refused_or_leads_to_checked_addresses(url: str, found: list[str]) -> None:
    try:
        target, addresses = reach(url, Policy(look_up=lambda *_: found))
    except UnreadableError:
        return
    assert addresses
    assert all(ip_address(address).is_global and find_refusal(ip_address(address)) is None for address in addresses)
    assert target.scheme in ("http", "https")
    assert target.port in (80, 443)
    assert target.url.isascii()
    assert target.url.isprintable()
    other = httpx2.URL(target.url)  # another reader finds the same server in it
    assert (other.scheme, other.raw_path.decode(), other.userinfo) == (target.scheme, target.path, b"")
    assert f"{other.host}".strip("[]") == target.host.strip("[]")
    assert (other.port or {"http": 80, "https": 443}[other.scheme]) == target.port
