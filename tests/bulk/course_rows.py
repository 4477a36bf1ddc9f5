"""Rows of usage beside the courses that they are on, found in plain Python."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from pricing.backtests import Outcome, Rejected, Sides, reject_unfinished, restate
from pricing.course_folds import CourseRater
from pricing.courses import Course, Walked, chart
from pricing.rate_groups import ClipState, Group, Surveyed
from pricing.usage import UsageRow
from wan_rules.hosts import HOSTS


def chart_rows(used: Iterable[UsageRow], sides: Sides) -> list[Course]:
    """The courses of all jobs that succeeded, by ratio."""
    found: dict[Group, list[UsageRow]] = defaultdict(list)
    for row in used:
        if row.status == "succeeded":
            names = (row.account, row.environment, row.host, row.region, row.resolution, row.ratio)
            found[Group(*names, "succeeded", say_clips(row))].append(row)
    instants = {group: sorted(row.at for row in rows) for group, rows in found.items()}
    groups = sorted(found, key=lambda group: tuple(name or "" for name in group))
    return chart(sides, [Surveyed(group, instants[group][0], instants[group][-1]) for group in groups], HOSTS)


def say_clips(row: UsageRow) -> ClipState:
    if row.billed_clips_s is not None:
        return "billed" if row.billed_clips_s else "none"
    return "measured" if row.clips_s else "none"


def find_course(row: UsageRow, courses: Sequence[Course]) -> Course:
    """The one course that the row is on."""
    names = (row.account, row.environment, row.host, row.region, row.resolution, row.ratio)
    (found,) = (
        one
        for one in courses
        if one.group[:6] == names and one.group.clips in (None, say_clips(row)) and one.begin <= row.at < one.end
    )
    return found


def rate_rows(used: Sequence[UsageRow], sides: Sides) -> list[Outcome]:
    """What each row comes to on its course, in the order of the rows; they count in that of their instants."""
    courses = chart_rows(used, sides)
    rater = CourseRater(one.said for one in courses if isinstance(one.said, Walked))
    outcomes: dict[int, Outcome] = {}
    for place, row in sorted(enumerate(used), key=lambda one: (one[1].at, str(one[1].id))):
        if row.status != "succeeded":
            outcomes[place] = reject_unfinished(row.status)
            continue
        said = find_course(row, courses).said
        outcomes[place] = restate(said, row, sides) if isinstance(said, Rejected) else rater.rate(row, said)
    return [outcomes[place] for place in range(len(used))]
