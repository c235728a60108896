"""A sentence about a number of things fits that number, and large numbers can be read."""

from __future__ import annotations

from simkit.foundation.text import Text
from simkit.intake.plural_text import Counted

ROWS = Counted(de="{count} von {total} [Zeile fehlt|Zeilen fehlen]", en="{count} of {total} [row is|rows are] gone")


def test_one_thing_is_reported_in_the_singular_and_more_in_the_plural() -> None:
    assert ROWS.fill(count=1, total=7) == Text(de="1 von 7 Zeile fehlt", en="1 of 7 row is gone")
    assert ROWS.fill(count=12000, total=35547).de == "12.000 von 35.547 Zeilen fehlen"
    assert ROWS.fill(count=0, total=35547).en == "0 of 35,547 rows are gone"


def test_a_text_without_its_count_waits_for_it() -> None:
    open_text = Counted(de="{{count}} [Mal|Male]: {what}", en="{{count}} [time|times]: {what}").fill(what="x")
    assert open_text.fill(count=1).de == "1 Mal: x"
    assert open_text.fill(count=2).en == "2 times: x"


def test_brackets_in_what_a_client_wrote_stay_as_they_are() -> None:
    assert Counted(de="{count} {shown}", en="{count} {shown}").fill(count=1, shown="[a|b]").en == "1 [a|b]"
