"""Every command on one request, in text and in JSON: what it prints, where, and how it ends."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from tests.oracle import Row, Terms
from tests.quoting import per_unit
from tests.shell.runner import (
    AT,
    CATALOGUE,
    CLIP,
    EXAMPLES,
    FACTS,
    IMAGE,
    NORTHLIGHT,
    alibaba,
    atlas_sr,
    fal,
    fal_clip,
    run,
    write_json,
)
from tests.terms import FIRST_DAY, card_toml, catalogue_files, terms_of

ACME: Final = ("--account", "acme", "--environment", "production")
RUNWARE: Final = str(EXAMPLES / "runware-two-seconds.payload.json")
SANDBOX: Final = (*NORTHLIGHT[:5], "sandbox")
MISTAKES: Final = str(EXAMPLES / "alibaba-mistakes.payload.json")
PAYLOADS: Final[dict[str, dict[str, object]]] = {
    "accepted": fal(),
    "undetermined": fal(reference_image_urls=["https://media.example.com/unknown.png"]),
    "rejected": fal(duration=33),
    "foreign": {"colour": "red"},
    "no-rate": atlas_sr(),
}


def write_catalogue(folder: Path, terms: Terms, *, host: str = "atlas", **head: str) -> None:
    """A catalogue with a card of those terms, whose first table `head` changes."""
    for name, text in {**catalogue_files(terms, host=host), "card.toml": card_toml(terms, host=host, **head)}.items():
        (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture
def facts(tmp_path: Path) -> tuple[str, str]:
    return ("--facts", write_json(tmp_path / "facts.json", FACTS))


# How single commands end


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(
    ("command", "payload", "strict", "code"),
    [
        pytest.param("check", "accepted", False, 0, id="check-accepted"),
        pytest.param("check", "accepted", True, 0, id="check-accepted-strictly"),
        pytest.param("check", "undetermined", False, 0, id="check-undetermined"),
        pytest.param("check", "undetermined", True, 3, id="check-undetermined-strictly"),
        pytest.param("check", "rejected", False, 1, id="check-rejected"),
        pytest.param("check", "rejected", True, 1, id="check-rejected-strictly"),
        pytest.param("check", "foreign", False, 2, id="check-foreign"),
        pytest.param("check", "no-rate", False, 0, id="check-knows-no-money"),
        pytest.param("quote", "accepted", False, 0, id="quote-accepted"),
        pytest.param("quote", "accepted", True, 0, id="quote-accepted-strictly"),
        pytest.param("quote", "undetermined", False, 0, id="quote-undetermined"),
        pytest.param("quote", "undetermined", True, 3, id="quote-undetermined-strictly"),
        pytest.param("quote", "rejected", False, 1, id="quote-rejected"),
        pytest.param("quote", "foreign", True, 2, id="quote-foreign"),
        pytest.param("quote", "no-rate", False, 4, id="quote-no-rate"),
        pytest.param("quote", "no-rate", True, 4, id="quote-no-rate-strictly"),
    ],
)
def test_exit_codes(command: str, payload: str, code: int, form: str, facts: tuple[str, str], *, strict: bool) -> None:
    when = AT if command == "quote" else ()
    asked = (command, "-", "--format", form, *facts, *when, *(["--strict"] if strict else []))
    assert run(*asked, stdin=PAYLOADS[payload]).code == code


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        pytest.param(("plan", "-"), 1, id="plan"),
        pytest.param(("quote", "-"), 1, id="quote"),
        pytest.param(("convert", "-", "--to", "atlas"), 1, id="convert"),
        pytest.param(("compare", "-"), 1, id="compare"),
        pytest.param(("explain", "-"), 1, id="explain"),
    ],
)
def test_a_rejected_request_is_answered_with_its_report_on_stdout(arguments: tuple[str, ...], code: int) -> None:
    done = run(*arguments, stdin=fal(duration=33))
    assert (done.code, done.err) == (code, "")
    assert done.out.startswith("rejected at fal: 1 error, 0 warnings\n")
    assert "WAN505" in done.out
    told = run(*arguments, "--format", "json", stdin=fal(duration=33))
    assert (told.code, told.err) == (code, "")
    assert told.document["verdict"] == "rejected"
    assert [violation["rule"] for violation in told.document["violations"]] == ["WAN505"]


@pytest.mark.parametrize("strict", [(), ("--strict",)], ids=["plainly", "strictly"])
@pytest.mark.parametrize("command", ["check", "quote"])
def test_a_report_is_on_stdout_however_it_ends(command: str, strict: tuple[str, ...]) -> None:
    for name in ("accepted", "undetermined", "rejected"):
        done = run(command, "-", *strict, stdin=PAYLOADS[name])
        assert done.err == ""
        assert " at fal: " in done.out.splitlines()[0]


# Faults


@pytest.mark.parametrize(
    ("arguments", "payload", "code", "word"),
    [
        pytest.param(("check", "-"), {}, 2, "unusable_input", id="check"),
        pytest.param(("quote", "-"), {}, 2, "unusable_input", id="quote"),
        pytest.param(("plan", "-"), {}, 2, "unusable_input", id="plan"),
        pytest.param(("convert", "-", "--to", "fal"), {}, 2, "unusable_input", id="convert"),
        pytest.param(("convert", "-", "--to", "nobody"), fal(), 2, "unusable_input", id="convert-to-nobody"),
        pytest.param(("compare", "-"), {}, 2, "unusable_input", id="compare"),
        pytest.param(("explain", "-"), {}, 2, "unusable_input", id="explain"),
        pytest.param(("quote", "-", *AT), atlas_sr(), 4, "no_rate", id="no-rate"),
        pytest.param(("explain", "-", *AT), atlas_sr(), 4, "no_rate", id="explain-no-rate"),
        pytest.param(("quote", "-", "--at", "2020-01-01"), fal(), 4, "no_rate", id="before-any-price"),
        pytest.param(("cards", "resolve", "fal", "--at", "2020-01-01"), {}, 4, "no_rate", id="resolve-before"),
        pytest.param(("cards", "resolve", "nobody"), {}, 2, "unusable_input", id="resolve-nobody"),
        pytest.param(("cards", "show", "nothing"), {}, 2, "unknown_name", id="show-nothing"),
        pytest.param(("cards", "list", "--catalogue", "nowhere"), {}, 2, "bad_catalogue", id="list-nowhere"),
    ],
)
def test_a_fault_is_on_stderr_or_a_document(arguments: tuple[str, ...], payload: object, code: int, word: str) -> None:
    plain = run(*arguments, stdin=payload)
    assert (plain.code, plain.out) == (code, "")
    assert plain.err.startswith("wan-rules: ")
    assert plain.err.count("\n") == 1
    told = run(*arguments, "--format", "json", stdin=payload)
    assert (told.code, told.err) == (code, "")
    assert told.document["error"]["code"] == word
    assert plain.err == f"wan-rules: {told.document['error']['message']}\n"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param(("--host", "nobody"), "alibaba, atlas, fal, runware", id="host"),
        pytest.param(("--host", ""), "alibaba, atlas, fal, runware", id="empty-host"),
        pytest.param(("--facts", "nowhere.json"), "nowhere.json can't be read", id="facts"),
        pytest.param(("--facts", str(EXAMPLES)), "can't be read", id="facts-a-folder"),
        pytest.param(("--account", "acme"), "knows no accounts", id="account-without-catalogue"),
        pytest.param(("--environment", "production"), "knows no environments", id="environment-without-catalogue"),
        pytest.param(("--region", "moon"), "'moon'", id="region"),
        pytest.param((*NORTHLIGHT[:2],), "acme, globex, initech", id="no-account"),
        pytest.param((*NORTHLIGHT[:4],), "production, sandbox, staging", id="no-environment"),
        pytest.param((*NORTHLIGHT[:2], "--account", "nobody", *NORTHLIGHT[4:]), "'nobody'", id="unknown-account"),
        pytest.param((*NORTHLIGHT[:4], "--environment", "prod"), "'prod'", id="unknown-environment"),
        pytest.param((*NORTHLIGHT, "--region", "moon"), "'moon'", id="unknown-region"),
        pytest.param(("--at", "2026-11-15T09:30:00"), "has no zone", id="naive"),
        pytest.param(("--at", "soon"), "is no date or instant", id="no-instant"),
        pytest.param(("--at", ""), "is no date or instant", id="empty-instant"),
        pytest.param(("--at", "2026-02-30"), "is no date or instant", id="no-day"),
        pytest.param(("--format", "xml"), "xml", id="format"),
    ],
)
def test_an_option_that_makes_no_sense_is_named(options: tuple[str, ...], said: str) -> None:
    done = run("quote", "-", *options, stdin=alibaba())
    assert (done.code, done.out) == (2, "")
    assert said in done.err


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00"])
def test_an_instant_outside_the_calendar_is_an_error(at: str) -> None:
    assert run("quote", "-", "--at", at, stdin=fal()).code == 2


@pytest.mark.parametrize("option", ["--account", "--environment", "--region"])
def test_an_empty_name_stands_for_nobody(option: str) -> None:
    assert run("quote", "-", option, "", stdin=alibaba()).code == 2


def test_an_empty_account_is_not_known_to_a_catalogue() -> None:
    done = run("quote", "-", *NORTHLIGHT[:2], "--account", "", *NORTHLIGHT[4:], stdin=fal())
    assert (done.code, done.out) == (2, "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("hello", "not JSON", id="words"),
        pytest.param("[]", "the whole: an object of keys and values is wanted, not an array", id="array"),
        pytest.param({IMAGE: 7}, IMAGE, id="number-as-facts"),
        pytest.param({IMAGE: {"with_px": 7}}, "with_px", id="unknown-fact"),
        pytest.param({CLIP: {"duration_s": 5.0}}, "duration_s", id="float"),
        pytest.param({CLIP: {"kind": "film"}}, "kind", id="no-kind"),
    ],
)
def test_facts_that_make_no_sense_are_named(text: object, said: str, tmp_path: Path) -> None:
    name = write_json(tmp_path / "facts.json", text)
    done = run("check", "-", "--facts", name, stdin=fal())
    assert (done.code, done.out) == (2, "")
    assert name in done.err
    assert said in done.err


@pytest.mark.parametrize("form", ["text", "json", "jsonl"])
@pytest.mark.parametrize("name", ["nowhere.json", ".", ""])
def test_a_payload_that_can_not_be_read_is_one_message(name: str, form: str) -> None:
    done = run("check", name, "--format", form)
    assert done.code == 2
    assert "can't be read" in (done.out if form == "json" else done.err)


def test_many_lines_read_as_one_payload_say_how_to_read_them() -> None:
    done = run("check", str(EXAMPLES / "batch.jsonl"))
    assert (done.code, done.out) == (2, "")
    assert "--format jsonl" in done.err


FOREIGN: Final = "\N{ARABIC-INDIC DIGIT FIVE}"
GOOD_CARD: Final = (CATALOGUE / "cards" / "atlas.toml").read_text(encoding="utf-8")
BROKEN: Final = {
    "not-toml": ('schema_version = "1"\n[card\n', "[card", "not TOML"),
    "wrong-type": ('schema_version = "1"\n[card]\nid = 7\n', "id = 7", "card.id"),
    "unknown-key": (GOOD_CARD.replace("[card]\n", '[card]\ncolour = "red"\n', 1), 'colour = "red"', "card.colour"),
    "number-as-price": (GOOD_CARD.replace('"0.11"', "0.11", 1), "price = 0.11", "price"),
    "exponent": (GOOD_CARD.replace('"0.11"', '"1.1e-1"', 1), 'price = "1.1e-1"', "price"),
    "foreign-digits": (GOOD_CARD.replace('"0.11"', f'"{FOREIGN}"', 1), f'price = "{FOREIGN}"', "price"),
}


@pytest.mark.parametrize(("text", "line", "said"), BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("command", [("quote", "-"), ("compare", "-"), ("cards", "list"), ("cards", "resolve", "fal")])
def test_a_broken_catalogue_is_shown_by_file_and_line(
    text: str, line: str, said: str, command: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "broken.toml").write_text(text, encoding="utf-8")
    wanted = 1 + text.splitlines().index(line)
    done = run(*command, "--catalogue", str(tmp_path), stdin=fal())
    assert (done.code, done.out) == (2, "")
    assert f"{tmp_path / 'broken.toml'}:{wanted}: " in done.err
    assert said in done.err


def test_a_catalogue_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere", Path(write_json(tmp_path / "a.json", {}))):
        done = run("quote", "-", "--catalogue", str(folder), stdin=fal())
        assert (done.code, done.out) == (2, "")
        assert str(folder) in done.err


# What is printed


def test_a_check_in_text(facts: tuple[str, str]) -> None:
    assert run("check", "-", *facts, stdin=fal()).out == "accepted at fal: 0 errors, 0 warnings\n"
    unknown = run("check", "-", stdin=fal()).out.splitlines()
    assert unknown[0] == "undetermined at fal: 0 errors, 0 warnings"
    assert [line.split(":")[0] for line in unknown if "width_px" in line] == ["  /reference_image_urls/0"]


def test_every_mistake_is_there_in_text_and_in_json() -> None:
    report = run("check", MISTAKES, "--format", "json").document
    text = run("check", MISTAKES).out
    severities = [violation["severity"] for violation in report["violations"]]
    assert (severities.count("error"), severities.count("warning")) == (9, 7)
    assert text.startswith("rejected at Alibaba Cloud Model Studio: 9 errors, 7 warnings\n")
    flat = " ".join(text.split())
    for violation in report["violations"]:
        assert f"{violation['severity']} {violation['rule']} {violation['name']} at {violation['at']}" in flat
        assert " ".join(violation["message"].split()) in flat
    assert text.count("\n  fix: ") == sum(violation["fix"] is not None for violation in report["violations"])
    assert max(map(len, text.splitlines())) <= 100


def test_a_quote_in_text(facts: tuple[str, str]) -> None:
    lines = [" ".join(line.split()) for line in run("quote", "-", *facts, *AT, stdin=fal_clip()).out.splitlines()]
    assert "output video 720P 3 seconds x 0.10 0.30 USD" in lines  # 3 x 0.10
    assert "reference video 720P 8 seconds x 0.10 0.80 USD" in lines  # 8 x 0.10: fal bills the whole clip
    assert "total exact 1.10 USD" in lines
    assert lines[-1].startswith("fal at 2026-11-15T00:00:00Z: published list prices, card fal-list, sha256:")


def test_a_quote_in_json(facts: tuple[str, str]) -> None:
    document = run("quote", "-", *facts, *AT, "--format", "json", stdin=fal_clip()).document
    assert document["total"] == "1.10"
    assert document["as_of"] == "2026-11-15T00:00:00Z"
    assert [line["amount"] for line in document["lines"]] == ["0.30", "0.80"]
    assert document["report"]["verdict"] == "accepted"


def test_a_free_price_is_said_and_not_multiplied() -> None:
    out = run("quote", "-", *AT, *SANDBOX, stdin=atlas_sr()).out
    flat = [" ".join(line.split()) for line in out.splitlines()]
    assert "output video 1080P-SR 8 seconds, free 0.00 USD" in flat
    assert "x 0.00" not in out


def test_a_bounded_quote_names_both_ends() -> None:
    done = run("quote", "-", *AT, stdin=fal_clip())
    assert "total bounded 0.40..3.30 USD" in " ".join(done.out.split())  # (3 + 1..30) x 0.10
    document = run("quote", "-", *AT, "--format", "json", stdin=fal_clip()).document
    assert (document["kind"], document["total_min"], document["total"]) == ("bounded", "0.40", "3.30")


@pytest.mark.parametrize(
    ("options", "total"),
    [
        pytest.param(("--region", "international"), "0.75 USD", id="international"),  # 5 x 0.15
        pytest.param(("--region", "mainland"), "5.00 CNY", id="mainland"),  # 5 x 1.0
        pytest.param((), "0.75 USD", id="assumed"),
    ],
)
def test_the_region_picks_the_currency(options: tuple[str, ...], total: str) -> None:
    out = run("quote", "-", *AT, *options, stdin=alibaba()).out
    assert f"total exact {total}" in " ".join(out.split())
    assert ("no region was named: international is taken" in out) is (not options)


def test_an_instant_may_have_any_zone() -> None:
    done = run("quote", "-", "--at", "2026-11-15T08:00:00+08:00", "--format", "json", stdin=fal())
    assert done.document["as_of"] == "2026-11-15T00:00:00Z"


@pytest.mark.parametrize(
    ("account", "environment", "total"),
    [
        pytest.param("acme", "production", 8 * Decimal("0.13") * Decimal("0.9"), id="discount"),
        pytest.param("globex", "production", Decimal("0.99"), id="by-stage"),  # 8 x (0.09 + 0.0333) = 0.9864
        pytest.param("initech", "production", 8 * Decimal("0.13"), id="override-elsewhere"),
        pytest.param("acme", "staging", 8 * Decimal("0.13"), id="staging"),
        pytest.param("globex", "sandbox", Decimal(0), id="free"),
    ],
)
def test_the_terms_of_an_account(account: str, environment: str, total: Decimal) -> None:
    terms = ("--catalogue", str(CATALOGUE), "--account", account, "--environment", environment)
    document = run("quote", "-", *AT, *terms, "--format", "json", stdin=atlas_sr()).document
    assert Decimal(document["total"]) == total
    assert (document["account"], document["environment"]) == (account, environment)


def test_the_price_of_a_default() -> None:
    text = run("quote", "-", *AT, "--effects", stdin=alibaba()).out
    assert "  1080P rather than 720P: +0.25 USD" in text  # 5 x (0.15 - 0.10)
    (effect,) = run("quote", "-", *AT, "--effects", "--format", "json", stdin=alibaba()).document["price_effects"]
    assert (effect["from_total"], effect["to_total"], effect["difference"]) == ("0.50", "0.75", "0.25")
    assert "rather than" not in run("quote", "-", *AT, stdin=alibaba()).out


def test_a_plan() -> None:
    lines = run("plan", "-", stdin=atlas_sr()).out.splitlines()
    assert [word in lines[0] for word in ("render", "720P", "wan2.7-r2v", "1280 x 720", "8 s", "240 frames")] == [
        True
    ] * 6
    assert "expected" not in lines[0]
    upscaling = ("upscale", "1080P-SR", "FlashVSR", "1920 x 1080", "8 s", "240 frames", "expected")
    assert [word for word in upscaling if word not in lines[-1]] == []
    stages = run("plan", "-", "--format", "json", stdin=atlas_sr()).document["plan"]
    assert [(stage["stage"], stage["width_px"], stage["frames"], stage["expected"]) for stage in stages] == [
        ("render", 1280, 240, False),
        ("upscale", 1920, 240, True),
    ]


def test_a_conversion_prints_the_payload_and_says_what_it_lost() -> None:
    done = run("convert", "-", "--to", "atlas", stdin=alibaba(resolution="720P", watermark=True))
    assert done.code == 0
    assert json.loads(done.out)["prompt"] == "character1 waves"
    assert json.loads(done.out)["images"] == [IMAGE]
    assert "label: Image 1 is now character1\n" in done.err
    assert "not carried: watermark (True): " in done.err
    told = run("convert", "-", "--to", "atlas", "--format", "json", stdin=alibaba(resolution="720P", watermark=True))
    assert told.err == ""
    assert told.document["payload"] == json.loads(done.out)
    assert told.document["labels"] == [{"from": "Image 1", "to": "character1"}]
    assert [item["path"] for item in told.document["lost"]] == ["watermark"]
    assert told.document["refused"] == []


def test_a_conversion_that_the_target_would_refuse_ends_with_1() -> None:
    long = alibaba(resolution="720P", duration=15)
    done = run("convert", "-", "--to", "fal", stdin=long)
    assert (done.code, json.loads(done.out)["duration"]) == (1, 15)
    assert "fal would refuse it: " in done.err
    assert run("convert", "-", "--to", "fal", "--format", "json", stdin=long).document["refused"] != []


def test_mixed_arrays_want_their_order() -> None:
    mixed = fal(prompt="Image 1 meets Video 1", reference_video_urls=[CLIP])
    done = run("convert", "-", "--to", "alibaba", stdin=mixed)
    assert (done.code, done.out) == (2, "")
    assert "--order images-first or --order videos-first" in done.err
    assert run("convert", "-", "--to", "alibaba", "--format", "json", stdin=mixed).document["error"]["code"] == (
        "order_needed"
    )
    for order, first in (("images-first", IMAGE), ("videos-first", CLIP)):
        media = json.loads(run("convert", "-", "--to", "alibaba", "--order", order, stdin=mixed).out)["input"]["media"]
        assert media[0]["url"] == first


def test_a_comparison_is_grouped_by_currency() -> None:
    options = ("--region", "mainland", "--rate", "CNY/USD=0.14", "--tiers", "720P,1080P", *AT)
    out = run("compare", "-", *options, stdin=alibaba()).out
    lines = [" ".join(line.split()) for line in out.splitlines()]
    yuan = lines.index("host tier seconds total CNY at the given rate can't carry")
    dollars = lines.index("host tier seconds total USD can't carry")
    assert lines[yuan + 1 : yuan + 3] == [
        "alibaba 720P 5 3.00 0.42 USD",  # 5 x 0.6 = 3.00; x 0.14
        "alibaba 1080P 5 5.00 0.70 USD",  # 5 x 1.0 = 5.00; x 0.14
    ]
    assert lines[dollars + 1 : dollars + 7] == [
        "atlas 720P 5 0.50",
        "fal 720P 5 0.50",
        "fal 1080P 5 0.50",
        "runware 720P 5 0.50",
        "atlas 1080P 5 0.75",
        "runware 1080P 5 0.75",
    ]
    assert "Refused:" not in out


def test_at_a_rate_both_ends_are_shown_of_what_lies_between_two() -> None:
    """Atlas may bill nothing of the clip, or all of it: 5 s of output, and 2 s to 30 s of clip at most."""
    payload = {"model": "alibaba/wan-2.7/reference-to-video", "prompt": "A walk", "images": [IMAGE], "videos": [CLIP]}
    asked = ("compare", "-", "--hosts", "atlas", "--tiers", "720P", "--rate", "USD/CNY=7", *AT)
    stdin = json.dumps(payload)
    (option,) = run(*asked, "--format", "json", stdin=stdin).document["options"]
    assert (option["total_min"], option["total"], option["converted"]) == ("0.50", "3.50", ["3.50..24.50 CNY"])
    shown = [" ".join(line.split()) for line in run(*asked, stdin=stdin).out.splitlines()]
    assert "atlas 720P 5 0.50..3.50 3.50..24.50 CNY" in shown


def test_a_comparison_is_by_total_and_says_what_is_refused() -> None:
    options = ("--hosts", "fal,alibaba", "--tiers", "720P", "--durations", "15,5", *AT)
    done = run("compare", "-", *options, stdin=alibaba())
    assert done.code == 0
    rows = [line.split()[:4] for line in done.out.splitlines() if "0P" in line and "Refused" not in line]
    assert rows[:3] == [
        ["alibaba", "720P", "5", "0.50"],
        ["fal", "720P", "5", "0.50"],
        ["alibaba", "720P", "15", "1.50"],
    ]
    assert "  fal 720P 15 s: 15 s: 2 to 10 s are rendered. Ask for 10 s." in done.out


def test_a_comparison_in_json() -> None:
    options = ("--region", "mainland", "--rate", "CNY/USD=0.14", "--hosts", "alibaba", *AT, "--format", "json")
    found = run("compare", "-", *options, stdin=alibaba()).document["options"]
    assert [(option["resolution"], option["total"]) for option in found] == [
        ("720P", "3.00"),
        ("1080P", "5.00"),
        ("1080P-SR", None),
        ("1440P-SR", None),
    ]
    assert found[0]["converted"] == ["0.42 USD"]
    assert [bool(option["refusals"]) for option in found] == [False, False, True, True]


def test_the_region_of_a_comparison_holds_for_the_host_that_has_regions() -> None:
    options = ("--region", "mainland", "--tiers", "720P", *AT, "--format", "json")
    found = run("compare", "-", *options, stdin=fal()).document["options"]
    currencies = {option["host"]: option["currency"] for option in found}
    assert currencies == {"alibaba": "CNY", "atlas": "USD", "fal": "USD", "runware": "USD"}


def test_a_comparison_says_what_it_assumed() -> None:
    assert "international" in run("compare", "-", "--hosts", "alibaba", *AT, stdin=fal()).out


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--rate", "CNY/USD", "--rate"),
        ("--rate", "CNY=1", "CNY/USD=0.139"),
        ("--rate", "cny/usd=1", "CNY/USD=0.139"),
        ("--rate", "CNY/XXQ=1", "CNY/USD=0.139"),
        ("--rate", "CNY/USD=1e3", "'1e3'"),
        ("--rate", "CNY/USD=-1", "'-1'"),
        ("--rate", "CNY/USD=0,14", "'0,14'"),
        ("--rate", "CNY/USD=NaN", "'NaN'"),
        ("--tiers", "720p", "720P, 1080P, 1080P-SR, 1440P-SR"),
        ("--tiers", "720P,4K", "'4K'"),
        ("--durations", "-1", "'-1'"),
        ("--durations", "5.5", "'5.5'"),
        ("--durations", "five", "'five'"),
        ("--durations", FOREIGN, f"{FOREIGN!r}"),
        ("--durations", "1000", "'1000'"),
        ("--hosts", "fal,nobody", "'nobody'"),
    ],
)
def test_an_axis_that_makes_no_sense_is_named(option: str, value: str, said: str) -> None:
    done = run("compare", "-", option, value, stdin=fal())
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_an_explanation_tells_each_line_and_where_it_stands() -> None:
    out = run("explain", "-", *AT, stdin=fal_clip()).out
    assert "the card fal-list holds (published/fal.toml:" in out
    assert "3 seconds at 720P x 0.10 = 0.30" in out
    assert "1 to 30 seconds at 720P x 0.10 = 0.10 to 3.00" in out
    assert "fal-list:output_video_seconds/any@2026-10-31" in out
    assert "Total: 0.40 to 3.30 USD, before tax; bounded." in out
    assert "tier not named" in out


def test_an_explanation_tells_what_was_capped(facts: tuple[str, str]) -> None:
    clip = alibaba(resolution="720P", duration=3)
    clip["input"] = {"prompt": "Video 1 dances", "media": [{"type": "reference_video", "url": CLIP}]}
    out = run("explain", "-", *AT, *facts, stdin=clip).out
    assert "at most 5 s in total" in out
    assert "5 seconds at 720P x 0.10 = 0.50" in out  # 8 s capped at 5
    assert "Total: 0.80 USD" in out  # (3 + 5) x 0.10
    assert "no region was named: international is taken for alibaba" in out


def test_an_explanation_tells_a_default() -> None:
    assert "No resolution is asked for" in run("explain", "-", *AT, stdin=alibaba()).out


def test_an_explanation_in_json_is_the_sentences_and_the_quote(facts: tuple[str, str]) -> None:
    asked = ("-", *AT, *facts)
    told = run("explain", *asked, "--format", "json", stdin=fal_clip())
    assert told.code == 0
    assert list(told.document) == ["schema_version", "sentences", "quote"]
    assert told.document["sentences"] == run("explain", *asked, stdin=fal_clip()).out.splitlines()
    assert told.document["quote"] == run("quote", *asked, "--format", "json", stdin=fal_clip()).document


def test_an_explanation_in_json_spells_out_a_file_name_in_no_encoding(tmp_path: Path) -> None:
    folder = tmp_path / "n\udcff"
    folder.mkdir()
    write_catalogue(folder, terms_of({"720P": "0.1"}))
    payload = atlas_sr(resolution="720P")
    asked = ("explain", "-", *AT, "--catalogue", str(folder), *ACME)
    text, told = run(*asked, stdin=payload), run(*asked, "--format", "json", stdin=payload)
    assert (text.code, told.code) == (0, 0)
    assert "n\\udcff/card.toml" in text.out
    assert "n\\udcff/card.toml" in told.document["sentences"][0]


# Cards


@pytest.mark.parametrize(
    ("card", "what"),
    [
        pytest.param("fal-list", "USD, 1 entry, published", id="one"),
        pytest.param("runware-list", "USD, 2 entries, published", id="two"),
    ],
)
def test_entries_are_counted_as_people_do(card: str, what: str) -> None:
    (item,) = [item for item in run("cards", "list", "--format", "json").document["items"] if item["id"] == card]
    assert item["what"] == what
    assert what.removesuffix(" published") in run("cards", "list").out


def test_the_list_of_cards() -> None:
    out = run("cards", "list", "--catalogue", str(CATALOGUE)).out
    document = run("cards", "list", "--catalogue", str(CATALOGUE), "--format", "json").document
    assert out.startswith(f"{document['name']} ({document['digest']})\n")
    ids = {"fal-list", "alibaba-mainland", "northlight-atlas", "acme-atlas", "sandbox-atlas"}
    assert ids <= {item["id"] for item in document["items"]}
    assert [item["id"] for item in document["items"] if item["id"] not in out] == []
    assert len({item["file"] for item in document["items"]}) == len(document["items"])


def test_a_card_is_shown() -> None:
    out = run("cards", "show", "alibaba-mainland").out
    flat = [" ".join(line.split()) for line in out.splitlines()]
    assert "alibaba, mainland, CNY, transcribed" in flat
    assert "file published/alibaba-mainland.toml:5" in flat
    assert "from 2026-05-28 output_video_seconds at 720P 0.60 line 16" in flat
    clips = flat.index("from 2026-05-28 reference clips: billed at the output's price")
    assert flat[clips + 1 :] == ["at most 5 s in total", "from 2026-05-28 unfinished jobs: failed: free"]
    document = run("cards", "show", "alibaba-mainland", "--format", "json").document
    assert document["card"]["source"] in out
    assert [entry["price"] for entry in document["entry"]] == ["0.6", "1.0"]


def test_a_card_says_what_is_less_sure_than_the_rest_of_it() -> None:
    flat = [" ".join(line.split()) for line in run("cards", "show", "atlas-list").out.splitlines()]
    assert "from 2026-10-31 output_video_seconds at 720P 0.10 line 15" in flat
    assert "from 2026-10-31 output_video_seconds at 1080P 0.15 line 21, second-hand" in flat
    clips = "reference clips: not known whether billed; if so, whole, at the output's price"
    assert flat[-3:] == [
        f"from 2026-10-31 {clips}",
        "assumed: the host says that reference clips can change the",
        "charge, and not how",
    ]


@pytest.mark.parametrize(
    ("head", "own", "said"),
    [
        pytest.param("published", {}, "", id="as-the-head"),
        pytest.param("published", {"confidence": "published"}, "", id="said-again"),
        pytest.param("published", {"confidence": "transcribed"}, ", transcribed", id="another"),
        pytest.param("second-hand", {}, ", second-hand", id="second-hand-as-the-head"),
        pytest.param("second-hand", {"confidence": "published"}, ", published", id="surer-than-the-head"),
    ],
)
def test_how_sure_an_entry_is(head: str, own: Row, said: str, tmp_path: Path) -> None:
    terms = terms_of({})
    terms["entries"] = [per_unit("output_video_seconds", "720P", "0.1", **own)]
    write_catalogue(tmp_path, terms, confidence=head)
    out = run("cards", "show", "made-up", "--catalogue", str(tmp_path)).out
    assert f"output_video_seconds at 720P  0.10  line 13{said}\n" in out


ALL_SORTS: Final[list[Row]] = [
    {"from": FIRST_DAY, "model": "per_unit", "meter": "output_video_seconds", "free": "true"},
    per_unit("output_video_seconds", "720P", "0.1", note=f"as agreed on the phone, {'and again ' * 8}by letter"),
    per_unit("output_video_seconds", "1440P-SR", "0.2", source="https://example.com/sr", confidence="second-hand"),
    {"from": "2026-02-01", "model": "per_unit", "meter": "output_video_seconds", "resolution": "1440P-SR"},
    {"from": FIRST_DAY, "model": "flat", "price": "0.02"},
    {"from": FIRST_DAY, "model": "minimum", "amount": "0.5", "note": "the least"},
    {"from": "2026-02-01", "model": "minimum"},
]


def test_all_that_a_card_can_say_is_shown(tmp_path: Path) -> None:
    rule = {"priced_as": "render", "cuts_s": "5 2.5", "minimum_s": "1", "round_to_s": "0.5", "source": "a letter"}
    terms = terms_of({}, rule=rule)
    terms["entries"] = ALL_SORTS
    terms["reference_video"].insert(0, {"from": "2026-03-01", "billed": "no"})
    terms["rounding"] = [
        {"from": "2026-02-01", "quantum": "0.01", "mode": "half-even", "place": "quote"},
        {"from": FIRST_DAY, "quantum": "1", "mode": "up", "place": "line"},
    ]
    write_catalogue(tmp_path, terms)
    lines = run("cards", "show", "made-up", "--catalogue", str(tmp_path)).out.splitlines()
    assert max(len(line) for line in lines if not line.startswith("file ")) <= 100
    begin = lines.index("")
    assert lines[begin:] == [
        "",
        "  from 2026-01-01  minimum                               0.50  line 47",
        "                   note: the least",
        "  from 2026-02-01  minimum                               ends  line 53",
        "  from 2026-01-01  output_video_seconds at 1440P-SR      0.20  line 27, second-hand",
        "                   source: https://example.com/sr",
        "  from 2026-02-01  output_video_seconds at 1440P-SR  no price  line 36",
        "  from 2026-01-01  output_video_seconds at 720P          0.10  line 19",
        "                   note: as agreed on the phone, and again and again and again and again and again",
        "                   and again and again and again by letter",
        "  from 2026-01-01  output_video_seconds                  free  line 13",
        "  from 2026-01-01  requests                              0.02  line 42",
        "",
        "  from 2026-01-01  reference clips: billed at the rendered tier's price",
        "                                    cut to 5 / 2.5 s each, for 1 / 2 or more videos",
        "                                    at least 1 s",
        "                                    the sum rounded up to a multiple of 0.5 s",
        "                                    source: a letter",
        "  from 2026-03-01  reference clips: not billed",
        "  from 2026-01-01  amounts: each line rounded up to a multiple of 1",
        "  from 2026-02-01  amounts: the total rounded half-even to a multiple of 0.01",
    ]


def test_a_card_says_who_gets_it() -> None:
    out = run("cards", "show", "northlight-atlas-stages", "--catalogue", str(CATALOGUE)).out
    assert "\nonly for agreements that name it\n" in out
    assert "only for agreements" not in run("cards", "show", "fal-list").out


def test_terms_are_of_the_tiers_that_the_host_has() -> None:
    out = run("cards", "resolve", "fal", *AT, "--explain").out
    assert ("at 720P" in out, "at 1080P " in out, "-SR" in out) == (True, True, False)
    rates = run("cards", "resolve", "fal", *AT, "--format", "json").document["terms"]["rates"]
    assert [rate["resolution"] for rate in rates] == ["720P", "1080P", "1080P-SR", "1440P-SR"]


def test_the_steps_of_terms_are_of_the_tiers_that_the_host_has(tmp_path: Path) -> None:
    terms = terms_of({"720P": "0.1", "1440P-SR": "0.2"}, agreement=[{"kind": "discount", "percent": "10"}])
    write_catalogue(tmp_path, terms, host="fal")
    out = run("cards", "resolve", "fal", "--catalogue", str(tmp_path), *ACME, *AT, "--explain").out
    assert "output_video_seconds at 720P: discount 10 percent: 0.09 (" in out
    assert "1440P-SR" not in out


def test_terms_say_how_sure_they_are_and_what_the_card_remarks() -> None:
    lines = run("cards", "resolve", "atlas", *AT).out.splitlines()
    assert lines[1:] == [
        (
            "  output_video_seconds at 720P   0.10                "
            "atlas-list:output_video_seconds/720P@2026-10-31 (published/atlas.toml:15)"
        ),
        (
            "  output_video_seconds at 1080P  0.15 (second-hand)  "
            "atlas-list:output_video_seconds/1080P@2026-10-31 (published/atlas.toml:21)"
        ),
        "  reference clips: not known whether billed; if so, whole, at the output's price",
        "                   assumed: the host says that reference clips can change the charge, and not how",
    ]
    assert run("cards", "resolve", "fal", *AT).out.splitlines()[3:] == [
        "  note: tier not named: the page states one price, and this entry holds for every tier",
        "        (output_video_seconds at 720P, 1080P)",
        "  reference clips: billed whole, at the output's price",
    ]


def test_terms_say_what_is_free() -> None:
    out = run("cards", "resolve", "atlas", *AT, *SANDBOX).out
    assert "  output_video_seconds at 1080P-SR  0.13 (fictional) -> free  sandbox-atlas:override/" in out


def test_terms_say_each_rule_in_force(tmp_path: Path) -> None:
    override = {"kind": "override", "meter": "super_resolution_seconds", "resolution": "1440P-SR", "price": "0.3"}
    terms = terms_of({"720P": "0.1"}, rule={"billed": "no"}, agreement=[override])
    terms["entries"].append({**ALL_SORTS[0], "resolution": "1080P"})
    terms["entries"].append({"from": FIRST_DAY, "model": "minimum", "amount": "0.5"})
    terms["reference_video"].append({"from": "2026-03-01", "billed": "yes", "cap_total_s": "5"})
    terms["rounding"] = [{"from": FIRST_DAY, "quantum": "0.01", "mode": "half-up", "place": "quote"}]
    write_catalogue(tmp_path, terms, confidence="published")
    asked = ("cards", "resolve", "atlas", "--catalogue", str(tmp_path), *ACME)
    lines = [line.partition("  made-up")[0].rstrip() for line in run(*asked, "--at", "2026-03-01").out.splitlines()]
    assert lines[1:3] == [
        "  output_video_seconds at 720P          0.10",
        "  output_video_seconds at 1080P         free",
    ]
    assert lines[3].startswith("  super_resolution_seconds at 1440P-SR  no list price -> 0.30  acme-terms:override/")
    assert lines[4:] == [
        "  reference clips: billed at the output's price",
        "                   at most 5 s in total",
        "  minimum: at least 0.50 USD a request (made-up:minimum/any@2026-01-01)",
        "  amounts: the total rounded half-up to a multiple of 0.01 (made-up:rounding@2026-01-01)",
    ]
    assert "  reference clips: not billed\n" in run(*asked, "--at", "2026-02-28").out


def test_terms_are_resolved_and_explained() -> None:
    asked = ("cards", "resolve", "atlas", *NORTHLIGHT, *AT)
    plain = run(*asked).out
    assert plain.startswith("acme / production / atlas: card northlight-atlas, agreement acme-atlas, USD\n")
    assert "0.13 (fictional) -> 0.117" in plain  # 0.13 - 10 %
    assert "discount" not in plain
    explained = run(*asked, "--explain").out
    assert explained.startswith(plain)
    assert "output_video_seconds at 1080P-SR: discount 10 percent: 0.117" in explained
    assert "  account acme in production: acme-atlas (" in explained
    document = run(*asked, "--format", "json").document
    assert (document["card"], document["agreements"]) == ("northlight-atlas", ["acme-atlas"])


def test_terms_say_that_their_region_was_assumed() -> None:
    assert "no region was named" in run("cards", "resolve", "alibaba", *AT).out


# What a newcomer stumbled over


def runware(**more: object) -> dict[str, object]:
    plain = {"taskType": "videoInference", "model": "alibaba:wan@2.7", "positivePrompt": "Image 1 waves"}
    inputs = {"referenceImages": [IMAGE]}
    return {**plain, "inputs": inputs, "width": 1280, "height": 720, "duration": 3, **more}


def test_what_is_billed_twice_is_not_quoted_once() -> None:
    done = run("quote", "-", *AT, "--format", "json", stdin=runware(numberResults=2))
    assert (done.code, done.document.get("total")) != (0, "0.30")  # 2 x 3 x 0.10


@pytest.mark.parametrize(
    ("payload", "to", "lost"),
    [
        pytest.param({**alibaba(resolution="720P"), "model": "wan2.7-r2v-2026-06-12"}, "alibaba", "model", id="model"),
        pytest.param(runware(numberResults=1), "fal", "numberResults", id="counted-field"),
        pytest.param(runware(outputFormat="mp4"), "fal", "outputFormat", id="field-of-one-host"),
        pytest.param(fal(negativ_prompt="blurred"), "atlas", "negativ_prompt", id="unknown-field"),
    ],
)
def test_a_conversion_drops_nothing_in_silence(payload: dict[str, object], to: str, lost: str) -> None:
    document = run("convert", "-", "--to", to, "--format", "json", stdin=payload).document
    assert [item for item in document["lost"] if lost in item["path"]] != []


def test_a_conversion_that_loses_the_tier_says_what_will_be_billed() -> None:
    done = run("convert", "-", "--to", "alibaba", stdin=atlas_sr())
    assert "1080P is rendered and billed" in done.err


@pytest.mark.parametrize("key", ["\x1b[31mred", "a\nerror WAN999 made up"], ids=["escape", "line-end"])
def test_a_payload_can_not_write_to_the_terminal(key: str) -> None:
    out = run("check", "-", stdin={**fal(), key: 1}).out
    assert "\x1b" not in out
    assert not any(line.startswith("error ") for line in out.splitlines())


# What a comparison is asked for, and how it ends


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param(("--rate", "CNY/USD=0"), "above 0", id="rate-of-nothing"),
        pytest.param(("--rate", "CNY/USD=0.000"), "above 0", id="rate-of-nothing-in-decimals"),
        pytest.param(("--rate", "CNY/CNY=1"), "two currencies", id="rate-to-itself"),
        pytest.param(("--rate", "CNY/USD=0.1", "--rate", "CNY/USD=0.2"), "CNY/USD", id="two-rates-for-a-pair"),
        pytest.param(("--rate", "CNY/USD=0.1", "--rate", "CNY/USD=0.1"), "CNY/USD", id="one-rate-said-twice"),
        pytest.param(("--tiers", ","), "--tiers", id="no-tier"),
        pytest.param(("--hosts", " , "), "--hosts", id="no-host"),
        pytest.param(("--durations", ""), "--durations", id="no-length"),
    ],
)
def test_a_comparison_that_makes_no_sense_is_refused(options: tuple[str, ...], said: str) -> None:
    done = run("compare", "-", *options, *AT, stdin=fal())
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_rates_of_several_pairs_are_taken() -> None:
    rates = ("--rate", "USD/CNY=7", "--rate", "USD/EUR=0.9", "--rate", "CNY/USD=0.14")
    (found,) = run(
        "compare", "-", *rates, "--hosts", "fal", "--tiers", "720P", *AT, "--format", "json", stdin=fal()
    ).document["options"]
    assert found["converted"] == ["2.10 CNY", "0.27 EUR"]  # 3 x 0.10 = 0.30; x 7, x 0.9


def test_a_word_said_twice_counts_once() -> None:
    axes = ("--hosts", "fal,fal,", "--tiers", "720P, 720P,1080P", "--durations", "3,03,3")
    found = run("compare", "-", *axes, *AT, "--format", "json", stdin=fal()).document["options"]
    assert [(o["host"], o["resolution"], o["duration_s"]) for o in found] == [("fal", "720P", 3), ("fal", "1080P", 3)]


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(
    ("options", "code"),
    [
        pytest.param(("--hosts", "fal,atlas", "--tiers", "720P,1440P-SR"), 0, id="one-is-priced"),
        pytest.param(("--hosts", "fal", "--tiers", "1440P-SR"), 1, id="no-such-tier"),
        pytest.param(("--hosts", "fal", "--durations", "99"), 1, id="the-rules-refuse"),
        pytest.param(("--hosts", "atlas", "--tiers", "1440P-SR"), 4, id="no-price"),
        pytest.param(("--hosts", "fal,atlas", "--tiers", "1440P-SR"), 1, id="no-such-tier-and-no-price"),
        pytest.param(("--hosts", "atlas", "--tiers", "720P", "--at", "2001-01-01"), 4, id="no-card-yet"),
        pytest.param(("--hosts", "alibaba", "--tiers", "720P", "--region", "moon"), 2, id="no-such-region"),
        pytest.param(("--hosts", "fal,atlas", "--account", "nobody"), 2, id="no-such-account"),
    ],
)
def test_how_a_comparison_ends(options: tuple[str, ...], code: int, form: str) -> None:
    when = () if "--at" in options else AT
    done = run("compare", "-", *options, *when, "--format", form, stdin=fal())
    assert done.code == code
    assert done.out != ""


def test_a_running_total_that_counts_for_nothing_is_told() -> None:
    done = run("quote", RUNWARE, *AT, "--consumed-before", "spent=5")
    assert done.code == 0
    assert "no price here looks at 'spent': no price here depends on the month" in done.err


@pytest.mark.parametrize(
    ("said", "words"),
    [
        pytest.param("spend", "write NAME=AMOUNT", id="no-amount"),
        pytest.param("spend=-5", "is no amount", id="below-nothing"),
        pytest.param("=5", "write NAME=AMOUNT", id="no-name"),
    ],
)
def test_a_running_total_is_a_name_and_an_amount(said: str, words: str) -> None:
    done = run("quote", RUNWARE, *AT, "--consumed-before", said)
    assert (done.code, words in done.err) == (2, True)
