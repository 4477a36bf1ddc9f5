"""Which calls to Wan 2.7 reference-to-video a request makes: the payloads in the body of one that its URL tells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from pricing.shell.guard.endpoints import Route
from pricing.shell.guard.packing import is_packed
from wan_rules.hosts import HOSTS
from wan_rules.payloads import JsonObject, UnusableInputError, parse, say_no_object

_SPELLINGS: Final = (("/", "/"), ("/", r"\/"))
"""A slash as it is, and as some writers of JSON escape it (ujson, which aiohttp's own pages name)."""
_MARKS: Final = {
    host.name: tuple(
        dict.fromkeys(name.replace(*slash).encode() for name in host.limits.models.value for slash in _SPELLINGS)
    )
    for host in HOSTS.values()
}
"""What stands in every body that names the model; at fal its URL does."""
_REFERENCES: Final = ("referenceImages", "referenceVideos")


class Call(NamedTuple):
    """One job that a request asks for. `task` is the id that its caller chose; hosts but Runware choose it later.

    `later` is the model's name where it is a snapshot that came after these rules.
    """

    host: str
    region: str | None
    payload: JsonObject
    task: str | None = None
    later: str | None = None


def names_model(host: str, body: bytes) -> bool:
    """Whether the body may be a call, by its bytes alone: every request to a host's URL is asked this."""
    marks = _MARKS[host]
    for mark in marks:  # quicker than `any`
        if mark in body:
            return True
    return not marks or is_packed(body)


def read_calls(route: Route, body: bytes) -> tuple[Call, ...]:
    """The calls in the unpacked body, in their order; none where it is for another model.

    Raises UnusableInputError where it names the model and can't be read.
    """
    if not names_model(route.host, body):
        return ()
    names = HOSTS[route.host].limits.models.value
    value = parse(body)
    if route.kind == "task list":
        return tuple(_read_tasks(route, value, names))
    if not isinstance(value, dict):
        raise UnusableInputError("payload", say_no_object(value))
    if not names:  # the URL names the model
        return (Call(route.host, route.region, value),)
    return tuple(_read_one(route, value, names))


def _read_one(route: Route, payload: JsonObject, names: tuple[str, ...]) -> Iterator[Call]:
    model = payload.get("model")
    if model in names:
        yield Call(route.host, route.region, payload)
    elif isinstance(model, str) and model.startswith(tuple(f"{name}-" for name in names)):
        yield Call(route.host, route.region, payload, later=model)


def _read_tasks(route: Route, value: object, names: tuple[str, ...]) -> Iterator[Call]:
    """The tasks that render from references: one and the same model renders from a prompt alone, too."""
    for task in value if isinstance(value, list) else [value]:
        if not isinstance(task, dict) or task.get("taskType") != "videoInference" or task.get("model") not in names:
            continue
        inputs = task.get("inputs")
        if isinstance(inputs, dict) and any(key in inputs for key in _REFERENCES):
            uuid = task.get("taskUUID")
            yield Call(route.host, route.region, task, uuid if isinstance(uuid, str) else None)
