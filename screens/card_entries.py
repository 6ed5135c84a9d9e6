"""How the lines of a call card look: at most seven, each standing for all there is of its kind."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from locales import _
from screens.wording import labelled
from store.phone_text import spoken
from store.rules.card_words import card_word
from widgets.card_view import BETWEEN, CardEntry, CardView
from widgets.safe_text import cut, one_line

if TYPE_CHECKING:
    from store.records.customer import Customer
    from store.rules.card import CardLine
    from store.shop import Card

LAST: Final = ("last_contact", "last_purchase", "usual_order")
"""What was last stands side by side where there is one row for it: a contact, a purchase, the usual order."""
SIDES: Final = {"last_contact": 24, "last_purchase": 29}
"""Cells that they may then take while something stands behind them."""
LONGEST: Final = 26
"""Cells of a line that stands for itself where its reasons are told."""


def card_entries(card: Card) -> list[CardEntry]:
    """The lines of `card`, ready for a `CardView`."""
    from store.rules.card import groups

    first, *others = groups(card.lines)
    return [_with_phone(first, card.customer), *(_entry_of(group) for group in others)]


def _with_phone(group: tuple[CardLine, ...], customer: Customer) -> CardEntry:
    """Who it is, with the number to call back: the first that is valid."""
    entry = _entry_of(group)
    valid = (point for point in customer.phone_points if point.invalid_since is None)
    point = next(valid, None)
    number = spoken(point.shown_number) if point is not None else ""
    return replace(entry, text=f"{entry.text}  {number}" if number not in entry.text else entry.text)


def _entry_of(group: tuple[CardLine, ...]) -> CardEntry:
    """One line for a group."""
    entries = tuple(_entry(line) for line in group)
    if len(entries) == 1:
        return entries[0]
    first = entries[0]
    if group[0].kind in LAST:
        texts = [cut(one_line(line.text), SIDES.get(line.kind, LONGEST)) for line in group[:-1]]
        text = BETWEEN.join([*texts, one_line(group[-1].text)])
        rows = (first.text, *(f"{entry.label}  {entry.text}" for entry in entries[1:]))
        reasons = tuple(reason for line in group for reason in line.reasons)
        return CardEntry(text, _("Last"), "", reasons, first.target, entries, rows=rows)
    return CardEntry(
        first.text, first.label, first.tone, first.reasons, first.target, entries, len(entries) - 1
    )


def _entry(line: CardLine) -> CardEntry:
    return CardEntry(
        line.text,
        card_word(line.kind),
        "alert" if line.urgent else "bold" if line.kind == "name" else "",
        line.reasons,
        line.ref,
    )


def explained(view: CardView) -> str:
    """Why each line of a card is there, in sentences."""
    lines = (line for entry in view.entries for line in entry.unfolded or (entry,))
    return "\n".join(
        labelled(line.label or cut(one_line(line.text), LONGEST), _("; ").join(line.reasons))
        for line in lines
        if line.reasons
    )
