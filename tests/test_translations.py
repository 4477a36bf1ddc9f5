"""Every message of ours has its text in every language, with the same values; and the right language is found."""

from __future__ import annotations

import io
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from pricing.shell.offered_words import LANGUAGE_WORDS
from tests.conftest import ROOT
from tests.documents import changed
from wan_rules import ENGLISH, HOSTS, RULES, Report, Rule, check, parse_facts, read
from wan_rules.messages import list_values, tell
from wan_rules.payloads import UnusableInputError
from wan_rules.rule import GONE, Example
from wan_rules.samples import SAMPLE_FACTS, SAMPLES
from wan_rules.shell.translations import (
    LANGUAGES,
    LONGEST_HEADER,
    choose_translation,
    find_translation,
    load_translation,
    match_language,
    read_entries,
)

sys.path.insert(0, str(ROOT / "docs"))
import messages_file  # type: ignore[import-not-found]  # a script of the docs
from messages_file import FOLDER, PACKAGES, Source, find_sources, write_catalogues

CHINESE: Final = load_translation("zh")
OTHERS: Final = [language for language in LANGUAGES if language != "en"]
SOURCES: Final = find_sources()
FAILS: Final = [(rule, i, example) for rule in RULES for i, example in enumerate(rule.fails)]
DATA: Final = {
    "true",
    "false",
    "null",
    "px",
    "wan2",
    "input",
    "media",
    "url",
    "URL",
    "Atlas",
    "Cloud",
    "Alpha",
    "person",
}
"""Latin words that stand in Chinese texts: names, fields, units, and what a detector calls what it sees."""


def catalogue(language: str) -> dict[str, tuple[str, str]]:
    text = (FOLDER / f"{language}.po").read_text(encoding="utf-8")
    return {name: (english, told) for name, english, told in read_entries(text)}


def test_there_is_a_catalogue_of_every_language_and_no_other() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*")) == sorted(OTHERS)
    assert tuple(LANGUAGES) == LANGUAGE_WORDS


def test_no_id_is_used_twice() -> None:
    assert len({source.id for source in SOURCES}) == len(SOURCES)
    assert [
        source.id for source in SOURCES if not re.fullmatch(r"[A-Za-z0-9]+(\.[a-z0-9]+(-[a-z0-9]+)*)", source.id)
    ] == []


@pytest.mark.parametrize("language", OTHERS)
class TestEachCatalogue:
    """Complete, fresh, and read as gettext's own tools would."""

    def test_it_has_every_message_and_none_that_nothing_says(self, language: str) -> None:
        found = catalogue(language)
        assert found.keys() == {source.id for source in SOURCES}
        assert [name for name, (_, told) in found.items() if not told] == []
        assert load_translation(language).texts.keys() == found.keys()

    def test_it_is_as_the_code_has_it(self, language: str) -> None:
        text = (FOLDER / f"{language}.po").read_text(encoding="utf-8")
        assert write_catalogues()[FOLDER / f"{language}.po"] == text
        assert "fuzzy, " not in text, "the English has changed: read its translation again, and take the mark away"

    def test_each_text_has_the_values_of_the_english(self, language: str) -> None:
        for name, (english, told) in catalogue(language).items():
            assert list_values(told) == list_values(english), name

    def test_babel_reads_the_same(self, language: str) -> None:
        data = (FOLDER / f"{language}.po").read_bytes()
        theirs = read_po(io.BytesIO(data), abort_invalid=True)
        assert str(theirs.locale) == language
        assert {one.context: (one.id, one.string) for one in theirs if one.id} == catalogue(language)


def test_no_template_is_left_that_nothing_says() -> None:
    texts = {path: path.read_text(encoding="utf-8") for package in PACKAGES for path in (ROOT / package).rglob("*.py")}
    everything = "\n".join(texts.values())
    for path in {ROOT / source.file for source in SOURCES}:
        for name in re.findall(
            r"^(\w+): Final.*= (?:MappingProxyType\(\n|)[^=]*?Template\(", texts[path], re.MULTILINE
        ):
            again = len(re.findall(rf"\b{name}\b", texts[path])) > 1 or len(re.findall(rf"\b{name}\b", everything)) > 1
            assert again, f"{path.name}: {name}"


def test_the_chinese_ends_as_a_sentence_where_the_english_does() -> None:
    for name, (english, told) in catalogue("zh").items():
        assert english.endswith((".", "?")) == told.endswith(("。", "？")) or english.endswith("..."), name  # noqa: RUF001 - Chinese marks
        assert not re.search(r"[\u4e00-\u9fff][,.:;!?]|[,.:;!?][\u4e00-\u9fff]", re.sub("<.*>", "", told)), name


def _answer(example: Example) -> Report:
    host = HOSTS[example.host]
    own = {name: getattr(host.limits, name)._replace(value=value) for name, value in example.limits.items()}
    host = replace(host, limits=replace(host.limits, **own))
    facts = {**SAMPLE_FACTS, **{url: {**SAMPLE_FACTS[url], **more} for url, more in example.facts.items()}}
    return check(read(changed(SAMPLES[example.host], example.changes, gone=GONE), host, parse_facts(facts)))


