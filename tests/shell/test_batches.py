"""JSON Lines in and out: one line answers one, in order, and a bad one spoils nothing but itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import permutations
from pathlib import Path
from typing import Final

import pytest

from tests.shell.runner import (
    AT,
    CATALOGUE,
    CLIP,
    EXAMPLES,
    FACTS,
    IMAGE,
    Done,
    alibaba,
    as_bytes,
    atlas_sr,
    fal,
    fal_clip,
    run,
    write_json,
)

ACCEPTED: Final[dict[str, object]] = {"payload": fal(), "facts": FACTS}
UNDETERMINED: Final[dict[str, object]] = {"payload": fal()}
REJECTED: Final[dict[str, object]] = {"payload": fal(duration=33)}
NO_RATE: Final[dict[str, object]] = {"payload": atlas_sr(), "facts": FACTS}
UNUSABLE: Final[dict[str, object]] = {"payload": 7}
CODES: Final[dict[int, dict[str, object]]] = {0: ACCEPTED, 1: REJECTED, 2: UNUSABLE, 3: UNDETERMINED, 4: NO_RATE}
"""What each exit code comes from, under --strict."""


def lines(*records: object) -> bytes:
    return b"".join(as_bytes(record) + b"\n" for record in records)


def batch(command: str, *arguments: str, stdin: bytes) -> Done:
    when = AT if command == "quote" else ()
    return run(command, "-", "--format", "jsonl", *when, *arguments, stdin=stdin)


def ids(done: Done) -> list[object]:
    return [line["id"] for line in done.documents]


@pytest.mark.parametrize(
    ("codes", "ends"),
    [
        pytest.param((), 0, id="nothing"),
        pytest.param((0,), 0, id="accepted"),
        pytest.param((0, 3), 3, id="undetermined"),
        pytest.param((0, 3, 4), 4, id="no-rate"),
        pytest.param((0, 3, 4, 1), 1, id="rejected"),
        pytest.param((0, 3, 4, 2), 2, id="unusable-and-no-rate"),
        pytest.param((3, 4, 1), 1, id="no-rate-and-rejected"),
        pytest.param((1, 2), 2, id="unusable-and-rejected"),
        pytest.param((4,), 4, id="no-rate-alone"),
    ],
)
def test_a_batch_ends_with_2_else_1_else_4_else_3_else_0(codes: Sequence[int], ends: int) -> None:
    for order in set(permutations(codes)):
        assert batch("quote", "--strict", stdin=lines(*(CODES[code] for code in order))).code == ends


def test_only_strictness_makes_the_undetermined_fail() -> None:
    for command in ("check", "quote"):
        assert batch(command, stdin=lines(UNDETERMINED, ACCEPTED)).code == 0
        assert batch(command, "--strict", stdin=lines(UNDETERMINED, ACCEPTED)).code == 3


@pytest.mark.parametrize("bad", [b"not JSON", b"{", b"[]", b"7", b'{"payload": NaN}', b"\xff\xfe", b'{"a": 1, "a": 2}'])
@pytest.mark.parametrize("command", ["check", "quote"])
def test_a_bad_line_spoils_only_itself(command: str, bad: bytes) -> None:
    done = batch(command, stdin=lines(ACCEPTED, bad, ACCEPTED))
    first, middle, last = done.documents
    assert (done.code, done.err) == (2, "")
    assert middle.keys() == {"id", "error"}
    assert (middle["id"], middle["error"]["code"]) == (2, "unusable_input")
    assert "line 2" in middle["error"]["message"]
    assert first | {"id": 3} == last


@pytest.mark.parametrize(
    "record",
    [
        pytest.param({}, id="no-payload"),
        pytest.param({"payload": None}, id="null-as-payload"),
        pytest.param({"payload": [fal()]}, id="array-as-payload"),
        pytest.param({"payload": fal(), "hots": "fal"}, id="unknown-key"),
        pytest.param({"payload": fal(), "host": "nobody"}, id="unknown-host"),
        pytest.param({"payload": fal(), "host": 7}, id="number-as-host"),
        pytest.param({"payload": fal(), "facts": 7}, id="number-as-facts"),
        pytest.param({"payload": fal(), "facts": {IMAGE: {"colour": 1}}}, id="unknown-fact"),
        pytest.param({"payload": fal(), "at": "2026-11-15T00:00:00"}, id="naive"),
        pytest.param({"payload": fal(), "at": 7}, id="number-as-instant"),
        pytest.param({"payload": fal(), "account": "acme"}, id="unknown-account"),
        pytest.param({"payload": fal(), "account": 7}, id="number-as-account"),
        pytest.param({"payload": fal(), "environment": ["production"]}, id="array-as-environment"),
        pytest.param({"payload": fal(), "region": "mainland"}, id="region-of-another-host"),
        pytest.param({"payload": fal(), "at": "9999-12-31T23:59:59-12:00"}, id="outside-the-calendar"),
    ],
)
def test_a_line_that_makes_no_sense_is_an_error_with_its_id(record: dict[str, object]) -> None:
    done = batch("quote", stdin=lines({"id": "a", **ACCEPTED}, {"id": "b", **record}, {"id": "c", **ACCEPTED}))
    assert done.code == 2
    assert [sorted(line) for line in done.documents] == [["id", "quote"], ["error", "id"], ["id", "quote"]]
    assert ids(done) == ["a", "b", "c"]
    assert done.documents[1]["error"]["message"]


@pytest.mark.parametrize("key", ["a", "", "7", 7, 0, -3, 10**30, '"', "\\", "é\u2028\x00", "行 1"], ids=ascii)
@pytest.mark.parametrize("rest", [ACCEPTED, REJECTED, UNUSABLE], ids=["quote", "report", "error"])
def test_an_id_is_kept(key: object, rest: dict[str, object]) -> None:
    assert ids(batch("quote", stdin=lines({"id": key, **rest}))) == [key]


def test_a_line_without_an_id_has_its_number() -> None:
    assert ids(batch("check", stdin=lines(ACCEPTED, {"id": "b", **ACCEPTED}, b"", ACCEPTED, b"nothing"))) == [
        1,
        "b",
        4,
        5,
    ]


@pytest.mark.parametrize("key", [None, True, 1.5, [1], {"a": 1}])
def test_an_id_that_can_not_be_kept_is_an_error(key: object) -> None:
    done = batch("check", stdin=lines({"id": key, **ACCEPTED}))
    assert (done.code, "id" in done.documents[0].get("error", {}).get("message", "")) == (2, True)


@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("last", [b"", b"\n", b"\r\n", b"\n\n \t\n"], ids=["none", "lf", "crlf", "blanks"])
def test_line_ends_of_any_kind(end: bytes, last: bytes) -> None:
    text = end.join([b"", as_bytes({"id": 1, **ACCEPTED}), b"   ", as_bytes({"id": 2, **ACCEPTED})]) + last
    done = batch("quote", stdin=text)
    assert (done.code, ids(done)) == (0, [1, 2])
    assert "\r" not in done.out
    assert done.out.endswith("\n")


def test_nothing_in_nothing_out() -> None:
    for nothing in (b"", b"\n", b"\r\n \n"):
        assert batch("quote", stdin=nothing) == Done(0, "", "")


def test_each_line_has_terms_of_its_own() -> None:
    sr: dict[str, object] = {"payload": atlas_sr(), "facts": FACTS}
    asked = [
        {**sr, "account": "acme", "environment": "production"},  # 8 x 0.13 - 10 %
        {**sr, "account": "acme", "environment": "staging"},  # 8 x 0.13
        {**sr, "account": "acme", "environment": "staging", "at": "2026-10-15"},  # 8 x 0.14
        {**sr, "account": "globex", "environment": "production"},  # 8 x (0.09 + 0.0333), rounded to the cent
        {**sr, "environment": "sandbox"},  # free; the account is the command line's
        {"payload": alibaba(), "environment": "staging", "region": "mainland"},  # 5 x 1.0 CNY
        {"payload": fal_clip(), "host": "fal", "environment": "staging", "facts": FACTS},  # (3 + 8) x 0.10
        {"payload": fal_clip(), "environment": "staging"},  # its facts are nobody else's
    ]
    done = batch("quote", "--catalogue", str(CATALOGUE), "--account", "initech", stdin=lines(*asked))
    quotes = [line["quote"] for line in done.documents]
    assert [quote["total"] for quote in quotes] == ["0.936", "1.04", "1.12", "0.99", "0.00", "5.00", "1.10", "3.30"]
    assert [quote["account"] for quote in quotes] == ["acme"] * 3 + ["globex"] + ["initech"] * 4
    assert [quote["currency"] for quote in quotes] == ["USD"] * 5 + ["CNY"] + ["USD"] * 2
    assert [quote["as_of"] for quote in quotes[1:3]] == ["2026-11-15T00:00:00Z", "2026-10-15T00:00:00Z"]


def test_facts_of_the_command_line_hold_for_each_line_and_a_line_may_differ(tmp_path: Path) -> None:
    name = write_json(tmp_path / "facts.json", FACTS)
    own = {CLIP: {**FACTS[CLIP], "duration_s": "2"}}
    done = batch("quote", "--facts", name, stdin=lines({"payload": fal_clip()}, {"payload": fal_clip(), "facts": own}))
    assert [line["quote"]["total"] for line in done.documents] == ["1.10", "0.50"]  # (3 + 8) and (3 + 2) x 0.10


def test_a_line_s_own_facts_by_pointer_hold_before_those_of_the_command_line(tmp_path: Path) -> None:
    name = write_json(tmp_path / "facts.json", FACTS)
    own = {"/reference_video_urls/0": {**FACTS[CLIP], "duration_s": "2"}}
    done = batch("quote", "--facts", name, stdin=lines({"payload": fal_clip(), "facts": own}))
    assert done.documents[0]["quote"]["total"] == "0.50"  # (3 + 2) x 0.10


def test_a_host_of_the_command_line_is_a_line_s_when_it_names_none() -> None:
    done = batch("check", "--host", "atlas", stdin=lines(ACCEPTED, {**ACCEPTED, "host": "fal"}))
    assert [line["report"]["host"] for line in done.documents] == ["atlas", "fal"]


def test_the_example_is_five_quotes_and_a_report() -> None:
    text = (EXAMPLES / "batch.jsonl").read_bytes()
    done = batch("quote", "--catalogue", str(CATALOGUE), stdin=text)
    assert done.code == 1
    assert ids(done) == [json.loads(line)["id"] for line in text.splitlines()]
    totals = [line["quote"]["total"] for line in done.documents[:5]]
    # 8 x 0.117; 0.9864 rounded; 5 x 0.16 + 3.5 x 0.16; 8 x 0.14; (3 + 30) x 0.10
    assert totals == ["0.936", "0.99", "1.36", "1.12", "3.30"]
    assert done.documents[5]["report"]["verdict"] == "rejected"


def test_effects_are_worked_out_for_each_line() -> None:
    done = batch("quote", "--effects", stdin=lines({"payload": alibaba()}, ACCEPTED))
    effects = [[effect["difference"] for effect in line["quote"]["price_effects"]] for line in done.documents]
    assert effects == [["0.25"], []]


def test_a_check_line_may_carry_what_only_a_quote_reads() -> None:
    done = batch("check", stdin=lines({**ACCEPTED, "account": "acme", "environment": "production", "at": "2026-11-15"}))
    assert (done.code, done.documents[0]["report"]["verdict"]) == (0, "accepted")


def test_a_fault_before_the_first_line_ends_the_batch() -> None:
    for options in (("--catalogue", "nowhere"), ("--at", "soon"), ("--facts", "nowhere.json")):
        done = run("quote", "-", "--format", "jsonl", *options, stdin=lines(ACCEPTED))
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith("wan-rules: ")


def test_an_unknown_host_of_the_command_line_is_each_line_s_error() -> None:
    done = batch("quote", "--host", "nobody", stdin=lines(ACCEPTED, ACCEPTED))
    assert (done.code, [line["error"]["code"] for line in done.documents]) == (2, ["unusable_input"] * 2)


def test_of_many_unknown_keys_a_few_are_told_and_no_secret() -> None:
    secret = "https://media.example.com/a.png?Signature=" + "s3cret" * 20
    strange = {f"k{number:06}": 1 for number in range(100_000)}
    done = batch(
        "check", stdin=lines({"id": "a", "payload": fal(), secret: 1}, {"id": "b", "payload": fal(), **strange})
    )
    first, second = (line["error"]["message"] for line in done.documents)
    assert (done.code, "s3cret" in first, "unknown keys" in first) == (2, False, True)
    assert "'k000000', 'k000001', 'k000002', 'k000003', 'k000004'] (and 99,995 more): account, at," in second
