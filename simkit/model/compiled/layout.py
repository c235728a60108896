"""Every field of the compiled engine's memory, and every code in it.

All that moves during a run stands in one block of words of 8 bytes, seen as whole numbers (`words`) and as floats (`floats`):
each field is one or the other. A customer, person, unit, case or task is the position of its first word; a field is
that position plus the number given here, so ``floats[task + T_CONTENT_H]`` is the content of a task. Position 0 is
nobody and nothing. The draws of a replication stand in a second block of floats that no run changes.
"""

from __future__ import annotations

from simkit.foundation.activities import ACTIVITIES
from simkit.model.event_log.event_log import EXTRA_CODE, KIND_CODE, OUTCOME_CODE
from simkit.model.specification.design_files import WORK_KINDS
from simkit.model.specification.model_parameters import CLASSES, ROUND_CAP, SEGMENTS

NOTHING = 0

# The header: what there is once, and where everything begins.
(
    H_NOW, H_START_H, H_END_H, H_DAY_H, H_YEAR_H, H_MONTH_H, H_DAYS, H_PLACE, H_ARGUMENT, H_FULL, H_LIVE, H_LEAVE,
    H_FOCUS, H_RULES_TODAY, H_RULES, H_AGENDA, H_AGENDA_COUNT, H_AGENDA_SIZE, H_QUEUE_NEXT, H_QUEUE_END,
    H_TASK_NEXT, H_TASK_END, H_CASE_FIRST, H_CASE_NEXT, H_CASE_END, H_CASE_WORDS, H_CASE_COUNT, H_LOG_TASKS,
    H_LOG_TASK_COUNT, H_LOG_TASK_SIZE, H_LOG_ENTRIES, H_LOG_ENTRY_COUNT, H_LOG_ENTRY_SIZE, H_SLOTS, H_SLOT_COUNT,
    H_READY_COUNT, H_PICKING, H_UNIT_FIRST, H_ROUTES, H_CUSTOMERS, H_CUSTOMER_COUNT, H_SEGMENTS, H_ARRIVALS,
    H_ARRIVAL_COUNT, H_ARRIVAL_NEXT, H_OPEN_FIRST, H_OPEN_LAST, H_WON_COUNT, H_WON, H_HELP_AFTER_H, H_NEXT_PROSPECT,
    H_LEAD_COUNT, H_EXTRA_NUMBER, H_DISCRETIONARY_COUNT, H_DISCRETIONARY, H_LEAD_CREDIT, H_BUILDERS, H_MODULES_H,
    H_BLOCKED_MODULES_H, H_LIMITED, H_OVERLOAD, H_CARE_COUNTS, H_OVERLOAD_TODAY, H_OVERLOAD_PAST, H_OVERLOAD_WINDOW,
    H_OVERLOAD_DAYS, H_UNITS_NOW, H_UNITS_NOW_COUNT, H_UNIT_NAMES, H_FOR_PYTHON, H_FOUND, H_FOUND_COUNT,
    H_FOUND_SIZE, H_SPARE_QUEUE, H_TODAY, H_PATIENCE, H_LAPSES, H_READY, H_LEADS, H_OPPORTUNITIES, H_ORDERS,
    H_REQUESTS, H_CARE_EFFORT, H_CARE_ADOPTION, H_CARE_CONTACTS, H_EXTRA_EFFORT, H_EXTRA_CONTACTS, H_FIRST_EXISTING,
    H_REACTION_ON, H_LATE_DECAY, H_LATE_RATE, H_LEVEL, H_GROWTH, H_CEILING, H_LEAD_CEILING, H_LEAD_INFLOW,
    H_CONTACT_EFFECT, H_OFFER_FIT, H_FORGIVENESS, H_PRICE, H_PRICE_TOLERANCE, H_MOVED_LOSS, H_DROPPED_LOSS,
    H_CHANNEL_DECAY, H_ORDERS_TODAY, H_ORDER_SUMS, H_SUMMED, H_LAST_CASES,
) = range(108)  # fmt: skip
HEADER_WORDS = 108

