"""Messages: told when they are read, equal by what they say, and nothing but English where nobody translated."""

from __future__ import annotations

import copy
import pickle
from typing import Final

import pytest

from wan_rules import ENGLISH, Template, Translation
from wan_rules.messages import Message, Series, list_values, tell
from wan_rules.rule import Finding

LARGE: Final = Template("a.large", "The {what} has {size:,} bytes, named {name!r}.")
IMAGE: Final = Template("a.image", "image").fill()
COMMA: Final = Template("a.comma", ", ")
CHINESE: Final = Translation(
    "zh",
    {"a.large": "{what}有 {size:,} 字节，名为 {name!r}。", "a.image": "图像", "a.comma": "、"},  # noqa: RUF001 - a Chinese mark
)


def large() -> Message:
    return LARGE.fill(what=IMAGE, size=20971521, name="girl.png")


def test_a_message_is_told_in_each_language() -> None:
    assert str(large()) == large().english == tell(large()) == "The image has 20,971,521 bytes, named 'girl.png'."
    assert tell(large(), CHINESE) == "图像有 20,971,521 字节，名为 'girl.png'。"  # noqa: RUF001 - a Chinese mark


def test_what_a_translation_lacks_is_told_in_english() -> None:
    other = Template("a.other", "Convert the {what}.").fill(what=IMAGE)
    assert tell(other, CHINESE) == "Convert the 图像."


def test_a_rule_may_bring_its_own_translations_and_they_come_before_a_catalogue() -> None:
    own = Template("ACME101.soft", "It is {how}.", {"zh": "画面{how}。"})
    assert tell(own.fill(how="soft"), Translation("zh", {})) == "画面soft。"
    assert tell(own.fill(how="soft"), Translation("zh", {"ACME101.soft": "{how}"})) == "画面soft。"
    assert tell(own.fill(how="soft"), Translation("fr", {"ACME101.soft": "{how}"})) == "soft"
    assert tell(own.fill(how="soft"), Translation("fr", {})) == "It is soft."


def test_a_template_with_an_id_of_ours_takes_no_text_of_ours() -> None:
    theirs = Template("a.large", "It is {how} large.")
    ours = Translation("zh", {"a.large": CHINESE.texts["a.large"]}, {"a.large": LARGE.english})
    assert tell(theirs.fill(how="too"), ours) == "It is too large."
    assert tell(large(), ours) == tell(large(), Translation("zh", {"a.large": CHINESE.texts["a.large"]}))
    brought = Template("a.large", "It is {how} large.", {"zh": "{how}大"})
    assert tell(brought.fill(how="太"), ours) == "太大"


def test_a_translation_has_the_same_values() -> None:
    with pytest.raises(ValueError, match=r"ACME101\.soft: the text in 'zh' has other values in it"):
        Template("ACME101.soft", "It is {how}.", {"zh": "画面{what}。"})
    assert list_values("{a:,} {b!r} {a:,} {{c}}") == {("a", ",", None), ("b", "", "r")}


def test_a_series_has_the_separators_of_the_language() -> None:
    listed = Template("a.list", "One of {words}.").fill(words=Series(("720P", 7, IMAGE), COMMA))
    assert str(listed) == "One of 720P, 7, image."
    assert tell(listed, CHINESE) == "One of 720P、7、图像."


def test_a_value_is_never_a_template() -> None:
    said = Template("a.seen", "{seen} is odd.").fill(seen="{size} {0}")
    assert (str(said), tell(said, CHINESE)) == ("{size} {0} is odd.",) * 2


def test_messages_are_values() -> None:
    one, other = large(), large()
    assert one.english
    assert one == other
    assert hash(one) == hash(other)
    assert one != LARGE.fill(what=IMAGE, size=1, name="girl.png")
    assert repr(one) == repr(other)
    assert "20971521" in repr(one)
    for twin in (pickle.loads(pickle.dumps(one)), copy.deepcopy(one), copy.copy(one)):  # noqa: S301 - our own
        assert twin == one
        assert twin.__dict__ == {}
        assert str(twin) == str(one)


def test_a_finding_takes_either_and_tells_both() -> None:
    plain = Finding(at="prompt", observed=None, limit=None, message="Something is odd.")
    told = Finding("prompt", None, None, large(), severity="warning")
    assert (plain.message, plain.tell(CHINESE)) == ("Something is odd.",) * 2
    assert (told.message, told.tell(CHINESE)) == (str(large()), tell(large(), CHINESE))
    assert told.tell() == told.tell(ENGLISH) == told.message
    assert pickle.loads(pickle.dumps(told)) == told  # noqa: S301 - our own
    assert told._replace(at="seed").message == told.message
    assert "said=" in repr(told)
