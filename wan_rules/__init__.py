"""What may be asked of Wan 2.7 reference-to-video, host by host, and what it runs. Pure: no file, clock or network.

The way of the data: `parse_object` -> `recognise` / `find_host` -> `read` -> `check` or `validate` -> `plan`.
"""

from wan_rules.facts import Facts, parse_facts
from wan_rules.hosts import HOSTS, Host, Hosts, Reading, find_host, read, recognise
from wan_rules.media_facts import Detection, MediaFacts, Sighting
from wan_rules.messages import ENGLISH, Message, Template, Translation
from wan_rules.payloads import UnusableInputError, WanRulesError, parse_object
from wan_rules.request import AspectRatio, Reference, Request, Resolution
from wan_rules.rule import Rule
from wan_rules.rules import RULES
from wan_rules.staging import Plan, Stage, plan
from wan_rules.validation import (
    InvalidRequestError,
    PatchOp,
    Report,
    Unverified,
    ValidRequest,
    Violation,
    check,
    validate,
)

__all__ = [
    "ENGLISH",
    "HOSTS",
    "RULES",
    "AspectRatio",
    "Detection",
    "Facts",
    "Host",
    "Hosts",
    "InvalidRequestError",
    "MediaFacts",
    "Message",
    "PatchOp",
    "Plan",
    "Reading",
    "Reference",
    "Report",
    "Request",
    "Resolution",
    "Rule",
    "Sighting",
    "Stage",
    "Template",
    "Translation",
    "UnusableInputError",
    "Unverified",
    "ValidRequest",
    "Violation",
    "WanRulesError",
    "check",
    "find_host",
    "parse_facts",
    "parse_object",
    "plan",
    "read",
    "recognise",
    "validate",
]