# The numbers of one phase, before or after go-live; behind them orders, care, phone and segments.
(
    R_GIVER_H, R_TAKER_H, R_CLARIFICATION_CHANCE, R_CLARIFICATION_GIVER_H, R_CLARIFICATION_TAKER_H,
    R_SPECIALIST_FACTOR, R_LEAD_QUALIFY_H, R_LEAD_QUALIFIED_SHARE, R_LEAD_LAPSE_H, R_SERVICE_ANSWER_H,
    R_SERVICE_COORDINATION_SHARE, R_SERVICE_COORDINATION_H, R_SERVICE_DELAY_H, R_SERVICE_HOURS, R_MODULE_H,
    R_MODULE_STEP, R_BESPOKE_CAP, R_CONFIGURED_CAP, R_ADOPTION_HALF_H, R_OLD_HABIT_SHARE, R_OPEN_DEALS_PER_SELLER,
    R_ACCEPTED_SHARE, R_MINIMUM_ORDER_AMOUNT, R_PARTNER_ENTRY_SHARE, R_TAKE_UP, R_EXTRA_STOP, R_EXTRA_BLOCK_H,
    R_EXTRA_LEADS_PER_H, R_FIRST_AFTER_H, R_EVERY_H, R_EFFORT_H, R_PREPARATION_H, R_FEASIBILITY_SHARE,
    R_FEASIBILITY_H, R_PRESENTATION_H, R_TRAVEL_H, R_FOLLOW_UPS, R_FOLLOW_UP_H, R_FOLLOW_UP_EVERY_H,
    R_NEGOTIATION_H, R_LAPSE_H, R_BASE, R_QUALITY, R_ACCESS, R_DEADLINE, R_DELAY_PER_H, R_ABILITY, R_FLAG_SHARE,
    R_NO_DECISION_SHARE, R_DRIFT_FOLLOW_UPS, R_DRIFT_DELAY_FACTOR, R_DRIFT_NO_DECISION, R_CLEAN_UP_H,
    R_GATE_QUALITY, R_GATE_ACCURACY, R_GATE_H, R_GATED,
) = range(57)  # fmt: skip
RULE_NUMBERS = 57

# Of each order class in the rules.
(
    O_ENTRY_H, O_CONFIRMATION_H, O_COORDINATION_H, O_PARTNERS, O_REPEAT_CHANCE, O_PARTNER_DELAY_H, O_REWORK_CHANCE,
    O_PRODUCTION_H, O_PRODUCTION_SIGMA, O_PROMISED_H, O_PATIENCE_H, O_EXPECTED_ENTRY_H, O_PARTNER_H, O_WAITING_H,
    O_END_H, O_TOTAL_H, O_OWN_H, O_FEASIBILITY_H,
) = range(18)  # fmt: skip
ORDER_WORDS = 18

# Of each segment's planned contacts in the rules.
(
    K_PREPARATION_H, K_TRAVEL_H, K_TALK_H, K_WEIGHT, K_LAPSE_H,
) = range(5)  # fmt: skip
CONTACT_WORDS = 5

# Of each segment's service level in the rules.
(
    V_SERVICE_LAPSE_H, V_BESPOKE_ALLOWED,
) = range(2)  # fmt: skip
LEVEL_WORDS = 2

# How each segment reacts.
(
    G_STEP, G_DECAY, G_CARE_BEFORE, G_LATE_BEFORE, G_LO, G_HI, G_C, G_D, G_LEVEL, G_CEILING,
) = range(10)  # fmt: skip
SEGMENT_WORDS = 10

# A customer; what it remembers is written by the kernel and by `Reactions` alike.
(
    B_SEGMENT, B_ACTIVE, B_CARE, B_CARE_AT, B_LATE, B_LATE_AT, B_LOSS, B_LOSS_AT, B_HAZARD, B_CONTACTS, B_OWNER,
    B_HOME, B_CHANNEL, B_KNOWN_H, B_ORDER_RATE, B_WEIGHT,
) = range(16)  # fmt: skip
CUSTOMER_WORDS = 16

# A post.
(
    S_HOLDER, S_UNIT, S_KEEPER, S_READY, S_PICKING, S_ACCOUNTS, S_ACCOUNT_COUNT,
) = range(7)  # fmt: skip
SLOT_WORDS = 7

# A queue: where its tasks stand, how many there are, how many fit, and a content that none of them is below.
(
    Q_PLACE, Q_COUNT, Q_SIZE, Q_LEAST_H,
) = range(4)  # fmt: skip
QUEUE_WORDS = 4

# A unit; its queue is a heap of tasks. Of every post a bit tells whether its holder may be free, as the set in `Unit` does.
(
    U_QUEUE, U_QUEUE_COUNT, U_QUEUE_SIZE, U_QUEUE_LEAST_H, U_NUMBER, U_NAME, U_OWNERS, U_SPECIALIST, U_BUILDS,
    U_HELPED_AFTER_H, U_PEOPLE, U_PEOPLE_COUNT, U_HELPS, U_HELPS_COUNT, U_FREE, U_OLD_RANKS, U_RANKS,
) = range(17)  # fmt: skip
UNIT_WORDS = 17

