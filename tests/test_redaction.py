"""Quotes and reports repeat no secret: `data:` URLs and credentials appear as digest and length."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pricing import Market, quote, resolve
from pricing.shell.catalogues import load_published
from pricing.shell.wire import write_quote, write_report
from tests.documents import changed, pointers
from tests.steps import STEPS_AT_HOSTS, Step
from tests.strategies import HOST_NAMES, Ask, asks, examples, reading, render, valid
from wan_rules import HOSTS, check, parse_facts, parse_object, read, validate
from wan_rules.request import Unreadable
from wan_rules.samples import SAMPLES
from wan_rules.urls import redact

SECRET: Final = "S3cretT0kenAbCdEf"  # noqa: S105 - made up
SECRETIVE: Final = {
    "query": f"https://media.example.com/a.mp4?X-Signature={SECRET}&x=1",
    "user": f"https://me:{SECRET}@media.example.com/a.mp4",
    "user-before-a-url-in-the-path": f"https://me:{SECRET}@media.example.com/fetch/https://example.com/a.mp4",
    "user-of-a-url-in-the-path": f"https://media.example.com/fetch/https://me:{SECRET}@example.com/a.mp4",
    "users-of-both": f"https://me:{SECRET}@media.example.com/fetch/https://me:{SECRET}@example.com/a.mp4",
    "user-and-no-scheme": f"//me:{SECRET}@media.example.com/a.mp4",
    "user-after-one-slash": f"https:/me:{SECRET}@media.example.com/a.mp4",
    "user-after-three-slashes": f"https:///me:{SECRET}@media.example.com/a.mp4",
    "user-after-one-slash-in-the-path": f"https://media.example.com/fetch/https:/me:{SECRET}@example.com/a.mp4",
    "password-with-a-question-mark-in-the-path": f"https://media.example.com/fetch/https://me:{SECRET}?x@example.com/a",
    "password-with-a-hash-in-the-path": f"https://media.example.com/fetch/https://me:{SECRET}#x@example.com/a.mp4",
    "password-with-a-slash": f"https://me:x/{SECRET}@media.example.com/a.mp4",
    "password-with-a-question-mark": f"https://me:x?{SECRET}@media.example.com/a.mp4",
    "password-with-a-hash": f"https://me:{SECRET}#x@media.example.com/a.mp4",
    "fragment": f"https://media.example.com/a.mp4#{SECRET}",
    "oss-query": f"oss://bucket/a.mp4?token={SECRET}",
    "data": f"data:image/png;base64,{SECRET}{'A' * 400}",
    "upper-case-data": f"DATA:image/png;base64,{SECRET}",
    "data-without-comma": f"data:{SECRET}",
    "query-of-another-scheme": f"ftp://media.example.com/a.mp4?key={SECRET}",
    "data-after-a-blank": f" data:image/png;base64,{SECRET}",
}
PRICED: Final = ("query", "user", "fragment", "oss-query", "data")
AT: Final = datetime(2026, 11, 1, tzinfo=UTC)
PROMPTS: Final = ("prompt", "negative_prompt", "positivePrompt", "negativePrompt")


def _told(text: str) -> bool:
    json.loads(text)
    return SECRET in text


def _secretive(ask: Ask, url: str) -> Ask:
    """The same request, each URL with a secret in it; one differs from another by its end only."""
    media = tuple(
        replace(medium, url=f"{url}{i}", voice=medium.voice and f"{url}voice{i}") for i, medium in enumerate(ask.media)
    )
    return replace(ask, media=media, voice=ask.voice and f"{url}voice")


@pytest.mark.parametrize("secret", PRICED)
@examples(30)
@given(asks().filter(lambda ask: not (ask.resolution or "").endswith("-SR")))
def test_a_quote_tells_no_secret(secret: str, ask: Ask) -> None:
    assume((secret, ask.host) != ("oss-query", "runware"))
    pricing = resolve(load_published(), Market(None, None, ask.host), AT)
    text = write_quote(quote(valid(_secretive(ask, SECRETIVE[secret])), pricing, AT)).decode()
    assert not _told(text)
    assert "sha256" in text


@pytest.mark.parametrize("secret", SECRETIVE)
@pytest.mark.parametrize("facts_known", [True, False], ids=["with-facts", "without"])
@examples(20)
@given(ask=asks(images=1, clips=1), twice=st.booleans())
def test_a_report_tells_no_secret(secret: str, ask: Ask, *, facts_known: bool, twice: bool) -> None:
    case = render(_secretive(ask, SECRETIVE[secret]))
    if twice:
        first = replace(ask.media[0], url=SECRETIVE[secret])
        case = render(replace(ask, media=(first, first)))
    assert not _told(write_report(check(reading(case if facts_known else case._replace(facts={})))).decode())


@pytest.mark.parametrize(("step", "host"), STEPS_AT_HOSTS, ids=[f"{s.name}-{host}" for s, host in STEPS_AT_HOSTS])
@examples(3)
@given(data=st.data())
def test_a_violation_tells_no_secret(step: Step, host: str, data: st.DataObject) -> None:
    ask = _secretive(data.draw(asks((host,), most=4, **step.needs)), SECRETIVE["query"])
    assert not _told(write_report(check(reading(render(step.change(ask))))).decode())


@pytest.mark.parametrize("host", HOST_NAMES)
@pytest.mark.parametrize("secret", ["query", "user", "data"])
@pytest.mark.parametrize("wrapped", ["bare", "in-an-array", "in-an-object"])
def test_a_url_in_the_wrong_place_tells_no_secret(host: str, secret: str, wrapped: str) -> None:
    """Such as one URL where an array of them is wanted: what was observed is shown, its secret is not."""
    url = SECRETIVE[secret]
    value: object = {"bare": url, "in-an-array": [url], "in-an-object": {"url": url}}[wrapped]
    told = []
    for pointer in pointers(SAMPLES[host]):
        if pointer.rpartition("/")[2] not in PROMPTS:
            payload = parse_object(json.dumps(changed(SAMPLES[host], {pointer: value})).encode())
            if _told(write_report(check(read(payload, HOSTS[host], parse_facts({})))).decode()):
                told.append(pointer)
    assert told == []


@pytest.mark.parametrize("secret", PRICED)
@examples(5)
@given(asks().filter(lambda ask: not (ask.resolution or "").endswith("-SR")))
def test_what_is_printed_of_a_quote_tells_no_secret(secret: str, ask: Ask) -> None:
    assume((secret, ask.host) != ("oss-query", "runware"))
    pricing = resolve(load_published(), Market(None, None, ask.host), AT)
    quoted = quote(valid(_secretive(ask, SECRETIVE[secret])), pricing, AT)
    assert SECRET not in repr(quoted)
    assert "sha256" in repr(quoted.valid.request)


@pytest.mark.parametrize("secret", SECRETIVE)
def test_what_is_printed_of_a_report_tells_no_secret(secret: str) -> None:
    url = SECRETIVE[secret]
    payload = changed(changed(SAMPLES["alibaba"], {"/input/media/0/url": url}), {"/input/media/0/reference_voice": url})
    read_so = read(payload, HOSTS["alibaba"])
    assert SECRET not in repr((read_so, read_so.draft.references, check(read_so)))


@pytest.mark.parametrize(
    "at", ["/parameters/duration", "/parameters/resolution", "/input/media/0/type", "/input/media"]
)
def test_what_is_printed_of_a_value_of_another_type_tells_no_secret(at: str) -> None:
    payload = changed(SAMPLES["alibaba"], {at: SECRETIVE["user"]})
    read_so = read(payload, HOSTS["alibaba"])
    report = check(read_so)
    assert report.verdict == "rejected"
    assert SECRET not in repr((read_so, read_so.draft.references, report))


def test_a_request_is_printed_whole_but_for_credentials() -> None:
    secret, shown = SECRETIVE["user"], redact(SECRETIVE["user"])
    media = [
        {"type": "first_frame", "url": secret},
        {"type": "reference_image", "url": "https://media.example.com/a.png", "reference_voice": secret},
    ]
    payload = changed(SAMPLES["alibaba"], {"/input/media": media, "/input/prompt": "a?b@c", "/parameters/seed": 7})
    printed = repr(validate(read(payload, HOSTS["alibaba"])).request)
    for part in (f"first_frame={shown!r}", f"voice={shown!r})", "prompt='a?b@c'", "seed=7", "voice=None"):
        assert part in printed
    assert repr(Unreadable(7)) == "Unreadable(int)"
