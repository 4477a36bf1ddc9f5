"""What plugins add to rules and hosts is proved before it is taken, and guarded while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pytest

from wan_rules import HOSTS, check, read
from wan_rules.additions import AddedRule, extend_hosts, find_clash, find_host_fault, find_rule_fault
from wan_rules.facts import parse_facts
from wan_rules.hosts.host import Host, Section, Size
from wan_rules.hosts.model import FRAME_SIZES
from wan_rules.limits import Limit
from wan_rules.messages import Message, Template
from wan_rules.request import NATIVE_RESOLUTIONS, SR_RESOLUTIONS
from wan_rules.rule import CastRule, Finding, Fix, MediumRule, OutputRule, RequestRule, Rule, RuleFailedError, describe
from wan_rules.samples import SAMPLE_FACTS, SAMPLES
from wan_rules.shell.translations import load_translation

FOUND: Final = Finding("prompt", "seen", None, "Something is odd.")
SAID: Final[dict[str, Any]] = {
    "name": "odd-thing",
    "severity": "warning",
    "source": "https://example.com",
    "passes": (),
    "fails": (),
}


def find(*_seen: object) -> tuple[Finding, ...]:
    """Says always the same."""
    return (FOUND,)


def changed(**parts: Any) -> Finding:  # noqa: ANN401 - any part, of any type
    return FOUND._replace(**parts)


def rule(check: Callable[..., Any] = find, kind: type[Any] = OutputRule, **said: object) -> Rule:
    own: dict[str, Any] = {"id": "ODD101", "family": "output", "check": check, **SAID, **said}
    if kind is MediumRule:
        own = {"over": "reference", "needs": (), **own}
    made: Rule = kind(**own)
    return made


def host(name: str = "odd", **parts: Any) -> Host:  # noqa: ANN401 - any part of a host
    limits = replace(HOSTS["atlas"].limits, models=Limit((f"{name}/wan",), "model", "", "published"))
    return replace(HOSTS["atlas"], **{"name": name, "limits": limits, "distinctive": frozenset({f"{name}!"}), **parts})


def without(tier: str) -> dict[Any, tuple[int, int]]:
    return {key: size for key, size in FRAME_SIZES.items() if key[0] != tier}


def upscaling_alone() -> Host:
    """A host that takes super-resolution tiers alone: what it renders first needs a size too."""
    limits = replace(host().limits, resolutions=Limit(SR_RESOLUTIONS, "tiers", "", "published"))
    return host(limits=limits, frame_sizes=without("720P"))


def limited(**values: object) -> Host:
    """A host with those limits instead of Atlas'."""
    limits = {name: Limit(value, "", "", "published") for name, value in values.items()}
    return host(limits=replace(host().limits, **limits))  # type: ignore[arg-type]  # limits of any kind


def test_a_sound_host_and_rule_are_taken() -> None:
    assert find_host_fault("odd", host()) is None
    for kind in (CastRule, OutputRule, RequestRule, MediumRule):
        assert find_rule_fault("ODD101", rule(kind=kind)) is None
        assert find_rule_fault("ODD101", AddedRule(rule(kind=kind), ("odd",))) is None


def test_a_host_that_is_asked_for_sizes_is_taken_where_each_means_one_tier() -> None:
    limits = replace(host().limits, resolutions=Limit(NATIVE_RESOLUTIONS, "tiers", "", "published"))
    sections = HOSTS["runware"].sections
    assert find_host_fault("odd", host(sections=sections, limits=limits)) is None


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("odd", {"name": "odd"}, "it is of type dict: a wan_rules.Host is wanted"),
        ("even", host(), "the host is called 'odd': its entry point has to be called so too"),
        ("Odd", host("Odd"), "'Odd' is no name of a host: small letters, digits and single hyphens"),
        ("odd", host(added_rules=(rule(),)), "it brings rules of its own: add them as entry points of wan_rules.rules"),
        ("fal", host("fal"), "the name 'fal' is taken by fal"),
        ("odd", host(limits=HOSTS["atlas"].limits), "the model 'alibaba/wan-2.7/reference-to-video' is that of Atlas"),
        ("odd", host(distinctive=frozenset({"prompt"})), "the field 'prompt' is called distinctive, and A"),
        ("odd", host(frame_sizes={}), "it has no frame size for 720P at 16:9: each tier and ratio that it takes needs"),
        ("odd", host(frame_sizes=without("1440P-SR")), "it has no frame size for 1440P-SR at 16:9"),
        ("odd", upscaling_alone(), "it has no frame size for 720P at 16:9"),
        (
            "odd",
            host(sections=(*host().sections, Section(("size",), size=Size("width", "height")))),
            "1080P at 16:9 and 1080P-SR at 16:9 have one size in pixels",
        ),
        ("odd", limited(resolutions=NATIVE_RESOLUTIONS), "a word or default of its resolution means 1080P-SR: its li"),
        ("odd", limited(ratios=("16:9",)), "a word or default of its ratio means 1:1: its limits take 16:9 alone"),
        ("odd", host(defaults={"resolution": "4K"}), "a word or default of its resolution means 4K: its limits take 7"),
        ("odd", limited(tier_words={"720P": "720p"}), "its limits have no word for 1080P: tier_words has one for each"),
    ],
    ids=[
        *("type", "entry point", "name", "rules", "taken", "model", "field", "sizes", "tier", "rendered tier", "twins"),
        *("words", "ratios", "default", "no word"),
    ],
)
def test_an_unsound_host_is_refused(name: str, given: object, said: str) -> None:
    assert str(find_host_fault(name, given)).startswith(said)


