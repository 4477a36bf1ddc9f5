"""What passes for a length, a count or a URL and is none: doubt is said, and nothing undeclared is raised."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from pricing.shell.probing import Medium, join
from tests.conftest import ROOT
from tests.media.answering import answer, serve
from tests.media.boxes import FTYP, TrackOf, moof, moov, movie, mvex, tfhd, trun
from tests.media.sources import Held
from wan_rules import parse_facts
from wan_rules.payloads import UnusableInputError
from wan_rules.shell.found import UnreadableError
from wan_rules.shell.lengths import NO_LENGTH, judge
from wan_rules.shell.looking import Sight
from wan_rules.shell.media import Ways, measure, measure_file
from wan_rules.shell.readers import read_header
from wan_rules.shell.sources import Policy, open_url, read_allowed
from wan_rules.shell.subjects import Subjects, unknown

MEDIA: Final = ROOT / "examples" / "media"


def test_samples_with_a_size_and_no_time_are_shown_by_decoders() -> None:
    """Headers and times that were made a quarter of what they were, and sizes that were forgotten."""
    quarter = TrackOf(ticks=1250, runs=((37, 512),), media_ticks=19_200, sized=150)
    found = read_header(Held(movie(quarter, ticks=1250)))
    assert "samples" not in {length.name for length in found.lengths}
    assert "its tables give times of 37 samples and sizes of 150: not believed" in found.notes
    assert judge(found) == NO_LENGTH


def test_fragments_with_a_gap_have_no_sure_length() -> None:
    index = moov(TrackOf(ticks=0, runs=(), media_ticks=0), ticks=0, more=mvex())
    first, late = moof(tfhd(), trun(30), starts=0), moof(tfhd(), trun(30), starts=1_536_000)
    found = read_header(Held(FTYP + index + first + late))
    assert judge(found) == NO_LENGTH
    near = moof(tfhd(), trun(30), starts=15_360)
    assert judge(read_header(Held(FTYP + index + first + near))).seconds == 2


def test_sound_that_goes_on_at_another_rate_is_not_called_no_sound() -> None:
    slow = b"\xff\xfb\x90\x00" + bytes(413)  # MPEG 1, 128 kbit/s, 44,100 Hz
    other = b"\xff\xe3\x18\x00" + bytes(68)  # MPEG 2.5, 8 kbit/s, 8,000 Hz
    found = read_header(Held(slow * 40 + other * 100))
    assert found.lengths == ()
    assert "go on at another rate" in found.notes[0]


@pytest.mark.parametrize(
    ("declared", "name", "facts", "contradicted"),
    [
        ({"duration_min_s": "3", "duration_max_s": "4"}, "dance.mp4", ("3", "4"), ("3 to 4", "4.004")),
        ({"duration_min_s": "3"}, "dance.mp4", ("3", None), None),
        ({"duration_min_s": "30"}, "lying.mp4", ("30", None), ("30 or more", "1 to 5")),
        ({"duration_max_s": "4"}, "lying.mp4", (None, "4"), None),
    ],
)
def test_declared_ends_of_a_length_come_before_what_is_measured(
    declared: dict[str, Any], name: str, facts: tuple[str | None, str | None], contradicted: tuple[str, str] | None
) -> None:
    medium = Medium("/a", "u", parse_facts({"/a": declared})["/a"])
    (probed,) = join([medium], {"u": measure_file(MEDIA / name)})
    ends = probed.facts.duration_min_s, probed.facts.duration_max_s
    assert (probed.facts.duration_s, ends) == (None, tuple(end and Decimal(end) for end in facts))
    assert [(str(one.declared), str(one.measured)) for one in probed.contradictions] == (
        [contradicted] if contradicted else []
    )
    assert {probed.origins[end] for end in declared} == {"declared"}


@pytest.mark.parametrize("url", ["https://example.org/a?x=\udcff", "data:image/png;base64,\ud800", "\udcff://x"])
def test_half_a_character_in_a_url_is_told(url: str) -> None:
    measured = measure(url)
    assert measured.unverified
    assert measured.found is None


@pytest.mark.parametrize("port", ["0", "65536", "99999"])
def test_a_port_that_is_none(port: str) -> None:
    with (
        pytest.raises(UnreadableError, match="is no port"),
        open_url(f"https://example.com:{port}/a", Policy(allow=frozenset({f"example.com:{port}"}))),
    ):
        pass
    with pytest.raises(UnusableInputError, match="is no host"):
        read_allowed([f"example.com:{port}"])


class Counting:
    """Whoever counts, and sees how large a picture is."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def count_subjects(self, image: bytes) -> Subjects:
        self.sizes.append(len(image))
        return unknown("nobody looks")


def test_a_picture_whose_size_nobody_says_is_looked_at_whole() -> None:
    picture, counting = (MEDIA / "girl.png").read_bytes() + bytes(200_000), Counting()
    with serve() as server:
        sent = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in (picture[:5000], picture[5000:]))
        chunked = answer(sent + b"0\r\n\r\n", Content_Length="", Transfer_Encoding="chunked")
        server.says["/girl.png"] = lambda _: chunked
        measured = measure(server.url("/girl.png"), Ways(server.policy(), sight=Sight(counting)))
    assert measured.found is not None
    assert counting.sizes == [len(picture)]


def test_a_local_file_has_what_a_remote_one_has(tmp_path: Path) -> None:
    file = tmp_path / "a.mp4"
    file.write_bytes((MEDIA / "lying.mp4").read_bytes())
    assert measure_file(file).judged.is_disputed
