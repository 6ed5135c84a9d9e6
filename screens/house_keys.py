"""The keys that mean the same everywhere."""

from __future__ import annotations

from typing import Final

from textual.binding import Binding, BindingType

from locales import N_

RING_BINDING: Final = Binding(
    "ctrl+r",
    "app.ring",
    N_("Call"),
    id="house.ring",
    tooltip=N_("Open whoever is calling"),
    show=False,
)
"""Works in dialogs, too."""

LEAVING_BINDING: Final = Binding(
    "ctrl+c",
    "app.how_to_leave",
    N_("Copy"),
    id="house.copy",
    tooltip=N_("Copies what is selected"),
    show=False,
)
"""Where nothing is selected it says how to leave; in dialogs, too."""

DIALOG_HELP: Final = Binding(
    "f1",
    "help",
    N_("Help"),
    id="house.help",
    tooltip=N_("What one does here, and with which keys"),
    show=False,
)
"""F1 in a dialog, where the keys of the house do not work."""

HOUSE_BINDINGS: Final[list[BindingType]] = [
    Binding("f1", "help", N_("Help"), id="house.help", tooltip=N_("What one does here, and with which keys")),
    Binding(
        "f2",
        "place('customers')",
        N_("Customers"),
        id="house.customers",
        tooltip=N_("Look somebody up"),
        show=False,
    ),
    Binding(
        "f3",
        "place('tickets')",
        N_("Tickets"),
        id="house.tickets",
        tooltip=N_("Complaints and what else is open"),
        show=False,
    ),
    Binding(
        "f4",
        "place('agenda')",
        N_("Agenda"),
        id="house.agenda",
        tooltip=N_("What is to be done, by day"),
        show=False,
    ),
    Binding("f5", "new_customer", N_("New"), id="house.new", tooltip=N_("Add a customer")),
    Binding(
        "f6",
        "open('profile')",
        N_("Edit"),
        id="house.edit",
        tooltip=N_("The whole file of this customer, to read and change"),
    ),
    Binding(
        "f7",
        "open('new_ticket')",
        N_("Ticket"),
        id="house.ticket",
        tooltip=N_("Open a ticket for this customer"),
    ),
    Binding(
        "f8",
        "open('log_contact')",
        N_("Log"),
        id="house.log",
        tooltip=N_("Log a contact with this customer, and what follows from it"),
    ),
    Binding(
        "f9",
        "open('phone_large')",
        N_("Phone"),
        id="house.phone",
        tooltip=N_("Show the number large and copy it"),
    ),
    Binding(
        "f10",
        "more",
        N_("More"),
        id="house.more",
        tooltip=N_("Then a digit: does what the F-key with that number does"),
    ),
    Binding(
        "ctrl+p",
        "palette",
        N_("Commands"),
        id="house.palette",
        tooltip=N_("Everything that can be done here, by name"),
        show=False,
    ),
    Binding(
        "ctrl+z",
        "undo",
        N_("Undo"),
        id="house.undo",
        tooltip=N_("Take back what you last did in this shop"),
        show=False,
    ),
    Binding(
        "ctrl+l",
        "open_house('history')",
        N_("Today"),
        id="house.history",
        tooltip=N_("What was done today, and the age of the last backup"),
        show=False,
    ),
    Binding(
        "ctrl+n",
        "open_house('import_file')",
        N_("Import"),
        id="house.import",
        tooltip=N_("Bring in a sheet of customers, purchases or tickets"),
        show=False,
    ),
    Binding(
        "ctrl+g",
        "open_house('duplicates')",
        N_("Duplicates"),
        id="house.duplicates",
        tooltip=N_("Customers who are probably in the file twice"),
        show=False,
    ),
    RING_BINDING,
    Binding("ctrl+q", "leave", N_("Quit"), id="house.quit", tooltip=N_("Leave the program"), priority=True),
    LEAVING_BINDING,
]
"""Every one has an id, what it does, and a sentence about it; F1, F10, Ctrl+P and the key bar are made from these."""

FORM_BINDINGS: Final[list[BindingType]] = [
    Binding("ctrl+s", "save", N_("Save"), id="form.save", tooltip=N_("Save and close")),
    Binding("f8", "save", N_("Save"), id="form.save_f8", tooltip=N_("Save and close"), show=False),
    Binding(
        "escape", "leave", N_("Back"), id="form.leave", tooltip=N_("Leave; asks when something was typed")
    ),
    Binding("up", "app.focus_previous", N_("Up"), id="form.up", tooltip=N_("The field above"), show=False),
    Binding(
        "down,enter",
        "app.focus_next",
        N_("Down"),
        id="form.down",
        tooltip=N_("The field below"),
        show=False,
    ),
    Binding(
        "ctrl+z",
        "nothing_to_undo",
        N_("Undo typing"),
        id="form.undo",
        tooltip=N_("Typing is taken back in the field where it was typed"),
        show=False,
    ),
]
"""The keys of every form; they come before those of the house."""
