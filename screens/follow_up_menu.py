"""What can be done with a follow-up, offered wherever one is chosen."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from locales import N_, _
from screens import navigation
from screens.acting import act, ask_and_act
from screens.choose import Choice, ChooseDialog
from screens.dates import PastDue, due_reader, due_text, spelled_out
from store.records.field_words import field_label
from store.records.kinds import FollowUpState
from store.rules.when import show_due
from widgets.due_field import DueField
from widgets.fields import TextField

if TYPE_CHECKING:
    from screens.acting import Then
    from screens.base import HouseScreen
    from store.records.customer import Customer
    from store.records.follow_up import FollowUp

OPEN = (
    ("done", N_("Done"), ""),
    ("result", N_("Done, with a result"), ""),
    ("snooze", N_("Put off"), ""),
    ("log", N_("Log the contact"), "F8"),
    ("edit", N_("Change it"), ""),
    ("card", N_("The customer's card"), ""),
    ("cancel", N_("Cancel it, saying why"), ""),
)
CLOSED = (
    ("reopen", N_("Open it again"), ""),
    ("log", N_("Log the contact"), "F8"),
    ("edit", N_("Change it"), ""),
    ("card", N_("The customer's card"), ""),
)
LATER = (1, 3, 7)
"""Quick answers to how far something is put off: days."""


def offer(screen: HouseScreen[Any], follow_up: FollowUp, customer: Customer, *, then: Then = None) -> None:
    """Ask what to do with `follow_up`, and do it.

    Args:
        then: called when something was done with it; given by the form of the follow-up itself.
    """
    listed = OPEN if follow_up.state is FollowUpState.OPEN else CLOSED
    choices = [Choice(key, _(text), hint) for key, text, hint in listed if key != "edit" or then is None]
    today = screen.desk.shop.today()
    due = show_due(follow_up.due, screen.desk.shop.settings.zone, today)
    question = f"{due}  {follow_up.title}\n{customer.shown_name}"

    async def settle(answer: str | None) -> None:
        if answer:
            await _do(screen, answer, follow_up, customer, then)

    screen.app.push_screen(ChooseDialog(question, choices), settle)


async def _do(
    screen: HouseScreen[Any], answer: str, follow_up: FollowUp, customer: Customer, then: Then
) -> None:
    if answer == "done":
        await finish(screen, follow_up, then)
    elif answer == "result":
        field = TextField("result", field_label("follow_ups", "result"), follow_up.result)
        said = _("Done: {title}.").format(title=follow_up.title)
        ask_and_act(screen, follow_up.title, field, said, "follow_up.done", then=then, follow_up=follow_up.id)
    elif answer == "snooze":
        _snooze(screen, follow_up, then)
    elif answer == "cancel":
        field = TextField("reason", _("why"))
        said = _("Cancelled: {title}.").format(title=follow_up.title)
        question = _("Cancel this? {title}").format(title=follow_up.title)
        ask_and_act(screen, question, field, said, "follow_up.cancel", then=then, follow_up=follow_up.id)
    elif answer == "reopen":
        said = _("Open again: {title}.").format(title=follow_up.title)
        await act(screen, said, "follow_up.reopen", then=then, follow_up=follow_up.id)
    elif answer == "log":
        log(screen, follow_up)
    elif answer == "edit":
        navigation.open_screen(screen.house, "follow_up", follow_up.id)
    else:
        navigation.open_screen(screen.house, "card", customer.id)


def log(screen: HouseScreen[Any], follow_up: FollowUp) -> None:
    """Log the contact that `follow_up` was about; it is done with that, unless the clerk says otherwise."""
    options: dict[str, Any] = {"ticket": follow_up.ticket} if follow_up.ticket else {}
    if follow_up.state is FollowUpState.OPEN:
        options["follow_up"] = follow_up.id
    navigation.open_screen(screen.house, "log_contact", follow_up.customer, **options)


async def finish(screen: HouseScreen[Any], follow_up: FollowUp, then: Then = None) -> None:
    """Mark `follow_up` as done."""
    said = _("Done: {title}.").format(title=follow_up.title)
    await act(screen, said, "follow_up.done", then=then, follow_up=follow_up.id)


def _snooze(screen: HouseScreen[Any], follow_up: FollowUp, then: Then) -> None:
    """Ask until when; a time of day that was agreed stays."""
    shop = screen.desk.shop
    _day, _blank, clock = due_text(follow_up.due, shop).partition(" ")
    choices = []
    for days in LATER:
        day = (shop.today() + timedelta(days=days)).isoformat()
        # "11-27 Fri": the year goes without saying.
        choices.append(Choice(f"{day} {clock}".strip(), _after_days(days), spelled_out(day, shop)[5:]))
    choices.append(Choice("", _("Another day or time"), "..."))

    async def settle(answer: str | None) -> None:
        said = _("Put off: {title}.").format(title=follow_up.title)
        if answer:
            await act(screen, said, "follow_up.snooze", then=then, follow_up=follow_up.id, due=answer)
        elif answer == "":
            field = DueField(
                "due", field_label("follow_ups", "due"), due_text(follow_up.due, shop), read=due_reader(shop)
            )
            past = PastDue()
            ask_and_act(
                screen,
                follow_up.title,
                field,
                said,
                "follow_up.snooze",
                then=then,
                look=lambda value: past.ask("due", value, shop),
                follow_up=follow_up.id,
            )

    question = _("Put off until when? {title}").format(
        title=f"{spelled_out(follow_up.due, shop)}  {follow_up.title}"
    )
    screen.app.push_screen(ChooseDialog(question, choices), settle)


def _after_days(days: int) -> str:
    return {1: _("Tomorrow"), 3: _("In three days"), 7: _("Next week, same weekday")}[days]
