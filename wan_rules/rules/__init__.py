"""Every rule, in the order of a report: the payload's fields, the prompt, the references, media, voices, the output."""

from __future__ import annotations

from typing import Final

from wan_rules.rule import MediumRule, RequestRule, Rule, ShapeRule
from wan_rules.rules import fields, media, output, prompt, references, voice

RULES: Final[tuple[Rule, ...]] = (
    *fields.RULES,
    *prompt.RULES,
    *references.RULES,
    *media.RULES,
    *voice.RULES,
    *output.RULES,
)
SHAPE_RULES: Final = tuple(rule for rule in RULES if isinstance(rule, ShapeRule))
REQUEST_RULES: Final = tuple(rule for rule in RULES if isinstance(rule, RequestRule))
TEXT_RULES: Final = tuple(rule for rule in REQUEST_RULES if rule.family != "fields")
MEDIUM_RULES: Final = tuple(rule for rule in RULES if isinstance(rule, MediumRule))
