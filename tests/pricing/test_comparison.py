"""One request at every host: what each would charge, in which order, and why others would not take it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final

import pytest

from pricing import Market, parse_catalogue
from pricing.comparison import Axes, Occasion, Option, compare, group_by_currency
from tests.documents import JsonObject
from tests.quoting import alibaba, atlas, clip, image, lengths, reading_of, unlimited
from tests.terms import HEAD, agreement_toml, card_toml, instant, terms_of
from wan_rules import HOSTS, Host, Resolution, ValidRequest, conversion, validate
from wan_rules.labels import Label, find_labels
from wan_rules.limits import Limit, Range
from wan_rules.messages import Translation

AT: Final = instant("2026-02-01")
FILES: Final = {
    "catalogue.toml": HEAD,
    "alibaba-cn.toml": card_toml(
        terms_of({"720P": "0.6", "1080P": "1"}), id="alibaba-cn", host="alibaba", region="mainland", currency="CNY"
    ),
    "atlas.toml": card_toml(terms_of({"720P": "0.3", "1080P-SR": "0.2"}), id="atlas-list", host="atlas"),
    "fal.toml": card_toml(terms_of({"any": "0.25"}, rule={"cap_total_s": "5"}), id="fal-list", host="fal"),
}
VOICE: Final = "https://media.example.com/voice.mp3"


def options(
    valid: ValidRequest,
    *tiers: Resolution,
    hosts: tuple[Host, ...] = tuple(HOSTS.values()),
    seconds: tuple[int, ...] = (5,),
    region: str | None = None,
) -> tuple[Option, ...]:
    market = Market("acme", "production", valid.host.name, region)
    return compare(valid, Axes(hosts, tiers, seconds), Occasion(parse_catalogue(FILES), market, AT))


def valid_at(host: str, payload: JsonObject, facts: Mapping[str, object] | None = None) -> ValidRequest:
    return validate(reading_of(host, payload, facts))


def rows(found: tuple[Option, ...]) -> list[tuple[str, str, int, str | None, Decimal | None]]:
    return [(o.host, o.resolution, o.duration_s, o.currency, o.charged and o.charged.total) for o in found]


def made_up(low: int, high: int) -> Limit[Range]:
    return Limit(Range(low, high), "of something", "made up", "product")


def short_voices(host: Host) -> Host:
    """The host as if it took 9 s of a voice."""
    return replace(host, limits=replace(host.limits, voice_seconds=made_up(1, 9)))


def large_images(host: Host) -> Host:
    """The host as if it took no side of fewer than 400 pixels."""
    return replace(host, limits=replace(host.limits, image_side_px=made_up(400, 8000)))


def test_priced_ones_come_first_by_currency_and_total() -> None:
    """5 and 4 s at each price; runware has no card, and no one else has 1080P-SR."""
    found = options(valid_at("atlas", atlas()), "720P", "1080P-SR", seconds=(5, 4))
    assert rows(found) == [
        ("alibaba", "720P", 4, "CNY", 4 * Decimal("0.6")),
        ("alibaba", "720P", 5, "CNY", 5 * Decimal("0.6")),
        ("atlas", "1080P-SR", 4, "USD", 4 * Decimal("0.2")),
        ("atlas", "1080P-SR", 5, "USD", 5 * Decimal("0.2")),
        ("fal", "720P", 4, "USD", 4 * Decimal("0.25")),
        ("atlas", "720P", 4, "USD", 4 * Decimal("0.3")),
        ("fal", "720P", 5, "USD", 5 * Decimal("0.25")),
        ("atlas", "720P", 5, "USD", 5 * Decimal("0.3")),
        ("alibaba", "1080P-SR", 5, None, None),
        ("alibaba", "1080P-SR", 4, None, None),
        ("fal", "1080P-SR", 5, None, None),
        ("fal", "1080P-SR", 4, None, None),
        ("runware", "720P", 5, None, None),
        ("runware", "720P", 4, None, None),
        ("runware", "1080P-SR", 5, None, None),
        ("runware", "1080P-SR", 4, None, None),
    ]
    groups = group_by_currency(found)
    assert {currency: [o.host for o in group] for currency, group in groups.items()} == {
        "CNY": ["alibaba", "alibaba"],
        "USD": ["atlas", "atlas", "fal", "atlas", "fal", "atlas"],
    }


def test_of_equal_totals_the_lower_least_comes_first_and_no_bound_last() -> None:
    """A clip of 1 to 30 s: 7 s to 36 s at 0.3; without a limit 6 s at 0.3, or more. fal charges 5 s of it at most."""
    valid = valid_at("atlas", atlas(clips=1))
    found = options(valid, "720P", hosts=(unlimited("atlas"), HOSTS["atlas"], HOSTS["fal"]), seconds=(6,))
    assert [(o.host, o.charged and (o.charged.kind, o.charged.total_min, o.charged.total)) for o in found] == [
        ("fal", ("bounded", 7 * Decimal("0.25"), 11 * Decimal("0.25"))),
        ("atlas", ("bounded", 7 * Decimal("0.3"), 36 * Decimal("0.3"))),
        ("atlas", ("unbounded", 6 * Decimal("0.3"), None)),
    ]


def test_a_tier_that_a_host_does_not_have_is_refused() -> None:
    (found,) = options(valid_at("atlas", atlas()), "1440P-SR", hosts=(HOSTS["fal"],))
    assert found == Option("fal", "1440P-SR", 5, None, None, ("fal has no 1440P-SR",), (), refused_by="host")


def test_what_the_rules_refuse_says_each_error() -> None:
    """15 s are too long at fal, and 5001 characters too many; a warning beside them is none."""
    payload = alibaba(("reference_image", image()), prompt="界" * 5001, duration=15)
    (found,) = options(valid_at("alibaba", payload), "720P", hosts=(HOSTS["fal"],), seconds=(15,))
    assert found.charged is None
    assert len(found.refusals) == 2
    assert "5001" in found.refusals[0].replace(",", "")
    assert found.refusals[1] == "15 s: 2 to 10 s are rendered. Ask for 10 s."


def test_what_has_no_price_says_so() -> None:
    valid = valid_at("atlas", atlas())
    (tier,) = options(valid, "1080P", hosts=(HOSTS["atlas"],))
    assert tier.refusals == (
        (
            "atlas-list (A made-up card) has no price for output_video_seconds at 1080P, "
            "for account acme in production. It has one for 1080P-SR, 720P; "
            "an agreement with an override for 1080P would price it."
        ),
    )
    (host,) = options(valid, "720P", hosts=(HOSTS["runware"],))
    assert host.refusals == ("no card holds for account acme, environment production, host runware",)


def test_what_is_lost_on_the_way_is_said() -> None:
    payload = alibaba(("reference_image", image()), ("first_frame", image(2)), watermark=True)
    (found,) = options(valid_at("alibaba", payload), "720P", hosts=(HOSTS["fal"],))
    assert found.lost == (
        "watermark True: fal has no such field",
        f"first_frame {image(2)}: fal takes no first frame beside references",
    )
    assert found.charged is not None
    assert found.charged.total == 5 * Decimal("0.25")


def test_facts_go_with_their_urls() -> None:
    """8 s of clip are 5 s at fal and 8 s at Atlas, wherever the facts were said to stand."""
    payload = alibaba(("reference_video", clip()), ("reference_image", image()))
    by_pointer = {"/input/media/0": {"duration_s": "8"}}
    for facts in (lengths("8"), by_pointer):
        found = options(valid_at("alibaba", payload, facts), "720P", hosts=(HOSTS["atlas"], HOSTS["fal"]))
        assert rows(found) == [
            ("fal", "720P", 5, "USD", 10 * Decimal("0.25")),
            ("atlas", "720P", 5, "USD", 13 * Decimal("0.3")),
        ]


def test_the_facts_of_a_voice_go_with_its_url() -> None:
    """Said at a pointer, the 10 s of a voice are known at the next host too, here one that takes 9."""
    item: JsonObject = {"type": "reference_image", "url": image(), "reference_voice": VOICE}
    payload: JsonObject = {
        "model": "wan2.7-r2v",
        "input": {"prompt": "It sings", "media": [item]},
        "parameters": {"resolution": "720P", "duration": 5},
    }
    facts = {"/input/media/0/reference_voice": {"format": "wav", "duration_s": "10"}}
    valid = valid_at("alibaba", payload, facts)
    (found,) = options(valid, "720P", hosts=(HOSTS["atlas"],))
    assert found.charged is not None
    (refused,) = options(valid, "720P", hosts=(short_voices(HOSTS["atlas"]),))
    assert refused.refusals == ("The voice is 10 s long: 1 to 9 s are taken. Cut it to 9 s.",)


def test_the_facts_of_a_voice_of_the_request_go_with_it_to_a_reference() -> None:
    """Atlas keeps the voice in `audio`, Alibaba beside the only reference, here one that takes 9 s of it."""
    facts = {"/audio": {"format": "wav", "duration_s": "10"}}
    valid = valid_at("atlas", atlas(audio=VOICE), facts)
    taken, refused = options(valid, "720P", hosts=(HOSTS["alibaba"], short_voices(HOSTS["alibaba"])))
    assert (taken.refusals, taken.lost) == ((), ())
    assert refused.refusals == ("The voice is 10 s long: 1 to 9 s are taken. Cut it to 9 s.",)


@pytest.mark.parametrize("place", ["/input/media/1", "/input/media/0"], ids=["after", "before"])
def test_the_facts_of_a_first_frame_go_with_its_url(place: str) -> None:
    """Wherever among the media it stands: 300 pixels are too few for a host that takes 400 and more."""
    media = [("reference_image", image()), ("first_frame", image(2))]
    payload = alibaba(*(media if place.endswith("1") else reversed(media)))
    valid = valid_at("alibaba", payload, {place: {"width_px": 300, "height_px": 300}})
    taken, refused = options(valid, "720P", hosts=(HOSTS["alibaba"], large_images(HOSTS["alibaba"])))
    assert taken.refusals == ()
    assert len(refused.refusals) == 1
    assert "300" in refused.refusals[0]


def test_a_first_frame_that_nothing_is_known_of_takes_no_facts_of_a_reference() -> None:
    payload = alibaba(("reference_image", image()), ("first_frame", image(2)))
    valid = valid_at("alibaba", payload, {image(): {"width_px": 300, "height_px": 300}})
    (refused,) = options(valid, "720P", hosts=(large_images(HOSTS["alibaba"]),))
    assert len(refused.refusals) == 1


def test_what_is_lost_is_named_as_the_request_counts() -> None:
    """Atlas counts images first: the clip is the first reference of the request all the same."""
    media: list[JsonObject] = [
        {"type": "reference_video", "url": clip(), "reference_voice": VOICE},
        {"type": "reference_image", "url": image()},
    ]
    payload = alibaba() | {"input": {"prompt": "They sing", "media": media}}
    (found,) = options(valid_at("alibaba", payload), "720P", hosts=(HOSTS["atlas"],))
    assert found.lost == (f"references/0/voice {VOICE}: Atlas Cloud takes no voice of a reference",)


def test_each_refusal_says_whose_it_is() -> None:
    """The host's own tiers and rules, a price that nobody set, or a market that the catalogue does not know."""
    valid = valid_at("alibaba", alibaba(("reference_image", image())))
    every = options(valid, "720P", "1080P", "1440P-SR", seconds=(5, 15), region="moon")
    assert {(o.host, o.resolution, o.duration_s): o.refused_by for o in every} == {
        ("alibaba", "720P", 5): "market",
        ("alibaba", "720P", 15): "market",
        ("alibaba", "1080P", 5): "market",
        ("alibaba", "1080P", 15): "market",
        ("alibaba", "1440P-SR", 5): "host",
        ("alibaba", "1440P-SR", 15): "host",
        ("atlas", "720P", 5): None,
        ("atlas", "720P", 15): "host",
        ("atlas", "1080P", 5): "prices",
        ("atlas", "1080P", 15): "host",
        ("atlas", "1440P-SR", 5): "prices",
        ("atlas", "1440P-SR", 15): "host",
        ("fal", "720P", 5): None,
        ("fal", "720P", 15): "host",
        ("fal", "1080P", 5): None,
        ("fal", "1080P", 15): "host",
        ("fal", "1440P-SR", 5): "host",
        ("fal", "1440P-SR", 15): "host",
        ("runware", "720P", 5): "prices",
        ("runware", "720P", 15): "host",
        ("runware", "1080P", 5): "prices",
        ("runware", "1080P", 15): "host",
        ("runware", "1440P-SR", 5): "host",
        ("runware", "1440P-SR", 15): "host",
    }


