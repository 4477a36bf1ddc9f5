"""What is public beside the two packages' own names: each module that a page tells somebody to import from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ALL: Final = ("*",)
"""Whatever the module's own `__all__` lists."""
SHELLS: Final[Mapping[str, tuple[str, ...]]] = {
    "pricing.shell.catalogues": ("load_catalogue", "load_published"),
    "pricing.shell.sources": ALL,
    "pricing.shell.reloading": ("Kept", "Reloaded", "Reloader"),
    "pricing.shell.wire": ("write_quote", "write_report"),
    "pricing.shell.client": ALL,
    "pricing.shell.guard": ALL,
    "pricing.shell.guard.httpx2_transports": ("AsyncGuardTransport", "GuardTransport"),
    "pricing.shell.guard.httpx_transports": ("AsyncGuardTransport", "GuardTransport"),
    "pricing.shell.guard.requests_adapter": ("GuardAdapter", "guard_session"),
    "pricing.shell.guard.aiohttp_calls": ("GuardMiddleware",),
    "wan_rules.shell.media": ("Measured", "Ways", "measure", "measure_all", "measure_file"),
    "wan_rules.shell.translations": ("choose_translation", "find_translation", "load_translation"),
    "wan_rules.shell.subjects": ("SightSettings", "Subjects", "facts_from"),
    "wan_rules.shell.detection.detector": ("Detector",),
    "wan_rules.shell.detection.clips": ("count_in_clip",),
    "wan_rules.shell.detection.weights": ("find_weights",),
}
"""For who calls from Python: where catalogues come from, the service's client, the guard, measured media."""
PLUGINS: Final[Mapping[str, tuple[str, ...]]] = {
    "wan_rules.additions": ("AddedRule",),
    "wan_rules.rule": (
        "Among",
        "AsSent",
        "CastRule",
        "Example",
        "Finding",
        "Findings",
        "Fix",
        "GONE",
        "MediumRule",
        "OutputRule",
        "RequestRule",
        "Within",
    ),
    "wan_rules.messages": ("Series", "list_values", "tell"),
    "wan_rules.request": ("Cast", "Draft", "DraftReference", "Output", "RESOLUTIONS"),
    "wan_rules.limits": ("Limit", "Limits", "Range", "inherit"),
    "wan_rules.hosts.host": ("Host", "ReadField", "SAME", "Section", "UrlArray"),
    "wan_rules.hosts.model": ("DEFAULTS", "FRAME_SIZES", "LIMITS"),
    "wan_rules.samples": ("SAMPLES",),
    "pricing.algebra": ("DECIMALS", "Algebra"),
    "pricing.fields": ("Part", "Positive", "Quantity"),
    "pricing.shell.plugins": ("load_plugins",),
}
"""For who writes a rule, a host or a charge model."""
