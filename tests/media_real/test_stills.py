"""Pictures from real encoders, beside what ffprobe says of them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.media_real.encoding import encode, found_on, stream_of

SOURCE: Final = "-f lavfi -i testsrc=s=322x183:d=1 -frames:v 1"
STILLS: Final = {
    "jpg": ("", False),
    "png": ("-pix_fmt rgba", True),
    "bmp": ("", False),
    "webp": ("-pix_fmt yuva420p -c:v libwebp", True),
}


@pytest.mark.parametrize("suffix", STILLS)
def test_stills(folder: Path, suffix: str) -> None:
    arguments, has_alpha = STILLS[suffix]
    made = encode(folder / f"still.{suffix}", f"{SOURCE} {arguments}")
    found, seen = found_on(made), stream_of(made)
    assert (found.width_px, found.height_px) == (seen["width"], seen["height"]) == (322, 183)
    assert found.has_alpha in {has_alpha, False if suffix == "webp" else has_alpha}