def test_the_region_is_the_named_hosts_own() -> None:
    """A region named for Alibaba says nothing of Atlas."""
    valid = valid_at("alibaba", alibaba(("reference_image", image())))
    found = options(valid, "720P", hosts=(HOSTS["alibaba"], HOSTS["atlas"]), region="mainland")
    assert [(o.host, o.refusals) for o in found] == [("alibaba", ()), ("atlas", ())]
    moon = options(valid, "720P", hosts=(HOSTS["alibaba"], HOSTS["atlas"]), region="moon")
    assert [(o.host, bool(o.refusals)) for o in moon] == [("atlas", False), ("alibaba", True)]


def compared(valid: ValidRequest, *hosts: str, **files: str) -> tuple[Option, ...]:
    """At 720P, in another catalogue of these files; nothing was spent before."""
    found = parse_catalogue({"catalogue.toml": HEAD, **{f"{name}.toml": text for name, text in files.items()}})
    occasion = Occasion(found, Market("acme", "production", "atlas"), AT, {"spend": Decimal(0)})
    return compare(valid, Axes([HOSTS[host] for host in hosts], ("720P",), (5,)), occasion)


def test_the_most_comes_before_the_least_and_free_before_all() -> None:
    """A clip of 1 to 30 s: fal charges 5 s of it at most, from 6 to 10 s at 0.5; Atlas from 6 to 35 s at 0.3."""
    valid = valid_at("atlas", atlas(clips=1))
    dear = card_toml(terms_of({"any": "0.5"}, rule={"cap_total_s": "5"}), id="fal-list", host="fal")
    own = card_toml(terms_of({"any": "0.3"}))
    found = compared(valid, "atlas", "fal", fal=dear, atlas=own)
    assert [(o.host, o.charged and (o.charged.total_min, o.charged.total)) for o in found] == [
        ("fal", (6 * Decimal("0.5"), 10 * Decimal("0.5"))),
        ("atlas", (6 * Decimal("0.3"), 35 * Decimal("0.3"))),
    ]
    free = {"from": "2026-01-01", "meter": "output_video_seconds", "free": "true"}
    gift = card_toml({**terms_of({}), "entries": [free]}, id="fal-list", host="fal")
    cheap = card_toml(terms_of({"any": "0.1"}))
    found = compared(valid_at("atlas", atlas()), "atlas", "fal", fal=gift, atlas=cheap)
    assert [(o.host, o.charged and o.charged.total) for o in found] == [("fal", 0), ("atlas", 5 * Decimal("0.1"))]


