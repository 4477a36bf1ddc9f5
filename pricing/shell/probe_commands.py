"""What `wan-rules probe` does, and how commands on a request measure its media."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pricing.shell import codes
from pricing.shell.asked_values import Measuring
from pricing.shell.drafts import write_whole
from pricing.shell.printing import answer, print_json, print_lines
from pricing.shell.probe_documents import probe_document
from pricing.shell.probe_lines import measured_lines
from pricing.shell.probing import open_ways
from pricing.shell.progress import Steps
from pricing.shell.targets import spare
from wan_rules.payloads import UnusableInputError
from wan_rules.shell.media import Measured, Ways, measure, measure_all, measure_file


def probe(media: Sequence[str], measuring: Measuring, form: str, drawing: Path | None = None) -> int:
    """`wan-rules probe`; the media in their order. What was seen of the only one may be drawn into a PNG."""

    def job() -> int:
        places = tuple(dict.fromkeys(media))
        _check_drawing(drawing, places, measuring)
        with open_ways(measuring) as ways:
            found = dict(_measure(places, ways))
            if drawing is not None:
                _draw(drawing, found[places[0]], ways)
        every = [found[place] for place in places]
        if form == "text":
            print_lines(line for one in every for line in measured_lines(one))
        elif form == "jsonl":
            for one in every:
                print_json(probe_document(one))
        else:
            print_json([probe_document(one) for one in every])
        return codes.DONE if all(one.is_whole for one in every) else codes.UNDETERMINED

    return answer(job, form)


def _check_drawing(drawing: Path | None, places: Sequence[str], measuring: Measuring) -> None:
    """Nothing, where there is one medium to draw in, or nothing is to be drawn. Raises UnusableInputError."""
    if drawing is not None and not measuring.subjects:
        raise UnusableInputError("--annotate", "it draws what was counted: add --subjects")
    if drawing is not None and len(places) != 1:
        raise UnusableInputError("--annotate", f"it draws in one picture, and {len(places)} media are named: name one")
    spare(map(Path, places), {"--annotate": drawing}, what="the picture")


def _draw(drawing: Path, measured: Measured, ways: Ways) -> None:
    """Writes the picture with a box around each subject. Raises UnusableInputError where there is none."""
    from wan_rules.shell.detection.detector import Detector

    looked, counter = measured.looked, ways.sight and ways.sight.counter
    if looked is None or looked.picture is None or not isinstance(counter, Detector):
        reason = measured.unverified or (looked and looked.subjects.reason) or "a voice has no picture"
        raise UnusableInputError("--annotate", f"there is no picture to draw in: {reason}")
    picture = counter.annotate(looked.picture, looked.subjects)
    write_whole(drawing, lambda file: file.write(picture), what="--annotate")


def _measure(media: Sequence[str], ways: Ways) -> Iterator[tuple[str, Measured]]:
    with Steps() as steps:
        steps.begin("measuring media", len(media))
        for number, (place, measured) in enumerate(measure_all(media, ways, _measure_place), start=1):
            yield place, measured
            steps.tell(number)


def _measure_place(place: str, ways: Ways, deadline: float | None) -> Measured:
    """A URL, or a file that whoever started the command names."""
    is_url = "://" in place or place[:5].lower() == "data:"
    return measure(place, ways, deadline) if is_url else measure_file(Path(place), ways)
