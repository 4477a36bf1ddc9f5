"""The month so far is asked for where the terms look at it, read as an envelope's, and told as the wire tells it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from pricing.catalogue import Market
from pricing.resolution import resolve
from pricing.shell.catalogues import load_published
from pricing.shell.envelopes import read_sale
from pricing.shell.jobs import Sale
from pricing.shell.service.callers import Scope
from pricing.shell.service.page.asking import Answer, Question, answer
from pricing.shell.service.page.commands import write_command
from pricing.shell.service.page.month_view import MonthView, show_month
from pricing.shell.service.page.samples import STARTS
from tests.asked import Running
from tests.serving.page.paging import MONTHLY, MONTHLY_FOLDER, make_app
from wan_rules.hosts import HOSTS
from wan_rules.payloads import UnusableInputError

AT: Final = datetime(2026, 11, 15, tzinfo=UTC)
ACME: Final = Sale(MONTHLY, "acme", "production", None, AT)
CLIENT: Final = TestClient(make_app())
KEY: Final = {"Authorization": "Bearer wr_monthly"}
SAID: Final = {"output_video_seconds": "998.5", "spend": "99.90", "credit/welcome": "4.9"}


def ask(consumed: Mapping[str, str], name: str = "fal", sale: Sale = ACME) -> Answer:
    return answer(Question(STARTS[name].payload, None, STARTS[name].facts, consumed), lambda: sale)


def show(consumed: Mapping[str, str], name: str = "fal", sale: Sale = ACME) -> MonthView:
    view = show_month(ask(consumed, name, sale))
    assert view is not None
    return view


def post(consumed: Mapping[str, str], payload: str = STARTS["fal"].payload) -> str:
    fields = {f"consumed.{name}": text for name, text in consumed.items()}
    data = {"payload": payload, "facts": STARTS["fal"].facts, "at": "2026-11-15", **fields}
    return unescape(CLIENT.post("/page/answer", data=data, headers=KEY).text)


def test_there_is_a_field_for_each_total_that_the_terms_look_at() -> None:
    found = {field.total: (field.label, field.why) for field in show({}).fields}
    assert tuple(found) == resolve(MONTHLY, Market("acme", "production", "fal", None), AT).terms.counters
    assert found == {
        "credit/welcome": ("Credit welcome used, USD", "5.00 USD granted beforehand"),
        "output_video_seconds": ("Output video, seconds", "prices go by bands of it"),
        "spend": ("Spend, USD", "100.00 USD a month committed, and 20 percent more for what goes beyond it"),
    }


def test_of_a_credit_all_is_asked_for_and_not_what_the_month_used_of_it() -> None:
    said = "until this request; of a credit, all that was used since it was granted."
    assert show({}).has_credits
    assert said in post({})
    month = show({})
    assert not month._replace(fields=tuple(one for one in month.fields if one.total == "spend")).has_credits


def test_the_month_begins_where_the_terms_have_their_months() -> None:
    assert show({}).since == "2026-11-01, 00:00 Asia/Shanghai"
    late = ACME._replace(at=datetime(2026, 11, 30, 17, tzinfo=UTC))
    assert show({}, sale=late).since == "2026-12-01, 00:00 Asia/Shanghai"


@pytest.mark.parametrize("name", list(HOSTS))
def test_the_published_list_asks_where_a_price_of_it_looks_at_the_month(name: str) -> None:
    published = Sale(load_published(), None, None, None, AT)
    terms = resolve(published.catalogue, Market(None, None, name, None), AT).terms
    assert [field.total for field in show(SAID, name, published).fields] == list(terms.counters)
    assert 'id="consumed-' not in CLIENT.get("/").text


def test_what_was_said_makes_the_price_exact() -> None:
    unsaid, said = ask({}), ask(SAID)
    assert unsaid.quote is not None
    assert said.quote is not None
    assert (unsaid.quote.priced.charged.kind, said.quote.priced.charged.kind) == ("bounded", "exact")
    # 1.5 x 0.10 + 1.5 x 0.08; 0.17 of it beyond the commitment, 20 % more; 0.10 of the credit is left
    assert said.quote.priced.charged.total == Decimal("0.27") + Decimal("0.17") * Decimal("0.2") - Decimal("0.1")
    assert (show({}).unsaid, show(SAID).unsaid, show({"spend": "1"}).unsaid) == (1, 0, 1)


def test_the_price_is_that_of_the_envelope_and_of_the_command_that_is_shown(tmp_path: Path) -> None:
    said = {**SAID, "spend": "99.9000001"}
    found = ask(said)
    assert found.quote is not None
    assert dict(found.quote.consumed_before) == read_sale({"consumed_before": said}, ACME).consumed_before
    command = write_command(found).replace("CATALOGUE", str(MONTHLY_FOLDER)).replace("quote -", "quote --format json -")
    program = Path(sys.executable).parent
    done = subprocess.run(
        ["bash", "-c", f'PATH="{program}:$PATH"\n{command}'], cwd=tmp_path, capture_output=True, check=True
    )
    assert Decimal(json.loads(done.stdout)["total"]) == found.quote.priced.charged.total
    assert done.stderr == b""


def test_a_small_amount_is_written_as_the_command_line_reads_it() -> None:
    assert "--consumed-before spend=0.0000001 " in write_command(ask({"spend": "0.0000001"}))


@pytest.mark.parametrize("text", ["80,5", "-1", "1e3", "1 000", "\u0663", "1" * 40, "NaN", "=1"])
def test_an_amount_that_is_none_is_told_as_the_wire_tells_it_and_at_its_field(text: str) -> None:
    with pytest.raises(UnusableInputError) as refused:
        read_sale({"consumed_before": {"spend": text}}, ACME)
    found = ask({**SAID, "spend": text})
    assert found.fault is not None
    assert (found.fault.what, found.fault.reason) == ("month", str(refused.value))
    assert (found.quote, found.options) == (None, ())
    assert {field.total: field.fault for field in show({**SAID, "spend": text}).fields} == {
        "credit/welcome": "",
        "output_video_seconds": "",
        "spend": refused.value.reason,
    }
    page = post({"spend": text})
    field = re.search(r'<input id="consumed-3" name="consumed.spend"[^>]*>', page)
    assert field is not None
    assert 'aria-invalid="true"' in field[0]
    assert 'aria-describedby="consumed-3-fault ' in field[0]
    assert f'id="consumed-3-fault">{refused.value.reason}<' in page
    assert "The month so far can't be read" in page


def test_an_amount_stays_in_its_field_and_blanks_say_nothing() -> None:
    page = post({"spend": " 99.5 ", "output_video_seconds": "  "})
    assert 'name="consumed.spend" data-share inputmode="decimal" autocomplete="off" size="12" value="99.5"' in page
    assert "It depends on the month so far, which is not said." in page
    assert 'data-focus="consumed-1"' in page
    assert "depends on the month so far, which" not in post(SAID)


def test_what_another_host_has_no_use_for_is_kept_unseen_and_neither_read_nor_told() -> None:
    page = post({"spend": "nonsense", "<b>": "1"}, STARTS["runware"].payload)
    assert 'id="consumed-' not in page
    assert '<input type="hidden" name="consumed.spend" data-share value="nonsense">' in page
    assert "can't be read" not in page
    view = show({"spend": "5"}, "runware")
    assert (view.fields, view.kept) == ((), (("consumed.spend", "5"),))
    assert "consumed" not in write_command(ask({"spend": "5"}, "runware"))


def test_where_no_terms_hold_nothing_is_asked_and_nothing_lost() -> None:
    """This catalogue wants a region at Alibaba, and says none."""
    found = ask({"spend": "5"}, "alibaba")
    assert found.fault is not None
    assert "region" in found.fault.reason
    assert show({"spend": "5"}, "alibaba")[::2] == ((), (("consumed.spend", "5"),))


def test_the_name_of_a_total_is_text() -> None:
    data = {"payload": STARTS["fal"].payload, "consumed.<b>": "<i>"}
    page = CLIENT.post("/page/answer", data=data).text
    assert 'name="consumed.&lt;b&gt;" data-share value="&lt;i&gt;"' in page


def test_while_a_payload_is_refused_the_fields_stay_as_they_are() -> None:
    assert 'id="month"' not in post(SAID, STARTS["mistakes"].payload)
    assert 'id="month"' not in post(SAID, "{")
    assert 'id="month"' in post(SAID)


def test_the_page_of_the_service_and_its_estimate_come_to_the_same(tmp_path: Path) -> None:
    running = Running(tmp_path, catalogue=str(MONTHLY_FOLDER))
    key = running.key(scopes=(Scope.QUOTE,))
    facts = json.loads(STARTS["fal"].facts)
    envelope = {"payload": json.loads(STARTS["fal"].payload), "facts": facts, "at": "2026-11-15"}
    estimate = running.post("/v1/estimates", {**envelope, "consumed_before": SAID}, key=key).document
    fields = {"payload": STARTS["fal"].payload, "facts": STARTS["fal"].facts, "at": "2026-11-15"}
    said = {f"consumed.{name}": amount for name, amount in SAID.items()}
    headers = {"content-type": "application/x-www-form-urlencoded"}
    page = running.post("/page/answer", urlencode(fields | said).encode(), key=key, headers=headers).body.decode()
    assert estimate["total"] == "0.204"
    assert f'id="total">{estimate["total"]}<' in page