def test_what_was_used_before_is_what_each_host_is_asked_with() -> None:
    """5 s at 0.3 come to 1.50, of which 0.50 are beyond what was committed: they cost a tenth more."""
    terms = [{"kind": "commitment", "amount": "1", "overage_percent": "10"}]
    files = {"atlas": card_toml(terms_of({"any": "0.3"})), "acme": agreement_toml(terms)}
    (found,) = compared(valid_at("atlas", atlas()), "atlas", **files)
    assert found.charged is not None
    assert (found.charged.kind, found.charged.total) == ("exact", Decimal("1.5") + Decimal("0.05"))


def test_what_is_known_of_a_clip_is_known_wherever_it_stands() -> None:
    """The same clip twice, of which only the second is said to be 8 s long."""
    payload = alibaba(("reference_video", clip()), ("reference_video", clip()))
    (found,) = options(
        valid_at("alibaba", payload, {"/input/media/1": {"duration_s": "8"}}), "720P", hosts=(HOSTS["atlas"],)
    )
    assert found.charged is not None
    assert (found.charged.kind, found.charged.total) == ("exact", 21 * Decimal("0.3"))


def test_what_is_said_otherwise_of_each_place_of_a_url_is_not_known_elsewhere() -> None:
    """2 s at the first place and 1.5 s at the second are 3.5 s at this host: neither 4 s nor 3 s is its price."""
    payload = alibaba(("reference_video", clip()), ("reference_video", clip()))
    facts = {"/input/media/0": {"duration_s": "2"}, "/input/media/1": {"duration_s": "1.5"}}
    (found,) = options(valid_at("alibaba", payload, facts), "720P", hosts=(HOSTS["alibaba"],), region="mainland")
    assert found.charged is not None
    assert found.charged.total_min <= (5 + Decimal("3.5")) * Decimal("0.6") <= (found.charged.total or 0)
    assert found.charged.kind == "bounded"