def test_hosts_that_could_not_be_told_apart_clash() -> None:
    assert find_clash(host("one"), host("two")) is None
    same = frozenset({"both"})
    assert find_clash(host("one", distinctive=same), host("two", distinctive=same)) is not None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (find, "it is of type function"),
        (rule(id="ODD102"), "the rule's id is 'ODD102'"),
        (AddedRule(rule(), "fal"), "its hosts are no tuple of names"),  # type: ignore[arg-type]  # as a plugin may
        (AddedRule(rule(), (1,)), "its hosts are no tuple of names"),  # type: ignore[arg-type]  # as a plugin may
        (rule(name="Odd Thing"), "'Odd Thing' is no name of a rule"),
        (rule(family="odd"), "'odd' is no family: fields, prompt"),
        (rule(severity="fatal"), "'fatal' is no severity: error, warning are known"),
        (rule(kind=MediumRule, over="all"), "'all' is no over: medium"),
        (rule(kind=MediumRule, needs=("colour",)), "'colour' is no fact: kind"),
        (rule(check="odd"), "its check is no function"),  # type: ignore[arg-type]  # as a plugin may
    ],
    ids=["type", "entry point", "hosts", "host", "name", "family", "severity", "over", "fact", "check"],
)
def test_an_unsound_rule_is_refused(given: object, said: str) -> None:
    assert str(find_rule_fault("ODD101", given)).startswith(said)


@pytest.mark.parametrize("name", ["WAN101", "odd101", "ODD", "O101", "ODD1"])
def test_an_id_is_of_its_own_space(name: str) -> None:
    assert "is no id for it" in str(find_rule_fault(name, rule(id=name)))


def checked(added: AddedRule, at: str = "alibaba", facts: object = None) -> list[str]:
    known = extend_hosts([], [added])
    report = check(read(SAMPLES[at], known[at], parse_facts(SAMPLE_FACTS if facts is None else facts)))
    return [violation.rule.id for violation in report.violations if violation.rule.id == added.rule.id]


@pytest.mark.parametrize("kind", [CastRule, OutputRule, RequestRule])
def test_a_rule_is_asked_at_its_hosts(kind: type[Any]) -> None:
    assert checked(AddedRule(rule(kind=kind))) == ["ODD101"]
    assert checked(AddedRule(rule(kind=kind), ("fal",))) == []
    assert checked(AddedRule(rule(kind=kind), ("fal",)), "fal") == ["ODD101"]


def test_a_medium_rule_is_asked_of_each_medium_or_stays_unverified() -> None:
    found = AddedRule(rule(lambda *_: (FOUND._replace(at="url"),), MediumRule, family="media", needs=("bytes",)))
    assert set(checked(found)) == {"ODD101"}
    assert checked(found, facts={}) == []
    known = extend_hosts([], [found])["alibaba"]
    report = check(read(SAMPLES["alibaba"], known))
    assert {one.rules[-1].id for one in report.unverified if one.at.endswith("url")} == {"ODD101"}


def test_what_a_plugin_adds_comes_last_in_a_report() -> None:
    known = extend_hosts([], [AddedRule(rule(kind=CastRule))])["alibaba"]
    ids = [violation.rule.id for violation in check(read({"model": "wan2.7-r2v"}, known)).violations]
    assert ids[-1] == "ODD101"
    assert ids[:-1] == [
        violation.rule.id for violation in check(read({"model": "wan2.7-r2v"}, HOSTS["alibaba"])).violations
    ]


