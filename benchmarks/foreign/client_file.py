"""What a consultant writes about a firm: which file is what, what the firm knows of itself, and what is to be compared."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from .firm import YEAR_DAYS, Firm
from .plans import agreed
from .truths import HORIZON_YEARS

TABLES = """\
tables:
  customers:
    file: customers.csv
    columns: {customer_id: customer, customer_since: since, owner_id: owner}
  orders:
    file: orders.csv
    columns:
      order_id: order
      customer_id: customer
      ordered_on: ordered
      promised_on: promised
      delivered_on: delivered
      value_amount: value
      cost_amount: cost
      order_class: kind
      employee_id: employee
      opportunity_id: opportunity
  opportunities:
    file: opportunities.csv
    columns:
      opportunity_id: opportunity
      customer_id: customer
      employee_id: employee
      opened_on: opened
      closed_on: closed
      stage: stage
      value_amount: value
      order_class: kind
      source: source
  activities:
    file: time_log.csv
    columns:
      activity_id: entry
      employee_id: employee
      started_at: started
      hours: hours
      activity: activity
      customer_id: customer
      case_id: case
  employees:
    file: staff.csv
    columns:
      employee_id: employee
      role: role
      fte: fte
      birth_year: birth_year
      entry_on: entry
      left_on: left
      cost_amount: cost_per_year
"""
SEGMENT_TEAMS = """\
base: baseline
title: {de: Teams je Segment, en: Teams per segment}
purpose:
  de: Je Segment ein Team, C-Kunden am Telefon. Kostet Wechsel der Ansprechpartner und eine Einbuße in der Umstellung.
  en: A team per segment, C customers by phone. Costs changes of contact persons and a dip during the change.
units:
  sales: null
  team_a: {title: {de: Team A, en: Team A}, assignment: owner, fallback: team_b, fallback_after_h: 40}
  team_b: {title: {de: Team B, en: Team B}, assignment: owner}
  team_c: {title: {de: Team C, en: Team C}, assignment: owner, fallback: team_b, fallback_after_h: 40}
routes:
  - {segment: A, unit: team_a}
  - {segment: B, unit: team_b}
  - {segment: C, unit: team_c}
set: {care.C.by_phone: 1, transition.dip_share: 0.1, transition.adoption_half_months: 3}
"""
CALENDAR_DAYS = 365.25


def write_client_file(firm: Firm, place: Path, first: dt.date, last: dt.date) -> None:
    """Write client.yaml, and the design that the kit does not ship."""
    a, b, c = agreed(firm)
    known = {
        "presence.holiday_days": round(firm.holiday_days, 0), "presence.sick_days": round(firm.sick_days, 0),
        "staff.quit_per_year": round(firm.quit_per_year, 2),
        "staff.fill_days": round(firm.vacancy_days * CALENDAR_DAYS / YEAR_DAYS, -1),
        "staff.ramp_months": round(firm.ramp_days * 12 / YEAR_DAYS, 0),
        "time.horizon_years": HORIZON_YEARS,
    }  # fmt: skip
    lines = [
        f"client: {firm.name}", f"name: Foreign firm {firm.seed}", "country: DE", "state: BW", "currency: EUR",
        "language: en", "contract_hours_per_week: 40", f"period: {{first: {first}, last: {last}}}", "", TABLES,
        "# A, B and C by revenue, as the firm sorts its customers",
        "score: {weights: {revenue: 1, margin: 0, growth: 0, loyalty: 0}}",
        "", "service_levels:", "  segments:", f"    A: {{contacts_per_year: {a}}}", f"    B: {{contacts_per_year: {b}}}",
        f"    C: {{contacts_per_year: {c}}}", "", "assumptions:",
        *(f"  {path}: {value:g}" for path, value in known.items()),
    ]  # fmt: skip
    (place / "client.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (place / "designs").mkdir(exist_ok=True)
    (place / "designs" / "segment_teams.yaml").write_text(SEGMENT_TEAMS, encoding="utf-8")