# A person; the queue stands in the same places as that of a unit.
(
    P_QUEUE, P_QUEUE_COUNT, P_QUEUE_SIZE, P_QUEUE_LEAST_H, P_SLOT, P_CODE, P_UNIT, P_TASK, P_HERE, P_AT_WORK,
    P_LONG_ABSENT, P_HOUR, P_TODAY, P_CLOCK_H, P_CONTENT_H, P_ROOM_H, P_NEXT_LIMIT, P_LIMITS, P_LIMIT_SIZE,
    P_LIMIT_CONTENT, P_CURVE, P_EFFECT_TODAY, P_EFFECTS, P_EFFECT_COUNT,
) = range(24)  # fmt: skip
PERSON_WORDS = 24

# A day of a person's curves.
(
    Y_RATE, Y_SPEED, Y_CLOCK_SUM, Y_CONTENT_SUM, Y_AWAY, Y_BUILDING_H, Y_TAKE_UP, Y_PRESENT_H,
) = range(8)  # fmt: skip
DAY_WORDS = 8

# A task; behind the last word its entries, each an activity and hours.
(
    T_RANK, T_CREATED_H, T_NUMBER, T_CASE, T_STATE, T_PERSON, T_UNIT, T_CONTENT_H, T_LEFT_H, T_START_H,
    T_START_CLOCK_H, T_START_CONTENT_H, T_END_H, T_LAPSE_H, T_NEXT_LAPSE, T_CUSTOMER, T_EXTRA, T_ENTRY_COUNT,
    T_ENTRIES,
) = range(19)  # fmt: skip
TASK_WORDS = 19

# A step of a case that is still pending, as `WorkStep`.
(
    W_KIND, W_LEFT_H, W_LAPSE_H, W_ENTRY_COUNT, W_ENTRIES, W_HOURS_1, W_ACTIVITY_2, W_HOURS_2, W_ACTIVITY_3,
    W_HOURS_3,
) = range(10)  # fmt: skip
STEP_WORDS = 10

# A case; behind it who looks after it, by the name of the unit.
(
    C_NUMBER, C_KIND, C_ROW, C_CLASS, C_SEGMENT, C_CUSTOMER, C_ADOPTED, C_ARRIVED_H, C_ENDED_H, C_OUTCOME,
    C_IS_LATE, C_LOG_ROW, C_RANK_CLASS, C_CLARIFICATION, C_NOW_H, C_OPEN, C_STEPS, C_RULES, C_WAITING, C_CHASING,
    C_LAST, C_HANDED, C_CLARIFIED, C_CHANNEL, C_BY_PHONE, C_LEFT_H, C_ANSWERED_H, C_PATIENT_UNTIL_H,
    C_NEXT_PATIENCE, C_NEXT_OPEN, C_PREVIOUS_OPEN, C_BEFORE, C_COUNTED, C_STATE, C_TURN, C_PARTNER, C_ROUNDS,
    C_TALKS_H, C_DELAY_H, C_WAIT_H, C_CHASE, C_PENDING, C_FIRST, C_WIN_CHANCE, C_STEP,
) = range(45)  # fmt: skip
CASE_FIXED_WORDS = 45

# A row of the arrival table.
(
    A_AT, A_NUMBER, A_KIND, A_ROW, A_CUSTOMER,
) = range(5)  # fmt: skip
ARRIVAL_WORDS = 5

# An event of the agenda.
(
    E_AT, E_PLACE, E_ARGUMENT,
) = range(3)  # fmt: skip
EVENT_WORDS = 3

# Draws of an order.
(
    DO_CUSTOMER, DO_CLASS, DO_THIN, DO_ADOPTION, DO_CLARIFICATION, DO_VALUE_AMOUNT, DO_CONVERT, DO_INSTEAD,
    DO_PATIENCE, DO_REWORK, DO_PRODUCTION, DO_REPEATS, DO_ROUND_EFFORT, DO_ROUND_DELAY, DO_EFFORT_ENTRY,
    DO_EFFORT_CONFIRMATION, DO_EFFORT_COORDINATION, DO_EFFORT_CONFIRMATION_2,
) = range(18)  # fmt: skip
ORDER_DRAWS = 18

