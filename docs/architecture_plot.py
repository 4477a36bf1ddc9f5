"""The picture of the architecture page: the rooms of the core, and the imports between them as they are.

A room is a run of layers in the contracts of pyproject.toml, named by its first one, so that a module which is placed
in a layer stands in a room too. An arrow says that a module of the one room imports one of the other; where a way leads
there over a third room, it is left out.
"""

from __future__ import annotations

import re
import textwrap
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Final, NamedTuple

import grimp

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGES: Final = ("wan_rules", "pricing")
NAMES: Final[Mapping[tuple[str, str], tuple[str, str]]] = {
    ("wan_rules", "staging"): ("Staging", "which stages a valid request runs"),
    ("wan_rules", "conversion"): ("Checking", "all that is wrong, or a valid request"),
    ("wan_rules", "rules"): ("Rules", "one named demand each"),
    ("wan_rules", "hosts"): ("Hosts", "limits; payload to request and back"),
    ("wan_rules", "rule"): ("Request", "one canonical request, its facts"),
    ("wan_rules", "faults"): ("Payload", "bytes to JSON; what is wrong with it"),
    ("pricing", "linting"): ("Findings", "what is wrong with a catalogue"),
    ("pricing", "break_bridges"): ("Breaks", "an invoice beside what was expected"),
    ("pricing", "course_sums"): ("Usage", "rows rated, under one catalogue or two"),
    ("pricing", "histories"): ("History", "what prices were, are and will be"),
    ("pricing", "parts"): ("Trials", "the tests that a catalogue holds"),
    ("pricing", "holds"): ("Settlement", "what a job cost after it ran"),
    ("pricing", "figures"): ("Beside a quote", "its basis, effects, comparison, words"),
    ("pricing", "quotes"): ("Quotes", "exact, bounded or unbounded"),
    ("pricing", "resolution"): ("Resolution", "whose terms are in force, and when"),
    ("pricing", "charges"): ("Charges", "work measured, and drawn as lines"),
    ("pricing", "terms"): ("Terms", "contracted prices, folded once"),
    ("pricing", "agreement_parsing"): ("Cards", "text to dated entries and agreements"),
    ("pricing", "panels"): ("Formulas", "exact decimals; one sum for all engines"),
}
"""The first layer of each room, and what it is called. A room ends where the next begins."""
SHELLS: Final = (
    ("pricing.shell", "command line"),
    ("pricing.shell.service", "service"),
    ("pricing.shell.client", "client"),
    ("pricing.shell.guard", "guard"),
    ("pricing.shell.bulk", "tables"),
    ("pricing.shell.sources", "sources"),
    ("wan_rules.shell", "media"),
)
ROOM_PX: Final = 214
BESIDE_PX: Final = 16
COLUMN_PX: Final[Mapping[str, int]] = {"wan_rules": 16, "pricing": 500}
WIDTH_PX: Final = 960
TOP_PX: Final = 136
APART_PX: Final = 26
LINE_PX: Final = 15
CHARACTERS: Final = 31
STYLE: Final = (
    ".wan-house{color:#1f2328;font:12px system-ui,sans-serif}.wan-house text{fill:currentColor}"
    ".wan-house .ground{fill:#fff}.wan-house .room{fill:#f3f6fa;stroke:#8c959f}"
    ".wan-house .pricing{fill:#eef7f1}.wan-house .shell{fill:#fff7e8;stroke:#8c959f}"
    ".wan-house .name{font-size:14px;font-weight:600}.wan-house .small{font-size:11px;opacity:.8}"
    ".wan-house path{fill:none;stroke:currentColor;stroke-opacity:.55}.wan-house .tip{fill:currentColor;stroke:none}"
    "@media (prefers-color-scheme:dark){.wan-house{color:#e6edf3}.wan-house .ground{fill:#161b22}"
    ".wan-house .room{fill:#1f2733;stroke:#545d68}.wan-house .pricing{fill:#1b2a22}"
    ".wan-house .shell{fill:#2d2618;stroke:#545d68}}"
)


