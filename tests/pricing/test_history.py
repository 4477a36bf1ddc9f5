"""What was in force is as it was: what is told of what is another or gone, where, and how to mend it."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest

from pricing import parse_catalogue
from pricing.digests import digest_said
from pricing.linting import BOUNDS, Lint, lint
from pricing.records import Past, list_records
from tests.oracle import Row
from tests.tables import instant
from tests.terms import HEAD, agreement_toml, card_toml, terms_of

AT: Final = instant("2026-06-01")
CARD: Final = card_toml(terms_of({"720P": "0.1", "1080P": "0.15"}), host="runware")
OFF: Final[Row] = {"kind": "discount", "percent": "10"}
ACME: Final = agreement_toml([OFF], host="runware")
WAS: Final = {"catalogue.toml": HEAD, "card.toml": CARD, "acme.toml": ACME}


def told(was: dict[str, str], now: dict[str, str]) -> Lint:
    """What is found in the one catalogue beside the other as it had begun in June."""
    past = Past("the lock", AT, tuple(list_records(parse_catalogue(was), AT)))
    found = lint(parse_catalogue(now), date(2026, 6, 1), BOUNDS._replace(pasts=(past,)))
    (one,) = [one for one in found if one.id == "CAT403"]
    return one


def test_an_agreement_that_is_another_ends_and_a_new_one_begins() -> None:
    one = told(WAS, WAS | {"acme.toml": ACME.replace('percent = "10"', 'percent = "12"')})
    assert one.message == (
        "'acme-terms:agreement' was in force on 2026-06-01 by the lock, and is another: term.0 was "
        '{"percent": "10", "kind": "discount"} and is {"percent": "12", "kind": "discount"}. '
        "Restore it; let it end by `until`, and write a new agreement from then on."
    )
    assert (one.part, one.file, one.key) == ("acme-terms", "acme.toml", "term.0")


def test_what_a_card_means_by_its_prices_is_another_cards() -> None:
    one = told(WAS, WAS | {"card.toml": CARD.replace('"USD"', '"EUR"')})
    assert one.message == (
        '\'made-up:card\' was in force on 2026-06-01 by the lock, and is another: currency was "USD" and is "EUR". '
        "Restore it, and write a new card for what is otherwise."
    )


@pytest.mark.parametrize(
    ("begin", "name"),
    [
        pytest.param("2026-01-01", "2026-01-01", id="a-day"),
        pytest.param("2026-01-01T09:30:00Z", "2026-01-01T09:30:00Z", id="an-instant"),
    ],
)
def test_a_price_that_is_another_is_told_at_its_first_key(begin: str, name: str) -> None:
    entry = f'[[entry]]\nfrom = {begin}\nmeter = "requests"\nprice = "0.5"\n'
    was = WAS | {"card.toml": CARD + entry}
    past = parse_catalogue(was)
    (record,) = [one for one in list_records(past, AT) if one.id.startswith("made-up:requests")]
    one = told(was, WAS | {"card.toml": CARD + entry.replace('price = "0.5"', "free = true")})
    assert one.message == (
        f"'made-up:requests/any@{name}' was in force on 2026-06-01 by the lock, and is another: price was \"0.5\" and "
        "is nothing, free was nothing and is true. Restore it, and add one with a later `from`, or one that says "
        f'corrects = "{digest_said(record.said)}".'
    )
    assert (one.part, one.key) == ("made-up", "entry.2.price")


def test_what_is_gone_is_told_with_all_that_it_said() -> None:
    rule = '[[unfinished]]\nfrom = 2026-01-01\nfailed = "free"\nnote = "Café"\n'
    was = WAS | {"card.toml": CARD + rule}
    one = told(was, WAS)
    said = '{"from": "2026-01-01T00:00:00Z", "failed": "free", "note": "Café"}'
    assert one.message == (
        f"'made-up:unfinished@2026-01-01' was in force on 2026-06-01 by the lock, and is gone: it said {said}. Restore "
        "it, and add one with a later `from`."
    )


@pytest.mark.parametrize(
    ("rule", "edit"),
    [
        pytest.param('[[unfinished]]\nfrom = 2026-01-01\nfailed = "free"\n', ("free", "full"), id="unfinished"),
        pytest.param('[[reference_video]]\nfrom = 2026-02-01\nbilled = "yes"\n', ("yes", "no"), id="clips"),
        pytest.param(
            '[[rounding]]\nfrom = 2026-01-01\nquantum = "0.01"\nmode = "up"\nplace = "line"\n',
            ("0.01", "1"),
            id="rounding",
        ),
    ],
)
def test_only_an_entry_says_what_it_corrects(rule: str, edit: tuple[str, str]) -> None:
    one = told(WAS | {"card.toml": CARD + rule}, WAS | {"card.toml": CARD + rule.replace(*edit)})
    assert one.message.endswith(". Restore it, and add one with a later `from`.")


MADE_UP: Final = "made-up:output_video_seconds/720P@2026-01-01"


def test_what_was_in_force_is_not_superseded_afterwards() -> None:
    later = '[[entry]]\nfrom = 2026-01-02\nmeter = "output_video_seconds"\nresolution = "720P"\nprice = "9"\n'
    now = WAS | {"card.toml": f'{CARD}{later}supersedes = "{MADE_UP}"\nannounced = 2025-12-01\n'}
    one = told(WAS, now)
    said = f"{MADE_UP!r} was in force on 2026-06-01 by the lock, and is superseded: it said {{"
    assert one.message.startswith(said)
    assert (one.part, one.key) == ("made-up", "entry.2.supersedes")


def test_what_was_superseded_before_it_began_was_never_in_force() -> None:
    entry = '[[entry]]\nfrom = 2026-05-0{}\nmeter = "requests"\nprice = "9"\n'
    mended = entry.format(2) + 'supersedes = "made-up:requests/any@2026-05-01"\nannounced = 2026-04-01\n'
    catalogue = parse_catalogue(WAS | {"card.toml": CARD + entry.format(1) + mended})
    ids = [one.id for one in list_records(catalogue, AT) if one.id.startswith("made-up:requests")]
    assert ids == ["made-up:requests/any@2026-05-02"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param(
            'environments = ["production"]', 'environments was nothing and is ["production"]', id="environments"
        ),
        pytest.param('region = "moon"', 'region was nothing and is "moon"', id="region"),
        pytest.param("by_agreement = true", "by_agreement was nothing and is true", id="by-agreement"),
    ],
)
def test_where_a_card_holds_is_as_it_was(line: str, said: str) -> None:
    one = told(WAS, WAS | {"card.toml": CARD.replace('host = "runware"', f'host = "runware"\n{line}')})
    assert f"'made-up:card' was in force on 2026-06-01 by the lock, and is another: {said}. " in one.message


ALIAS: Final = '[[alias]]\nname = "latest"\ncard = "made-up"\nfrom = 2026-0{}-01\n'


@pytest.mark.parametrize(
    ("now", "said", "key"),
    [
        pytest.param("", "is gone: it said ", "catalogue", id="gone"),
        pytest.param(
            ALIAS.format(2).replace('"made-up"', '"other"'),
            'is another: card was "made-up" and is "other"',
            "alias.0.card",
            id="another",
        ),
    ],
)
def test_an_alias_leads_where_it_led(now: str, said: str, key: str) -> None:
    was = WAS | {"other.toml": CARD.replace('"made-up"', '"other"').replace("runware", "fal")}
    one = told(was | {"catalogue.toml": HEAD + ALIAS.format(2) + ALIAS.format(7)}, was | {"catalogue.toml": HEAD + now})
    assert f"'catalogue:alias/latest@2026-02-01' was in force on 2026-06-01 by the lock, and {said}" in one.message
    assert one.message.endswith("Restore it, and let the name lead elsewhere by one with a later `from`.")
    assert (one.part, one.file, one.key) == ("catalogue", "catalogue.toml", key)


@pytest.mark.parametrize(
    ("was", "now"),
    [
        pytest.param({}, {"from": "2026-09-01"}, id="added"),
        pytest.param({"from": "2026-09-01"}, {"from": "2026-10-01"}, id="moved"),
        pytest.param({"until": "2026-09-01"}, {"until": "2026-08-01"}, id="ended"),
    ],
)
def test_a_term_that_was_announced_may_change(was: Row, now: Row) -> None:
    def with_term(times: Row) -> dict[str, str]:
        terms = [OFF, {"kind": "rebate", "amount": "0.1"} | times] if times else [OFF]
        return WAS | {"acme.toml": agreement_toml(terms, host="runware")}

    past = Past("the lock", AT, tuple(list_records(parse_catalogue(with_term(was)), AT)))
    found = lint(parse_catalogue(with_term(now)), date(2026, 6, 1), BOUNDS._replace(pasts=(past,)))
    assert not [one for one in found if one.id == "CAT403"]


@pytest.mark.parametrize(
    ("begin", "name"),
    [
        pytest.param("2026-01-01", "2026-01-01", id="a-day"),
        pytest.param("2026-01-01T09:30:00Z", "2026-01-01T09:30:00Z", id="an-instant"),
    ],
)
def test_an_heir_is_found_by_the_whole_id(begin: str, name: str) -> None:
    entry = '[[entry]]\nfrom = {}\nmeter = "requests"\nprice = "{}"\n'
    heir = entry.format("2026-01-02", 9) + f'supersedes = "made-up:requests/any@{name}"\nannounced = 2025-12-01\n'
    was = CARD + entry.format(begin, 8)
    one = told(WAS | {"card.toml": was}, WAS | {"card.toml": was + heir})
    assert one.message.startswith(f"'made-up:requests/any@{name}' was in force on 2026-06-01 by the lock, and is super")
    assert (one.part, one.key) == ("made-up", "entry.3.supersedes")


def test_an_alias_of_an_instant_is_mended_as_one() -> None:
    alias = ALIAS.format(2).replace("2026-02-01", "2026-02-01T09:30:00Z")
    one = told(WAS | {"catalogue.toml": HEAD + alias}, WAS)
    assert one.message.startswith("'catalogue:alias/latest@2026-02-01T09:30:00Z' was in force")
    assert one.message.endswith("by one with a later `from`.")


def test_what_begins_at_the_instant_itself_had_begun() -> None:
    terms = [OFF, {"kind": "rebate", "amount": "0.1", "from": "2026-06-01"}]
    agreement = agreement_toml(terms, host="runware")
    files = WAS | {"catalogue.toml": HEAD + ALIAS.format(6), "acme.toml": agreement}
    said = {one.id: one.said for one in list_records(parse_catalogue(files), AT)}
    assert "catalogue:alias/latest@2026-06-01" in said
    assert "term.1" in said["acme-terms:agreement"]


NEW: Final = '[[entry]]\nfrom = 2026-02-01\nmeter = "output_video_seconds"\nresolution = "720P"\nprice = "0.11"\n'


def added(was: dict[str, str], now: dict[str, str], *, final: bool = True) -> list[tuple[str, str]]:
    """Where something is found that a lock of June, or a revision, does not hold, and of what it is told."""
    past = Past("the lock", AT, tuple(list_records(parse_catalogue(was), AT)), final)
    found = lint(parse_catalogue(now), date(2026, 6, 1), BOUNDS._replace(pasts=(past,)))
    return [(one.key, one.message.split("'")[1]) for one in found if one.id == "CAT404"]


def test_what_is_added_before_the_day_of_a_lock_is_told() -> None:
    now = WAS | {"card.toml": CARD + NEW}
    assert added(WAS, now) == [("entry.2", "made-up:output_video_seconds/720P@2026-02-01")]
    past = Past("the lock", AT, tuple(list_records(parse_catalogue(WAS), AT)), final=True)
    found = lint(parse_catalogue(now), date(2026, 6, 1), BOUNDS._replace(pasts=(past,)))
    (one,) = [one for one in found if one.id == "CAT404"]
    assert one.message == (
        "'made-up:output_video_seconds/720P@2026-02-01' begins by 2026-06-01, the day of the lock, which does not hold "
        "it: it changes what was in force. See what with `wan-rules cards diff`; if it is meant, write the lock anew."
    )


def test_a_revision_has_nothing_against_what_is_added() -> None:
    assert added(WAS, WAS | {"card.toml": CARD + NEW}, final=False) == []


@pytest.mark.parametrize("begin", ["2026-06-01T00:00:01Z", "2026-06-02"])
def test_what_begins_after_a_lock_is_no_business_of_its(begin: str) -> None:
    assert added(WAS, WAS | {"card.toml": CARD + NEW.replace("2026-02-01", begin)}) == []


def test_what_begins_at_the_instant_of_a_lock_is_told() -> None:
    now = WAS | {"card.toml": CARD + NEW.replace("2026-02-01", "2026-06-01")}
    assert added(WAS, now) == [("entry.2", "made-up:output_video_seconds/720P@2026-06-01")]


def test_of_a_new_card_its_head_is_told_alone() -> None:
    other = CARD.replace('"made-up"', '"another"').replace('"runware"', '"fal"')
    assert added(WAS, WAS | {"other.toml": other + NEW}) == [("card", "another:card")]


def test_a_new_agreement_and_a_new_alias_are_told() -> None:
    now = {"catalogue.toml": HEAD + ALIAS.format(2), "card.toml": CARD, "acme.toml": ACME}
    assert added({"catalogue.toml": HEAD, "card.toml": CARD}, now) == [
        ("agreement", "acme-terms:agreement"),
        ("alias.0", "catalogue:alias/latest@2026-02-01"),
    ]


def test_what_corrects_an_entry_is_not_told() -> None:
    wrong = NEW.replace("0.11", "0.17")
    was = WAS | {"card.toml": CARD + wrong}
    (record,) = [one for one in list_records(parse_catalogue(was), AT) if one.id.endswith("@2026-02-01")]
    right = NEW + f'corrects = "{digest_said(record.said)}"\n'
    assert added(was, WAS | {"card.toml": CARD + wrong + right}) == []


def test_what_was_moved_is_told_as_gone() -> None:
    moved = NEW.replace("2026-02-01", "2026-02-03")
    was, now = WAS | {"card.toml": CARD + NEW}, WAS | {"card.toml": CARD + moved}
    assert added(was, now) == []
    assert "is gone" in told(was, now).message
    other = moved.replace("720P", "1080P").replace("0.11", "0.16")
    assert [key for key, _ in added(was, WAS | {"card.toml": CARD + moved + other})] == ["entry.3"]


def test_what_a_credit_is_worth_is_corrected_by_a_later_one() -> None:
    worth = '[[credit]]\nfrom = 2026-01-01\ncurrency = "USD"\nvalue = "0.01"\n'
    card = CARD.replace('"USD"', '"tokens"') + worth
    one = told(WAS | {"card.toml": card}, WAS | {"card.toml": card.replace("0.01", "0.02")})
    assert one.message.endswith(". Restore it, and add one with a later `from`.")
