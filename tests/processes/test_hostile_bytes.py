"""Whatever bytes come as a payload, as facts, as lines or as names: an exit code of ours, and never a traceback."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shell.runner import AT, CATALOGUE, FACTS, as_bytes, fal, run, run_process
from tests.strategies import JSON_VALUES, examples
from wan_rules import parse_object

OURS: Final = {0, 1, 2, 3, 4}
COMMANDS: Final = (
    ("check", "-"),
    ("quote", "-", *AT),
    ("plan", "-"),
    ("convert", "-", "--to", "atlas"),
    ("compare", "-", *AT),
    ("explain", "-", *AT),
)
JSON_COMMANDS: Final = (*((*command, "--format", "json") for command in COMMANDS[:5]),)


@st.composite
def bytes_like_a_payload(draw: st.DrawFn) -> bytes:
    """A payload with a few bytes changed, taken out or put in."""
    data = bytearray(as_bytes(fal()))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        data[at : at + draw(st.integers(0, 3))] = draw(st.binary(max_size=3))
    return bytes(data)


ANY_BYTES: Final = st.binary(max_size=200) | bytes_like_a_payload()


@examples(200)
@given(command=st.sampled_from(COMMANDS + JSON_COMMANDS), payload=ANY_BYTES)
def test_any_bytes_as_a_payload(command: tuple[str, ...], payload: bytes) -> None:
    done = run(*command, stdin=payload)
    assert done.code in OURS
    assert "Traceback" not in done.out + done.err
    if "json" in command:
        assert done.err == ""
        assert isinstance(done.document, dict)
    else:
        assert done.out or done.err


@examples(200)
@given(
    command=st.sampled_from(COMMANDS + JSON_COMMANDS),
    changes=st.dictionaries(st.sampled_from(sorted(fal())), JSON_VALUES),
)
def test_any_values_in_a_payload(command: tuple[str, ...], changes: dict[str, object]) -> None:
    done = run(*command, "--host", "fal", stdin=fal(**changes))
    assert done.code in OURS
    assert done.out or done.err


@examples(60)
@given(command=st.sampled_from(("check", "quote")), text=st.lists(ANY_BYTES, max_size=4))
def test_any_bytes_as_lines(command: str, text: list[bytes]) -> None:
    done = run(
        command,
        "-",
        "--format",
        "jsonl",
        stdin=b"\n".join([*text, json.dumps({"id": "last", "payload": fal()}).encode()]),
    )
    assert done.code in OURS
    assert done.documents[-1]["id"] == "last"
    assert done.documents[-1].keys() & {"report", "quote"}


@examples(60)
@given(facts=st.binary(max_size=60) | JSON_VALUES.map(as_bytes))
def test_any_bytes_as_facts(facts: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        name = Path(folder) / "facts.json"
        name.write_bytes(facts)
        assert run("check", "-", "--facts", str(name), stdin=fal()).code in OURS


@pytest.mark.parametrize("option", ["--at", "--host", "--account", "--environment", "--region"])
@examples(20)
@given(value=st.text(st.characters(codec="utf-8"), max_size=20))
def test_any_text_as_an_option(option: str, value: str) -> None:
    assert run("quote", "-", f"{option}={value}", stdin=fal()).code in OURS


@pytest.mark.parametrize("option", ["--rate", "--tiers", "--durations", "--hosts"])
@examples(20)
@given(value=st.text(st.characters(codec="utf-8"), max_size=20) | st.from_regex(r"\A(CNY|USD)/USD=[0-9.]{0,14}\Z"))
def test_any_text_as_an_axis(option: str, value: str) -> None:
    assert run("compare", "-", "--tiers", "720P", *AT, f"{option}={value}", stdin=fal()).code in OURS


@pytest.fixture
def strange(tmp_path: Path) -> bytes:
    """A folder whose name is in no encoding, with a catalogue and files in it that are named so too."""
    folder = tmp_path / os.fsdecode(b"n\xff")
    try:
        folder.mkdir()
    except OSError:
        pytest.skip("the file system takes names in UTF-8 only")
    shutil.copytree(CATALOGUE, folder / os.fsdecode(b"prices\xff"))
    (folder / os.fsdecode(b"broken\xff")).mkdir()
    for name, content in (
        (b"payload\xff", as_bytes(fal())),
        (b"facts\xff", as_bytes(FACTS)),
        (b"bad\xff", b'{"a": NaN}'),
        (b"broken\xff/card\xff.toml", b"x = ["),
    ):
        (folder / os.fsdecode(name)).write_bytes(content)
    return os.fsencode(folder)


NORTHLIGHT: Final = ("--account", "acme", "--environment", "production", *AT)


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("check", b"%b/payload\xff", "--facts", b"%b/facts\xff"), id="check"),
        pytest.param(("plan", b"%b/payload\xff"), id="plan"),
        pytest.param(("convert", b"%b/payload\xff", "--to", "atlas"), id="convert"),
        pytest.param(("quote", b"%b/payload\xff", "--catalogue", b"%b/prices\xff", *NORTHLIGHT), id="quote"),
        pytest.param(("compare", b"%b/payload\xff", "--catalogue", b"%b/prices\xff", *NORTHLIGHT), id="compare"),
        pytest.param(("explain", b"%b/payload\xff", "--catalogue", b"%b/prices\xff", *NORTHLIGHT), id="explain"),
        pytest.param(("cards", "list", "--catalogue", b"%b/prices\xff"), id="list"),
    ],
)
def test_names_in_no_encoding_are_read(command: tuple[str | bytes, ...], form: str, strange: bytes) -> None:
    words = [word.replace(b"%b", strange) if isinstance(word, bytes) else word for word in command]
    done = run_process(*words, "--format", form)
    assert (done.code, "Traceback" in done.err) == (0, False)
    assert done.out


@pytest.mark.parametrize(
    ("command", "said"),
    [
        pytest.param(("check", b"%b/none\xff"), "No such file", id="payload"),
        pytest.param(("check", b"%b"), "Is a directory", id="folder"),
        pytest.param(("check", b"%b/bad\xff"), "NaN is no JSON number", id="bad-payload"),
        pytest.param(("check", b"%b/payload\xff", "--facts", b"%b/none\xff"), "No such file", id="facts"),
        pytest.param(("check", b"%b/payload\xff", "--facts", b"%b"), "Is a directory", id="facts-a-folder"),
        pytest.param(("check", b"%b/payload\xff", "--facts", b"%b/bad\xff"), "NaN is no", id="bad-facts"),
        pytest.param(("cards", "list", "--catalogue", b"%b/none\xff"), "no such folder", id="catalogue"),
        pytest.param(("cards", "list", "--catalogue", b"%b/payload\xff"), "not TOML", id="catalogue-a-file"),
        pytest.param(("cards", "list", "--catalogue", b"%b/broken\xff"), "not TOML", id="bad-catalogue"),
    ],
)
def test_names_in_no_encoding_are_spelt_out(command: tuple[str | bytes, ...], said: str, strange: bytes) -> None:
    words = [word.replace(b"%b", strange) if isinstance(word, bytes) else word for word in command]
    plain = run_process(*words)
    assert (plain.code, plain.out, plain.err.count("\n")) == (2, "", 1)
    assert said in plain.err
    assert "n\\udcff" in plain.err
    told = run_process(*words, "--format", "json")
    assert (told.code, told.err) == (2, "")
    error = parse_object(told.out.encode())["error"]  # which takes no half of a surrogate pair
    assert isinstance(error, dict)
    assert plain.err == f"wan-rules: {error['message']}\n"
