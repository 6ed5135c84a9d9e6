"""What is going on in a made-up shop on the day it is looked at: promises, errands, and tickets in every state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from store.demo.people import ARCHIVED, FAMILY, RARE, SHOWCASE, SWITCHBOARD
from store.demo.words import Case, Errand
from store.demo.world import World
from store.records.base import Record
from store.records.customer import Customer
from store.records.follow_up import FollowUp
from store.records.interaction import Interaction
from store.records.kinds import (
    Cause,
    Channel,
    CustomerSays,
    Direction,
    FollowUpKind,
    InteractionType,
    Outcome,
    Priority,
    Severity,
    Step,
    TicketState,
)
from store.records.purchase import Purchase
from store.records.ticket import Answer, Resolution, StepDone, Ticket, TicketNote


class Plan(NamedTuple):
    """An open follow-up: due in so many days (at a time, in minutes), which errand, for whom, if it matters."""

    days: int
    minutes: int | None
    errand: int
    priority: Priority = Priority.NORMAL
    snoozed: int = 0
    customer: int = 0


class Stage(NamedTuple):
    """Where a ticket stands: its state, when it was opened, how many steps are done, what the customer says."""

    state: TicketState
    days_ago: int
    steps: int
    says: tuple[CustomerSays, ...] = ()
    satisfaction: int | None = None
    reopened: int = 0


_AGENDA: Final = (
    Plan(0, 15 * 60, 3, Priority.HIGH, customer=SHOWCASE),
    Plan(-3, 16 * 60, 4),
    Plan(-2, None, 11, Priority.HIGH),
    Plan(-1, 10 * 60, 1),
    Plan(-6, None, 12, Priority.LOW, 2),
    Plan(0, 10 * 60 + 30, 0, Priority.URGENT),
    Plan(0, 17 * 60 + 30, 14),
    Plan(0, None, 5),
    Plan(0, None, 9, customer=20),
    Plan(0, None, 2, Priority.LOW),
    Plan(0, 19 * 60, 10),
    Plan(1, 9 * 60 + 30, 7),
    Plan(1, None, 6),
    Plan(2, None, 13),
    Plan(2, 14 * 60, 0),
    Plan(3, None, 8, Priority.LOW, 1),
    Plan(4, 11 * 60, 15),
    Plan(5, None, 4),
    Plan(6, 16 * 60 + 30, 3),
    Plan(9, None, 12),
    Plan(14, None, 8),
    Plan(21, None, 13),
    Plan(30, None, 5),
)

_ACCEPT, _REFUSE, _PENDING = CustomerSays.ACCEPT, CustomerSays.REFUSE, CustomerSays.PENDING
STAGES: Final = (
    Stage(TicketState.NEW, 1, 0),
    Stage(TicketState.NEW, 2, 1),
    Stage(TicketState.WORKING, 2, 5, (_ACCEPT,)),
    Stage(TicketState.WORKING, 4, 4, (_REFUSE, CustomerSays.THINKING), reopened=1),
    Stage(TicketState.WORKING, 12, 5, (_ACCEPT,)),
    Stage(TicketState.RESOLVED, 5, 5, (_ACCEPT, _ACCEPT)),
    Stage(TicketState.RESOLVED, 7, 5, (_ACCEPT,)),
    Stage(TicketState.CLOSED, 30, 6, (_ACCEPT,), 4),
    Stage(TicketState.CLOSED, 61, 6, (_ACCEPT,), 3),
    Stage(TicketState.VOID, 9, 0),
    Stage(TicketState.CLOSED, 3, 0, (), 5),
    Stage(TicketState.WORKING, 1, 3),
)
"""One for each of the language's `cases`, in their order."""

_SPOKEN: Final = {
    Channel.PHONE: InteractionType.CALL,
    Channel.WECHAT: InteractionType.WECHAT,
    Channel.SMS: InteractionType.SMS,
    Channel.EMAIL: InteractionType.EMAIL,
    Channel.STORE: InteractionType.VISIT_IN,
    Channel.WEBSITE: InteractionType.WEBSITE,
    Channel.REGULATOR: InteractionType.LETTER,
}
_MOODS: Final = {Severity.SAFETY: -2, Severity.HIGH: -2, Severity.NORMAL: -1, Severity.LOW: 0}
_EVENING: Final = 20 * 60 + 45
"""In minutes: after whatever hour something was reported at that day."""
_NEAR: Final = 60
"""How many of the first customers have a part in the day."""


