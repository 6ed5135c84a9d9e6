"""What a person does with follow-ups: plan, do, put off, cancel."""

from __future__ import annotations

from typing import Any, TypedDict, Unpack

from locales import _
from store.actions.change import Change, edited
from store.actions.fields import CustomerId, Due, FollowUpId, Line, TicketId
from store.actions.view import View
from store.errors import Refused
from store.records.follow_up import FollowUp
from store.records.kinds import FollowUpKind, FollowUpState, Priority


class FollowUpFields(TypedDict, total=False):
    """The fields of a follow-up that a person may write."""

    kind: FollowUpKind
    owner: Line
    priority: Priority
    is_promise: bool
    promised_text: str
    ticket: TicketId | None
    repeat: Line
    after_done_days: int | None


class FollowUpEdits(FollowUpFields, total=False):
    """What can be changed afterwards, too."""

    title: Line
    due: Due
    result: str


def add_follow_up(
    view: View, *, customer: CustomerId, title: Line, due: Due, **fields: Unpack[FollowUpFields]
) -> Change:
    """Plan something to do for a customer.

    Raises:
        NotFound: the customer does not exist.
        Refused: a value breaks a rule.
    """
    change = Change(view)
    customer = view.standing(customer)
    made = dict[str, Any](fields)
    if made.get("is_promise") and not made.get("promised_text"):
        made["promised_text"] = title
    owner = made.pop("owner", "") or view.by
    change.create(FollowUp(customer=customer, title=title.strip(), due=due, owner=owner, **made))
    return change


def edit_follow_up(
    view: View,
    *,
    follow_up: FollowUpId,
    base: dict[str, Any] | None = None,
    rev: int | None = None,
    **fields: Unpack[FollowUpEdits],
) -> Change:
    """Change a follow-up.

    Raises:
        Conflict: somebody changed the same field meanwhile.
    """
    return edited(view, FollowUp, follow_up, base, rev, dict(fields))


def finish_follow_up(view: View, *, follow_up: FollowUpId, result: str = "") -> Change:
    """Mark a follow-up as done."""
    change = Change(view)
    finish(change, follow_up, result)
    return change


def finish(change: Change, follow_up: int, result: str) -> None:
    """Mark a follow-up as done, as part of `change`.

    Raises:
        Refused: it is no longer open.
    """
    view = change.view
    current = _open(view, follow_up)
    change.update(
        current, current.replace(state=FollowUpState.DONE, result=result or current.result, done_at=view.now)
    )


def snooze_follow_up(view: View, *, follow_up: FollowUpId, due: Due) -> Change:
    """Put a follow-up off to another day or time."""
    change = Change(view)
    current = _open(view, follow_up)
    change.update(current, current.replace(due=due, snoozed=current.snoozed + 1))
    return change


def cancel_follow_up(view: View, *, follow_up: FollowUpId, reason: Line) -> Change:
    """Cancel a follow-up, saying why."""
    change = Change(view)
    current = _open(view, follow_up)
    change.update(current, current.replace(state=FollowUpState.CANCELLED, cancel_reason=reason))
    return change


def reopen_follow_up(view: View, *, follow_up: FollowUpId, due: Due | None = None) -> Change:
    """Open a done or cancelled follow-up again."""
    change = Change(view)
    current = view.get(FollowUp, follow_up)
    if current.state is FollowUpState.OPEN:
        raise Refused(_('"{title}" is open already.').format(title=current.title))
    change.update(
        current,
        current.replace(state=FollowUpState.OPEN, cancel_reason="", done_at=None, due=due or current.due),
    )
    return change


def _open(view: View, follow_up: int) -> FollowUp:
    current = view.get(FollowUp, follow_up)
    if current.state is not FollowUpState.OPEN:
        raise Refused(
            _('"{title}" is no longer open.').format(title=current.title), state=current.state.value
        )
    return current
