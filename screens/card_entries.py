"""How the lines of a call card look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from locales import N_, _
from widgets.card_view import CardEntry

if TYPE_CHECKING:
    from store.shop import Card

LABELS: Final = {
    "red_note": N_("Careful"),
    "promise": N_("Promised"),
    "follow_up": N_("To do"),
    "ticket": N_("Ticket"),
    "last_contact": N_("Contact"),
    "last_purchase": N_("Bought"),
    "usual_order": N_("Usual"),
    "birthday": N_("Date"),
    "temperament": N_("Manner"),
    "note": N_("Note"),
    "ask": N_("Ask for"),
}
"""What stands before a line, by its kind."""


def card_entries(card: Card) -> list[CardEntry]:
    """The lines of `card`, ready for a `CardView`."""
    return [
        CardEntry(
            line.text,
            _(LABELS[line.kind]) if line.kind in LABELS else "",
            "alert" if line.urgent else "bold" if line.kind == "name" else "",
            line.reasons,
            line.ref,
        )
        for line in card.lines
    ]
