"""What counts as a label, what only looks like one, and whom it names."""

from __future__ import annotations

import pytest

from wan_rules.labels import find_labels, label_for, label_texts, named_index, parse_label, parse_labels, rewrite


@pytest.mark.parametrize(
    ("text", "style", "kind", "number"),
    [
        ("character1", "character", None, 1),
        ("Character 12", "character", None, 12),
        ("Image 2", "counted", "image", 2),
        ("VIDEO3", "counted", "video", 3),
        ("图1", "counted", "image", 1),
        ("图片 4", "counted", "image", 4),
        ("视频1", "counted", "video", 1),
    ],
)
def test_a_label_is_read(text: str, style: str, kind: str | None, number: int) -> None:
    (label,) = find_labels(f"Then {text} waves", 100)
    assert label[:3] == (style, kind, number)
    assert (label.start, label.end, label.text) == (5, 5 + len(text), text)


@pytest.mark.parametrize("text", ["C 1", "I2", "v 3", "视1", "C片1", "Vharacter1", "图频 1"])
def test_a_look_alike_is_none(text: str) -> None:
    assert parse_label(text, 0) is None
    assert find_labels(text, 100) == ()
    assert parse_labels((text, "Image 1", "Image 1")) == parse_labels(("Image 1",))


@pytest.mark.parametrize(
    "text", ["character", "Image 12345", "Image 16:9", "Image 1.5", "video 4K", "myimage 1", "Image 1s"]
)
def test_a_number_of_something_else_is_none(text: str) -> None:
    assert find_labels(text, 100) == ()


def test_what_is_cut_off_names_nobody() -> None:
    assert find_labels("Image 1 and Image 2", 18) == find_labels("Image 1 and ", 18)


def test_whom_a_label_names() -> None:
    """A clip, then two images: `character2` and `Image 1` are the same."""
    kinds = ("video", "image", "image")
    texts = ("character2", "Image 1", "Image 2", "Video 1", "Video 2", "Image 0", "character4")
    assert [named_index(label, kinds) for label in parse_labels(texts)] == [1, 1, 2, 0, None, None, None]
    assert [label_for(i, ("video", "image", "image"), "counted") for i in range(3)] == ["Video 1", "Image 1", "Image 2"]
    assert label_for(2, ("video", "image", "image"), "character") == "character3"


def test_labels_are_rewritten_in_their_places() -> None:
    prompt = "图1 and Image 2!"
    first, second = find_labels(prompt, len(prompt))
    assert rewrite(prompt, [(first, "character1"), (second, "character2")]) == "character1 and character2!"
    assert rewrite(prompt, []) == prompt


def test_labels_of_a_prompt_that_is_cut_off_are_those_before_the_cut() -> None:
    assert label_texts("Image 1 and Image 2", 18) == ("Image 1",)
    assert label_texts("Image 1 and Image 2", 19) == ("Image 1", "Image 2")


def test_labels_without_a_prompt_stand_nowhere() -> None:
    (label,) = parse_labels(("character1",))
    assert (label.start, label.end) == (0, len("character1"))


@pytest.mark.parametrize("text", ["", "Image", "1"])
def test_what_has_no_word_or_no_number_is_no_label(text: str) -> None:
    assert parse_label(text, 0) is None
