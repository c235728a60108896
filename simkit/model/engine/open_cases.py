"""The open cases of every customer: what ends before its time because the customer or who looked after it has gone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from simkit.model.engine.customer_response import Reactions
from simkit.model.engine.event_loop import Clock
from simkit.model.engine.organisation import Organisation
from simkit.model.event_log.event_log import Log
from simkit.model.inputs.replication_inputs import ReplicationInputs
from simkit.model.run_state import DROPPED, WAITING, Case, Person


class OpenCases:
    """Knows what is open and ends it.

    Parameters
    ----------
    clock, inputs, organisation, reactions, log
        The run's state.
    close : callable
        Closes a case with an outcome.
    """

    def __init__(
        self,
        clock: Clock,
        inputs: ReplicationInputs,
        organisation: Organisation,
        reactions: Reactions,
        log: Log,
        close: Callable[[Case, str], None],
    ) -> None:
        self.clock, self.inputs, self.organisation, self.reactions, self.log = (
            clock,
            inputs,
            organisation,
            reactions,
            log,
        )
        self.close = close
        self.of: defaultdict[int, dict[int, Case]] = defaultdict(dict)  # by customer and number

    def opened(self, case: Case) -> None:
        """Count a case that has arrived."""
        self.of[case.customer][case.number] = case

    def closed(self, case: Case) -> None:
        """Count it no longer."""
        del self.of[case.customer][case.number]

    def customer_lost(self, customer: int) -> None:
        """Let a customer go: what he has ordered is still delivered, his deals, requests and contacts end."""
        self.log.churned.append((customer, self.clock.now))
        self.organisation.customer_lost(customer)
        for case in [*self.of[customer].values()]:
            if case.kind != "order":
                self.end(case, "lost_customer")

    def leave(self, person: Person, planned: float) -> None:
        """Let a share of the open deals of who leaves go with him.

        Parameters
        ----------
        planned : float
            How far the change was prepared, 0..1.
        """
        if not self.reactions.on:
            return
        mine = [case for cases in self.of.values() for case in cases.values() if case.last is person]
        left = self.inputs.opportunities.left
        for case in mine:
            if case.kind == "opportunity" and self.reactions.deal_lost(left[case.row], planned=planned):
                self.end(case, "lost")

    def cancel(self, case: Case) -> None:
        """End an order whose customer has lost patience; a task in somebody's hands is finished and booked."""
        if case.open:
            self.end(case, "cancelled")

    def end(self, case: Case, outcome: str) -> None:
        """End a case before its time: nothing that waits is done any more."""
        for task in (case.waiting, case.chasing):
            if task is not None and task.state == WAITING:
                task.state = DROPPED
        self.close(case, outcome)
