"""What the checks of rows and references say, in both languages."""

from __future__ import annotations

from simkit.foundation.catalogue import Catalogue

TEXTS = Catalogue.beside(__file__)

LEFT_OUT = TEXTS["left_out"]
REASON_LACKING = TEXTS["reason_lacking"]
BETWEEN = TEXTS["between"]
BELOW = TEXTS["below"]
REASON_RANGE = TEXTS["reason_range"]
REASON_FUTURE = TEXTS["reason_future"]
REASON_END = TEXTS["reason_end"]
REASON_IDENTICAL = TEXTS["reason_identical"]
IDENTICAL_REMEDY = TEXTS["identical_remedy"]
REASON_REPEATED = TEXTS["reason_repeated"]
REPEATED_REMEDY = TEXTS["repeated_remedy"]
LINES_REMEDY = TEXTS["lines_remedy"]
SUMMED = TEXTS["summed"]
EFFECT_COMPLETED = TEXTS["effect_completed"]
EFFECT_KEPT = TEXTS["effect_kept"]
EFFECT_DROPPED = TEXTS["effect_dropped"]
REASON_UNKNOWN = TEXTS["reason_unknown"]
ZEROS_REMEDY = TEXTS["zeros_remedy"]
COMPLETE_REMEDY = TEXTS["complete_remedy"]
SHARES_SUM = TEXTS["shares_sum"]
SHARES_SUM_REMEDY = TEXTS["shares_sum_remedy"]
OUTSIDE_PERIOD = TEXTS["outside_period"]
NOTHING_INSIDE = TEXTS["nothing_inside"]
NOTHING_INSIDE_REMEDY = TEXTS["nothing_inside_remedy"]
NOTHING_SOLD = TEXTS["nothing_sold"]
NOTHING_SOLD_REMEDY = TEXTS["nothing_sold_remedy"]
EARLY_DATES_REMEDY = TEXTS["early_dates_remedy"]
HUGE_AMOUNTS_REMEDY = TEXTS["huge_amounts_remedy"]
