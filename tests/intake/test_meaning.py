"""What the rows mean is asked, told with what hangs on it, and answered by lines that can be pasted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from simkit.cli.main import main
from simkit.foundation.errors import ConfigError
from simkit.intake.client import load_client
from simkit.intake.findings import Finding, FindingsError, lines_to_paste
from simkit.intake.meaning.questions import QUESTIONS
from simkit.intake.settings.yaml_lines import read_yaml

TODAY = dt.date(2025, 6, 30)
Make = Callable[..., Path]
DEAL_COLUMNS = {
    "opportunity_id": "Id", "stage": "Stand", "opened_on": "Auf", "closed_on": "Zu", "value_amount": "Wert",
}  # fmt: skip


def deals(open_close: str = "2026-05-01", open_value: int = 900) -> tuple[dict[str, Any], dict[str, str | bytes]]:
    """Return 40 decided deals of 2024 and four open ones with a closing date."""
    rows = [
        f"D{n};{'won' if n % 2 else 'lost'};2024-{1 + n % 12:02}-05;2024-{1 + n % 12:02}-25;1000" for n in range(40)
    ]
    rows += [f"O{n};open;2024-11-0{n + 1};{open_close};{open_value}" for n in range(4)]
    text = "\n".join(["Id;Stand;Auf;Zu;Wert", *rows]) + "\n"
    return {"opportunities": {"file": "deals.csv", "columns": DEAL_COLUMNS}}, {"deals.csv": text}


def found(folder: Path) -> tuple[Finding, ...]:
    """Return the findings about meaning, blocking or not."""
    try:
        findings = load_client(folder, today=TODAY, answers=False).findings
    except FindingsError as error:
        findings = error.findings
    return tuple(finding for finding in findings if finding.code)


def paste(folder: Path, lines: str) -> None:
    """Paste lines at the end of client.yaml."""
    path = folder / "client.yaml"
    path.write_text(path.read_text("utf-8") + lines + "\n", "utf-8")


def printed_lines(output: str) -> str:
    """Return the lines for client.yaml that a command has printed."""
    return "\n".join(line for line in output.splitlines() if line.startswith("tables."))


def test_open_deals_that_would_close_next_year_stop_check_and_the_printed_line_answers_it(
    make_client: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_client(*deals(), language="en")

    with pytest.raises(SystemExit) as stopped:
        main(["check", str(folder)])
    said = capsys.readouterr().out
    assert stopped.value.code == 3
    assert said.startswith("Period: 5 Jan 2024 to 25 Dec 2024. It begins with 'Auf' in deals.csv, row ")
    assert "4 open opportunities" in said
    assert "€3,600" in said

    paste(folder, printed_lines(said))
    with pytest.raises(SystemExit) as done:
        main(["check", str(folder)])
    after = capsys.readouterr().out
    assert done.value.code == 0
    assert after.startswith("Period: 5 Jan 2024 to 25 Dec 2024.")
    assert "open opportunities" not in after


def test_run_ends_with_exit_3_and_the_same_line(make_client: Make, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make_client(*deals(), language="en")

    with pytest.raises(SystemExit) as stopped:
        main(["run", str(folder), "--quick"])

    assert stopped.value.code == 3
    assert printed_lines(capsys.readouterr().err) == "tables.opportunities.columns: {expected_on: 'Zu'}"


def test_a_forecast_neither_sets_the_period_nor_ends_a_deal(make_client: Make) -> None:
    tables, files = deals()
    tables["opportunities"]["accepted"] = ["close_dates"]
    client = load_client(make_client(tables, files), today=TODAY)

    waiting = client.table("opportunities").query("stage == 'open'")
    assert client.last == dt.date(2024, 12, 25)
    assert waiting["closed_on"].isna().all()
    assert (waiting["expected_on"] == pd.Timestamp(2026, 5, 1)).all()
    assert not [finding for finding in client.findings if finding.code]


def test_less_than_a_hundredth_of_the_value_is_told_and_stops_nothing(make_client: Make) -> None:
    (finding,) = found(make_client(*deals(open_value=50)))

    assert (finding.code, finding.severity, finding.count) == ("close_dates", "serious", 4)


def test_open_deals_without_a_closing_date_raise_no_question(make_client: Make) -> None:
    assert found(make_client(*deals(open_close=""))) == ()


def test_lines_pasted_one_after_another_add_up(make_client: Make) -> None:
    folder = make_client(*deals())
    paste(folder, "tables.opportunities.accepted: [all_won]")
    paste(folder, "tables.opportunities.accepted: [close_dates]")

    assert found(folder) == ()


def test_rules_pasted_for_two_columns_add_up_too(tmp_path: Path) -> None:
    path = tmp_path / "client.yaml"
    path.write_text("a: 1\nb.c.values: {x: [1]}\nb.c.values: {y: [2]}\n", "utf-8")

    assert read_yaml(path).content == {"a": 1, "b": {"c": {"values": {"x": [1], "y": [2]}}}}


def test_an_unknown_code_is_an_error_with_the_nearest_one(make_client: Make) -> None:
    folder = make_client(*deals())
    paste(folder, "tables.opportunities.accepted: [close_date]")

    with pytest.raises(ConfigError, match="close_dates"):
        load_client(folder, today=TODAY)


def test_a_stated_period_is_said_to_be_stated(make_client: Make) -> None:
    tables, files = deals(open_close="")
    client = load_client(
        make_client(tables, files, period={"first": dt.date(2024, 1, 1), "last": dt.date(2024, 6, 30)})
    )

    assert client.period_reason.en == "Period: 1 Jan 2024 to 30 Jun 2024, as client.yaml states it."
    assert client.period_reason.de == "Zeitraum: 01.01.2024 bis 30.06.2024, wie in client.yaml angegeben."


def test_each_blocking_finding_has_its_line_once() -> None:
    assert lines_to_paste([]) == ""
    assert len(QUESTIONS) == len(set(QUESTIONS.values()))
