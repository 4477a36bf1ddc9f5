"""What rules' failing examples are told: where, what was seen, what is allowed, the remedy, and the first words."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from tests.rules.test_examples import FAILS, _check, _payload
from wan_rules import HOSTS, Rule, read
from wan_rules.limits import Range
from wan_rules.request import Cast, ReferenceKind
from wan_rules.rule import Example, Finding, describe
from wan_rules.rules.first_frames import FIRST_FRAME_COUNT
from wan_rules.rules.media import URL_SCHEME
from wan_rules.rules.prompt import NEGATIVE_PROMPT_LENGTH, PROMPT_MISSING
from wan_rules.rules.references import IMAGE_COUNT, REFERENCE_COUNT, VIDEO_COUNT
from wan_rules.samples import SAMPLES

TOLD: Final = """
WAN001 0 | /parameters/duration | 5 | a whole number |  | a string stands where a whole number is wanted
WAN001 1 | /parameters/duration | 5.0 | a whole number |  | a number stands where a whole number is wanted
WAN001 2 | /parameters/prompt_extend | true | true or false | remove /parameters/prompt_extend | a string stands where
WAN001 3 | /input/media/0/url | 7 | a string |  | a number stands where a string is wanted
WAN001 4 | /input |  | an object |  | null stands where an object is wanted
WAN002 0 | /parameters/resolutoin | resolutoin | resolution, ratio, duration, prompt_extend, watermark, seed |  | 'resol
WAN002 1 | /input/media/0/voice | voice | type, url, reference_voice |  | 'voice' is not a field of this host's request
WAN003 0 | /parameters/size | size |  | remove /parameters/size | 'size' has no place in this request
WAN003 1 | /parameters/shot_type | shot_type |  | remove /parameters/shot_type | 'shot_type' has no place in this
WAN004 0 | model | wan2.6-r2v | wan2.7-r2v, wan2.7-r2v-2026-06-12 |  | 'wan2.6-r2v' is another model
WAN004 1 | model |  | wan2.7-r2v, wan2.7-r2v-2026-06-12 |  | No model is named
WAN101 0 | prompt |  | at least 1 character |  | There is no prompt
WAN101 1 | prompt |  | at least 1 character |  | There is no prompt
WAN101 2 | prompt |  | at least 1 character |  | There is no prompt
WAN102 0 | prompt | 5001 | 5000 characters |  | The prompt has 5,001 characters
WAN102 1 | prompt | 5022 | 5000 characters |  | The prompt has 5,022 characters
WAN103 0 | negative_prompt | 501 | 500 characters |  | The negative prompt has 501 characters
WAN103 1 | negative_prompt | 501 | 500 characters |  | The negative prompt has 501 characters
WAN104 0 | prompt | Image 2 | 1 images |  | 'Image 2' names no reference
WAN104 1 | prompt | character3 | 2 references |  | 'character3' names no reference
WAN104 2 | prompt | character0 | 2 references |  | 'character0' names no reference
WAN104 3 | prompt | character 30 | 2 references |  | 'character 30' names no reference
WAN105 0 | references/1 |  | Video 1 |  | The prompt never names this reference
WAN105 1 | references/0 |  | character1 |  | The prompt never names this reference
WAN105 1 | references/1 |  | character2 |  | The prompt never names this reference
WAN106 0 | prompt | character1 | Image 1, Video 1, ... |  | 'character1' is another host's way to name a reference
WAN106 1 | prompt | Image 1 | character1, character2, ... |  | 'Image 1' is another host's way to name a reference
WAN107 0 | prompt | Image 1, character2 | Image 1, Video 1, ... |  | 'character2' counts all references, 'Image 1' each
WAN201 0 | references | 0 | 1..5 references |  | 0 references
WAN201 1 | references | 6 | 1..5 references |  | 6 references
WAN202 0 | references | 2 | 1 images |  | 2 images among the references
WAN203 0 | references | 2 | 1 videos |  | 2 videos among the references
WAN204 0 | first_frames/1 | 2 | 1 first frames |  | 2 first frames
WAN204 1 | first_frames/0 | 1 | 0 first frames |  | 1 first frame
WAN205 0 | references | 0 | 1 references |  | There is a first frame and no reference
WAN206 0 | references/2/url | https://media.example.com/dancer.mp4 |  |  | The same URL as reference 2
WAN207 0 | references | two arrays |  |  | Images and videos stand in two arrays; that images count first is an
WAN208 0 | references/0 | 2 | 1 subjects |  | 2 subjects in one reference
WAN208 1 | references/1 | 0 | 1 subjects |  | 0 subjects in one reference
WAN208 2 | references/0 | 2 | 1 subjects |  | 2 subjects in one reference
WAN208 3 | references/0 | 2 | 1 subjects |  | 2 subjects in one reference
WAN301 0 | references/0/url | file:///home/me/girl.jpg | http://, https://, oss://, data: |  | 'file:///home/me/girl.jpg'
WAN301 1 | references/0/url |  | http://, https://, oss://, data: |  | '' can't be fetched by the host
WAN301 2 | references/0/url | https:// | http://, https://, oss://, data: |  | 'https://' can't be fetched by the host
WAN301 3 | references/0/url | https://media.example.com/the girl.jpg | http://, https://, oss://, data: |  | 'https://media.example.com/the
WAN301 4 | references/0/url | data:image/png;sha256=32443f5ad27d28bd;length=21 | http://, https://, oss://, data: |  |
WAN301 5 | references/1/url | dance.mp4 | http://, https://, oss://, data: |  | 'dance.mp4' can't be fetched by the host
WAN301 6 | references/0/url | data:image/png;sha256=6eb67f51a2d47ff4;length=17 | http://, https://, oss://, data: |  |
WAN301 7 | references/0/url | oss://bucket/girl.jpg | http://, https://, data: |  | 'oss://bucket/girl.jpg'
WAN301 8 | references/0/url | c64351d5 | http://, https://, data: |  | 'c64351d5' can't be fetched by the host
WAN302 0 | references/0 | video | image |  | Sent as image, and the file is of kind 'video'
WAN303 0 | references/0/url | gif | jpeg, jpg, png, bmp, webp |  | The image is gif
WAN304 0 | references/0/url | 20971521 | 20971520 bytes |  | The image has 20,971,521 bytes
WAN304 1 | references/0/url | 0 | 20971520 bytes |  | The image is empty
WAN305 0 | references/0/url | 239x500 | 240..8000 pixels |  | The image has 239 x 500 pixels
WAN305 1 | references/0/url | 8001x2000 | 240..8000 pixels |  | The image has 8001 x 2000 pixels
WAN306 0 | references/0/url | 240x1921 | 1:8 to 8:1 |  | The image is 240 x 1921
WAN307 0 | references/0/url | alpha channel | none |  | The image has an alpha channel
WAN311 0 | references/1/url | webm | mp4, mov |  | The video is webm
WAN312 0 | references/1/url | 104857601 | 104857600 bytes |  | The video has 104,857,601 bytes
WAN313 0 | references/1/url | 4097x2160 | 240..4096 pixels |  | The video has 4097 x 2160 pixels
WAN314 0 | references/1/url | 2401x300 | 1:8 to 8:1 |  | The video is 2401 x 300
WAN315 0 | references/1/url | 30.04 | 1..30 seconds |  | The clip is 30.04 s long
WAN315 1 | references/1/url | 0.9 | 1..30 seconds |  | The clip is 0.9 s long
WAN401 0 | voice | https://media.example.com/girl-voice.mp3 | none | remove voice | This host takes no voice
WAN402 0 | first_frames/0/voice | https://media.example.com/girl-voice.mp3 |  | remove first_frames/0/voice | A first
WAN403 0 | voice | 2 | 1 references |  | One voice and 2 references
WAN404 0 | references/0/voice | voice.mp3 | http://, https://, oss://, data: |  | 'voice.mp3' can't be fetched by the
WAN404 1 | voice | voice.mp3 | http://, https://, oss://, data: |  | 'voice.mp3' can't be fetched by the host
WAN405 0 | references/0/voice | ogg | wav, mp3 |  | The voice is ogg
WAN406 0 | references/0/voice | 15728641 | 15728640 bytes |  | The voice has 15,728,641 bytes
WAN407 0 | references/0/voice | 10.5 | 1..10 seconds |  | The voice is 10.5 s long
WAN407 1 | references/0/voice | 0.5 | 1..10 seconds |  | The voice is 0.5 s long
WAN501 0 | resolution | 1080p | 720P, 1080P | replace resolution 1080P | '1080p' is no tier of this host
WAN501 1 | resolution | 1080P_SR | 720P, 1080P, 1080P-SR, 1440P-SR | replace resolution 1080P-SR | '1080P_SR' is no tier
WAN501 2 | resolution | 2K | 720P, 1080P, 1080P-SR, 1440P-SR |  | '2K' is no tier of this host
WAN501 3 | resolution | 720P | 720p, 1080p | replace resolution 720P | '720P' is no tier of this host
WAN502 0 | resolution | 1080P-SR | 720P, 1080P |  | 1080P-SR is a super-resolution tier, and this host has none
WAN502 1 | resolution | 1440P-SR | 720P, 1080P |  | 1440P-SR is a super-resolution tier, and this host has none
WAN503 0 | ratio | 16x9 | 16:9, 9:16, 1:1, 4:3, 3:4 | replace ratio 16:9 | '16x9' is no ratio of this host
WAN503 1 | ratio | 21:9 | 16:9, 9:16, 1:1, 4:3, 3:4 |  | '21:9' is no ratio of this host
WAN504 0 | ratio | 16:9 |  | remove ratio | There is a first frame
WAN505 0 | duration_s | 11 | 2..10 seconds | replace duration_s 10 | 11 s
WAN505 1 | duration_s | 1 | 2..10 seconds | replace duration_s 2 | 1 s
WAN505 2 | duration_s | 11 | 2..10 seconds | replace duration_s 10 | 11 s
WAN505 3 | duration_s | 0 | 2..10 seconds | replace duration_s 2 | 0 s
WAN506 0 | seed | -1 | 0..2147483647 | remove seed | The seed lies outside 0 to 2147483647
WAN506 1 | seed | 2147483648 | -1..2147483647 | replace seed 2147483647 | The seed lies outside -1 to 2147483647
WAN507 0 | resolution |  | 1080P | add resolution 1080P | No resolution is asked for
WAN507 1 | duration_s |  | 5 seconds | add duration_s 5 | No duration is asked for
WAN508 0 | resolution | 1104x832 | 720P, 1080P pixels |  | 1104 x 832 is no size that this host renders
WAN508 1 | resolution |  | 720P, 1080P pixels |  | No width and height are asked for, and the host has no default
WAN508 2 | resolution | 1280x1080 | 720P, 1080P pixels |  | 1280 x 1080 is no size that this host renders
"""
"""Rule and number of the example, place; what was seen; what is allowed, its unit; the fix; how the message begins."""


def _say(value: object) -> str:
    """A value as the table writes it: nothing for none, what is listed with commas."""
    if isinstance(value, tuple | list) and not isinstance(value, Range):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _tell(finding: Finding) -> list[str]:
    fix = finding.fix
    limit = " ".join(filter(None, (_say(finding.limit), _say(finding.unit))))
    remedy = " ".join(map(_say, fix)).strip() if fix else ""
    return [finding.at, _say(finding.observed).strip(), limit, remedy]


@pytest.mark.parametrize(("rule", "number", "example"), FAILS, ids=[f"{rule.id}-{number}" for rule, number, _ in FAILS])
def test_a_failing_example_is_told_so(rule: Rule, number: int, example: Example) -> None:
    rows = [[cell.strip() for cell in line.split("|")] for line in TOLD.strip().splitlines()]
    expected = [(cells, words) for name, *cells, words in rows if name == f"{rule.id} {number}"]
    violations = _check(example, _payload(example)).violations
    found = [violation.finding for violation in violations if violation.rule is rule]
    assert [_tell(finding) for finding in found] == [cells for cells, _ in expected]
    begun = [finding.message.startswith(words) for finding, (_, words) in zip(found, expected, strict=True)]
    assert begun == [True for _ in expected]


@pytest.mark.parametrize(
    ("count", "most", "told"),
    [
        (1, 0, "1 first frame: none is taken beside references. Remove 1."),
        (2, 0, "2 first frames: none is taken beside references. Remove 2."),
        (4, 1, "4 first frames: at most 1. Remove 3."),
    ],
)
def test_too_many_first_frames_are_told_with_how_many_to_remove(count: int, most: int, told: str) -> None:
    own = HOSTS["alibaba"].limits
    limits = replace(own, first_frames_max=own.first_frames_max._replace(value=most))
    cast = Cast("wan2.7-r2v", ("image",), count, True, False, True, False, ())  # noqa: FBT003 - parts of a tuple
    (finding,) = FIRST_FRAME_COUNT.check(cast, limits)
    assert (finding.at, finding.message) == (f"first_frames/{most}", told)


def test_a_rule_whose_check_says_nothing_demands_nothing_in_words() -> None:
    assert describe(replace(FIRST_FRAME_COUNT, check=lambda _cast, _limits: ())) == ""


@pytest.mark.parametrize(
    ("most", "kept"), [(40, "b" * 30), (20, f"{'a' * 10}{'b' * 10}")], ids=["the-last-thirty", "all-that-is-kept"]
)
def test_a_text_that_is_cut_is_told_where(most: int, kept: str) -> None:
    """Forty characters and two more, of which the host reads so many."""
    own = HOSTS["alibaba"].limits
    limits = replace(own, negative_prompt_chars=own.negative_prompt_chars._replace(value=most))
    payload = {**SAMPLES["alibaba"], "input": {"negative_prompt": f"{'a' * 10}{'b' * 30}cc"}}
    (finding,) = NEGATIVE_PROMPT_LENGTH.check(read(payload, HOSTS["alibaba"]).draft, limits)
    assert finding.message == (
        f"The negative prompt has 42 characters: at most {most}. The host cuts off the last {42 - most} "
        f"(all after '{kept}') without a word, and bills the call."
    )


@pytest.mark.parametrize("prompt", [None, "", "  "])
def test_a_prompt_of_nothing_is_told_as_it_was_sent(prompt: str | None) -> None:
    payload = {**SAMPLES["alibaba"], "input": {"prompt": prompt}}
    (finding,) = PROMPT_MISSING.check(read(payload, HOSTS["alibaba"]).draft, HOSTS["alibaba"].limits)
    assert finding.observed == prompt


GOOD: Final = "https://media.example.com/girl.jpg"


@pytest.mark.parametrize(
    ("urls", "frames", "places"),
    [
        ([GOOD], [GOOD], []),
        (["ftp://media.example.com/girl.jpg"], [], ["references/0/url"]),
        (["https://media.example.com/the girl.jpg"], [], ["references/0/url"]),
        ([GOOD, "girl.jpg"], [], ["references/1/url"]),
        ([GOOD], ["girl.jpg"], ["first_frames/0/url"]),
    ],
    ids=["none", "scheme", "blank", "the-second", "first-frame"],
)
def test_a_medium_that_can_not_be_fetched_is_found_whatever_else_is_sent(
    urls: list[str], frames: list[str], places: list[str]
) -> None:
    media = [{"type": "reference_image", "url": url} for url in urls]
    media += [{"type": "first_frame", "url": url} for url in frames]
    draft = read({**SAMPLES["alibaba"], "input": {"prompt": "Image 1", "media": media}}, HOSTS["alibaba"]).draft
    assert [finding.at for finding in URL_SCHEME.check(draft, HOSTS["alibaba"].limits)] == places


def test_a_text_that_is_refused_is_told_how_much_to_take_away() -> None:
    fal = HOSTS["fal"]
    (finding,) = NEGATIVE_PROMPT_LENGTH.check(
        read({**SAMPLES["fal"], "negative_prompt": "n" * 503}, fal).draft, fal.limits
    )
    assert finding.message == "The negative prompt has 503 characters: at most 500. Take 3 away."


@pytest.mark.parametrize(
    ("kinds", "told"),
    [
        (("image",) * 5, []),
        (("image",), []),
        (("image",) * 7, ["7 references: 1 to 5 are taken, images and videos together. Remove 2."]),
    ],
    ids=["five", "one", "seven"],
)
def test_references_beyond_the_limit_are_told_with_how_many_to_remove(
    kinds: tuple[ReferenceKind, ...], told: list[str]
) -> None:
    cast = Cast("wan2.7-r2v", kinds, 0, True, False, True, False, ())  # noqa: FBT003 - parts of a tuple
    assert [finding.message for finding in REFERENCE_COUNT.check(cast, HOSTS["alibaba"].limits)] == told


@pytest.mark.parametrize("most", [1, 4, 5])
def test_of_one_kind_there_may_be_as_many_as_the_host_takes(most: int) -> None:
    """A limit that is that of all references together is told by the rule on these alone."""
    own = HOSTS["alibaba"].limits
    limits = replace(
        own, images_max=own.images_max._replace(value=most), videos_max=own.videos_max._replace(value=most)
    )
    kinds: tuple[ReferenceKind, ...] = ("image", "video")
    for rule, kind in zip((IMAGE_COUNT, VIDEO_COUNT), kinds, strict=True):
        for count in (most, most + 2):
            cast = Cast("wan2.7-r2v", (kind,) * count, 0, True, False, True, False, ())  # noqa: FBT003 - as above
            told = f"{count} {kind}s among the references: at most {most}. Remove 2."
            expected = [told] if count > most and most != 5 else []
            assert [finding.message for finding in rule.check(cast, limits)] == expected
