"""A new customer whom the file has already, as it seems: asked before a second one is made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from locales import _
from screens import navigation
from screens.choose import Choice, ChooseDialog

if TYPE_CHECKING:
    from screens.new_customer import NewCustomerForm

NEW: Final = 0
"""The answer that it is somebody else, who is new."""

MOST: Final = 8
"""So many are offered: with the last answer each has a digit."""


def ask_which(form: NewCustomerForm, likely: Sequence[Mapping[str, Any]]) -> None:
    """Ask whether one of `likely` (as `details["similar"]` of the refusal has them) is meant, and do it."""
    shown = likely[:MOST]
    choices = [
        Choice(
            entry["id"],
            _("Open {name} {number}").format(name=entry["name"], number=entry["number"]),
            _("; ").join(entry["reasons"]),
        )
        for entry in shown
    ]
    choices.append(Choice(NEW, _("Make a new customer all the same")))

    async def settle(answer: int | None) -> None:
        if answer == NEW:
            await form.save_all_the_same(entry["id"] for entry in likely)
        elif answer is not None:
            await _open(form, answer)

    form.app.push_screen(
        ChooseDialog(_("Probably in the file already. Esc: back to the form."), choices), settle
    )


async def _open(form: NewCustomerForm, customer: int) -> None:
    """Open the card of the customer; a call that brought the form here becomes theirs."""
    house = form.house
    if form.subject.get("ring"):
        from screens.whose_call import give

        if (view := await form.ring_view()) is not None:
            await give(house, view, customer)
        return
    keeps = form.has_more_than_who
    if not keeps:
        form.close_unsaved()
    navigation.open_screen(house, "card", customer)
    if keeps:
        house.tell(_("Esc goes back to what you typed."))
