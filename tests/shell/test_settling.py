"""`wan-rules settle`: what it prints of each outcome, how it ends, and that no catalogue of today has a say in it."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Final, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from pricing import PricingError, read_report, settle
from pricing.extensions import ChargeModel
from pricing.shell import settling, wire
from pricing.shell.plugin_set import Plugins
from pricing.shell.settling import read_quote, read_settlement, settlement_lines, write_settlement
from pricing.shell.text import Paint
from tests.documents import JsonObject, changed, pointers
from tests.quoting import atlas, lengths, quoted, unlimited
from tests.settling import FROM, LADDER, MONTH, held
from tests.shell.runner import AT, CATALOGUE, CLIP, EXAMPLES, Json, atlas_sr, fal, fal_clip, run, write_json
from tests.shell.test_cli import write_catalogue
from tests.strategies import JSON_VALUES, examples
from tests.terms import terms_of
from tests.test_schemas import faults
from wan_rules import UnusableInputError

BASIS: Final = "/basis"
WORK: Final = "work"
MAINLAND: Final = (*AT, "--region", "mainland")
FIVE: Final = str(EXAMPLES / "alibaba-five-references.payload.json")
FIVE_RESULT: Final = str(EXAMPLES / "alibaba-five-references.result.json")
OTHER_TIER: Final = terms_of({"1080P": "0.16"})
SPENT: Final = "0.000000000000000000000001"
MONTH_SPEND: Final = f"spend={SPENT}"
FLOATS: Final = str(EXAMPLES / "alibaba-floats.result.json")
GLOBEX: Final = ("--catalogue", str(CATALOGUE), "--account", "globex", "--environment", "production", *AT)


def write_quote(folder: Path, payload: object, *options: str) -> str:
    """The name of a file with the quote of a payload."""
    done = run("quote", "-", "--format", "json", *options, stdin=payload)
    assert done.document["kind"]
    return write_json(folder / "quote.json", done.document)


@pytest.fixture
def five(tmp_path: Path) -> str:
    """A quote of the official example: 6.60 to 9.00 CNY."""
    return write_quote(tmp_path, Path(FIVE).read_bytes(), *MAINLAND)


def settled(quote: str, report: object, *options: str) -> Json:
    done = run("settle", quote, "-", "--format", "json", *options, stdin=report)
    assert done.code == 0
    return done.document


# In text


def test_the_official_example_takes_all_of_its_hold(five: str) -> None:
    done = run("settle", five, FIVE_RESULT)
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        "settled: 9.00 CNY charged, all of the hold",
        "",
        "  output video 720P             10  seconds x 0.60  6.00 CNY",
        "  reference video 720P  5 of 1..30  seconds x 0.60  3.00 CNY",
        "  total                             exact           9.00 CNY",
        "",
        "What differs from the quote:",
        "  quantity  +0.00 CNY  5 s of reference clips, 1..5 s quoted",
    ]


@pytest.mark.parametrize(
    ("report", "first", "last"),
    [
        pytest.param(
            {"status": "succeeded", "output_video_seconds": 4, "billed_reference_video_seconds": 5},
            "settled: 5.40 CNY charged of the hold of 9.00 CNY, 3.60 CNY released",
            "  quantity  +0.00 CNY  5 s of reference clips, 1..5 s quoted",
            id="released",
        ),
        pytest.param(
            {"status": "succeeded", "resolution": "1080P", "billed_reference_video_seconds": 5},
            "settled: 15.00 CNY charged, 6.00 CNY of it beyond the hold of 9.00 CNY",
            "  quantity  +0.00 CNY  5 s of reference clips, 1..5 s quoted",
            id="topped-up",
        ),
        pytest.param(
            {"status": "failed", "code": "Internal\u001b[31mError"},
            "settled: 0.00 CNY charged of the hold of 9.00 CNY, 9.00 CNY released",
            r"  status  -9.00 CNY  the job ended as failed (Internal\x1b[31mError), free",
            id="free",
        ),
        pytest.param(
            {"status": "failed", "billed": {"amount": 1, "currency": "CNY"}},
            "settled: 0.00 CNY charged of the hold of 9.00 CNY, 9.00 CNY released",
            "  status  +1.00 CNY  the host bills 1.00 for a job that is free; the charge stays",
            id="billed-though-free",
        ),
        pytest.param(
            {
                "status": "succeeded",
                "billed_reference_video_seconds": 5,
                "billed": {"amount": "9.9", "currency": "CNY"},
            },
            "settled: 9.00 CNY charged, all of the hold",
            "  rate      +0.90 CNY  the host bills 9.90, the quote's terms give 9.00; the charge stays",
            id="another-rate",
        ),
    ],
)
def test_what_becomes_of_the_hold(five: str, report: object, first: str, last: str) -> None:
    done = run("settle", five, "-", stdin=report)
    assert done.code == 0
    lines = done.out.splitlines()
    assert (lines[0], lines[-1]) == (first, last)


def test_other_tiers_and_ratios_are_told(tmp_path: Path) -> None:
    quote = write_quote(tmp_path, fal(), *AT)
    done = run("settle", quote, "-", stdin={"status": "succeeded", "resolution": "1080P", "ratio": "1:1"})
    assert done.out.splitlines()[-2:] == [
        "  tier  +0.00 USD  1080P was delivered, 720P was quoted",
        "  tier  +0.00 USD  1:1 was delivered, 16:9 was quoted",
    ]


def test_a_month_that_becomes_known_is_told() -> None:
    quote = held(terms=OTHER_TIER, more=LADDER)
    found = settle(quote, read_report({"status": "succeeded", "consumed_before": {MONTH: 98}}))
    assert [*settlement_lines(found, Paint(colour=False))][-1] == (
        "  quantity  -0.30 USD  the month before the job is known: output_video_seconds/720P 98"
    )


def test_of_an_unbounded_quote_nothing_was_held() -> None:
    quote = quoted(unlimited("atlas"), atlas(clips=1), terms_of({"any": "0.10"}))
    found = settle(quote, read_report({"status": "succeeded", "reference_video_seconds": 40}))
    assert next(iter(settlement_lines(found, Paint(colour=True)))) == (
        "\x1b[32msettled\x1b[0m: 4.50 USD charged; nothing was held, since the quote was unbounded"
    )


@pytest.mark.parametrize("status", ["running", "unknown"])
def test_a_job_that_may_still_run_keeps_its_hold(five: str, status: str) -> None:
    done = run("settle", five, "-", stdin={"status": status})
    assert (done.code, done.out) == (3, f"pending: the job is {status}; the hold of 9.00 CNY stays\n")
    document = run("settle", five, "-", "--format", "json", stdin={"status": status}).document
    assert (document["kind"], document["charge"], document["release"], document["lines"]) == (
        "pending",
        None,
        "0.00",
        [],
    )


def test_a_job_that_failed_in_its_upscaling_pays_for_its_render(tmp_path: Path) -> None:
    """By stages at Northlight: 8 s x 0.09 + 8 s x 0.0333, rounded to 0.99; the render alone is 8 s x 0.09."""
    quote = write_quote(tmp_path, atlas_sr(), *GLOBEX)
    stages = [{"stage": "render", "status": "succeeded"}, {"stage": "upscale", "status": "failed"}]
    found = settled(quote, {"status": "failed", "stages": stages})
    assert (found["hold"], found["charge"], found["release"]) == ("0.99", "0.72", "0.27")
    assert [line["stage"] for line in found["lines"]] == ["render"]
    assert found["report"]["status"] == "failed_upscaling"


# In JSON


def test_the_document_has_all_of_it(five: str) -> None:
    found = settled(five, Path(FIVE_RESULT).read_bytes())
    quote = json.loads(Path(five).read_bytes())
    assert found["quote"] == {
        "kind": "bounded",
        "total": "9.00",
        "total_min": "6.60",
        "account": None,
        "environment": None,
        "host": "alibaba",
        "region": "mainland",
        "as_of": "2026-11-15T00:00:00Z",
        "digest": quote["basis"]["digest"],
    }
    assert found["lines"][0] == quote["lines"][0]
    assert found["report"]["task_id"] == "18814247"


def test_the_same_report_gives_the_same_document_byte_for_byte(five: str, tmp_path: Path) -> None:
    report = Path(FIVE_RESULT).read_bytes()
    first = run("settle", five, "-", "--format", "json", stdin=report)
    earlier = write_json(tmp_path / "settled.json", first.out)
    again = run("settle", five, "-", "--format", "json", "--settled", earlier, stdin=report)
    assert again == first


def test_another_report_is_told_with_what_it_adds(five: str, tmp_path: Path) -> None:
    first = settled(five, Path(FLOATS).read_bytes())
    earlier = write_json(tmp_path / "settled.json", first)
    found = settled(five, Path(FIVE_RESULT).read_bytes(), "--settled", earlier)
    assert (first["charge"], found["charge"]) == ("6.00", "9.00")
    assert found["resettled"] == {"charge_before": "6.00", "difference": "3.00"}
    second = write_json(tmp_path / "second.json", found)
    assert settled(five, Path(FIVE_RESULT).read_bytes(), "--settled", second) == found
    text = run("settle", five, FIVE_RESULT, "--settled", earlier)
    assert text.out.splitlines()[1] == "settled before at 6.00 CNY; by this report +3.00 CNY"


def test_what_was_pending_is_settled_by_the_next_report(five: str, tmp_path: Path) -> None:
    pending = run("settle", five, "-", "--format", "json", stdin={"status": "running"})
    earlier = write_json(tmp_path / "settled.json", pending.out)
    found = settled(five, Path(FIVE_RESULT).read_bytes(), "--settled", earlier)
    assert (found["charge"], found["resettled"]) == ("9.00", None)


def test_prices_that_change_afterwards_change_no_settlement(tmp_path: Path) -> None:
    """5 s at 0.10 were quoted: at 0.30, and with no catalogue at all, the job still costs 5 s at 0.10."""
    folder = tmp_path / "prices"
    folder.mkdir()
    write_catalogue(folder, terms_of({"any": "0.10"}))
    acme = ("--catalogue", str(folder), "--account", "acme", "--environment", "production", "--at", "2026-02-01")
    payload = atlas_sr(resolution="720P", duration=5)
    quote = write_quote(tmp_path, payload, *acme)
    before = run("settle", quote, "-", stdin={"status": "succeeded"})
    write_catalogue(folder, terms_of({"any": "0.30"}))
    assert run("quote", "-", "--format", "json", *acme, stdin=payload).document["total"] == "1.50"
    assert run("settle", quote, "-", stdin={"status": "succeeded"}) == before
    for file in folder.iterdir():
        file.unlink()
    assert run("settle", quote, "-", stdin={"status": "succeeded"}) == before
    assert "settled: 0.50 USD charged, all of the hold" in before.out


# Amounts with all their digits


def _finely_priced(folder: Path, kind: str, **term: str) -> str:
    """A quote of 5 s at 0.0333 and a clip of 3.123457 s, under an agreement of one term."""
    prices = folder / "prices"
    prices.mkdir()
    write_catalogue(prices, terms_of({"720P": "0.0333"}, agreement=[{"kind": kind, **term}]))
    facts = write_json(folder / "facts.json", lengths("3.123457"))
    acme = ("--catalogue", str(prices), "--account", "acme", "--environment", "production", "--at", "2026-02-01")
    return write_quote(folder, atlas(clips=1), *acme, "--facts", facts, "--consumed-before", f"{MONTH_SPEND}")


def test_a_price_less_a_percentage_is_settled(tmp_path: Path) -> None:
    quote = _finely_priced(tmp_path, "discount", percent="7.5")
    total = Decimal("8.123457") * Decimal("0.0333") * Decimal("0.925")
    found = settled(quote, {"status": "succeeded"})
    assert found["charge"] == found["quote"]["total"] == str(total) == "0.2502227842425"


def test_a_share_of_what_is_left_is_settled_and_settled_again(tmp_path: Path) -> None:
    """0.1 was committed to, of which the month before left a part; what is beyond costs an odd share more."""
    quote = _finely_priced(tmp_path, "commitment", amount="0.1", overage_percent="12.345678901234")
    left = Fraction("0.1") - Fraction(SPENT)
    listed = Fraction("8.123457") * Fraction("0.0333")
    first = settled(quote, {"status": "succeeded"})
    assert Fraction(first["charge"]) == listed + (listed - left) * Fraction("0.12345678901234")
    assert len(first["charge"].partition(".")[2]) > 24
    earlier = write_json(tmp_path / "settled.json", first)
    second = settled(quote, {"status": "succeeded", "reference_video_seconds": ["3"]}, "--settled", earlier)
    assert second["resettled"]["charge_before"] == first["charge"]
    again = write_json(tmp_path / "second.json", second)
    assert settled(quote, second["report"], "--settled", again) == second
    for document in (first, second):
        assert faults(document, "settlement") == []


def test_a_report_tells_the_month_to_the_digit_that_a_quote_takes(tmp_path: Path) -> None:
    """9 were the most; 8.123456789012345 of them were spent, so that 5 s at 0.50 cost the rest."""
    prices = tmp_path / "prices"
    prices.mkdir()
    cap = {"kind": "cap", "per": "month", "amount": "9"}
    write_catalogue(prices, terms_of({"720P": "0.50"}, agreement=[cap]))
    acme = ("--catalogue", str(prices), "--account", "acme", "--environment", "production", "--at", "2026-02-01")
    report = {"status": "succeeded", "consumed_before": {"spend": "8.123456789012345"}}
    assert faults(report, "reported") == []
    assert settled(write_quote(tmp_path, atlas(), *acme), report)["charge"] == "0.876543210987655"


# The schemas


@pytest.mark.parametrize(
    ("report", "earlier"),
    [
        pytest.param({"status": "succeeded", "reference_video_seconds": "3.5"}, None, id="settled"),
        pytest.param({"status": "failed", "billed": {"amount": "1", "currency": "CNY"}}, None, id="billed-though-free"),
        pytest.param({"status": "failed"}, {"status": "succeeded", "reference_video_seconds": [3]}, id="resettled"),
        pytest.param({"status": "running"}, None, id="pending"),
    ],
)
def test_what_is_written_is_what_its_schema_says(five: str, tmp_path: Path, report: object, earlier: object) -> None:
    options: tuple[str, ...] = ()
    if earlier is not None:
        options = ("--settled", write_json(tmp_path / "settled.json", settled(five, earlier)))
    document = run("settle", five, "-", "--format", "json", *options, stdin=report).document
    assert faults(document, "settlement") == []
    assert faults(report, "reported") == []
    assert faults(document["report"], "reported") == []


@pytest.mark.parametrize("number", [10, 10.0, "10", "10.25"], ids=repr)
def test_the_schema_of_a_report_takes_every_spelling_of_a_number(number: object) -> None:
    assert faults({"status": "succeeded", "output_video_seconds": number}, "reported") == []
    assert faults({"status": "succeeded", "reference_video_seconds": [number]}, "reported") == []


@pytest.mark.parametrize("number", [-1, "ten", "-1", True, {}], ids=repr)
def test_the_schema_of_a_report_refuses_what_the_reader_refuses(number: object) -> None:
    assert faults({"status": "succeeded", "output_video_seconds": number}, "reported") != []


class _Each(BaseModel):
    """The parameters of a charge model: what each unit is charged as often as."""

    times: int


def test_a_plugins_charge_model_settles_what_it_priced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """4 s rather than 5, each charged 3 times at 0.10; without the plugin there is no telling."""
    model = ChargeModel(
        "each", "1", _Each, lambda a, n, price, p: a.mul(a.mul(n, price), Decimal(cast("_Each", p).times))
    )
    entry = (
        f'\n[[entry]]\n{FROM}model = "plugin"\nplugin = "each"\nmeter = "output_video_seconds"\n'
        'resolution = "720P"\nprice = "0.10"\nparameters = {times = 3}\n'
    )
    quote = write_json(
        tmp_path / "quote.json", wire.write_quote(held(terms=OTHER_TIER, more=entry, models={"each": model}))
    )
    report = {"status": "succeeded", "output_video_seconds": 4}
    done = run("settle", quote, "-", stdin=report)
    assert (done.code, "the charge model 'each', version 1, computed it" in done.err) == (2, True)
    monkeypatch.setattr(settling, "use_plugins", lambda: Plugins(models={"each": model}))
    assert settled(quote, report)["charge"] == "1.20"


# What can't be settled


@pytest.mark.parametrize(
    ("report", "code", "error", "message"),
    [
        pytest.param(
            {"status": "moderated"}, 4, "missing_outcome", "[[unfinished]] on the card (moderated", id="outcome"
        ),
        pytest.param({"status": "succeeded"}, 3, "missing_usage", "at 6.60 to 9.00 CNY", id="usage"),
        pytest.param(
            {"status": "succeeded", "resolution": "1080P-SR"}, 4, "no_rate", "a price for output_video", id="no-rate"
        ),
        pytest.param(
            {"status": "failed_upscaling"},
            2,
            "report_mismatch",
            "it renders 720P",
            id="another-job",
        ),
        pytest.param({"status": "done"}, 2, "unusable_input", "-: /status: 'succeeded', ", id="no-report"),
        pytest.param("not JSON", 2, "unusable_input", "-: not JSON", id="no-json"),
        pytest.param('{"status":"succeeded","output_video_seconds":1e999}', 2, "unusable_input", "digits", id="huge"),
    ],
)
def test_what_is_not_settled_says_why(five: str, report: object, code: int, error: str, message: str) -> None:
    done = run("settle", five, "-", stdin=report)
    assert (done.code, done.out) == (code, "")
    assert message in done.err
    written = run("settle", five, "-", "--format", "json", stdin=report)
    assert (written.code, written.document["error"]["code"]) == (code, error)
    assert faults(written.document, "error") == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"/total": "8.00"}, "it was changed after it was written", id="another-total"),
        pytest.param(
            {f"{BASIS}/terms/rates/0/contracted_unit_price": "0.1"}, "it was changed after", id="another-price"
        ),
        pytest.param({"/total_min": "6.00"}, "it was changed after it was written", id="another-least"),
        pytest.param({"/total": 9}, "/total: write the number as a string", id="total-a-number"),
        pytest.param({"/host": None}, "/host: a string, in quotation marks, is wanted", id="no-host"),
        pytest.param({f"{BASIS}/terms/currency": "\x1b[31m"}, "is no currency of ISO 4217", id="no-currency"),
        pytest.param({f"{BASIS}/digest": 5}, "/basis/digest: a string", id="no-digest"),
        pytest.param({f"{BASIS}/{WORK}/stages": []}, "basis: work.stages", id="bad-basis"),
        pytest.param({"/kind": "guessed"}, "/kind: 'exact', 'bounded' or 'unbounded'", id="kind"),
    ],
)
def test_a_quote_that_was_changed_is_refused(five: str, changes: dict[str, object], message: str) -> None:
    write_json(Path(five), changed(json.loads(Path(five).read_bytes()), changes, gone=object()))
    done = run("settle", five, FIVE_RESULT)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


@pytest.fixture(scope="module")
def bounded() -> JsonObject:
    """The quote of the official example, as a document."""
    document: JsonObject = run("quote", FIVE, "--format", "json", *MAINLAND).document
    return document


@examples(100)
@given(data=st.data())
def test_whatever_was_changed_in_a_quote_it_is_settled_or_refused(bounded: JsonObject, data: st.DataObject) -> None:
    places = [pointer for pointer in pointers(bounded) if pointer.startswith("/basis/")]
    values = JSON_VALUES | st.sampled_from(["0", "1", "999999999999.999999999999", "720P", "usd\x1b[31m"])
    document = changed(bounded, {data.draw(st.sampled_from(places)): data.draw(values)}, gone=object())
    try:
        quoted = read_quote(document)
        found = settle(quoted.basis, read_report({"status": "succeeded", "billed_reference_video_seconds": 5}))
    except (PricingError, UnusableInputError) as error:
        assert str(error)  # noqa: PT017 - either is right
    else:
        assert read_settlement(json.loads(write_settlement(found, quoted)), quoted, "settled") == found


@pytest.mark.parametrize("document", [fal_clip(reference_video_urls=[CLIP]), {"verdict": "rejected"}, {}])
def test_what_is_no_quote_is_refused(tmp_path: Path, document: dict[str, object]) -> None:
    done = run("settle", write_json(tmp_path / "quote.json", document), FIVE_RESULT)
    assert (done.code, done.out) == (2, "")
    assert "no quote: it has no basis. Give what `wan-rules quote --format json` writes" in done.err


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"/hold": "1.00"}, "hold is not what its report comes to for this quote", id="another-hold"),
        pytest.param({"/charge": "1.00"}, "charge is not what its report comes to", id="another-charge"),
        pytest.param({"/quote/as_of": "2026-01-01T00:00:00Z"}, "quote is not what its report", id="another-quote"),
        pytest.param({"/report": 5}, "/report: an object of keys and values is wanted", id="no-report"),
        pytest.param({"/report/status": "gone"}, ": report: /status: 'succeeded'", id="no-status"),
        pytest.param(
            {"/resettled": {"charge_before": "-1"}}, "/resettled/charge_before: '-1' is no amount", id="before"
        ),
    ],
)
def test_an_earlier_settlement_is_of_the_same_quote(
    five: str, tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    first = settled(five, Path(FIVE_RESULT).read_bytes())
    earlier = write_json(tmp_path / "settled.json", changed(first, changes, gone=object()))
    done = run("settle", five, FLOATS, "--settled", earlier)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


def test_what_is_no_settlement_is_refused(five: str) -> None:
    done = run("settle", five, FIVE_RESULT, "--settled", five)
    assert (done.code, done.out) == (2, "")
    assert "no settlement: it has no hold" in done.err


def test_standard_input_is_one_of_the_documents(five: str) -> None:
    quote = Path(five).read_bytes()
    assert run("settle", "-", FIVE_RESULT, stdin=quote).out.startswith("settled: 9.00 CNY")
    done = run("settle", "-", "-", stdin=quote)
    assert (done.code, done.out) == (2, "")
    assert "standard input (-) holds one document" in done.err


def test_a_file_that_is_not_there_is_named(five: str) -> None:
    done = run("settle", five, "nowhere.json")
    assert (done.code, done.out) == (2, "")
    assert "report: nowhere.json can't be read" in done.err
