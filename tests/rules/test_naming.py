"""What is said of labels that name nobody, and of references that nobody names."""

from __future__ import annotations

import pytest

from wan_rules import HOSTS, Translation
from wan_rules.request import Cast, ReferenceKind
from wan_rules.rules.naming import LABEL_WITHOUT_REFERENCE, REFERENCE_NOT_NAMED


def cast(kinds: tuple[ReferenceKind | None, ...], *labels: str) -> Cast:
    return Cast("wan2.7-r2v", kinds, 0, True, False, True, False, labels)  # noqa: FBT003 - parts of a tuple


@pytest.mark.parametrize(
    ("kinds", "label", "are"),
    [
        (("image",), "character2", "there is 1 reference"),
        (("image", "video"), "character3", "there are 2 references"),
        (("video", "image", "video"), "Image 2", "there is 1 image"),
        (("image", "image"), "Image 3", "there are 2 images"),
        (("image", "video", "image"), "Video 2", "there is 1 video"),
        (("image",), "Video 1", "there are 0 videos"),
    ],
)
def test_a_label_that_names_nobody_is_told_how_many_there_are(
    kinds: tuple[ReferenceKind, ...], label: str, are: str
) -> None:
    (finding,) = LABEL_WITHOUT_REFERENCE.check(cast(kinds, label), HOSTS["alibaba"].limits)
    assert finding.message == f"'{label}' names no reference: {are}. Add it, or name one that is there."


@pytest.mark.parametrize(
    ("host", "labels"),
    [("alibaba", ["Image 1", "Video 1", "Video 2"]), ("atlas", ["character1", "character2", "character4"])],
)
def test_a_reference_that_is_never_named_is_told_as_its_host_names_it(host: str, labels: list[str]) -> None:
    """One of a kind that is not known has no name."""
    found = REFERENCE_NOT_NAMED.check(cast(("image", "video", None, "video")), HOSTS[host].limits)
    ask = "The prompt never names this reference. Say what '{}' does, or leave the reference out."
    assert [finding.message for finding in found] == [ask.format(label) for label in labels]


def test_a_reference_is_told_as_the_language_names_it() -> None:
    (finding,) = REFERENCE_NOT_NAMED.check(cast(("image",)), HOSTS["alibaba"].limits)
    chinese = Translation("zh", {"WAN105.not-named": "{label}!", "label.image": "图{number}"})
    assert finding.tell(chinese) == "图1!"
