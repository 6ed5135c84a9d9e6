"""The tabs of a customer's file and the keys that work in it."""

from __future__ import annotations

from typing import Final

from textual.binding import Binding, BindingType

from locales import N_

TABS: Final = {
    "basics": N_("Basics"),
    "contacts": N_("Numbers"),
    "facts": N_("Facts"),
    "timeline": N_("Timeline"),
    "purchases": N_("Bought"),
    "tickets": N_("Tickets"),
    "follow_ups": N_("To do"),
    "changes": N_("Changes"),
}
ITEM_TABS: Final = {"contacts": ("contacts",), "facts": ("dates", "facts", "external_ids")}
"""Tabs of items, with the fields in them."""

BAR: Final = (
    "form.save",
    "profile.next_tab",
    "record.menu",
    "items.remove",
    "profile.delete",
    "house.log",
    "form.leave",
    "house.phone",
    "house.help",
    "house.more",
)

PROFILE_BINDINGS: Final[list[BindingType]] = [
    Binding("ctrl+t", "tab(1)", N_("Next tab"), id="profile.next_tab", tooltip=N_("The next tab")),
    Binding(
        "ctrl+o",
        "menu",
        N_("Actions"),
        id="record.menu",
        tooltip=N_("Everything that can be done with it"),
    ),
    Binding("f6", "edit", N_("Edit"), id="house.edit", tooltip=N_("To the first field"), show=False),
    Binding("f8", "app.open('log_contact')", N_("Log"), id="house.log", tooltip=N_("Log a contact")),
    Binding("left", "list_tab(-1)", N_("Previous"), id="tabs.left", tooltip=N_("The tab before"), show=False),
    Binding("right", "list_tab(1)", N_("Next"), id="tabs.right", tooltip=N_("The next tab"), show=False),
    Binding(
        "delete",
        "remove",
        N_("Delete"),
        id="profile.delete",
        tooltip=N_("Delete the chosen line, after asking"),
        show=False,
    ),
    Binding("insert", "add", N_("Add"), id="items.add", tooltip=N_("Add one to the list"), show=False),
]
