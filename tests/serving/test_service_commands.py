"""`serve`, `keys` and `quote verify`: what can't be used is one sentence and exit 2, and a key is shown once."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path

import pytest

from pricing.shell.service import serving
from pricing.shell.service.settings import DATABASE_VARIABLE, VARIABLE, Settings, hand_over, take_over
from tests.asked import ATLAS, CATALOGUE, Running, example
from tests.shell.runner import run, run_process


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--catalogue", "nope"), "nope: no such folder or file"),
        (("--database", "mysql://x"), "it names 'mysql'"),
        (("--database", "postgresql://u:secret@127.0.0.1:1/x"), "Connection refused"),
        (("--database", ""), "--database: an empty URL"),
        (("--quote-lifetime", "soon"), "'soon' is no length of time"),
        (("--quote-lifetime", "0s"), "'0s': a quote that binds for no time is never accepted"),
        (("--keep-answers-days", "1000000"), "--keep-answers-days"),  # no purge can look so far back
        (("--token-keys", "x"), "tokens want all three"),
        (("--watch",), "name one"),
        (("--host", "nobody.invalid"), "nothing can listen at nobody.invalid"),
        (("--host", ""), "--host: an empty address"),
        (("--trusted-proxies", "proxy.internal"), "'proxy.internal' is no address and no network"),
        (("--trusted-proxies", "10.0.0.5, 10.0.0.1/8"), "'10.0.0.1/8' is no address"),  # it would be nobody's
        (("--trusted-proxies", ""), "'' is no address"),
        (("--host", "\udcff"), "it is no address. Name another"),
        (("--issuer", "\udcff"), "--issuer: '\\udcff' is no text in UTF-8"),
    ],
)
def test_what_can_not_be_served_is_told(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    done = run("serve", "--port", "18391", "--state", str(tmp_path / "state"), *words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert not any(word in done.err for word in ("Traceback", "secret"))


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = run("serve", "--port", str(port), "--state", str(tmp_path))
    assert (done.code, f"port {port}: Address already in use" in done.err) == (2, True)


def test_what_no_worker_could_open_is_told_once_and_nothing_listens(tmp_path: Path) -> None:
    words = ("--workers", "2", "--port", "18392", "--state", str(tmp_path / "state"), "--catalogue", "nope")
    done = run_process("serve", *words)
    assert (done.code, done.out, "listening" in done.err) == (2, "", False)
    assert done.err.count("nope: no such folder or file") == 1
    assert "Traceback" not in done.err


def keys(folder: Path, *words: str) -> tuple[int, str, str]:
    done = run("keys", *words, "--state", str(folder))
    return done.code, done.out, done.err


def test_a_key_is_made_listed_and_revoked(tmp_path: Path) -> None:
    bound = ("--account", "acme", "--environment", "production", "--scope", "quote")
    code, made, _ = keys(tmp_path, "create", "shop", *bound, "--expires", "2027-01-01")
    assert (code, re.fullmatch(r"wr_[0-9a-f]{16}_[\w-]{43}\n", made) is not None) == (0, True)
    key_id, secret = made.strip().split("_", 2)[1:]
    code, listed, _ = keys(tmp_path, "list", "--format", "json")
    row = json.loads(listed)["keys"][0]
    assert (row["id"], row["accounts"], row["scopes"]) == (key_id, ["acme"], ["quote"])
    assert secret not in listed + keys(tmp_path, "list")[1]
    assert secret.encode() not in (tmp_path / "quotes.db").read_bytes()
    assert keys(tmp_path, "revoke", key_id)[0] == 0
    assert keys(tmp_path, "revoke", key_id)[0] == 2
    assert "revoked" in keys(tmp_path, "list")[1]


def test_a_new_key_to_sign_with_says_what_takes_it_up(tmp_path: Path) -> None:
    """It signs after the next load, a signal's among them, and not after a start alone."""
    code, out, _ = keys(tmp_path, "sign-with-new")
    (made,) = json.loads((tmp_path / "signing-keys.json").read_text())["keys"]
    assert (code, out) == (0, f"{made['kid']} signs once the service has loaded it: send it SIGHUP, or start it\n")


