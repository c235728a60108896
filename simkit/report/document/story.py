"""Which exhibit stands in which document: the body tells the story in order, the appendix holds everything else.

Documents differ in their readers: the report (summary and body) is for who decides, the appendix for who checks, and the sheet
for the works council stands alone, because it may go to readers who do not get the report.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

from simkit.report.document.blocks import Block

Part = Literal["report", "appendix", "works_council"]
PARTS: tuple[Part, ...] = get_args(Part)
Exhibit = tuple[str, str]  # chapter, name of the block

SUMMARY = "decision"
COUNCIL = "works_council"
STORY: tuple[Exhibit, ...] = (
    ("time", "hours_by_activity"),
    ("value", "whale_curve"),
    ("value", "effort_against_value"),
    ("organisation", "today_by_year"),
    ("plan", "plans"),
    ("organisation", "one_picture"),
    ("plan", "service_levels"),
    ("plan", "steps"),
    ("plan", "business_case"),
    ("plan", "posts"),
    ("plan", "worse"),
    ("plan", "must_be_true"),
    ("plan", "roadmap"),
)
"""Where the hours go, who is worth them, what happens if nothing changes, what the plan changes, what each step adds, what it
costs, whom it concerns, what must be true, who does what when."""
SHORT_STORY: tuple[Exhibit, ...] = (
    ("time", "hours_by_activity"),
    ("time", "facing_by_role"),
    ("time", "weekly_course"),
    ("pipeline", "pipeline_by_stage"),
    ("pipeline", "stale_deals"),
    ("pipeline", "claimed_value"),
    ("pipeline", "win_rate_by_kind"),
    ("pipeline", "win_rate_by_quarter"),
    ("pipeline", "slip_reasons"),
    ("value", "concentration"),
    ("value", "whale_curve"),
    ("value", "effort_against_value"),
    ("value", "actions"),
    ("lifetime", "lifetime_by_segment"),
    ("lifetime", "alive_distribution"),
)
"""The same where organisations could not be compared: the strongest findings of what was delivered."""
PREFIXES = {"report": "", "appendix": "A", "works_council": "B"}
"""Before the number of an exhibit."""


def story_of(blocks: Sequence[Block]) -> tuple[Exhibit, ...]:
    """Return the exhibits of the body, in order, as far as a run has them."""
    there = {(block.chapter, block.name) for block in blocks if block.kind != "left_out"}
    wanted = STORY if compares(blocks) else SHORT_STORY
    return tuple(one for one in wanted if one in there)


def compares(blocks: Sequence[Block]) -> bool:
    """Tell whether a run compares organisations, so that its report has a plan to tell of."""
    return any(block.chapter == "plan" and block.kind != "left_out" for block in blocks)


def blocks_of_part(blocks: Sequence[Block], part: Part) -> tuple[Block, ...]:
    """Return the blocks of one document, headings of chapters among them, in the order of the body or of the blocks."""
    story = story_of(blocks)
    if part == "report":
        by_name = {(block.chapter, block.name): block for block in blocks}
        summary = [block for block in blocks if block.chapter == SUMMARY]
        return (*summary, *(by_name[one] for one in story))
    if part == "works_council":
        return tuple(block for block in blocks if block.chapter == COUNCIL)
    rest = [
        block
        for block in blocks
        if block.chapter not in (SUMMARY, COUNCIL) and (block.chapter, block.name) not in story
    ]
    filled = {block.chapter for block in rest if not block.opens_chapter}
    return tuple(block for block in rest if block.chapter in filled or block.kind == "left_out")


def numbers_of(blocks: Sequence[Block], part: Part) -> dict[Exhibit, str]:
    """Return the number of each chart and table of a document: 1, 2, … in the body, A1, A2, … in the appendix."""
    shown = [block for block in blocks if block.kind in ("figure", "table")]
    return {(block.chapter, block.name): f"{PREFIXES[part]}{place}" for place, block in enumerate(shown, start=1)}
