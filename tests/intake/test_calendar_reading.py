"""Calendars become appointments: series one by one, and nothing that is no work."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simkit.intake.client import load_client
from simkit.intake.containers.calendar_reading import calendar_records
from simkit.intake.findings import FindingsError

TODAY = dt.date(2025, 12, 31)
COLUMNS = {"activity": "CATEGORIES", "started_at": "DTSTART", "ended_at": "DTEND", "employee_id": "FILE"}
VALUES = {"activity": {"Besuch": "selling", "Intern": "coordination"}}


def event(*lines: str, uid: str = "1", start: str = "20250303T090000", end: str = "20250303T100000") -> str:
    times = (f"DTSTART;TZID=Europe/Berlin:{start}", f"DTEND;TZID=Europe/Berlin:{end}")
    return "\n".join(("BEGIN:VEVENT", f"UID:{uid}", *times, *lines, "END:VEVENT", ""))


def calendar(*events: str, head: str = "") -> str:
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{head}{''.join(events)}END:VCALENDAR\n"


def starts(folder: Path, content: str) -> list[str]:
    return read(folder, content).frame["DTSTART"].tolist()


def read(folder: Path, content: str, name: str = "K.ics") -> Any:
    path = folder / name
    path.write_bytes(content.replace("\n", "\r\n").encode())
    return calendar_records(path, name, TODAY)


def test_a_weekly_series_keeps_its_hour_over_the_change_of_clocks(tmp_path: Path) -> None:
    found = starts(tmp_path, calendar(event("RRULE:FREQ=WEEKLY;COUNT=10")))

    assert len(found) == 10
    assert found[0] == "2025-03-03 09:00:00+01:00"
    assert found[-1] == "2025-05-05 09:00:00+02:00"


def test_zones_have_the_names_that_outlook_gives_them(tmp_path: Path) -> None:
    content = calendar(event()).replace("Europe/Berlin", "W. Europe Standard Time")

    assert starts(tmp_path, content) == ["2025-03-03 09:00:00+01:00"]


def test_days_taken_out_moved_and_cancelled_are_those_of_the_series(tmp_path: Path) -> None:
    series = event(
        "RRULE:FREQ=WEEKLY;UNTIL=20250414T070000Z",
        "EXDATE;TZID=Europe/Berlin:20250310T090000",
        "RDATE;TZID=Europe/Berlin:20250502T080000",
    )
    moved = event("RECURRENCE-ID;TZID=Europe/Berlin:20250317T090000", start="20250318T140000", end="20250318T153000")
    gone = event("RECURRENCE-ID;TZID=Europe/Berlin:20250324T090000", "STATUS:CANCELLED", start="20250324T090000")
    found = read(tmp_path, calendar(series, moved, gone)).frame

    assert found["DTSTART"].str[:16].tolist() == [
        "2025-03-03 09:00", "2025-03-18 14:00", "2025-03-31 09:00", "2025-04-07 09:00", "2025-04-14 09:00", "2025-05-02 08:00",
    ]  # fmt: skip
    assert found["DTEND"].str[:16].tolist()[1] == "2025-03-18 15:30"


def test_a_change_from_a_day_on_holds_for_all_later_ones(tmp_path: Path) -> None:
    later = event(
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20250317T090000",
        start="20250317T130000",
        end="20250317T140000",
    )
    found = starts(tmp_path, calendar(event("RRULE:FREQ=WEEKLY;COUNT=4"), later))

    assert [one[:16] for one in found] == [
        "2025-03-03 09:00",
        "2025-03-10 09:00",
        "2025-03-17 13:00",
        "2025-03-24 13:00",
    ]


def test_a_series_without_an_end_ends_with_the_newest_day_of_the_calendar(tmp_path: Path) -> None:
    records = read(tmp_path, calendar(event("RRULE:FREQ=WEEKLY", "DTSTAMP:20250325T120000Z")))

    assert len(records.frame) == 4
    assert "1 series has no end; it counts up to 2025-03-25" in records.findings[0].what.en


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("STATUS:CANCELLED", "1 cancelled appointment does not count."),
        ("CLASS:PRIVATE", "1 private appointment does not count; nothing of it is read."),
        ("TRANSP:TRANSPARENT", "1 appointment shown as free does not count."),
        ("X-MICROSOFT-CDO-BUSYSTATUS:FREE", "1 appointment shown as free does not count."),
        ("ATTENDEE;PARTSTAT=DECLINED:mailto:ich@firma.de", "1 declined appointment does not count."),
    ],
)
def test_what_is_no_work_does_not_count_and_is_told(tmp_path: Path, line: str, told: str) -> None:
    head = "X-WR-CALNAME:ich@firma.de\n"
    records = read(tmp_path, calendar(event("SUMMARY:geheim", line), event(uid="2"), head=head))

    assert records.frame["UID"].tolist() == ["2"]
    assert [(finding.what.en, finding.row) for finding in records.findings] == [(told, 4)]
    assert "geheim" not in str(records)


def test_days_without_hours_do_not_count(tmp_path: Path) -> None:
    whole = "BEGIN:VEVENT\nUID:9\nDTSTART;VALUE=DATE:20250303\nDTEND;VALUE=DATE:20250305\nEND:VEVENT\n"
    records = read(tmp_path, calendar(whole, event()))

    assert len(records.frame) == 1
    assert "1 all-day appointment does not count" in records.findings[0].what.en


def test_participants_only_tell_inside_from_outside(tmp_path: Path) -> None:
    inside = event("ORGANIZER:mailto:chef@firma.de", "ATTENDEE;CN=Erika Muster:mailto:erika@firma.de", uid="1")
    outside = event("ORGANIZER:mailto:chef@firma.de", "ATTENDEE;CN=Kunde:mailto:max@kunde.com", uid="2")
    found = read(tmp_path, calendar(inside, outside, event(uid="3"))).frame

    assert found["OUTSIDE"].tolist() == ["no", "yes", ""]
    assert "Erika" not in found.to_csv()
    assert "kunde.com" not in found.to_csv()


def test_a_calendar_counts_for_the_person_that_its_file_names(make_client: Callable[..., Path]) -> None:
    one = calendar(event("CATEGORIES:Besuch", "RRULE:FREQ=WEEKLY;COUNT=6"))
    two = calendar(event("CATEGORIES:Intern", uid="2", end="20250303T113000"))
    table = {"file": ["00017.ics", "00018.ics"], "columns": COLUMNS, "values": VALUES}
    client = load_client(make_client({"activities": table}, {"00017.ics": one, "00018.ics": two}), today=TODAY)
    hours = client.table("activities").groupby("activity")["hours"].sum()

    assert hours.to_dict() == {"coordination": 2.5, "selling": 6.0}
    assert client.table("activities")["employee_id"].nunique() == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("BEGIN:VCALENDAR\nEND:VCALENDAR\n", "holds no appointments"),
        (calendar(event("STATUS:CANCELLED")), "1 entry, and it does not count"),
        ("BEGIN:VCALENDAR\nkein Kalender\nEND:VCALENDAR\n", "no readable calendar"),
        (calendar(event(start="morgen")), "it does not count"),
        (calendar(event("RRULE:FREQ=SECONDLY")), "more appointments or series than a person can have"),
        (calendar(event("RRULE:FREQ=HOURLY;COUNT=900000")), "more appointments or series than a person can have"),
        (
            calendar(event("RRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30")),
            "more appointments or series than a person can have",
        ),
        (calendar(*(event(uid=str(n)) for n in range(20_001))), "more appointments or series than a person can have"),
    ],
)
def test_a_calendar_that_nobody_can_have_is_refused_within_seconds(tmp_path: Path, content: str, said: str) -> None:
    started = time.monotonic()

    with pytest.raises(FindingsError, match=said):
        read(tmp_path, content)
    assert time.monotonic() - started < 10


def test_the_calendars_of_real_programs_are_read(shared_data: Path) -> None:
    files = sorted((shared_data / "calendars").glob("*.ics"))
    found = {file.name: calendar_records(file, file.name, TODAY).frame["DTSTART"].tolist() for file in files}

    assert len(found) == 8
    assert found["outlook-2010.ics"] == ["2013-06-10 12:00:00-04:00"]
    assert found["issue115-1.ics"] == ["2022-10-29 08:00:00+02:00"]
    assert found["america_new_york.ics"] == ["2014-08-29 08:00:00-04:00"]
    assert found["x_location.ics"] == ["2016-10-28 14:00:00+02:00", "2016-10-31 14:00:00+01:00"]