def test_an_empty_variable_names_no_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a compose file sets one that has no value: the file of the state is meant, and its folder is made."""
    monkeypatch.setenv(DATABASE_VARIABLE, "")
    state = tmp_path / "state"
    assert keys(state, "create", "shop", *BOUND)[0] == 0
    assert (state / "quotes.db").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--scope", "root"), "quote, settle, admin are"),
        ((), "a key without one may do nothing"),
        (("--scope", "quote"), "--account and --environment"),
    ],
)
def test_a_key_that_is_bound_to_nothing_is_not_made(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    code, out, err = keys(tmp_path, "create", "x", *words)
    assert (code, out, said in err) == (2, "", True)


BOUND = ("--account", "acme", "--environment", "production", "--scope", "quote")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param((*BOUND, "--account", ""), "--account: an empty name", id="no-account"),
        pytest.param((*BOUND, "--environment", " "), "--environment: an empty name", id="no-environment"),
        pytest.param((*BOUND, "--expires", "2020-01-01"), "--expires: '2020-01-01' has passed", id="ended-before"),
    ],
)
def test_a_key_that_would_be_shared_or_never_hold_is_not_made(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    code, out, err = keys(tmp_path, "create", "x", *words)
    assert (code, out, said in err) == (2, "", True), err
    assert json.loads(keys(tmp_path, "list", "--format", "json")[1])["keys"] == []


@pytest.mark.parametrize("name", ["\udcff", "x\ud83d"])
def test_a_name_that_is_no_text_is_refused(tmp_path: Path, name: str) -> None:
    for words in ((name, *BOUND), ("x", *BOUND, "--account", name), ("x", *BOUND, "--environment", name)):
        code, out, err = keys(tmp_path, "create", *words)
        assert (code, out, "is no text in UTF-8: write whole characters" in err) == (2, "", True)
    code, out, err = keys(tmp_path, "revoke", name)
    assert (code, out, "no key" in err) == (2, "", True)


def test_a_folder_whose_name_is_no_text_is_one_like_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "")
    asked = Settings(state=tmp_path / "\udcff", catalogue="\udcff", probe_allow=("media.internal",))
    hand_over(asked)
    assert take_over() == asked


@pytest.mark.parametrize(("host", "shown"), [("::1", "http://[::1]:8321/"), ("127.0.0.1", "http://127.0.0.1:8321/")])
def test_what_is_said_to_listen_is_a_url(capsys: pytest.CaptureFixture[str], host: str, shown: str) -> None:
    serving._say(serving.Listening(host, 8321, 1))
    assert capsys.readouterr().err == f"wan-rules: listening at {shown}\n"


def test_an_account_that_is_named_twice_is_one(tmp_path: Path) -> None:
    """A request under such a key has to name none."""
    keys(tmp_path, "create", "x", *BOUND, "--account", "acme")
    assert json.loads(keys(tmp_path, "list", "--format", "json")[1])["keys"][0]["accounts"] == ["acme"]


def test_a_quote_is_verified_offline(tmp_path: Path) -> None:
    service = Running(tmp_path / "state", catalogue=CATALOGUE)
    quote = service.post("/v1/quotes", example(ATLAS), key=service.key()).document
    paths = {name: str(tmp_path / f"{name}.json") for name in ("quote", "keys", "changed", "unsigned")}
    Path(paths["quote"]).write_text(json.dumps(quote, indent=2))
    Path(paths["keys"]).write_bytes(service.get("/.well-known/jwks.json").body)
    Path(paths["changed"]).write_text(json.dumps({**quote, "total": "0.01"}))
    Path(paths["unsigned"]).write_text(json.dumps({k: v for k, v in quote.items() if k != "signature"}))
    done = run("quote", "verify", paths["quote"], "--keys", paths["keys"])
    assert (done.code, f"valid: wan-rules signed quote {quote['id']}" in done.out) == (0, True)
    for name, said in (("changed", "was changed after it was signed"), ("unsigned", "it has no signature")):
        done = run("quote", "verify", paths[name], "--keys", paths["keys"], "--format", "json")
        assert (done.code, json.loads(done.out)["valid"], said in done.out) == (1, False, True)
    assert run("quote", "verify", paths["quote"], "--keys", paths["quote"]).code == 2


def test_a_payload_named_verify_can_still_be_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("verify").write_text(json.dumps(example(ATLAS)))
    assert run("quote", "./verify", "--at", "2026-11-20").code in {0, 4}
