"""Whatever bytes come as a payload, as facts or as lines: an exit code of ours, and never a traceback."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shell.runner import AT, as_bytes, fal, run
from tests.strategies import JSON_VALUES, examples

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
