"""What can be done with a ticket, offered wherever one is chosen; only what its state allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from locales import _
from screens import navigation
from screens.acting import act, ask_and_act
from screens.choose import Choice, ChooseDialog
from store.records.field_words import field_label
from store.records.kinds import TicketState
from store.rules.ticket_states import may_move
from widgets.fields import TextField
from widgets.text_box import TextBoxField

if TYPE_CHECKING:
    from screens.base import HouseScreen
    from store.records.customer import Customer
    from store.records.ticket import Ticket

FORMS = {
    "offer": "ticket_offer",
    "resolve": "ticket_resolve",
    "close": "ticket_close",
    "edit": "ticket_edit",
    "open": "ticket",
}
"""Answers that open a screen about the ticket."""


def offer(screen: HouseScreen[Any], ticket: Ticket, customer: Customer, *, opened: bool = False) -> None:
    """Ask what to do with `ticket`, and do it.

    Args:
        opened: the ticket is on the screen already.
    """
    choices = [Choice(key, text, hint, hint.casefold()) for key, text, hint in _listed(ticket, opened=opened)]

    async def settle(answer: str | None) -> None:
        if answer:
            await do(screen, answer, ticket, customer)

    question = f"{ticket.number}  {ticket.subject}\n{customer.shown_name}"
    screen.app.push_screen(ChooseDialog(question, choices), settle)


def _listed(ticket: Ticket, *, opened: bool) -> list[tuple[str, str, str]]:
    """What can be done now: the way forward first."""
    found: list[tuple[str, str, str]] = []
    if not opened:
        found.append(("open", _("Look at it"), "o"))
    if ticket.state is TicketState.NEW:
        found.append(("start", _("Take it up"), "t"))
    if ticket.state is TicketState.RESOLVED:
        found.append(("close", _("Close it: the customer has been asked"), "c"))
    if ticket.is_open:
        found.append(("note", _("Write a note"), "n"))
        found.append(("offer", _("Offer something"), "a"))
    if may_move(ticket.state, TicketState.RESOLVED):
        found.append(("resolve", _("Resolve it"), "r"))
    if not ticket.is_open or ticket.state is TicketState.RESOLVED:
        found.append(("reopen", _("Open it again"), "g"))
    found += [
        ("log", _("Log a contact about it"), ""),
        ("plan", _("Plan a follow-up"), "p"),
        ("edit", _("Change its fields"), "e"),
        ("card", _("The customer's card"), ""),
    ]
    if may_move(ticket.state, TicketState.VOID):
        found.append(("void", _("Void it, saying why"), ""))
    return found


async def do(screen: HouseScreen[Any], answer: str, ticket: Ticket, customer: Customer) -> None:
    """Do what was chosen."""
    if answer in FORMS:
        navigation.open_screen(screen.house, FORMS[answer], ticket.id)
    elif answer == "start":
        await act(
            screen, _("{number} is taken up.").format(number=ticket.number), "ticket.start", ticket=ticket.id
        )
    elif answer == "note":
        field = TextBoxField("text", field_label("interactions", "text"))
        said = _("Noted on {number}.").format(number=ticket.number)
        ask_and_act(
            screen, f"{ticket.number}  {ticket.subject}", field, said, "ticket.note", ticket=ticket.id
        )
    elif answer == "void":
        question = _("Void {number}? {subject}").format(number=ticket.number, subject=ticket.subject)
        said = _("{number} is void.").format(number=ticket.number)
        ask_and_act(screen, question, TextField("reason", _("why")), said, "ticket.void", ticket=ticket.id)
    elif answer == "reopen":
        question = _("Open {number} again? {subject}").format(number=ticket.number, subject=ticket.subject)
        said = _("{number} is open again.").format(number=ticket.number)
        ask_and_act(screen, question, TextField("note", _("why")), said, "ticket.reopen", ticket=ticket.id)
    elif answer == "log":
        navigation.open_screen(screen.house, "log_contact", customer.id, ticket=ticket.id)
    elif answer == "plan":
        navigation.open_screen(screen.house, "new_follow_up", customer.id, ticket=ticket.id)
    else:
        navigation.open_screen(screen.house, "card", customer.id)
