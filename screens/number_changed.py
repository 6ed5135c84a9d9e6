"""A customer has another number: which one it was, where there are several, then the new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from locales import _
from screens.ask import AskDialog
from screens.choose import Choice, ChooseDialog
from screens.profile_merge import told_likely
from store.actions.likely import Likely, likely_in
from store.errors import CrmError
from store.phone_text import spoken
from store.records.kinds import ContactLabel
from store.records.labels import label
from widgets.fields import TextField

if TYPE_CHECKING:
    from screens.base import HouseScreen
    from store.records.customer import ContactPoint, Customer


async def number_changed(screen: HouseScreen[Any], customer_id: int) -> None:
    """Ask for the new number of the customer; the old one is kept as no longer valid."""
    try:
        customer = await screen.desk.call(lambda shop: shop.customers.get(customer_id))
    except CrmError as error:
        screen.tell(error.message, "alert")
        return
    points = [point for point in customer.phone_points if point.invalid_since is None]
    if len(points) < 2:
        _ask_new(screen, customer, points[0] if points else None)
        return
    choices = [Choice(point, _number(point), _words(point)) for point in points]

    def settle(point: ContactPoint | None) -> None:
        if point is not None:
            _ask_new(screen, customer, point)

    question = _("Which number of {name} has changed?").format(name=customer.shown_name)
    screen.app.push_screen(ChooseDialog(question, choices), settle)


def _ask_new(screen: HouseScreen[Any], customer: Customer, old: ContactPoint | None) -> None:
    likely: list[Likely] = []

    async def submit(text: str) -> None:
        key = old.key if old is not None else ""
        done = await screen.desk.do("customer.change_number", customer=customer.id, phone=text, old=key)
        likely.extend(likely_in(done.report))

    def settle(saved: bool | None) -> None:  # noqa: FBT001 - the dialog's answer
        if saved and likely:
            told_likely(screen.house, likely)
        elif saved:
            screen.house.tell_done(_("Number changed; the old one is kept as no longer valid."))

    name = customer.shown_name
    question = _("What is the new number of {name}?").format(name=name)
    if old is not None:
        sentence = _("What is the new number of {name}, in place of {number}?")
        question = sentence.format(name=name, number=_number(old))
    screen.app.push_screen(AskDialog(question, TextField("phone", _("new number")), submit), settle)


def _number(point: ContactPoint) -> str:
    return spoken(point.shown_number)


def _words(point: ContactPoint) -> str:
    """What kind of number it is, and whose."""
    whose = "" if point.label is ContactLabel.SELF else label(point.label)
    return "  ".join(part for part in (label(point.type), whose, point.note) if part)
