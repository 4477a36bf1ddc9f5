"""Texts to a catalogue: what each file is, a fault at its file, line and key, and one digest that stays the same."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Final

import pytest
from pydantic import BaseModel

from pricing import CardError, parse_catalogue
from pricing.algebra import Algebra
from pricing.catalogue import Place
from pricing.extensions import ChargeModel
from tests.terms import HEAD, agreement_toml, card_toml, terms_of

CARD: Final = card_toml(terms_of({"720P": "0.1"}), id="list")
NOT_KNOWN: Final = "is not known: did you mean"


def refused(*texts: str, head: str = HEAD) -> CardError:
    """The error of a catalogue of the card and those files, `0.toml` and so on."""
    files = {f"{index}.toml": text for index, text in enumerate(texts)}
    with pytest.raises(CardError) as caught:
        parse_catalogue({"catalogue.toml": head, "card.toml": CARD, **files})
    return caught.value


def line_of(text: str, begin: str) -> int:
    return next(number for number, line in enumerate(text.split("\n"), start=1) if line.startswith(begin))


OTHER: Final = terms_of({"720P": "0.2"})


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        pytest.param(card_toml(OTHER, host="atls"), "card.host", f"'atls' {NOT_KNOWN} 'atlas'?", id="host-of-a-card"),
        pytest.param(
            card_toml(OTHER, environments="stagin"),
            "card.environments",
            f"'stagin' {NOT_KNOWN} 'staging'?",
            id="environment-of-a-card",
        ),
        pytest.param(
            agreement_toml([], account="acm"), "agreement.account", f"'acm' {NOT_KNOWN} 'acme'?", id="account"
        ),
        pytest.param(agreement_toml([], host="atls"), "agreement.host", f"'atls' {NOT_KNOWN} 'atlas'?", id="host"),
        pytest.param(
            agreement_toml([], region="moon"),
            "agreement.region",
            "'moon' is not known: the catalogue names none",
            id="region",
        ),
        pytest.param(
            agreement_toml([], environments="stagin"),
            "agreement.environments",
            f"'stagin' {NOT_KNOWN} 'staging'?",
            id="environment",
        ),
    ],
)
def test_a_name_that_nothing_knows_is_refused_where_it_is_said(text: str, key: str, reason: str) -> None:
    error = refused(text)
    line = line_of(text, f"{key.partition('.')[2]} = ")
    assert (error.reason, error.file, error.line, error.key) == (reason, "0.toml", line, key)


@pytest.mark.parametrize(
    ("said", "key", "reason"),
    [
        pytest.param('default_account = "acm"', "default_account", f"'acm' {NOT_KNOWN} 'acme'?", id="account"),
        pytest.param(
            'default_environment = "stagin"',
            "default_environment",
            f"'stagin' {NOT_KNOWN} 'staging'?",
            id="environment",
        ),
        pytest.param('regions = { atls = "here" }', "regions", f"'atls' {NOT_KNOWN} 'atlas'?", id="host-of-a-region"),
        pytest.param(
            'regions = { atlas = "here" }', "regions", "'here' is not known: the catalogue names none", id="region"
        ),
    ],
)
def test_a_default_that_nothing_knows_is_refused_in_the_head(said: str, key: str, reason: str) -> None:
    head = f"{HEAD}{said}\n"
    error = refused(head=head)
    assert (error.reason, error.file, error.key) == (reason, "catalogue.toml", f"catalogue.{key}")
    assert error.line == line_of(head, said)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(card_toml(OTHER, id="list"), id="card"),
        pytest.param(agreement_toml([], id="list"), id="agreement"),
    ],
)
def test_an_id_that_is_taken_is_refused_where_it_is_said_again(text: str) -> None:
    error = refused(text)
    line = line_of(text, 'id = "list"')
    assert (error.reason, error.file, error.line, error.key) == (
        "the id 'list' is taken by card.toml",
        "0.toml",
        line,
        "id",
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(card_toml(OTHER, id="catalogue"), id="card"),
        pytest.param(agreement_toml([], id="catalogue"), id="agreement"),
    ],
)
@pytest.mark.parametrize("file", ["a.toml", "z.toml"], ids=["before-the-head", "after-it"])
def test_the_head_s_own_key_is_no_id_in_whatever_order_files_come(text: str, file: str) -> None:
    files = {"list.toml": CARD, "catalogue.toml": HEAD, file: text}
    with pytest.raises(CardError) as caught:
        parse_catalogue({name: files[name] for name in sorted(files)})
    assert (caught.value.reason, caught.value.file) == ("the id 'catalogue' is taken by the catalogue's own head", file)


def test_without_one_head_every_file_is_named() -> None:
    with pytest.raises(CardError) as caught:
        parse_catalogue({"b.toml": CARD, "a.toml": card_toml(OTHER)})
    assert caught.value.file == "a.toml, b.toml"
    with pytest.raises(CardError) as caught:
        parse_catalogue({})
    assert caught.value.file == "catalogue"


def test_what_is_no_toml_is_told_with_its_file() -> None:
    assert refused("card =").file == "0.toml"


def test_files_of_tests_are_kept_all_of_them_and_an_included_catalogues_are_not() -> None:
    texts = {"first.toml": "[[test]]\n", "second.toml": "[[test]]\n"}
    found = parse_catalogue({"catalogue.toml": HEAD, **texts}, included={"list.toml": CARD, "other.toml": "[[test]]\n"})
    assert [part.file for part in found.tests] == ["first.toml", "second.toml"]


class Nothing(BaseModel):
    """No parameters."""


def _charge(a: Algebra[Decimal, bool], quantity: Decimal, unit_price: Decimal, _: BaseModel) -> Decimal:
    return a.mul(quantity, unit_price)


PLUGGED: Final = """\
schema_version = "1"
card = { id = "list", title = "Café", host = "atlas", currency = "USD", source = "made up", checked = 2026-01-02, \
confidence = "fictional" }
reference_video = [{ from = 2026-01-01, billed = "no" }]
entry = [{ from = 2026-01-01, model = "plugin", plugin = "by-moon", meter = "requests", price = "0.1" }]
"""
"""A card that a plugin's model charges for, its keys in no order."""
DOCUMENTS: Final = (
    '["plugin","by-moon","7"]',
    (
        '[false,{"card":{"checked":"2026-01-02","confidence":"fictional","currency":"USD","host":"atlas","id":"list",'
        '"source":"made up","title":"Café"},"entry":[{"from":"2026-01-01","meter":"requests","model":"plugin",'
        '"plugin":"by-moon","price":"0.1"}],"reference_video":[{"billed":"no","from":"2026-01-01"}],'
        '"schema_version":"1"}]'
    ),
    (
        '[true,{"catalogue":{"accounts":["acme","globex","initech"],'
        '"environments":["production","staging","sandbox"],"name":"made up"},"schema_version":"1"}]'
    ),
)


def test_an_included_card_is_charged_by_a_plugins_model_and_stands_in_its_own_file() -> None:
    models = {"by-moon": ChargeModel("by-moon", "7", Nothing, _charge)}
    found = parse_catalogue({"catalogue.toml": HEAD}, included={"published/list.toml": PLUGGED}, models=models)
    assert found.locate("list") == Place("published/list.toml", 2, "card")


def test_a_digest_is_of_each_document_with_its_keys_in_order_and_of_the_plugins_models() -> None:
    """Quotes hold it: what had a digest once has the same one in every later version."""
    models = {"by-moon": ChargeModel("by-moon", "7", Nothing, _charge)}
    found = parse_catalogue({"catalogue.toml": HEAD}, included={"list.toml": PLUGGED}, models=models)
    expected = hashlib.sha256("\n".join(DOCUMENTS).encode()).hexdigest()
    assert found.digest == f"sha256:{expected}"