class Present:
    """Makes what is open on the day."""

    def __init__(self, world: World) -> None:
        """Args: world gives the words and the dice."""
        self._world = world
        self._near: list[Customer] = []
        self._purchases: dict[int, Purchase] = {}

    def meet(self, record: Record) -> None:
        """Remember who can have a part, and what they bought last."""
        if isinstance(record, Customer) and len(self._near) < _NEAR:
            self._near.append(record)
        elif isinstance(record, Purchase) and record.customer <= _NEAR:
            self._purchases[record.customer] = record

    def rows(self, customers: int) -> Iterator[Record]:
        """Contacts with the follow-ups and tickets that came of them."""
        cast = self._cast()
        for place, plan in enumerate(_AGENDA):
            wanted = [customer for customer in cast if customer.id == plan.customer]
            yield from self._agreed(wanted[0] if wanted else cast[(place * 2) % len(cast)], plan)
        for place, (case, stage) in enumerate(zip(self._world.words.cases, STAGES, strict=True)):
            yield from self._reported(
                cast[0] if place == 0 else cast[(place * 3 + 1) % len(cast)], case, stage
            )
        for _ in range(min(customers // 150, 400)):
            yield self._open_errand(self._world.between(1, customers))

    def _cast(self) -> Sequence[Customer]:
        """The customers who have a part, the showcase first, then those whose names or numbers are worth looking up."""
        first = (SHOWCASE, *FAMILY, *SWITCHBOARD, *RARE)
        known = {customer.id: customer for customer in self._near if customer.id not in ARCHIVED}
        return [known[number] for number in first if number in known] + [
            customer for number, customer in known.items() if number not in first
        ]

    def _agreed(self, customer: Customer, plan: Plan) -> Iterator[Record]:
        """A contact in which something was agreed, and the open follow-up."""
        world = self._world
        errand = world.words.errands[plan.errand]
        days_ago = max(1, -plan.days) + world.between(0, 3)
        contact, follow_up = world.next_id(Interaction.table), world.next_id(FollowUp.table)
        staff = world.pick(world.logins)
        talk = InteractionType.CALL if customer.phones else InteractionType.VISIT_IN
        said = self._said(customer, contact, days_ago, staff, talk, errand.call)
        yield said.replace(outcome=Outcome.FOLLOW_UP, follow_up=follow_up)
        yield self._follow_up(customer.id, follow_up, plan, errand, staff).replace(
            interaction=contact, created_at=said.at, updated_at=said.at
        )

    def _said(
        self, customer: Customer, number: int, days_ago: int, staff: str, kind: InteractionType, text: str
    ) -> Interaction:
        world = self._world
        at = world.opening_hours(days_ago)
        is_call = kind is InteractionType.CALL
        return Interaction(
            id=number, customer=customer.id, at=at, direction=Direction.IN, type=kind, staff=staff, text=text,
            phone=customer.phones[0] if is_call and customer.phones else "",
            duration_s=world.between(60, 600) if is_call else None,
            created_at=at, created_by=staff, rev=1,
        )  # fmt: skip

    def _follow_up(self, customer: int, number: int, plan: Plan, errand: Errand, staff: str) -> FollowUp:
        return FollowUp(
            id=number, customer=customer, title=errand.title, due=self._due(plan), kind=errand.kind, owner=staff,
            priority=plan.priority, is_promise=bool(errand.said), promised_text=errand.said, snoozed=plan.snoozed,
            created_by=staff, updated_by=staff, rev=1 + plan.snoozed,
        )  # fmt: skip

    def _due(self, plan: Plan) -> str:
        if plan.minutes is None:
            return self._world.day(-plan.days).isoformat()
        return f"{self._world.at(-plan.days, plan.minutes):%Y-%m-%dT%H:%M:%SZ}"

    def _open_errand(self, customer: int) -> FollowUp:
        """A further follow-up, in larger shops."""
        world = self._world
        minutes = world.between(19, 38) * 30 if world.chance(0.4) else None
        plan = Plan(world.between(-5, 25), minutes, int(world.roll() * len(world.words.errands)))
        made = world.opening_hours(world.between(6, 12))
        errand, staff = world.words.errands[plan.errand], world.pick(world.logins)
        number = world.next_id(FollowUp.table)
        return self._follow_up(customer, number, plan, errand, staff).replace(
            created_at=made, updated_at=made
        )

    def _reported(self, customer: Customer, case: Case, stage: Stage) -> Iterator[Record]:
        """A contact in which something was reported, the ticket, and for a resolved one the call that is still owed."""
        world = self._world
        contact, number = world.next_id(Interaction.table), world.next_id(Ticket.table)
        staff = world.pick(world.logins)
        kind = _SPOKEN.get(case.channel, InteractionType.PLATFORM)
        said = self._said(customer, contact, stage.days_ago, staff, kind, case.text)
        outcome = Outcome.COMPLAINT if case.causes else Outcome.OTHER
        yield said.replace(outcome=outcome, mood=_MOODS[case.severity] if case.causes else 0, ticket=number)
        ticket = self._ticket(customer.id, number, case, stage, staff).replace(
            interaction=contact, opened_at=said.at, created_at=said.at
        )
        yield ticket
        if stage.state is TicketState.RESOLVED:
            plan = Plan(0 if stage.days_ago < 6 else 1, None, 0)
            title = world.words.small_errands[0]
            errand = Errand(FollowUpKind.CALL, title, "")
            made = self._follow_up(customer.id, world.next_id(FollowUp.table), plan, errand, staff)
            yield made.replace(ticket=number, created_at=ticket.resolved_at, updated_at=ticket.resolved_at)

    def _ticket(self, customer: int, number: int, case: Case, stage: Stage, staff: str) -> Ticket:
        world = self._world
        bought = self._purchases.get(customer)
        fields: dict[str, Any] = self._times(stage)
        times = list(fields.values())
        steps = list(Step)[: stage.steps]
        begun = world.at(stage.days_ago, _EVENING)
        if Cause.GOODS in case.causes and bought is not None:
            fields |= {"purchase": bought.id, "order_no": bought.order_no}
        if case.channel is Channel.REGULATOR:
            fields["external_due"] = self._week_after(stage)
        if stage.steps:
            fields["notes"] = (
                TicketNote(key="n1", at=begun, by=staff, text=world.pick(world.words.remarks)),
            )
        if stage.state in (TicketState.RESOLVED, TicketState.CLOSED):
            fields |= {"root_cause": case.root_cause, "prevention": case.prevention}
        return Ticket(
            id=number, customer=customer, subject=case.subject, text=case.text, type=case.type, channel=case.channel,
            severity=case.severity, state=stage.state, product=case.product, causes=case.causes, assignee=staff,
            steps=tuple(StepDone(key=step, at=begun, by=staff) for step in steps),
            answers=self._answers(case, stage),
            resolutions=self._offers(case, stage, staff, begun, fields.get("resolved_at")),
            satisfaction=stage.satisfaction, reopened=stage.reopened, void_reason=case.void_reason,
            customer_accepts=stage.says[-1] is _ACCEPT if stage.says else None,
            created_by=staff, updated_by=staff, updated_at=max([begun, *times]), rev=1 + stage.steps, **fields,
        )  # fmt: skip

    def _times(self, stage: Stage) -> dict[str, Any]:
        """When the ticket reached each state that it has reached, spread between its first day and today."""
        world = self._world
        times: dict[str, Any] = {}
        if stage.state in (TicketState.NEW, TicketState.VOID):
            return times
        times["working_at"] = world.at(stage.days_ago, _EVENING)
        if stage.state is not TicketState.WORKING:
            times["resolved_at"] = world.opening_hours(max(1, stage.days_ago - 2))
        if stage.state is TicketState.CLOSED:
            times["closed_at"] = world.at(max(1, stage.days_ago - 5), _EVENING + 5)
        return times

    def _week_after(self, stage: Stage) -> date:
        return self._world.day(stage.days_ago - 7)

    def _answers(self, case: Case, stage: Stage) -> tuple[Answer, ...]:
        """What was asked so far: nothing before the third step."""
        if stage.steps < 3 or not case.answers:
            return ()
        return tuple(Answer(key=question, text=text) for question, text in case.answers.items())

    def _offers(
        self, case: Case, stage: Stage, staff: str, begun: datetime, executed: datetime | None
    ) -> tuple[Resolution, ...]:
        """What was offered so far, and what the customer said to it."""
        return tuple(
            Resolution(
                key=f"r{place}", kind=offer.kind, amount=offer.amount, text=offer.text, offered_at=begun,
                offered_by=staff, customer_says=says, executed_at=executed if says is _ACCEPT else None,
            )
            for place, (offer, says) in enumerate(zip(case.offers, stage.says, strict=False), 1)
        )  # fmt: skip
