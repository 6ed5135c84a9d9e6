"""What can be done from the profile with what hangs on a customer: open, add, delete, archive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from locales import _
from screens import follow_up_menu, navigation
from screens.acting import act, confirm_and_act
from screens.ask import AskDialog
from screens.choose import Choice, ChooseDialog
from screens.number_changed import number_changed
from screens.profile_erase import erase
from screens.profile_lists import record_name
from store.errors import Ambiguous, CrmError, Refused
from store.phone_text import spoken
from store.records.customer import Customer
from store.records.follow_up import FollowUp
from store.records.interaction import Interaction
from store.records.kinds import CustomerStatus
from store.records.purchase import Purchase
from store.records.ticket import Ticket
from widgets.fields import TextField

if TYPE_CHECKING:
    from screens.base import HouseScreen
    from screens.profile import ProfileScreen
    from store.shop import Shop
    from widgets.item_list import ItemListField

ADDING = {
    "timeline": "log_contact",
    "purchases": "new_purchase",
    "tickets": "new_ticket",
    "follow_ups": "new_follow_up",
}
"""What Insert opens in a tab."""


def open_row(screen: ProfileScreen, what: Any, customer: Customer) -> None:
    """Enter on a line: the record it is about, or what can be done with it."""
    if isinstance(what, Ticket):
        navigation.open_screen(screen.house, "ticket", what.id)
    elif isinstance(what, FollowUp):
        follow_up_menu.offer(screen, what, customer)
    elif isinstance(what, Interaction):
        navigation.open_screen(screen.house, "interaction", what.id)
    elif isinstance(what, Purchase):
        navigation.open_screen(screen.house, "purchase", what.id)


def delete(screen: ProfileScreen, what: Any) -> None:
    """Delete a contact or a purchase, after asking; say why not where it is something else."""
    fields: dict[str, Any]
    if isinstance(what, Interaction):
        action, fields, said = "interaction.delete", {"interaction": what.id}, _("The contact is deleted.")
    elif isinstance(what, Purchase):
        action, fields, said = "purchase.delete", {"purchase": what.id}, _("The purchase is deleted.")
    else:
        screen.tell(
            _("Only contacts and purchases are deleted; tickets are voided, follow-ups cancelled."), "warn"
        )
        return
    question = _("Delete this? {what}").format(what=record_name(what, screen.desk.shop.settings))
    confirm_and_act(screen, question, _("Delete"), said, action, **fields)


def add(screen: ProfileScreen, tab: str, customer: Customer) -> None:
    """Open the form for one more of what the tab lists."""
    if tab in ADDING:
        navigation.open_screen(screen.house, ADDING[tab], customer.id)


def offer(screen: HouseScreen[Any], customer: Customer, *, other: str = "card") -> None:
    """Ask what to do with the customer, and do it. `other` can be opened besides: the card or the profile."""
    archived = customer.status is CustomerStatus.ARCHIVED
    choices = [
        Choice("log_contact", _("Log a contact"), "F8"),
        Choice("new_ticket", _("Open a ticket"), "F7"),
        Choice("new_follow_up", _("Plan a follow-up")),
        Choice("new_purchase", _("Enter a purchase")),
        Choice("card", _("The customer's card"))
        if other == "card"
        else Choice("profile", _("The file"), "F6"),
        Choice("archive", _("Bring back from the archive") if archived else _("Put into the archive")),
        Choice("merge", _("Merge with another customer")),
        Choice("erase", _("Erase for good")),
        Choice("number", _("The number has changed")),
    ]

    async def settle(answer: str | None) -> None:
        if answer == "number":
            await number_changed(screen, customer.id)
        elif answer == "archive":
            await _archive(screen, customer, archived=archived)
        elif answer == "merge":
            _ask_other(screen, customer)
        elif answer == "erase":
            erase(screen, customer)
        elif answer:
            navigation.open_screen(screen.house, answer, customer.id)

    screen.app.push_screen(ChooseDialog(f"{customer.number}  {customer.shown_name}", choices), settle)


def _ask_other(screen: HouseScreen[Any], customer: Customer) -> None:
    """Ask who else this customer is, and put the two side by side."""
    found: list[Customer] = []

    async def submit(text: str) -> None:
        others = await screen.desk.call(lambda shop: _others(shop, text, customer.id))
        if not others:
            raise Refused(_("A customer cannot be merged with itself."))
        found[:] = others

    def side_by_side(other: int | None) -> None:
        if other is not None:
            navigation.open_screen(screen.house, "merge", customer.id, other)

    def settle(done: bool | None) -> None:  # noqa: FBT001 - the dialog's answer
        if done and len(found) == 1:
            side_by_side(found[0].id)
        elif done:
            choices = [
                Choice(other.id, f"{other.number} {other.shown_name}", _known_by(other)) for other in found
            ]
            screen.app.push_screen(ChooseDialog(question, choices), side_by_side)

    question = _("Who else is {name}?").format(name=f"{customer.number} {customer.shown_name}")
    field = TextField("other", _("number, name or phone"))
    keys = _("Enter shows both side by side, Esc goes back.")
    screen.app.push_screen(AskDialog(question, field, submit, keys), settle)


def _others(shop: Shop, text: str, besides: int) -> list[Customer]:
    """Whom `text` may mean, the likeliest first, as many as have a digit; without the customer `besides`."""
    try:
        meant = [shop.find_record("exact_customers", text)]
    except Ambiguous as several:
        meant = [match["id"] for match in several.details["matches"]]
    return [shop.customers.get(other) for other in meant if other != besides][:9]


def _known_by(customer: Customer) -> str:
    """What tells one from others of the same name."""
    phone = spoken(customer.shown_phones[0]) if customer.phones else ""
    return "  ".join(part for part in (phone, customer.company) if part)


async def _archive(screen: HouseScreen[Any], customer: Customer, *, archived: bool) -> None:
    name = f"{customer.number} {customer.shown_name}"
    if archived:
        said = _("{name} is back.").format(name=name)
        await act(screen, said, "customer.unarchive", customer=customer.id)
        return
    question = _("Put {name} into the archive? Found last, never suggested; nothing is lost.").format(
        name=name
    )
    said = _("{name} is in the archive.").format(name=name)
    confirm_and_act(screen, question, _("Archive"), said, "customer.archive", customer=customer.id)


async def warn_of_known(screen: ProfileScreen, field: ItemListField) -> None:
    """Say beneath the contact points who else has a number that was just typed in."""
    before = {point.get("normalized") for point in screen.seen.get("contacts", ())}
    typed = {str(item.get("normalized", "")) for item in field.items} - before
    numbers = [number for number in typed if number.startswith("+")]
    if not numbers:
        return
    besides = screen.record
    try:
        found = await screen.desk.call(lambda shop: shop.customers.similar(phones=numbers, besides=besides))
    except CrmError as error:
        screen.tell(error.message, "alert")
        return
    names = "; ".join(f"{entry.customer.number} {entry.customer.shown_name}" for entry in found[:3])
    field.warn(_("Known already: {list}").format(list=names) if found else "")