def test_what_is_known_of_one_clip_is_not_of_another() -> None:
    """2 s and 8 s beside 5 s of output, all of it billed."""
    payload = alibaba(("reference_video", clip(1)), ("reference_video", clip(2)))
    (found,) = options(valid_at("alibaba", payload, lengths("2", "8")), "720P", hosts=(HOSTS["atlas"],))
    assert found.charged is not None
    assert (found.charged.kind, found.charged.total) == ("exact", 15 * Decimal("0.3"))


def test_a_refusal_is_told_in_the_language_that_is_asked_for() -> None:
    occasion = Occasion(
        parse_catalogue(FILES),
        Market("acme", "production", "fal"),
        AT,
        translation=Translation("zh", {"compare.no-tier": "{host} 没有 {tier}"}),
    )
    (found,) = compare(valid_at("atlas", atlas()), Axes((HOSTS["fal"],), ("1440P-SR",), (5,)), occasion)
    assert found.refusals == ("fal 没有 1440P-SR",)


def test_a_price_says_what_it_rests_on() -> None:
    """Nobody said how long the clip is."""
    (found,) = options(valid_at("atlas", atlas(clips=1)), "720P", hosts=(HOSTS["atlas"],))
    assert any("clip" in assumption for assumption in found.assumptions)


def test_what_was_spent_at_one_host_was_not_at_another() -> None:
    """750 USD at Atlas are beyond the 100 that cost 0.10 a second; of fal's month nothing is known."""
    ladder = {"from": "2026-01-01", "model": "volume", "by": "spend", "meter": "output_video_seconds"}
    usd, cny = terms_of({}), terms_of({})
    usd["entries"].append({**ladder, "bands": "100:0.10 :0.05"})
    cny["entries"].append({**ladder, "bands": "700:0.60 :0.30"})
    files = {"a.toml": card_toml(usd), "f.toml": card_toml(cny, id="f", host="fal", currency="CNY")}
    occasion = Occasion(
        parse_catalogue({"catalogue.toml": HEAD, **files}),
        Market("acme", "production", "atlas"),
        AT,
        {"spend": Decimal(750)},
    )
    axes = Axes((HOSTS["atlas"], HOSTS["fal"]), ("720P",), (5,))
    own, other = sorted(compare(valid_at("atlas", atlas()), axes, occasion), key=lambda option: option.host)
    assert own.charged is not None
    assert other.charged is not None
    assert (own.charged.kind, own.charged.total) == ("exact", 5 * Decimal("0.05"))
    assert (other.charged.total_min, other.charged.total) == (5 * Decimal("0.30"), 5 * Decimal("0.60"))
    assert any("spend" in said for said in other.assumptions)


def test_a_long_prompt_is_read_for_other_hosts_once_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read anew for each tier and length, one of 4 MB took most of a minute."""
    read: list[str] = []

    def find(prompt: str, end: int) -> tuple[Label, ...]:
        read.append(prompt)
        return find_labels(prompt, end)

    monkeypatch.setattr(conversion, "find_labels", find)
    found = options(valid_at("atlas", atlas(prompt="character1 walks")), "720P", "1080P", seconds=(2, 5, 8))
    assert len(found) == len(HOSTS) * 6
    assert len(read) == len(HOSTS)