@pytest.mark.parametrize(("rule", "number", "example"), FAILS, ids=[f"{rule.id}-{i}" for rule, i, _ in FAILS])
def test_every_failing_example_is_told_in_both_languages(rule: Rule, number: int, example: Example) -> None:
    found = [violation for violation in _answer(example).violations if violation.rule is rule]
    assert found, number
    for violation in found:
        english, chinese = violation.finding.message, violation.finding.tell(CHINESE)
        assert not re.search(r"[{}]", english + chinese)
        assert re.search(r"[\u4e00-\u9fff]{2}", chinese)
        assert chinese.endswith(("。", "？", "等"))  # noqa: RUF001 - Chinese marks
        prose = re.sub(r"'[^']*'|`[^`]*`|\"[^\"]*\"", "", chinese)
        words = set(re.findall(r"(?<![\w/.:])[A-Za-z][a-z]{2,}(?![\w/.:])", prose))
        assert words <= DATA | set(
            re.findall(r"[A-Za-z]+", f"{violation.finding.observed} {violation.finding.limit}")
        ), prose
        numbers = set(re.findall(r"\d[\d,.]*\d|\d", english))
        assert numbers <= set(re.findall(r"\d[\d,.]*\d|\d", chinese)), (english, chinese)


class TestMatching:
    """Which language a tag means."""

    @pytest.mark.parametrize("tag", ["zh", "zh-CN", "zh_CN", "ZH-Hans-CN", "zh-TW", "zh-Hant-HK"])
    def test_chinese_of_every_region_is_chinese(self, tag: str) -> None:
        assert match_language(tag) == "zh"
        assert find_translation(tag).texts == CHINESE.texts

    @pytest.mark.parametrize("tag", ["en", "en-GB", "EN_us", None])
    def test_english_is_the_code_itself(self, tag: str | None) -> None:
        assert find_translation(tag) is ENGLISH

    @pytest.mark.parametrize("tag", ["", "fr", "zhx", "z", "zh CN", "zh-", "中文", "zh.UTF-8", "en" + "-abcdefgh" * 9])
    def test_another_one_is_refused_with_those_that_there_are(self, tag: str) -> None:
        assert match_language(tag) is None
        with pytest.raises(
            UnusableInputError, match=r"^--lang: .* is no language .*: en \(English\), zh \(简体中文\) are$"
        ):
            find_translation(tag)


class TestHeaders:
    """Accept-Language, as RFC 9110 has it."""

    @pytest.mark.parametrize(
        ("header", "language"),
        [
            ("", "en"),
            ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
            ("en-GB,en;q=0.9,zh;q=0.8", "en"),
            ("fr", "en"),
            ("fr, zh;q=0.2", "zh"),
            ("zh;q=0.2, en;q=0.3", "en"),
            ("zh ; q=1.000 , en", "zh"),
            ("*", "en"),
            ("en;q=0, *", "zh"),
            ("zh;q=0", "en"),
            ("zh;q=0, *;q=0.5", "en"),
            ("*;q=0, zh", "zh"),
            ("zh;q=2", "en"),
            ("zh;q=0.1234", "en"),
            ("zh;quality=1", "en"),
            (",,;=,zh", "zh"),
            ("fr," * 40 + "zh", "en"),
            (" " * LONGEST_HEADER + "zh", "en"),
        ],
    )
    def test_the_heaviest_that_there_is(self, header: str, language: str) -> None:
        assert choose_translation(header).language == language

    @given(st.text())
    def test_no_header_is_an_error(self, header: str) -> None:
        assert choose_translation(header).language in LANGUAGES

    @given(st.lists(st.tuples(st.sampled_from(["zh", "en", "fr", "*", "zh-CN"]), st.integers(0, 1000)), max_size=9))
    def test_the_choice_is_never_one_that_was_refused_while_another_was_not(
        self, ranges: list[tuple[str, int]]
    ) -> None:
        header = ", ".join(f"{tag};q={weight / 1000:.3f}" for tag, weight in ranges)
        chosen = choose_translation(header).language
        weights: dict[str, int] = {}
        for tag, weight in ranges:
            name = tag.partition("-")[0]
            weights[name] = max(weights.get(name, 0), weight)
        others = weights.get("*", 0)
        ours = {language: weights.get(language, others) for language in LANGUAGES}
        assert ours[chosen] == max(ours.values())


def test_a_line_that_is_none_of_a_catalogue_is_refused() -> None:
    assert list(read_entries('msgctxt "a"\nmsgid "b"\n"c"\nmsgstr ""\n"d"\n')) == [("a", "bc", "d")]
    with pytest.raises(ValueError, match="no line of a catalogue"):
        list(read_entries('msgid_plural "x"'))


def test_an_english_text_that_changes_marks_its_translation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages_file, "FOLDER", tmp_path)
    old, new = (Source("a.b", text, "x.py") for text in ("Old {n}.", "New {n}."))
    path = tmp_path / "zh.po"
    path.write_text(
        messages_file._write("zh", [old])
        .replace('msgstr ""\n\n', "")
        .replace('{n}."\nmsgstr ""', '{n}."\nmsgstr "旧 {n}。"')
    )
    assert "fuzzy, " not in messages_file._write("zh", [old])
    changed_ = messages_file._write("zh", [new, Source("a.c", "More.", "x.py")])
    assert '#, fuzzy, python-brace-format\nmsgctxt "a.b"\nmsgid "New {n}."\nmsgstr "旧 {n}。"' in changed_
    assert 'msgid "More."\nmsgstr ""' in changed_
    path.write_text(changed_)
    assert "fuzzy, " in messages_file._write("zh", [new])


def test_text_in_english_is_what_tell_gives_without_a_translation() -> None:
    assert tell("plain", CHINESE) == "plain"
