"""What stands before a line of the call card, by its kind."""

from __future__ import annotations

from typing import Final

from locales import N_, _

WORDS: Final = {
    "red_note": N_("Careful"),
    "promise": N_("Promised"),
    "ring": N_("Missed"),
    "taken": N_("To log"),
    "follow_up": N_("To do"),
    "birthday": N_("Date"),
    "ticket": N_("Ticket"),
    "last_contact": N_("Contact"),
    "last_purchase": N_("Bought"),
    "usual_order": N_("Usual"),
    "temperament": N_("Manner"),
    "note": N_("Note"),
    "ask": N_("Ask"),
}


def card_word(kind: str) -> str:
    """The word for a line of that kind; empty for the name, which needs none."""
    return _(WORDS[kind]) if kind in WORDS else ""
