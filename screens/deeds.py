"""An action as a person reads it: when, who, what, about whom and with which words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from locales import _, ngettext
from store.errors import NotFound
from store.text import visible

if TYPE_CHECKING:
    from store.engine import Change
    from store.history import HistoryEntry
    from store.shop import Done, Shop

HANGING: Final = ("interactions", "follow_ups", "tickets", "purchases")
"""Tables whose records belong to a customer."""

WORDS: Final = ("text", "title", "subject", "note")
"""Where the words of a record stand, the best first."""

LOOKED_AT: Final = 50
"""So many changes of one action are looked at for whom it was about."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One action as the list shows it.

    Attributes:
        about: the customer it was about, where it was about one.
        words: what was written, where something was.
        undone: it was taken back.
        is_undo: it took something back.
    """

    action: int
    at: str
    by: str
    title: str
    about: str
    words: str
    customer: int | None
    undone: bool
    is_undo: bool


def undo_sentence(shop: Shop, done: Done) -> str:
    """What an undo took back: "Taken back: contact logged, C000012 Wang Wu"."""
    commit = shop.database.commit(done.action) if done.action else None
    entries = shop.history(limit=20)
    undone = commit.meta.get("undoes") if commit else None
    deeds = [deed_of(shop, entry) for entry in entries if entry.action == undone]
    what = f"{deeds[0].title} {deeds[0].about}".strip() if deeds else str(undone)
    again = bool(deeds) and deeds[0].is_undo
    sentence = (_("Done again: {what}") if again else _("Taken back: {what}")).format(
        what=deeds[0].about if again else what
    )
    if done.left:
        left = ngettext(
            "{count} thing was changed since and stays",
            "{count} things were changed since and stay",
            len(done.left),
        )
        sentence += "; " + left.format(count=len(done.left))
    return sentence


def deed_of(shop: Shop, entry: HistoryEntry) -> Deed:
    """The action of a history entry."""
    changes = entry.commit.changes[:LOOKED_AT]
    customer = _customer_of(shop, entry, changes)
    about = ""
    if customer is not None:
        try:
            found = shop.customers.get(customer)
            about = f"{found.number} {found.shown_name}" if found.shown_name != found.number else found.number
        except NotFound:
            about = _("(no longer there)")
    at = entry.at.astimezone(shop.settings.zone).strftime("%H:%M")
    title = entry.title
    if entry.undoes is not None and (undone := shop.database.commit(entry.undoes)) is not None:
        from store.actions import action_title

        title = _("{undo}: {what}").format(undo=title, what=action_title(undone.kind))
    return Deed(
        action=entry.action,
        at=at,
        by=entry.by,
        title=title,
        about=about,
        words=_words_of(changes) if entry.undoes is None else "",
        customer=customer,
        undone=entry.undone_by is not None,
        is_undo=entry.undoes is not None,
    )


def _words_of(changes: list[Change]) -> str:
    """The first words that were written, on one line."""
    for change in changes:
        for key in WORDS if change.table in HANGING else ():
            words = " ".join(str((change.after or {}).get(key) or "").split())
            if any(sign.isalnum() for sign in words):  # an erased one is a dash
                return visible(words)
    return ""


def _customer_of(shop: Shop, entry: HistoryEntry, changes: list[Change]) -> int | None:
    """The one customer an action was about; None for an import and for settings."""
    winner = entry.commit.meta.get("winner")
    if isinstance(winner, int):
        return winner
    found: set[int] = set()
    for change in changes:
        if change.table == "customers":
            found.add(change.id)
        elif change.table in HANGING:
            whose = (change.after or {}).get("customer") or (change.before or {}).get("customer")
            if whose is None and (raw := shop.database.raw(change.table, change.id)) is not None:
                # Only what was changed stands in a change: the record says whose it is.
                whose = json.loads(raw).get("customer")
            if isinstance(whose, int):
                found.add(whose)
    return found.pop() if len(found) == 1 else None


def backup_age(shop: Shop) -> str:
    """How old the newest backup is, as a phrase."""
    from store.backups import last_backup_age

    age = last_backup_age(shop.database, shop.now())
    if age is None:
        return _("no backup yet")
    hours = int(age.total_seconds() // 3600)
    if hours < 1:
        return _("last backup less than an hour ago")
    if hours < 48:
        return ngettext("last backup {count} hour ago", "last backup {count} hours ago", hours).format(
            count=hours
        )
    return ngettext("last backup {count} day ago", "last backup {count} days ago", hours // 24).format(
        count=hours // 24
    )