class Room(NamedTuple):
    """Modules of one idea: in which package, its name and purpose, and the modules in it."""

    package: str
    name: str
    purpose: str
    modules: tuple[str, ...]

    @property
    def lines(self) -> list[tuple[str, str]]:
        """The purpose and the modules' names, as many words on a line as there is room for; and how each is set."""
        said = (("plain", self.purpose), ("small", ", ".join(self.modules)))
        return [(kind, line) for kind, text in said for line in textwrap.wrap(text, CHARACTERS, break_long_words=False)]

    @property
    def height_px(self) -> int:
        """How high it is drawn."""
        return 28 + LINE_PX * len(self.lines)


class Spot(NamedTuple):
    """Where a room is drawn."""

    x: int
    y: int


def draw_architecture() -> str:
    """The text of the SVG file. Raises ValueError where a room begins at a layer that there is not."""
    rooms = list_rooms()
    arrows = reduce(find_arrows(rooms))
    spots = _place(rooms, arrows)
    bottom = max(spot.y + room.height_px for room, spot in spots.items()) + 16
    told = "; ".join(f"{room.name} imports {', '.join(sorted(one.name for one in arrows[room]))}" for room in rooms)
    size = f'viewBox="0 0 {WIDTH_PX} {bottom}" width="{WIDTH_PX}" height="{bottom}"'
    pieces = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} class="wan-house" role="img">',
        f"<title>The rooms of the core</title><desc>{escape(told)}</desc><style>{STYLE}</style>",
        f'<rect class="ground" width="{WIDTH_PX}" height="{bottom}"/>',
        *_draw_shells(),
        *(piece for room in rooms for other in sorted(arrows[room]) for piece in _draw_arrow(room, other, spots)),
        *(piece for room, spot in spots.items() for piece in _draw_room(room, spot)),
        "</svg>",
    ]
    return "\n".join(pieces) + "\n"


