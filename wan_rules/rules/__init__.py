"""Every rule, in the order of a report: the payload's fields, the prompt, the references, media, voices, the output."""

from __future__ import annotations

import copyreg
from collections.abc import Callable
from typing import Final, cast

from wan_rules.rule import CastRule, MediumRule, OutputRule, RequestRule, Rule
from wan_rules.rules import clips, fields, images, media, output, prompt, references, subjects, voice

RULES: Final[tuple[Rule, ...]] = (
    *fields.RULES,
    *prompt.RULES,
    *references.RULES,
    *subjects.RULES,
    *media.RULES,
    *images.RULES,
    *clips.RULES,
    *voice.RULES,
    *output.RULES,
)
CAST_RULES: Final = tuple(rule for rule in RULES if isinstance(rule, CastRule))
OUTPUT_RULES: Final = tuple(rule for rule in RULES if isinstance(rule, OutputRule))
REQUEST_RULES: Final = tuple(rule for rule in RULES if isinstance(rule, RequestRule))
TEXT_RULES: Final = tuple(rule for rule in REQUEST_RULES if rule.family != "fields")
MEDIUM_RULES: Final = tuple(rule for rule in RULES if isinstance(rule, MediumRule))


def _find_rule(name: str) -> Rule:
    return next(rule for rule in RULES if rule.id == name)


def _reduce(rule: object) -> tuple[Callable[[str], Rule], tuple[str]]:
    """A rule of ours goes to another process with a report, or is copied, by its id, and is the same one there."""
    for ours in RULES:
        if ours is rule:
            return _find_rule, (ours.id,)
    return cast("tuple[Callable[[str], Rule], tuple[str]]", rule.__reduce_ex__(_PROTOCOL))


_PROTOCOL: Final = 4
for _kind in (CastRule, OutputRule, RequestRule, MediumRule):
    copyreg.pickle(_kind, _reduce)