def test_hosts_without_rules_stay_the_same_objects() -> None:
    known = extend_hosts([host()], [AddedRule(rule(), ("odd",))])
    assert all(known[name] is HOSTS[name] for name in HOSTS)
    assert known["odd"].added_rules[0].id == "ODD101"


def test_a_guarded_rule_keeps_its_sentence() -> None:
    (added,) = extend_hosts([], [AddedRule(rule())])["fal"].added_rules
    assert describe(added) == "Says always the same."


def raises(*_seen: object) -> tuple[Finding, ...]:
    message = "no such table"
    raise KeyError(message)


@pytest.mark.parametrize(
    ("failing", "said"),
    [
        (raises, "it raised KeyError: 'no such table'"),
        (lambda *_: [FOUND], "it gave something else than a tuple of findings"),
        (lambda *_: ("odd",), "it gave something else than a tuple of findings"),
        (lambda *_: (changed(said=None),), "it gave something else than a tuple of findings"),
        (lambda *_: (changed(severity="fatal"),), "it gave something else than a tuple of findings"),
        (lambda *_: (FOUND._replace(at="references/99/url"),), "at 'references/99/url', which is no place"),
        (lambda *_: (FOUND._replace(at="references/x/url"),), "at 'references/x/url', which is no place"),
        (lambda *_: (FOUND._replace(fix=Fix("remove", "references/99/url")),), "which is no place"),
    ],
    ids=["raises", "list", "text", "message", "severity", "no index", "no number", "fix"],
)
def test_a_failing_rule_is_named_and_never_overlooked(failing: Callable[..., Any], said: str) -> None:
    known = extend_hosts([], [AddedRule(rule(failing, RequestRule))])["alibaba"]
    with pytest.raises(RuleFailedError) as caught:
        check(read(SAMPLES["alibaba"], known))
    assert said in str(caught.value)
    assert caught.value.rule == "ODD101"


def test_a_message_in_two_languages_is_told_in_both_and_one_that_lacks_a_value_is_a_fault() -> None:
    odd = Template("ODD101.odd", "{what} is odd.", {"zh": "{what}有问题。"})

    def tell_all(said: Message) -> tuple[str, str]:
        added = rule(lambda *_: (Finding("prompt", None, None, said),))
        known = extend_hosts([], [AddedRule(added)])
        (found,) = [v for v in check(read(SAMPLES["fal"], known["fal"])).violations if v.rule.id == "ODD101"]
        return found.finding.message, found.finding.tell(load_translation("zh"))

    assert tell_all(odd.fill(what="It")) == ("It is odd.", "It有问题。")
    with pytest.raises(RuleFailedError, match="rule ODD101 of a plugin failed: it raised KeyError: 'what'"):
        tell_all(odd.fill(how="very"))


def test_an_id_that_clashes_with_one_of_ours_does_not_take_our_text() -> None:
    clash = Template("medium.image", "{what} is odd.")
    added = rule(lambda *_: (Finding("prompt", None, None, clash.fill(what="It")),))
    known = extend_hosts([], [AddedRule(added)])
    (found,) = [v for v in check(read(SAMPLES["fal"], known["fal"])).violations if v.rule.id == "ODD101"]
    assert "medium.image" in load_translation("zh").texts
    assert found.finding.tell(load_translation("zh")) == "It is odd."


def test_a_host_that_has_no_fields_at_the_top_shares_none_there() -> None:
    nested = host("two", sections=tuple(part._replace(path=("input",)) for part in HOSTS["atlas"].sections))
    assert () not in nested.known
    assert find_clash(host("one"), nested) is None


@pytest.mark.parametrize("what", ["family", "severity"])
def test_a_medium_rule_says_what_others_say_too(what: str) -> None:
    odd: dict[str, Any] = {what: "odd"}
    assert str(find_rule_fault("ODD101", rule(kind=MediumRule, **odd))).startswith(f"'odd' is no {what}: ")


def test_a_guarded_check_is_given_all_that_it_is_called_with() -> None:
    seen: list[object] = []

    def listen(*given: object, **named: object) -> tuple[Finding, ...]:
        seen.append((given, named))
        return (FOUND,)

    (added,) = extend_hosts([], [AddedRule(rule(listen, RequestRule))])["fal"].added_rules
    check: Callable[..., Any] = added.check
    assert check("request", "host", facts="known") == (FOUND,)
    assert seen == [(("request", "host"), {"facts": "known"})]
