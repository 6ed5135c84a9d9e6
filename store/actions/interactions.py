"""What a person does with contacts: log them, correct them, take them back."""

from __future__ import annotations

from typing import Annotated, Any, TypedDict, Unpack

from locales import N_
from store.actions.change import Change, edited
from store.actions.fields import CustomerId, Due, FollowUpId, InteractionId, Line, Mark, Moment, TicketId
from store.actions.follow_ups import finish
from store.actions.view import View
from store.records.follow_up import TITLE_LENGTH, FollowUp
from store.records.interaction import Interaction
from store.records.kinds import Direction, FollowUpKind, InteractionType, Outcome


class InteractionFields(TypedDict, total=False):
    """The fields of an interaction that a person may write."""

    type: InteractionType
    direction: Direction
    outcome: Outcome | None
    text: str
    mood: int
    at: Moment
    spoke_with: Line
    phone: Line
    duration_s: int | None
    ticket: TicketId | None
    follow_up: FollowUpId | None
    staff: Line


def log_interaction(
    view: View,
    *,
    customer: CustomerId,
    next_title: Annotated[Line, Mark("line", N_("what to do next: makes a follow-up"))] = "",
    next_due: Due | None = None,
    next_kind: FollowUpKind = FollowUpKind.CALL,
    next_owner: Line = "",
    promise: Annotated[bool, Mark("", N_("whether the customer was told so"))] = False,
    finishes: Annotated[
        FollowUpId | None, Mark("follow_ups", N_("the open follow-up that is done with it"))
    ] = None,
    **fields: Unpack[InteractionFields],
) -> Change:
    """Log a contact, with the follow-up agreed in it and the one done by it, in the same step.

    Raises:
        NotFound: the customer does not exist.
        Refused: a value breaks a rule, or what it is to finish is no longer open.
    """
    change = Change(view)
    customer = view.standing(customer)
    made = dict[str, Any](fields)
    at = made.pop("at", view.now)
    staff = made.pop("staff", view.by)
    interaction = change.create(Interaction(customer=customer, at=at, staff=staff, **made))
    if finishes is not None:
        finish(change, finishes, first_line(interaction.text))
    if next_due is None and not next_title.strip():
        return change
    title = next_title.strip() or first_line(interaction.text)
    follow_up = change.create(
        FollowUp(
            customer=customer,
            title=title,
            due=next_due or view.today.isoformat(),
            kind=next_kind,
            owner=next_owner or view.by,
            is_promise=promise,
            promised_text=title if promise else "",
            interaction=interaction.id,
            ticket=interaction.ticket,
        )
    )
    change.revise(interaction, interaction.replace(follow_up=follow_up.id))
    return change


def edit_interaction(
    view: View,
    *,
    interaction: InteractionId,
    base: dict[str, Any] | None = None,
    rev: int | None = None,
    **fields: Unpack[InteractionFields],
) -> Change:
    """Correct a logged contact.

    Raises:
        Conflict: somebody changed the same field meanwhile.
    """
    return edited(view, Interaction, interaction, base, rev, dict(fields))


def delete_interaction(view: View, *, interaction: InteractionId) -> Change:
    """Take a logged contact away; undo brings it back."""
    change = Change(view)
    change.delete(view.get(Interaction, interaction))
    return change


def first_line(text: str) -> str:
    """The first line of a note, short enough for a title."""
    lines = text.strip().splitlines()
    return lines[0][:TITLE_LENGTH] if lines else ""
