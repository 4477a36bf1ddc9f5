"""What the detector's numbers mean: boxes of cells, overlapping boxes, and models that are none of its family."""

from __future__ import annotations

from typing import Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from wan_rules.shell.detection.pictures import Picture
from wan_rules.shell.detection.yolox import Array, Found, ModelError, decode, find, pick, read_side, shape_input
from wan_rules.shell.kinds import KINDS

SIDE: Final = 64
CELLS: Final = 8 * 8 + 4 * 4 + 2 * 2


def rows(**cells: tuple[float, ...]) -> Array:
    """An output in which `c7=(x, y, w, h, sure, kind, sure of the kind)` fills cell 7, and nothing else is."""
    output: Array = np.zeros((CELLS, 5 + len(KINDS)), dtype=np.float32)
    for name, (x, y, w, h, sure, kind, of_kind) in cells.items():
        output[int(name[1:]), :5] = (x, y, w, h, sure)
        output[int(name[1:]), 5 + int(kind)] = of_kind
    return output


def seen(output: Array, size: tuple[int, int] = (64, 64), scale: float = 1.0) -> list[Found]:
    return find(output, 0.25, 0.45, (SIDE, scale, size))


@pytest.mark.parametrize(
    ("cell", "edges"),
    [
        pytest.param("c9", (8, 8, 16, 16), id="fine-second-column-second-row"),
        pytest.param("c64", (0, 0, 16, 16), id="middle-first"),
        pytest.param("c83", (32, 32, 64, 64), id="coarse-last"),
    ],
)
def test_a_cell_s_box_counts_in_its_own_grid(cell: str, edges: tuple[int, ...]) -> None:
    (found,) = seen(rows(**{cell: (0.5, 0.5, 0.0, 0.0, 1.0, 15, 0.9)}))
    assert (KINDS[found.kind], found.edges_px) == ("cat", edges)
    assert found.confidence == pytest.approx(0.9)


def test_boxes_are_in_pixels_of_the_original_and_within_it() -> None:
    (found,) = seen(rows(c83=(0.5, 0.5, 1.0, 1.0, 1.0, 0, 1.0)), size=(600, 300), scale=0.1)
    assert found.edges_px == (45, 45, 600, 300) or found.edges_px[2:] == (600, 300)


def test_of_two_boxes_of_one_kind_on_top_of_each_other_the_surer_is_kept() -> None:
    (found,) = seen(rows(c64=(0.5, 0.5, 1, 1, 1, 0, 0.6), c65=(-0.4, 0.5, 1, 1, 1, 0, 0.8)))
    assert found.confidence == pytest.approx(0.8)


def test_boxes_of_two_kinds_are_both_kept() -> None:
    assert len(seen(rows(c64=(0.5, 0.5, 1, 1, 1, 0, 0.6), c65=(-0.4, 0.5, 1, 1, 1, 16, 0.8)))) == 2


def test_what_is_not_sure_enough_is_not_seen() -> None:
    assert seen(rows(c64=(0.5, 0.5, 1, 1, 0.5, 0, 0.49))) == []


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 1e38])
def test_no_number_of_a_model_breaks_it(value: float) -> None:
    output: Array = np.full((CELLS, 5 + len(KINDS)), value, dtype=np.float32)
    with np.errstate(all="ignore"):
        assert all(0 <= edge <= 64 for found in seen(output) for edge in found.edges_px)


BOXES: Final = st.lists(
    st.tuples(
        *(st.floats(0, 40, width=32), st.floats(0, 40, width=32)),
        *(st.floats(1, 24, width=32), st.floats(1, 24, width=32)),
        *(st.integers(0, 2), st.floats(0, 1, width=32)),
    ),
    max_size=12,
)


@given(boxes=BOXES)
def test_what_is_kept_overlaps_no_more_than_allowed_and_hides_what_is_not(
    boxes: list[tuple[float, float, float, float, int, float]],
) -> None:
    decoded: Array = np.zeros((len(boxes), 5 + len(KINDS)), dtype=np.float64)
    for row, (x, y, w, h, kind, sure) in zip(decoded, boxes, strict=True):
        row[:5], row[5 + kind] = (x, y, x + w, y + h, 1), sure
    kept = list(pick(decoded, 0.25, 0.45))
    assert [sure for _, sure, _ in kept] == sorted((sure for _, sure, _ in kept), reverse=True)
    for x, y, w, h, kind, sure in boxes:
        one = np.array([x, y, x + w, y + h])
        shares = [shared(one, box) for other, surer, box in kept if other == kind and surer >= sure]
        assert sure < 0.25 or max(shares, default=0) > 0.44 or any((box == one).all() for _, _, box in kept)
    for index, (kind, _, box) in enumerate(kept):
        assert all(shared(box, other) <= 0.46 for also, _, other in kept[:index] if also == kind)


def shared(one: Array, other: Array) -> float:
    common = max(0.0, min(one[2], other[2]) - max(one[0], other[0])) * max(
        0.0, min(one[3], other[3]) - max(one[1], other[1])
    )
    areas = (one[2] - one[0]) * (one[3] - one[1]) + (other[2] - other[0]) * (other[3] - other[1])
    return float(common / (areas - common))


def test_a_picture_is_fitted_into_the_upper_left() -> None:
    picture = Picture(Image.new("RGB", (100, 50), (10, 20, 30)), (200, 100))
    pixels, scale = shape_input(picture, 64)
    assert (pixels.shape, pixels.dtype, scale) == ((1, 3, 64, 64), np.float32, 0.32)
    assert pixels[0, :, 5, 5].tolist() == [30, 20, 10]  # blue, green, red
    assert pixels[0, :, 40, 5].tolist() == [114, 114, 114]


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        pytest.param([1, 3, 416, 640], "1 x 3 x side x side", id="oblong"),
        pytest.param([1, 416, 416, 3], "1 x 3 x side x side", id="channels-last"),
        pytest.param(["batch", 3, 416, 416], "1 x 3 x side x side", id="open-batch"),
        pytest.param([1, 3, "height", "height"], "a multiple of 32", id="open-side"),
        pytest.param([1, 3, 100, 100], "a multiple of 32", id="odd-side"),
        pytest.param([1, 1000], "1 x 3 x side x side", id="another-model"),
    ],
)
def test_another_model_is_refused(shape: list[object], said: str) -> None:
    with pytest.raises(ModelError, match=said):
        read_side(shape)


def test_an_output_of_another_form_is_refused() -> None:
    with pytest.raises(ModelError, match=r"its output is \(84, 6\): \(84, 85\) is wanted"):
        decode(np.zeros((CELLS, 6)), SIDE)