def list_rooms() -> list[Room]:
    """The rooms of both packages, from the top. Raises ValueError for a name that no layer has."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = {one["containers"][0]: one["layers"] for one in contracts if one.get("containers")}
    found: dict[tuple[str, str], list[str]] = {}
    for package in PACKAGES:
        key = None
        for layer in layers[package][1:]:  # the first is the shell
            modules = re.findall(r"\w+", layer)
            key = next((key for key in NAMES if key[0] == package and key[1] in modules), key)
            if key is None:
                raise ValueError(f"no room of {package} begins at or above {layer}: name it in NAMES")
            found.setdefault(key, []).extend(modules)
    if strange := NAMES.keys() - found.keys():
        raise ValueError(f"no layer is called so: {sorted(strange)}")
    return [Room(key[0], *NAMES[key], tuple(modules)) for key, modules in found.items()]


def find_arrows(rooms: Sequence[Room]) -> dict[Room, set[Room]]:
    """For each room the other rooms that it imports of, read from the source as it is."""
    homes = {f"{room.package}.{module}": room for room in rooms for module in room.modules}
    graph = grimp.build_graph(*PACKAGES)
    arrows: dict[Room, set[Room]] = {room: set() for room in rooms}
    for module in graph.modules:
        if (here := _find_home(module, homes)) is not None:
            there = {_find_home(one, homes) for one in graph.find_modules_directly_imported_by(module)}
            arrows[here] |= {one for one in there if one is not None and one is not here}
    return arrows


def _find_home(module: str, homes: Mapping[str, Room]) -> Room | None:
    return homes.get(".".join(module.split(".")[:2]))


def reduce(arrows: Mapping[Room, set[Room]]) -> dict[Room, set[Room]]:
    """Only the arrows that no longer way stands for."""
    return {
        room: {one for one in direct if not any(one in _reach(other, arrows) for other in direct if other is not one)}
        for room, direct in arrows.items()
    }


def _reach(room: Room, arrows: Mapping[Room, set[Room]]) -> set[Room]:
    found: set[Room] = set()
    for one in arrows[room]:
        found |= {one} | _reach(one, arrows)
    return found


def _place(rooms: Sequence[Room], arrows: Mapping[Room, set[Room]]) -> dict[Room, Spot]:
    """Each room above all that it imports of; rooms of one package at the same height stand side by side."""
    depths = {room: _depth(room, arrows) for room in rooms}
    spots: dict[Room, Spot] = {}
    y = TOP_PX
    for depth in sorted({*depths.values()}, reverse=True):
        row = [room for room in rooms if depths[room] == depth]
        for package in PACKAGES:
            beside = sorted((one for one in row if one.package == package), key=lambda one: not _leaves(one, arrows))
            for place, room in enumerate(beside):
                spots[room] = Spot(COLUMN_PX[package] + place * (ROOM_PX + BESIDE_PX), y)
        y += max(room.height_px for room in row) + APART_PX
    return spots


def _leaves(room: Room, arrows: Mapping[Room, set[Room]]) -> bool:
    """Whether an arrow leads into the other package: such a room stands nearest to it."""
    return any(one.package != room.package for one in arrows[room])


def _depth(room: Room, arrows: Mapping[Room, set[Room]]) -> int:
    return 1 + max((_depth(one, arrows) for one in arrows[room]), default=0)


def _draw_room(room: Room, spot: Spot) -> Iterator[str]:
    x, y = spot
    yield (
        f'<rect class="room {room.package}" x="{x}" y="{y}" width="{ROOM_PX}" height="{room.height_px}" rx="6"/>'
        f'<text class="name" x="{x + 10}" y="{y + 19}">{escape(room.name)}</text>'
    )
    for number, (kind, line) in enumerate(room.lines):
        yield f'<text class="{kind}" x="{x + 10}" y="{y + 36 + LINE_PX * number}">{escape(line)}</text>'


def _draw_arrow(room: Room, other: Room, spots: Mapping[Room, Spot]) -> Iterator[str]:
    """From the foot of a room to the head of what it imports of."""
    x, y = spots[room].x + ROOM_PX // 2, spots[room].y + room.height_px
    to_x, to_y = spots[other].x + ROOM_PX // 2, spots[other].y - 5
    if room.package == "pricing" and other.package == "wan_rules":  # around the rooms between them
        x, y = spots[room].x, spots[room].y + room.height_px // 2
        to_x, to_y = spots[other].x + ROOM_PX + 5, spots[other].y + other.height_px // 2
        yield f'<path d="M{x} {y}C{x - 40} {y} {to_x + 40} {to_y} {to_x} {to_y}"/>'
        yield f'<path class="tip" d="M{to_x - 5} {to_y}l7 -4v8z"/>'
        return
    middle = (y + to_y) // 2
    yield f'<path d="M{x} {y}C{x} {middle} {to_x} {middle} {to_x} {to_y}"/>'
    yield f'<path class="tip" d="M{to_x} {to_y + 5}l-4 -7h8z"/>'


def _draw_shells() -> Iterator[str]:
    """The band above the core: whatever reaches out."""
    yield (
        '<text class="name" x="16" y="24">Shells: files, clock, network, engines, printing</text>'
        '<text class="small" x="16" y="88">They call the core, and nothing in the core imports them.</text>'
        f'<text class="name" x="{COLUMN_PX["wan_rules"]}" y="122">wan_rules: what may be asked, what it runs</text>'
        f'<text class="name" x="{COLUMN_PX["pricing"]}" y="122">pricing: what it costs</text>'
    )
    width = (WIDTH_PX - 32 - 8 * (len(SHELLS) - 1)) // len(SHELLS)
    for number, (module, name) in enumerate(SHELLS):
        x = 16 + number * (width + 8)
        yield (
            f'<rect class="shell" x="{x}" y="34" width="{width}" height="38" rx="6"/>'
            f'<text x="{x + 8}" y="50">{name}</text><text class="small" x="{x + 8}" y="65">{_cut(module)}</text>'
        )


def _cut(module: str) -> str:
    return module.removeprefix("pricing.")
