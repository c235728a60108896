"""What a client's data can tell, as a page for docs/, derived from the catalogue of measurements and of moments.

``python -m simkit.extras.docs_pages.calibration_page`` writes it; a test keeps the page and the catalogues together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from simkit.foundation.paths import CHECKOUT
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.calibration.moment_answers import ANSWERS, TAKE_UP
from simkit.study.calibration.moments import LABELS, UNITS
from simkit.study.measured.identification import CATALOGUE, ESTIMATES_INSTEAD, never

PAGE = CHECKOUT / "docs" / "calibration.md"
INTRODUCTION = """\
# Calibration

Written by `python -m simkit.extras.docs_pages.calibration_page` from the catalogues; do not edit it by hand.

Four steps lead from a client's tables to the model's parameters. **Measuring**: every parameter that the tables determine
gets its value, a 95 % interval and its source; where fewer cases are there than the minimum says, the assumption stays, and
the report says so. **Simulated moments**: a few parameters are moved until a run of today's organisation shows the measured
shares of worked time, times, contacts and outcomes, at the given load. **Rest and check**: reactions and new customers are
set so that today stays where it is, and fresh replications are held against the measured figures, which is the gate.
**Backtest**: what was known before the last six months predicts them with an 80 % interval, which holds the luck of those
months and that of the months before, each once; the staff of then is taken as known. `simkit run` does all of it;
`simkit calibrate` makes the fit anew and prints it. The rules, with an example, stand in [model.md](model.md).

Which value a run takes: set by hand (`client.yaml`, `--set`) > calibrated (`calibration.yaml` in the client's folder, as
long as it belongs to the present data and version) > measured > workshop > default.

Exports show no lapsed lead, request or contact. What they show is what was done: contacts received and requests answered
are moments, and the lapses follow from them. How much of the work a log holds is counted on orders, each of which was
entered once; where the log names no orders, it is the logged share of present hours, in which an idle hour counts as one
that was not written down. Intervals of what only the log shows contain the spread between people. What a log of less than
about a year tells of one is scaled up: such values are partly measured, and name the days of the log. A credit note is no
order, but less of the one before it.
"""


def calibration_page() -> str:
    """Return the page in Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield INTRODUCTION
    yield "## What data determine"
    yield ""
    yield "| parameters | needed | at least | how |"
    yield "|---|---|---|---|"
    for one in CATALOGUE:
        paths = ", ".join(f"`{path}`" for path in one.paths)
        needs = ", ".join(f"`{name}`" for name in one.needs)
        how = f"{one.method.en} (stays an assumption)" if one.only_assumed else one.method.en
        yield f"| {paths} | {needs} | {one.minimum.en} | {how} |"
    yield ""
    instead = ", ".join(f"`{path}`" for path in sorted(ESTIMATES_INSTEAD))
    yield f"From `time_estimates` instead of a log, as workshop values: {instead}."
    yield ""
    yield "## Which parameter answers which moment"
    yield ""
    yield "| moment | unit | answered by | step |"
    yield "|---|---|---|---|"
    for key, answer in ANSWERS.items():
        paths = ", ".join(f"`{path}`" for path in answer.paths)
        yield f"| `{key}` | {UNITS[key.partition('.')[0]]} | {paths} | {answer.step} |"
    unanswered = [name for name in LABELS if not any(key.partition(".")[0] == name for key in ANSWERS)]
    for name in unanswered:
        yield f"| `{name}` | {UNITS[name]} | none: it tests the others | |"
    yield ""
    yield f"Contacts that a plan within the need does not reach are answered by `{TAKE_UP}`."
    yield ""
    yield "## What no table ever determines"
    yield ""
    yield "These stay assumptions or published values, or are set by designs, scenarios and levers."
    yield ""
    untold = never(load_defaults())
    for group, number in Counter(path.partition(".")[0] for path in untold).items():
        names = ", ".join(f"`{path}`" for path in untold if path.partition(".")[0] == group)
        yield f"- **{group}** ({number}): {names}"


if __name__ == "__main__":
    PAGE.write_text(calibration_page(), encoding="utf-8", newline="\n")
