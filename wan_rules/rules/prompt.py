"""Rules on the prompt's text: that there is one, and its length."""

from __future__ import annotations

from typing import Final

from wan_rules.limits import Limit, Limits
from wan_rules.messages import Message, Template
from wan_rules.request import Draft
from wan_rules.rule import GONE, Example, Finding, Findings, RequestRule
from wan_rules.rules import naming

MISSING: Final = Template(
    "WAN101.missing", "There is no prompt. Say what the references do, naming each by its label."
).fill()
PROMPT: Final = Template("prompt.prompt", "prompt").fill()
NEGATIVE_PROMPT: Final = Template("prompt.negative-prompt", "negative prompt").fill()
TOO_LONG: Final = Template(
    "prompt.too-long", "The {what} has {length:,} characters: at most {limit:,}. Take {over:,} away."
)
CUT: Final = Template(
    "prompt.cut",
    "The {what} has {length:,} characters: at most {limit:,}. "
    "The host cuts off the last {over:,} (all after {kept!r}) without a word, and bills the call.",
)


def _present(draft: Draft, _limits: Limits) -> Findings:
    """A prompt is required: it says what the references do."""
    prompt = draft.prompt
    if prompt is not None and (not isinstance(prompt, str) or prompt.strip()):
        return ()
    return (
        Finding(
            at="prompt",
            observed=prompt,
            limit="at least 1 character",
            message=MISSING,
        ),
    )


PROMPT_MISSING: Final = RequestRule(
    id="WAN101",
    name="prompt-missing",
    family="prompt",
    severity="error",
    source="docs/explanation/requests.md#prompt",
    check=_present,
    passes=(Example({"/input/prompt": "Image 1 meets Video 1"}),),
    fails=(Example({"/input/prompt": GONE}), Example({"/input/prompt": "  "}), Example({"/prompt": ""}, host="atlas")),
)


def _too_long(text: object, limit: Limit[int], at: str, what: Message) -> Findings:
    if not isinstance(text, str) or len(text) <= limit.value:
        return ()
    over = len(text) - limit.value
    if limit.severity == "error":
        message = TOO_LONG.fill(what=what, length=len(text), limit=limit.value, over=over)
    else:
        kept = text[max(0, limit.value - 30) : limit.value]
        message = CUT.fill(what=what, length=len(text), limit=limit.value, over=over, kept=kept)
    return (
        Finding(
            at=at, observed=len(text), limit=limit.value, unit="characters", message=message, severity=limit.severity
        ),
    )


def _prompt_length(draft: Draft, limits: Limits) -> Findings:
    """A prompt has at most as many characters (Unicode code points) as the host reads: some refuse, some cut."""
    return _too_long(draft.prompt, limits.prompt_chars, "prompt", PROMPT)


PROMPT_LENGTH: Final = RequestRule(
    id="WAN102",
    name="prompt-length",
    family="prompt",
    severity="error",
    source="docs/explanation/requests.md#prompt",
    check=_prompt_length,
    passes=(Example({"/input/prompt": "Image 1 meets Video 1 and Video 2 " + "界" * 4966}),),
    fails=(
        Example({"/input/prompt": "Image 1 meets Video 1 and Video 2 " + "界" * 4967}),
        Example({"/prompt": "Image 1 meets Video 1 " + "x" * 5000}, host="fal"),
    ),
)


def _negative_prompt_length(draft: Draft, limits: Limits) -> Findings:
    """A negative prompt has at most as many characters as the host reads."""
    return _too_long(draft.negative_prompt, limits.negative_prompt_chars, "negative_prompt", NEGATIVE_PROMPT)


NEGATIVE_PROMPT_LENGTH: Final = RequestRule(
    id="WAN103",
    name="negative-prompt-length",
    family="prompt",
    severity="error",
    source="docs/explanation/requests.md#prompt",
    check=_negative_prompt_length,
    passes=(Example({"/input/negative_prompt": "n" * 500}),),
    fails=(Example({"/input/negative_prompt": "n" * 501}), Example({"/negative_prompt": "n" * 501}, host="fal")),
)


RULES: Final = (PROMPT_MISSING, PROMPT_LENGTH, NEGATIVE_PROMPT_LENGTH, *naming.RULES)
