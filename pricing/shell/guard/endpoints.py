"""Where the hosts take calls and answer about tasks: a table of base URLs and one of paths, each row with its source.

Imports nothing heavy: every request of a guarded program is looked up here, and nearly all of them are for others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal, NamedTuple
from urllib.parse import urlsplit

from pricing.shell.guard.places import name_place, spell_base_path, spell_path

Kind = Literal["create", "poll", "task list"]
"""A call that makes a job; a question about one; an array of tasks, which may be both (Runware)."""


class Base(NamedTuple):
    """A base URL of a host. `region` is the one that it names; `None` where it names none."""

    host: str
    url: str
    region: str | None
    source: str


class Shape(NamedTuple):
    """Paths below a host's base URLs: of the call, and of a question about a task, whose group is its id."""

    create: str
    poll: re.Pattern[str] | None
    source: str


class Route(NamedTuple):
    """What a request is, as far as its method and URL say: of which host and kind, for which region or task."""

    host: str
    kind: Kind
    region: str | None = None
    task: str | None = None


_ALIBABA_API: Final = "https://www.alibabacloud.com/help/en/model-studio/wan-video-to-video-api-reference"
_CLIENTS: Final = "second-hand: public clients of the API, 2026-11"
_DASHSCOPE: Final = "dashscope 2.0.2: common/env.py"
_DASHSCOPE_V2: Final = "dashscope 2.0.2: v2/_config.py"
_ATLAS_API: Final = "https://www.atlascloud.ai/docs/en/predictions"
_FAL_API: Final = "https://fal.ai/docs/documentation/model-apis/queue"
_FAL_CLIENT: Final = "fal-client 1.0.3: client.py"
_RUNWARE_API: Final = "https://runware.ai/docs/platform/task-polling.md"

BASES: Final[tuple[Base, ...]] = (
    Base("alibaba", "https://dashscope.aliyuncs.com/api/v1", "mainland", _DASHSCOPE),
    Base("alibaba", "https://dashscope-intl.aliyuncs.com/api/v1", "international", _DASHSCOPE_V2),
    Base("alibaba", "https://dashscope-us.aliyuncs.com/api/v1", "us-east-1", _CLIENTS),
    Base("atlas", "https://api.atlascloud.ai/api/v1", None, _ATLAS_API),
    Base("fal", "https://queue.fal.run", None, _FAL_API),
    Base("fal", "https://fal.run", None, _FAL_CLIENT),
    Base("fal", "https://queue.falrun.com", None, _FAL_CLIENT),
    Base("fal", "https://falrun.com", None, _FAL_CLIENT),
    Base("runware", "https://api.runware.ai/v1", None, _RUNWARE_API),
)
"""Plain http is taken for the same: Alibaba's page says that it takes both."""

WORKSPACES: Final = ".maas.aliyuncs.com"
"""What the domain of a workspace at Alibaba ends with: {workspace}.{region} stand before it (dashscope: common/env.py).
A region without a published card has no rate, and says so."""
_WORKSPACE_REGIONS: Final = MappingProxyType({"cn-beijing": "mainland", "ap-southeast-1": "international"})

SHAPES: Final[Mapping[str, Shape]] = MappingProxyType(
    {
        "alibaba": Shape(
            "/services/aigc/video-generation/video-synthesis", re.compile(r"/tasks/([^/]+)"), _ALIBABA_API
        ),
        "atlas": Shape("/model/generateVideo", re.compile(r"/model/prediction/([^/]+)"), _ATLAS_API),
        "fal": Shape(
            "/fal-ai/wan/v2.7/reference-to-video",
            re.compile(r"/fal-ai/wan/(?:v2\.7/reference-to-video/)?requests/([^/]+)(?:/status)?"),
            _FAL_CLIENT,
        ),
        "runware": Shape("", None, _RUNWARE_API),
    }
)


class Known(NamedTuple):
    """What is known of a place: the routes of calls by their whole path, and the bases, each after its own path."""

    calls: Mapping[str, Route]
    bases: tuple[tuple[str, Base], ...]


Bases = Mapping[str, Known]
"""By host name and port, as a request names them."""


def index_bases(more: Mapping[str, Sequence[str]] = MappingProxyType({})) -> Bases:
    """Every base URL by where it is; `more` are others by the name of the host whose API they have, such as a gateway.

    Raises ValueError for a host that is not known, and for what is no http URL.
    """
    added = [_read_base(host, url) for host, urls in more.items() for url in urls]
    found: dict[str, list[tuple[str, Base]]] = {}
    for base in (*added, *BASES):
        parts = urlsplit(base.url)
        place = name_place(parts.hostname or "", parts.port)
        found.setdefault(place, []).append((spell_base_path(parts.path), base))
    return {place: _know(bases) for place, bases in found.items()}


def _know(bases: Sequence[tuple[str, Base]]) -> Known:
    calls = {}
    for prefix, base in reversed(bases):  # the first one stays: those that were added come before ours
        shape = SHAPES[base.host]
        kind: Kind = "create" if shape.poll else "task list"
        calls[prefix + shape.create] = Route(base.host, kind, base.region)
    return Known(calls, tuple(bases))


def _read_base(host: str, url: str) -> Base:
    if host not in SHAPES:
        msg = f"{host!r} is no host that the guard knows: {', '.join(SHAPES)} are"
        raise ValueError(msg)
    parts = urlsplit(url.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        from wan_rules.urls import shorten

        msg = f"{shorten(url)!r} is no base URL: write https://gateway.example.com/api/v1"
        raise ValueError(msg)
    return Base(host, url.strip(), None, "configured")


def find_route(bases: Bases, method: str, place: str, path: str) -> Route | None:
    """What the request is; `None` for nearly every one, after one lookup."""
    known = bases.get(place)
    if known is None:
        if not place.endswith(WORKSPACES):
            return None
        known = _know((("/api/v1", _name_workspace(place)),))
    path = spell_path(path)
    if method == "POST":
        return known.calls.get(path) or known.calls.get(path.rstrip("/"))
    return _find_poll(known, path.rstrip("/")) if method == "GET" else None


def _find_poll(known: Known, path: str) -> Route | None:
    for prefix, base in known.bases:
        poll = SHAPES[base.host].poll
        found = poll.fullmatch(path, len(prefix)) if poll and path.startswith(prefix) else None
        if found is not None:
            return Route(base.host, "poll", base.region, found[1])
    return None


def _name_workspace(place: str) -> Base:
    region = place.removesuffix(WORKSPACES).rpartition(".")[2]
    return Base("alibaba", f"https://{place}/api/v1", _WORKSPACE_REGIONS.get(region, region), _DASHSCOPE)
