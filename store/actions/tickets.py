"""What a person does with tickets: open, take up, offer, resolve, close, reopen, void."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, TypedDict, Unpack

import msgspec

from locales import N_, _
from store.actions.change import Change, edited
from store.actions.fields import CustomerId, Due, InteractionId, Line, Mark, Money, PurchaseId, TicketId
from store.actions.interactions import first_line
from store.actions.view import View
from store.errors import Refused
from store.records.follow_up import FollowUp
from store.records.kinds import (
    Cause,
    Channel,
    CustomerSays,
    FollowUpKind,
    Question,
    ResolutionKind,
    Severity,
    Step,
    TicketState,
    TicketType,
)
from store.records.labels import label
from store.records.ticket import Answer, Resolution, StepDone, Ticket, TicketNote
from store.rules.ticket_states import may_move


class TicketFields(TypedDict, total=False):
    """The fields of a ticket that a person may write."""

    type: TicketType
    channel: Channel
    severity: Severity
    text: str
    causes: tuple[Cause, ...]
    assignee: Line
    product: Line
    order_no: Line
    purchase: PurchaseId | None
    interaction: InteractionId | None
    staff_involved: Line
    external_due: date | None


class TicketEdits(TicketFields, total=False):
    """What can be changed afterwards, too."""

    subject: Line
    root_cause: str
    prevention: str
    customer_accepts: bool | None
    satisfaction: int | None
    cost_goods: Money
    cost_cash: Money
    cost_minutes: int


def open_ticket(
    view: View, *, customer: CustomerId, subject: Line = "", **fields: Unpack[TicketFields]
) -> Change:
    """Open a ticket. Without a subject the first line of its text is taken, or its type.

    Raises:
        NotFound: the customer does not exist.
        Refused: a value breaks a rule.
    """
    change = Change(view)
    customer = view.standing(customer)
    made = dict[str, Any](fields)
    kind = made.get("type", TicketType.COMPLAINT)
    title = subject.strip() or first_line(made.get("text", "")) or label(kind)
    assignee = made.pop("assignee", "") or view.by
    change.create(Ticket(customer=customer, subject=title, assignee=assignee, opened_at=view.now, **made))
    return change


def edit_ticket(
    view: View,
    *,
    ticket: TicketId,
    base: dict[str, Any] | None = None,
    rev: int | None = None,
    **fields: Unpack[TicketEdits],
) -> Change:
    """Change fields of a ticket.

    Raises:
        Conflict: somebody changed the same field meanwhile.
    """
    return edited(view, Ticket, ticket, base, rev, dict(fields))


def start_ticket(view: View, *, ticket: TicketId, assignee: Line = "") -> Change:
    """Take a ticket up."""
    current = view.get(Ticket, ticket)
    return _moved(view, current, TicketState.WORKING, assignee=assignee or view.by, working_at=view.now)


def mark_step(view: View, *, ticket: TicketId, step: Step, done: bool = True) -> Change:
    """Tick one of the six steps (or take the tick back). Ticking one takes a new ticket up."""
    current = view.get(Ticket, ticket)
    steps = tuple(entry for entry in current.steps if entry.key != step)
    if done:
        steps += (StepDone(key=step, at=view.now, by=view.by),)
    return _worked(view, current, current.replace(steps=steps))


def answer_question(view: View, *, ticket: TicketId, question: Question, text: str) -> Change:
    """Write down what the customer answered to one of the nine questions."""
    current = view.get(Ticket, ticket)
    answers = tuple(entry for entry in current.answers if entry.key != question)
    if text.strip():
        answers += (Answer(key=question, text=text),)
    return _worked(view, current, current.replace(answers=answers))


def add_ticket_note(view: View, *, ticket: TicketId, text: str) -> Change:
    """Add a remark to a ticket.

    Raises:
        Refused: the remark is empty.
    """
    if not text.strip():
        raise Refused(_("The note is empty."), fields={"text": _("must not be empty")})
    current = view.get(Ticket, ticket)
    key = f"n{current.rev + 1}"
    note = TicketNote(key=key, at=view.now, by=view.by, text=text)
    return _worked(view, current, current.replace(notes=(*current.notes, note)))


def offer_resolution(
    view: View,
    *,
    ticket: TicketId,
    kind: ResolutionKind,
    amount: Money = 0,
    text: str = "",
    customer_says: CustomerSays = CustomerSays.PENDING,
) -> Change:
    """Offer the customer a way to make it good."""
    current = view.get(Ticket, ticket)
    offer = Resolution(
        key=f"r{current.rev + 1}",
        kind=kind,
        amount=amount,
        text=text,
        offered_at=view.now,
        offered_by=view.by,
        customer_says=customer_says,
    )
    accepted = True if customer_says is CustomerSays.ACCEPT else current.customer_accepts
    changed = current.replace(resolutions=(*current.resolutions, offer), customer_accepts=accepted)
    return _worked(view, current, changed)


def answer_offer(
    view: View, *, ticket: TicketId, resolution: Line, customer_says: CustomerSays, executed: bool = False
) -> Change:
    """Write down what the customer says to an offer, and whether it has been carried out.

    Raises:
        Refused: the ticket has no such offer.
    """
    current = view.get(Ticket, ticket)
    if all(offer.key != resolution for offer in current.resolutions):
        raise Refused(_("{number} has no offer {key}.").format(number=current.number, key=resolution))
    offers = tuple(
        _answered(view, offer, customer_says, executed) if offer.key == resolution else offer
        for offer in current.resolutions
    )
    accepts = {CustomerSays.ACCEPT: True, CustomerSays.REFUSE: False}.get(customer_says)
    return _worked(view, current, current.replace(resolutions=offers, customer_accepts=accepts))


def resolve_ticket(
    view: View,
    *,
    ticket: TicketId,
    note: str = "",
    root_cause: str = "",
    call_back: Annotated[Due | None, Mark("due", N_("when to ask whether it is good now"))] = None,
) -> Change:
    """Say that the matter is settled, and plan the call that asks whether it is."""
    current = view.get(Ticket, ticket)
    change = _moved(
        view,
        current,
        TicketState.RESOLVED,
        note=note,
        resolved_at=view.now,
        root_cause=root_cause or current.root_cause,
    )
    if call_back is not None:
        title = _("Ask how it went: {subject}").format(subject=current.subject)
        change.create(
            FollowUp(
                customer=current.customer,
                title=title[:200],
                due=call_back,
                kind=FollowUpKind.SURVEY,
                owner=current.assignee or view.by,
                ticket=current.id,
            )
        )
    return change


def close_ticket(
    view: View,
    *,
    ticket: TicketId,
    satisfaction: Annotated[int | None, Mark("", N_("1 (bad) to 5 (good), as the customer says"))] = None,
    note: str = "",
) -> Change:
    """Close a resolved ticket, with what the customer thinks of it."""
    current = view.get(Ticket, ticket)
    score = satisfaction if satisfaction is not None else current.satisfaction
    return _moved(view, current, TicketState.CLOSED, note=note, closed_at=view.now, satisfaction=score)


def void_ticket(view: View, *, ticket: TicketId, reason: Line) -> Change:
    """Set a ticket aside that was opened by mistake or twice, saying why."""
    current = view.get(Ticket, ticket)
    return _moved(view, current, TicketState.VOID, void_reason=reason, closed_at=view.now)


def reopen_ticket(view: View, *, ticket: TicketId, note: str = "") -> Change:
    """Open a resolved, closed or void ticket again."""
    current = view.get(Ticket, ticket)
    if current.state in (TicketState.NEW, TicketState.WORKING):
        raise Refused(_("{number} is open already.").format(number=current.number))
    return _moved(
        view,
        current,
        TicketState.WORKING,
        note=note,
        reopened=current.reopened + 1,
        resolved_at=None,
        closed_at=None,
        void_reason="",
    )


def _answered(view: View, offer: Resolution, says: CustomerSays, executed: bool) -> Resolution:  # noqa: FBT001
    executed_at = (offer.executed_at or view.now) if executed else offer.executed_at
    return msgspec.structs.replace(offer, customer_says=says, executed_at=executed_at)


def _worked(view: View, current: Ticket, changed: Ticket) -> Change:
    """The change, with a new ticket taken up by whoever works on it.

    Raises:
        Refused: the ticket is closed or void.
    """
    if not current.is_open:
        raise Refused(
            _("{number} is {state}. Reopen it first.").format(
                number=current.number, state=label(current.state)
            )
        )
    if current.state is TicketState.NEW:
        changed = changed.replace(state=TicketState.WORKING, working_at=view.now)
    change = Change(view)
    change.update(current, changed)
    return change


def _moved(view: View, current: Ticket, state: TicketState, note: str = "", **fields: Any) -> Change:
    """The ticket moved to `state`.

    Raises:
        Refused: there is no way from its state to that one.
    """
    if not may_move(current.state, state):
        raise Refused(
            _("{number} is {old}; it cannot become {new}.").format(
                number=current.number, old=label(current.state), new=label(state)
            ),
            state=current.state.value,
        )
    notes = current.notes
    if note.strip():
        notes = (*notes, TicketNote(key=f"n{current.rev + 1}", at=view.now, by=view.by, text=note))
    change = Change(view)
    change.update(current, current.replace(state=state, notes=notes, **fields))
    return change
