"""Public keys of tokens at a URL: over TLS, from the server that was named and no other, and nothing of it is told."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey

from pricing.shell.service.tokens import read_keys
from tests.shell.serving import Act, Server, answer, make_certificate, serve
from wan_rules.payloads import UnusableInputError

KEYS = json.dumps({"keys": [{**OKPKey.generate_key("Ed25519").as_dict(private=False), "kid": "one"}]}).encode()


@pytest.fixture
def secure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    certificate = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with serve(context) as started:
        started.answers["/keys"] = answer(KEYS)
        yield started


def test_keys_are_read_from_a_url(secure: Server) -> None:
    assert [key.kid for key in read_keys(secure.url("/keys"))] == ["one"]


def test_no_other_server_gives_them_and_none_over_plain_http(secure: Server) -> None:
    """Whoever stands between could give keys of his own, and then be anybody."""
    with serve() as plain:
        plain.answers["/keys"] = answer(KEYS)
        secure.answers["/moved"] = answer(status=302, Location=plain.url("/keys"))
        with pytest.raises(UnusableInputError, match="redirects to another server, http://"):
            read_keys(secure.url("/moved"))
        assert plain.paths == []


@pytest.mark.parametrize(
    "said", [answer(status=404), answer(b"{}"), answer(bytes(1024 * 1024 + 1))], ids=["status", "no-keys", "long"]
)
def test_a_url_that_gives_none_is_told_without_its_secrets(secure: Server, said: Act) -> None:
    secure.answers["/none?key=hush"] = said
    with pytest.raises(UnusableInputError, match="/none") as caught:
        read_keys(secure.url("/none?key=hush", user="shop:hush@"))
    assert "hush" not in str(caught.value)
