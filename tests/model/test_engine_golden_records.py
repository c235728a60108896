"""A golden record per shipped design guards against silent change: counts exact, floats to 1e-9.

When a change of the model is meant to move numbers, write the golden records anew and flag the change in the CHANGELOG:

    python -m tests.model.test_engine_golden_records --write
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simkit.foundation.activities import ACTIVITIES
from simkit.model.engine.engine import simulate
from simkit.model.event_log.event_log import EXTRAS, Record
from simkit.model.event_log.time_accounts import entry_hours
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.inputs.replication_inputs import draw_inputs
from simkit.model.specification.designs import load_design
from tests.model.conftest import DESIGNS, SMALL, patched

FOLDER = Path(__file__).parent / "golden"
# A little of everything: people leave and come, work overtime, orders come late, customers react.
BUSY = {"staff.quit_per_year": 0.3, "time.overtime_share": 0.05, "time.overtime_queue_days": 2}
ADVICE = (
    "The record of '{design}' has changed. If that is meant, write the golden records anew with "
    "`python -m tests.model.test_engine_golden_records --write` and flag 'Numbers change' in the CHANGELOG."
)


def golden_record(design: str) -> Record:
    """The run that the golden records describe."""
    model_inputs = example_inputs(customers=60, posts=6, orders_per_year=1200, seed=3)
    inputs = draw_inputs(model_inputs, patched(SMALL, BUSY), seed=7, replication=0)
    return simulate(inputs, load_design(design))


def summary(record: Record) -> dict[str, Any]:
    """What a record comes down to: whole numbers, and sums that would move with any single start, end or choice."""
    cases, tasks, people = record.cases, record.tasks, record.people
    states = cases.groupby(["kind", "order_class", "outcome"]).size()
    hours = entry_hours(record, [record.start_h, record.end_h])
    booked = hours.groupby("activity")["clock_h"].sum()
    delivered = cases[(cases["outcome"] == "delivered") & (cases["ended_h"] >= 0)]
    return {
        "counts": {
            "cases": {" ".join(key): int(count) for key, count in states.items()},  # type: ignore[arg-type]
            "late": int(cases["late"].sum()),
            "tasks": len(tasks),
            "entries": len(record.entries),
            "extra": {name or "due": int((tasks["extra"] == code).sum()) for code, name in enumerate(EXTRAS)},
            "people": len(people),
            "sittings": len(record.assignments),
            "churned": len(record.churned),
        },
        "sums": {
            "hours": {ACTIVITIES[int(code)]: float(value) for code, value in booked.items()},  # type: ignore[call-overload]
            "content": math.fsum(tasks["content_h"]),
            "starts": math.fsum(tasks["start_h"]),
            "ends": math.fsum(tasks["end_h"]),
            "arrivals": math.fsum(cases["arrived_h"]),
            "case_ends": math.fsum(cases["ended_h"].dropna()),
            "revenue": math.fsum(delivered["value_amount"]),
            "present": math.fsum(np.concatenate([person.present_h for person in people])),
            "overtime": math.fsum(np.concatenate([person.overtime_h for person in people])),
            "blocked": math.fsum(np.concatenate([person.blocked_h.sum(axis=1) for person in people])),
        },
    }


def differences(before: Any, now: Any, where: str = "") -> list[str]:
    """Every number that is not the same any more; floats may differ by 1e-9 of their size."""
    if isinstance(before, dict) and isinstance(now, dict):
        names = [*before, *(name for name in now if name not in before)]
        return [line for name in names for line in differences(before.get(name), now.get(name), f"{where} {name}")]
    same = before == now
    if isinstance(before, float) and isinstance(now, float):
        same = math.isclose(before, now, rel_tol=1e-9, abs_tol=1e-9)
    return [] if same else [f"{where.strip()}: {before} before, {now} now"]


@pytest.mark.parametrize("design", DESIGNS)
def test_record_of_a_shipped_design_is_the_golden_one(design: str) -> None:
    file = FOLDER / f"{design}.json"
    assert file.exists(), f"'{design}' has no golden record yet. " + ADVICE.format(design=design)

    changed = differences(json.loads(file.read_text(encoding="utf-8")), summary(golden_record(design)))

    assert not changed, "\n".join([ADVICE.format(design=design), *changed])


def test_there_is_no_golden_record_without_a_design() -> None:
    assert {file.stem for file in FOLDER.glob("*.json")} <= set(DESIGNS)


def test_golden_records_notice_one_case_more_and_one_hour_less() -> None:
    before = {"counts": {"cases": {"lead standard lapsed": 3}}, "sums": {"ends": 1e6}}

    assert differences(before, {"counts": {"cases": {"lead standard lapsed": 4}}, "sums": {"ends": 1e6}})
    assert differences(before, {"counts": {"cases": {"lead standard lapsed": 3}}, "sums": {"ends": 1e6 - 1.0}})
    assert differences(before, {"counts": {"cases": {}}, "sums": {"ends": 1e6}})
    assert not differences(before, {"counts": {"cases": {"lead standard lapsed": 3}}, "sums": {"ends": 1e6 + 1e-4}})


def write() -> None:
    """Write all golden records anew and take away those whose design is gone."""
    FOLDER.mkdir(exist_ok=True)
    for file in FOLDER.glob("*.json"):
        file.unlink()
    for design in DESIGNS:
        content = json.dumps(summary(golden_record(design)), indent=1, sort_keys=True)
        (FOLDER / f"{design}.json").write_text(content + "\n", encoding="utf-8")


if __name__ == "__main__" and "--write" in sys.argv:
    write()
