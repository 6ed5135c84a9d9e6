"""What a person does with contacts: log them, correct them, take them back."""

from __future__ import annotations

from typing import Annotated, Any, TypedDict, Unpack

from locales import N_, _
from store.actions.change import Change, edited
from store.actions.fields import CustomerId, Due, FollowUpId, InteractionId, Line, Mark, Moment, TicketId
from store.actions.follow_ups import finish
from store.actions.rings import open_rings, require_ringing, settle
from store.actions.view import View
from store.errors import Refused, Usage
from store.records.follow_up import TITLE_LENGTH, FollowUp
from store.records.interaction import Interaction
from store.records.kinds import Direction, FollowUpKind, InteractionType, Outcome
from store.rules.promises import promises_in
from store.rules.rings import NOT_REACHED, duration_of


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
    customer: CustomerId | None = None,
    ring: Annotated[
        InteractionId | None, Mark("interactions", N_("the call that rang and is logged with this"))
    ] = None,
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
    """Log a contact, with what was promised and agreed in it and the follow-up done by it, in the same step.

    A line of the note that begins with "!" is a promise (`store.rules.promises`). With `ring` the call that rang
    becomes this contact; its duration is counted from the ring.

    Raises:
        NotFound: the customer does not exist.
        Usage: neither a customer nor a ring is given.
        Refused: a value breaks a rule, or what it is to finish is no longer open, or the ring has been logged.
    """
    change = Change(view)
    whose = None if customer is None else view.standing(customer)
    rang = _rang(view, ring, whose)
    made = _filled(view, rang, whose, dict(fields))
    interaction = made if rang is not None else change.create(made)
    if finishes is not None:
        finish(change, finishes, first_line(interaction.text))
    wanted = _promised(view, interaction)
    if next_due is not None or next_title.strip():
        title = next_title.strip() or first_line(interaction.text)
        owner, words = next_owner or view.by, title if promise else ""
        entry = _follow_up(view, interaction, title, next_due or view.today.isoformat())
        wanted.append(entry.replace(kind=next_kind, owner=owner, is_promise=promise, promised_text=words))
    _require_somebody(interaction, wanted)
    planned = [change.create(entry) for entry in wanted]
    if planned and not interaction.follow_up:
        interaction = interaction.replace(follow_up=planned[0].id)
    if rang is None:
        change.revise(interaction, interaction)
    else:
        change.update(rang, interaction)
    _settle_others(change, interaction, rang)
    return change


def _settle_others(change: Change, interaction: Interaction, rang: Interaction | None) -> None:
    """Whoever was spoken to need not be called back for having rung before."""
    if interaction.outcome not in NOT_REACHED:
        phone = rang.phone if rang is not None else ""
        besides = rang.id if rang is not None else None
        settle(change, open_rings(change.view, interaction.customer, phone), besides=besides)


def _rang(view: View, ring: int | None, customer: int | None) -> Interaction | None:
    """The call that rang, as long as nothing was logged about it; None where the contact is none.

    Raises:
        Usage: there is neither a customer nor a ring.
        Refused: it has been logged, or is another customer's.
    """
    if ring is None:
        if customer is None:
            sentence = _("{action} needs {fields}.").format(action="interaction.log", fields="customer")
            raise Usage(sentence, missing=["customer"])
        return None
    current = view.get(Interaction, ring)
    require_ringing(current)
    if customer is not None and current.customer not in (0, customer):
        raise Refused(_("That contact is another customer's already."), ring=ring)
    return current


def _filled(view: View, rang: Interaction | None, customer: int | None, made: dict[str, Any]) -> Interaction:
    """The contact as it is to be stored, its own or what a ring becomes."""
    made.setdefault("staff", view.by)
    if rang is None:
        made.setdefault("at", view.now)
        return Interaction(customer=customer or 0, **made)
    if made.get("duration_s") is None and made.get("outcome") not in NOT_REACHED:
        made["duration_s"] = duration_of(rang, view.now)
    return rang.replace(customer=customer or rang.customer, ringing=0, **made)


def _require_somebody(interaction: Interaction, wanted: list[FollowUp]) -> None:
    """Refuse to plan something for nobody.

    Raises:
        Refused: the contact is nobody's.
    """
    if wanted and not interaction.customer:
        sentence = _("Say whose call it was: a promise needs somebody to whom it is made.")
        raise Refused(sentence, fields={"customer": sentence})


def _promised(view: View, interaction: Interaction) -> list[FollowUp]:
    """The follow-ups that the note promises."""
    return [
        _follow_up(view, interaction, entry.title, entry.due).replace(
            is_promise=True, promised_text=entry.title
        )
        for entry in promises_in(
            interaction.text, view.now, view.settings.zone, day_first=view.settings.day_first
        )
    ]


def _follow_up(view: View, interaction: Interaction, title: str, due: str) -> FollowUp:
    return FollowUp(
        customer=interaction.customer,
        title=title,
        due=due,
        owner=view.by,
        interaction=interaction.id,
        ticket=interaction.ticket,
    )


def edit_interaction(
    view: View,
    *,
    interaction: InteractionId,
    base: dict[str, Any] | None = None,
    rev: int | None = None,
    **fields: Unpack[InteractionFields],
) -> Change:
    """Correct a logged contact. A call that rang is logged with the first word about it.

    Raises:
        Conflict: somebody changed the same field meanwhile.
    """
    written = dict[str, Any](fields)
    if written.get("outcome") or written.get("text"):
        written["ringing"] = 0
    return edited(view, Interaction, interaction, base, rev, written)


def delete_interaction(view: View, *, interaction: InteractionId) -> Change:
    """Take a logged contact away; undo brings it back."""
    change = Change(view)
    change.delete(view.get(Interaction, interaction))
    return change


def first_line(text: str) -> str:
    """The first line of a note, short enough for a title."""
    lines = text.strip().splitlines()
    return lines[0][:TITLE_LENGTH] if lines else ""
