"""Freely licensed pictures that packages ship, what each shows, and what the detector makes of it.

The table of docs/how-to/see-subjects.md is these rows; a test compares both, and the answers with the real ones.
"""

from __future__ import annotations

import io
from importlib.metadata import files
from pathlib import Path
from typing import Final, NamedTuple

from PIL import Image, ImageOps

from wan_rules.shell.subjects import Answer


class Picture(NamedTuple):
    """A file of a package, what a person sees in it, what the detector answers, and on what that rests."""

    name: str
    shows: Answer
    what: str
    answer: Answer
    saw: str


class Made(NamedTuple):
    """A row of several of them, which all show many; `~` mirrors one."""

    parts: tuple[str, ...]
    answer: Answer
    saw: str


PACKAGES: Final = {
    "astronaut.png": "scikit-image",
    "brick.png": "scikit-image",
    "camera.png": "scikit-image",
    "chelsea.png": "scikit-image",
    "china.jpg": "scikit-learn",
    "clock_motion.png": "scikit-image",
    "coffee.png": "scikit-image",
    "coins.png": "scikit-image",
    "flower.jpg": "scikit-learn",
    "grace_hopper.jpg": "matplotlib",
    "grass.png": "scikit-image",
    "gravel.png": "scikit-image",
    "horse.png": "scikit-image",
    "hubble_deep_field.jpg": "scikit-image",
    "logo.png": "scikit-image",
    "retina.jpg": "scikit-image",
    "rocket.jpg": "scikit-image",
    "text.png": "scikit-image",
}

PICTURES: Final = (
    Picture("astronaut.png", "one", "a woman in a space suit", "one", "person 0.93"),
    Picture("camera.png", "one", "a man at a camera, in grey", "one", "person 0.93"),
    Picture("grace_hopper.jpg", "one", "a woman in uniform", "one", "person 0.94"),
    Picture("chelsea.png", "one", "a cat's face", "one", "cat 0.64"),
    Picture("coffee.png", "one", "a cup, a saucer and a spoon on a table", "one", "cup 0.90"),
    Picture("clock_motion.png", "one", "a blurred clock on a wall", "one", "vase 0.71: another kind"),
    Picture("horse.png", "one", "the outline of a horse", "one", "person 0.51: another kind"),
    Picture("flower.jpg", "one", "a flower", "unknown", "orange 0.43"),
    Picture("china.jpg", "one", "a temple hall", "none", "nothing: no kind of building is known"),
    Picture("rocket.jpg", "one", "a rocket in flight", "none", "nothing: no rocket is known"),
    Picture("logo.png", "one", "a logo", "unknown", "orange 0.25"),
    Picture("retina.jpg", "one", "the ground of an eye", "unknown", "person 0.38"),
    Picture("coins.png", "many", "24 coins", "unknown", "clock, 15 of them from 0.85 down to 0.54"),
    Picture("brick.png", "none", "a brick wall", "none", ""),
    Picture("grass.png", "none", "grass", "none", ""),
    Picture("gravel.png", "none", "gravel", "none", ""),
    Picture("hubble_deep_field.jpg", "none", "a field of galaxies", "none", ""),
    Picture("text.png", "none", "words", "unknown", "bird, 5 of them below 0.45"),
)

MADE: Final = (
    Made(("astronaut.png", "camera.png"), "many", "person 0.92 and 0.89"),
    Made(("astronaut.png", "grace_hopper.jpg"), "many", "person 0.95 and 0.88"),
    Made(("grace_hopper.jpg", "camera.png"), "many", "person 0.95 and 0.93"),
    Made(("astronaut.png", "~astronaut.png"), "many", "person 0.91 and 0.83"),
    Made(("astronaut.png", "grace_hopper.jpg", "camera.png"), "many", "person 0.88, 0.83 and 0.82"),
    Made(("astronaut.png", "chelsea.png"), "many", "person 0.85, cat 0.83"),
    Made(("chelsea.png", "~chelsea.png"), "many", "cat 0.82 and 0.82"),
    Made(("astronaut.png", "coffee.png"), "unknown", "person 0.75 and 0.41; the cup is a thing"),
    Made(("coffee.png", "coffee.png"), "unknown", "cup 0.74 and 0.70, which are things"),
    Made(("logo.png", "astronaut.png"), "one", "person 0.84; no logo is known"),
    Made(("rocket.jpg", "grace_hopper.jpg"), "one", "person 0.93; no rocket is known"),
)


def read_file(package: str, name: str) -> bytes:
    """A file of an installed package, which is not imported. Raises FileNotFoundError that says what to install."""
    for file in files(package) or ():
        if file.name == name:
            return Path(str(file.locate())).read_bytes()
    raise FileNotFoundError(f"{package} has no {name}: .venv/bin/uv sync --frozen --group subjects")


def read_picture(name: str) -> bytes:
    """The picture of that name."""
    return read_file(PACKAGES[name], name)


def side_by_side(*names: str) -> bytes:
    """The pictures in a row, each 480 px high; `~` before a name mirrors it."""
    images = []
    for name in names:
        with Image.open(io.BytesIO(read_picture(name.removeprefix("~")))) as image:
            fitted = image.convert("RGB").resize((480 * image.width // image.height, 480))
        images.append(ImageOps.mirror(fitted) if name.startswith("~") else fitted)
    row = Image.new("RGB", (sum(image.width for image in images), 480))
    left = 0
    for image in images:
        row.paste(image, (left, 0))
        left += image.width
    return write(row)


def write(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    """The picture as a file of that format."""
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()
