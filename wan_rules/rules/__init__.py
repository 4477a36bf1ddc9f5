"""Every rule, in the order of a report: the payload's fields, the prompt, the references, media, voices, the output."""

from __future__ import annotations

from typing import Final

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
