"""Pictures opened as the hosts take them, upright and without transparency. Runs in the child process alone: Pillow."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from PIL import Image

FORMATS: Final = ("JPEG", "PNG", "BMP", "WEBP")
PIXELS_MAX: Final = 8000 * 8000
"""The largest picture that any host takes as a reference."""
TOO_LARGE: Final = f"{{size}} are more than {PIXELS_MAX:,}, the most that any host takes"
GREY: Final = (114, 114, 114)
"""What the family's models were trained to see around a picture; it shows through transparency too."""
_TURNED: Final = frozenset((5, 6, 7, 8))
_ORIENTATION: Final = 0x0112


class PictureError(ValueError):
    """A picture that can't be looked at; says why."""


class Picture(NamedTuple):
    """A picture in RGB, no larger than needed, and the size of the upright original in pixels."""

    image: Image.Image
    size_px: tuple[int, int]


def open_picture(data: bytes, fit_px: int) -> Picture:
    """The picture, `fit_px` or a little more on its longer side if it had as many. Raises PictureError."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            return _decode(image, fit_px)
    except PictureError:
        raise
    except Image.UnidentifiedImageError:
        raise PictureError("it is no JPEG, PNG, BMP or WEBP") from None
    except Image.DecompressionBombError:
        raise PictureError(TOO_LARGE.format(size="its pixels")) from None
    except MemoryError:
        raise PictureError("decoding it takes more memory than is allowed") from None
    except Exception as error:  # noqa: BLE001 - a decoder raises whatever it likes of a broken file
        raise PictureError(f"it can't be decoded ({type(error).__name__}: {str(error)[:120]})") from None


def _decode(image: Image.Image, fit_px: int) -> Picture:
    from PIL import ImageOps

    width, height = image.size
    if width * height > PIXELS_MAX:
        raise PictureError(TOO_LARGE.format(size=f"{width} x {height} px"))
    turned = image.getexif().get(_ORIENTATION) in _TURNED
    image.draft("RGB", (fit_px, fit_px))  # a JPEG is decoded at a half, a quarter or an eighth of its size
    image.thumbnail((fit_px, fit_px))
    upright = _on_grey(ImageOps.exif_transpose(image))
    return Picture(upright, (height, width) if turned else (width, height))


def _on_grey(image: Image.Image) -> Image.Image:
    from PIL import Image

    if not image.has_transparency_data:
        return image.convert("RGB")
    ground = Image.new("RGBA", image.size, (*GREY, 255))
    return Image.alpha_composite(ground, image.convert("RGBA")).convert("RGB")
