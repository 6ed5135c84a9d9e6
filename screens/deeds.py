"""An action as a person reads it: when, who, what, about whom and with which words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from locales import _, ngettext
from screens.deed_words import HANGING, name_of, ticket_of, title_of, words_of
from store.records.customer import customer_number
from widgets.safe_text import cut

if TYPE_CHECKING:
    from store.engine import Change, Commit
    from store.history import HistoryEntry
    from store.shop import Done, Shop

LONGEST: Final = 40
"""Cells of the words in a sentence."""

LOOKED_AT: Final = 50
"""So many changes of one action are looked at for whom it was about."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One action as the list shows it.

    Attributes:
        about: the ticket and the customer it was about, where it was about one.
        words: what was written, or what the record is about.
        undone: it was taken back.
        is_undo: it took something back.
        told: all of it in one line, for a sentence.
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
    told: str


def undo_sentence(shop: Shop, done: Done) -> str:
    """What an undo took back: "Taken back: contact logged, C000012 Wang Wu, asks for hinges"."""
    commit = shop.database.commit(done.action) if done.action else None
    number = commit.meta.get("undoes") if commit else None
    undone = shop.database.commit(number) if number else None
    again = undone is not None and "undoes" in undone.meta
    if again and undone is not None:
        undone = shop.database.commit(undone.meta["undoes"]) or undone
    sentence = (_("Done again: {what}") if again else _("Taken back: {what}")).format(
        what=told_of(shop, undone.action) if undone is not None else number
    )
    if done.left:
        left = ngettext(
            "{count} thing was changed since and stays",
            "{count} things were changed since and stay",
            len(done.left),
        )
        sentence += "; " + left.format(count=len(done.left))
    return sentence


def told_of(shop: Shop, action: int) -> str:
    """What an action did, about whom, with which words, on one line; its number where the journal has it no more."""
    commit = shop.database.commit(action)
    if commit is None:
        return str(action)
    changes = commit.changes[:LOOKED_AT]
    title, about, _customer = _what(shop, commit, changes)
    words = "" if commit.kind.startswith("import.") else words_of(shop, changes)
    return _(", ").join(filter(None, (title, about, cut(words, LONGEST))))


def deed_of(shop: Shop, entry: HistoryEntry) -> Deed:
    """The action of a history entry."""
    changes = entry.commit.changes[:LOOKED_AT]
    undone = shop.database.commit(entry.undoes) if entry.undoes is not None else None
    title, about, customer = _what(shop, entry.commit, changes)
    if undone is not None:
        what, about, customer = _what(shop, undone, undone.changes[:LOOKED_AT])
        title = _("{undo}: {what}").format(undo=title, what=what)
    told = told_of(shop, entry.action) if undone is None else _(", ").join(filter(None, (title, about)))
    return Deed(
        action=entry.action,
        at=entry.at.astimezone(shop.settings.zone).strftime("%H:%M"),
        by=entry.by,
        title=title,
        about=about,
        words=words_of(shop, changes) if entry.undoes is None else "",
        customer=customer,
        undone=entry.undone_by is not None,
        is_undo=entry.undoes is not None,
        told=told,
    )


def _what(shop: Shop, commit: Commit, changes: list[Change]) -> tuple[str, str, int | None]:
    """What an action did, which ticket and customer it was about, and the id of the customer."""
    customer = _customer_of(shop, commit, changes)
    name = name_of(shop, customer, changes) if customer is not None else ""
    title = title_of(shop, commit.kind, changes, name)
    number = customer_number(customer) if customer is not None else ""
    who = number if name and name in title else f"{number} {name}".strip()
    return title, _(", ").join(filter(None, (ticket_of(changes), who))), customer


def _customer_of(shop: Shop, commit: Commit, changes: list[Change]) -> int | None:
    """The one customer an action was about; None for an import and for settings."""
    winner = commit.meta.get("winner")
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
