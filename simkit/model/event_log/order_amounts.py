"""What an order is worth: its price, and what is left of it after the cost of what was delivered.

A converted order brings less than what the customer asked for first, and costs nearly as much: the margin of the class
that he gets instead says nothing about it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simkit.foundation.frames import Floats, Whole
from simkit.foundation.parameter_set import ParameterSet
from simkit.model.event_log.event_log import Record
from simkit.model.specification.model_parameters import CLASSES


@dataclass(frozen=True, kw_only=True)
class OrderAmounts:
    """Price and contribution of every case of a record, one value per row of its cases; 0 where it is no order."""

    price_amount: Floats
    """What the customer pays, at the price level of today."""
    contribution_amount: Floats
    """That less the cost of what was delivered."""


def order_amounts(record: Record) -> OrderAmounts:
    """Return what every order of a record is worth, whatever became of it.

    Notes
    -----
    With the drawn value V, the drawn class d and the class c that the customer got:

    - price = V, and V × `conversion.price_share` where c is another class than d;
    - cost = V × (1 − `orders.<d>.contribution_share` + `money.bespoke_extra_share` of bespoke orders)
      × (1 − `conversion.cost_saving_share` where c is another class than d)
      × (1 − `orders.<c>.delivery_cost_saving_share`);
    - contribution = price − cost.

    What was not converted and saves nothing in delivery brings V × contribution share. The saving in delivery is the
    design's for cases that follow the new way, and today's for the others.
    """
    cases, value = record.case_columns, record.parameters.value
    drawn, served = cases.drawn_class, cases.order_class
    converted = drawn != served
    extra = {"bespoke": value("money.bespoke_extra_share")}
    cost_share = {name: 1 - value(f"orders.{name}.contribution_share") + extra.get(name, 0.0) for name in CLASSES}
    saved = np.where(
        cases.adopted,
        by_class(served, delivery_savings(record.parameters)),
        by_class(served, delivery_savings(record.inputs.parameters)),
    )
    price = cases.value_amount * np.where(converted, value("conversion.price_share"), 1.0)
    cost = cases.value_amount * by_class(drawn, cost_share) * (1 - saved)
    cost *= np.where(converted, 1 - value("conversion.cost_saving_share"), 1.0)
    return OrderAmounts(price_amount=price, contribution_amount=price - cost)


def delivery_savings(parameters: ParameterSet) -> dict[str, float]:
    """Return the share of its cost that leaner delivery saves of an order, by class."""
    return {name: parameters.value(f"orders.{name}.delivery_cost_saving_share") for name in CLASSES}


def by_class(classes: Whole, values: dict[str, float]) -> Floats:
    """Return the value of each order's class, given as positions in CLASSES."""
    found: Floats = np.array([values[name] for name in CLASSES])[classes]
    return found


def break_even_saving(parameters: ParameterSet) -> float:
    """Return the share of its cost that a converted bespoke order has to save so that it brings what it brought before.

    Returns
    -------
    float
        (1 − `conversion.price_share`) ÷ (1 − margin of bespoke orders), where the margin is
        `orders.bespoke.contribution_share` − `money.bespoke_extra_share`; infinity for an order that costs nothing.

    Examples
    --------
    At 90 % of the price and a margin of 26 %, .10 ÷ .74 = 13.5 % of the cost.
    """
    value = parameters.value
    margin = value("orders.bespoke.contribution_share") - value("money.bespoke_extra_share")
    return (1 - value("conversion.price_share")) / (1 - margin) if margin < 1 else float("inf")
