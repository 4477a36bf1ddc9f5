"""The 80 kinds of things that a detector trained on COCO tells apart, in the order of its outputs."""

from __future__ import annotations

from typing import Final

_LIVING: Final = ("bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe")
_VEHICLES: Final = ("bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat")
_STREET: Final = ("traffic light", "fire hydrant", "stop sign", "parking meter", "bench")
_WORN: Final = ("backpack", "umbrella", "handbag", "tie", "suitcase")
_SPORTS: Final = (
    *("frisbee", "skis", "snowboard", "sports ball", "kite", "baseball bat", "baseball glove", "skateboard"),
    *("surfboard", "tennis racket"),
)
_TABLEWARE: Final = ("bottle", "wine glass", "cup", "fork", "knife", "spoon", "bowl")
_FOOD: Final = (
    *("banana", "apple", "sandwich", "orange", "broccoli", "carrot", "hot dog", "pizza", "donut", "cake"),
)  # fmt: skip
_FURNITURE: Final = ("chair", "couch", "potted plant", "bed", "dining table", "toilet")
_DEVICES: Final = (
    *("tv", "laptop", "mouse", "remote", "keyboard", "cell phone", "microwave", "oven", "toaster", "sink"),
    "refrigerator",
)
_INDOORS: Final = ("book", "clock", "vase", "scissors", "teddy bear", "hair drier", "toothbrush")

KINDS: Final = (
    *("person", *_VEHICLES, *_STREET, *_LIVING, *_WORN, *_SPORTS, *_TABLEWARE, *_FOOD, *_FURNITURE, *_DEVICES),
    *_INDOORS,
)
FURNITURE: Final = frozenset((*_FURNITURE, *_STREET))
"""What stands around: it is the subject only of a picture with nothing else in it."""
THINGS: Final = frozenset(("bicycle", *_WORN, *_SPORTS, *_TABLEWARE, *_FOOD, *_DEVICES, *_INDOORS))
"""What people wear, hold, ride, eat or use: beside a person, an animal or a vehicle it is no subject of its own."""