# Draws of an opportunity; the last four are where its rows begin in the tables of efforts and delays.
(
    DQ_CUSTOMER, DQ_CLASS, DQ_THIN, DQ_ADOPTION, DQ_CLARIFICATION, DQ_QUALITY, DQ_ASSESSED, DQ_INSTEAD, DQ_ACCESS,
    DQ_DEADLINE, DQ_WON, DQ_LEFT, DQ_UNDECIDED, DQ_FEASIBILITY, DQ_REPEATS, DQ_ORDER, DQ_STEP_EFFORT,
    DQ_ROUND_EFFORT, DQ_ROUND_DELAY, DQ_FOLLOW_UP_DELAY,
) = range(20)  # fmt: skip
OPPORTUNITY_DRAWS = 20

# Draws of a lead.
(
    DL_CUSTOMER, DL_THIN, DL_ADOPTION, DL_CLARIFICATION, DL_EFFORT, DL_QUALIFIED, DL_REFERRER,
) = range(7)  # fmt: skip
LEAD_DRAWS = 7

# Draws of a request.
(
    DR_CUSTOMER, DR_THIN, DR_ADOPTION, DR_CLARIFICATION, DR_EFFORT, DR_COORDINATED, DR_COORDINATION_EFFORT,
    DR_DELAY,
) = range(8)  # fmt: skip
REQUEST_DRAWS = 8


CLASS_COUNT, SEGMENT_COUNT, KIND_COUNT = len(CLASSES), len(SEGMENTS), len(KIND_CODE)
R_ORDERS = RULE_NUMBERS
R_CARE = R_ORDERS + CLASS_COUNT * ORDER_WORDS
R_PHONE = R_CARE + SEGMENT_COUNT * CONTACT_WORDS
R_LEVELS = R_PHONE + SEGMENT_COUNT * CONTACT_WORDS
RULE_WORDS = R_LEVELS + SEGMENT_COUNT * LEVEL_WORDS
SLOTS_IN_WORD = 32
RANK_WORDS = KIND_COUNT * CLASS_COUNT * SEGMENT_COUNT
UNIT_SIZE = U_OLD_RANKS + 2 * RANK_WORDS
MOST_ENTRIES = 8
LINE_WORDS = 8  # what the processor fetches at once: what begins there is read sooner
TASK_SIZE = -(-(T_ENTRIES + 2 * MOST_ENTRIES) // LINE_WORDS) * LINE_WORDS
C_DOERS = C_STEP + 2 * STEP_WORDS
ROUNDS = ROUND_CAP + 1

LEAD, OPPORTUNITY, ORDER, SERVICE, CARE = (
    KIND_CODE[name] for name in ("lead", "opportunity", "order", "service", "care")
)
(
    WORK_LEAD, WORK_OPPORTUNITY, WORK_FEASIBILITY, WORK_ENTRY, WORK_COORDINATION, WORK_CONFIRMATION, WORK_SERVICE, WORK_CARE,
) = range(len(WORK_KINDS))  # fmt: skip
SELLING, CARING, SERVING, PREPARING, TRAVELLING, COORDINATING, ADMINISTRATING, BUILDING = (
    ACTIVITIES.index(name)
    for name in (
        "selling",
        "care",
        "service",
        "preparation",
        "travel",
        "coordination",
        "administration",
        "service_design",
    )
)
CHASE, EXTRA_CONTACT, PROSPECTING, MODULE_BUILDING = (
    EXTRA_CODE[name] for name in ("chase", "extra_contact", "prospecting", "module_building")
)
(
    REFUSED, DROPPED_LEAD, QUALIFIED, REJECTED, NO_DECISION, WON, LOST, SOLVED, CONTACTED, DELIVERED, CANCELLED, LAPSED,
    LOST_CUSTOMER,
) = (
    OUTCOME_CODE[name]
    for name in (
        "refused", "dropped", "qualified", "rejected", "no_decision", "won", "lost", "solved", "done", "delivered",
        "cancelled", "lapsed", "lost_customer",
    )
)  # fmt: skip

# What a case's next step is; an end is END plus its outcome.
WORK, WAIT, END = range(3)
# Why the kernel returns to Python.
FINISHED, STAFF_EVENT, GO_LIVE, DAY, FULL = range(5)
# What Python asks of the kernel.
(
    PLAY, SCHEDULE, SUBMIT, TAKE_QUEUE, GATHER, RESUBMIT, CUSTOMER_GONE, DEALS_LOST, WAITING_CONTENT, OPEN_LEFT, CLOSE_BOOKS,
    READY, NOT_READY, END_DAY, FINGERPRINT,
) = range(15)  # fmt: skip
# What can be full.
AGENDA, QUEUES, TASKS, CASES, LOG_TASKS, LOG_ENTRIES, FOUND, PEOPLE = range(1, 9)
