"""What was done, in the words of the shop: which ticket, which step, whose number, which settings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from locales import _
from store.actions import action_title
from store.phone_text import spoken
from store.records.base import BOOKKEEPING
from store.records.customer import customer_number
from store.records.field_words import unit_label
from store.records.kinds import Step
from store.records.labels import label
from store.records.ticket import ticket_number
from store.text import visible

if TYPE_CHECKING:
    from store.engine import Change
    from store.shop import Shop

HANGING: Final = ("interactions", "follow_ups", "tickets", "purchases")
"""Tables whose records belong to a customer."""

WORDS: Final = ("text", "title", "subject", "note")
"""Where the words of a record stand, the best first."""

NAMED_FIELDS: Final = 3
"""So many fields are named of what was edited."""

SEARCHED: Final = 2000
"""So many actions are looked through for the name of a customer who is gone."""

Changes = list["Change"]


def title_of(shop: Shop, kind: str, changes: Changes, name: str) -> str:
    """What an action of that kind did.

    Args:
        name: of the one customer it was about; empty where there is none.
    """
    title = action_title(kind)
    if kind == "interaction.assign":
        return _caller_named(shop, changes, name) or title
    if kind == "ticket.step":
        more = [label(Step(key)) for key in _keys(changes, "steps") if key in set(Step)]
    elif kind == "staff.add":
        more = [_member(change.after or change.before or {}) for change in changes]
    elif kind == "customer.merge":
        more = [customer_number(change.id) for change in changes if "merged_into" in (change.after or {})]
    elif kind == "customer.change_number":
        more = [spoken(point["normalized"]) for point in _new_numbers(changes)]
    elif kind.endswith((".edit", ".set")):
        more = list(_fields(changes))
    else:
        more = []
    more = list(dict.fromkeys(filter(None, more)))
    if not more:
        return title
    shown = _(", ").join(more[:NAMED_FIELDS]) + (" …" if len(more) > NAMED_FIELDS else "")
    return _("{title}: {what}").format(title=title, what=visible(shown))


def _caller_named(shop: Shop, changes: Changes, name: str) -> str:
    """Whose number it is, where the number went into the file; else who called."""
    if numbers := _new_numbers(changes):
        number = spoken(str(numbers[0]["normalized"]))
        return _("the number {number} was given to {name}").format(number=number, name=name)
    calls = [_stored(shop, change.table, change.id) for change in changes if change.table == "interactions"]
    number = spoken(str(calls[0].get("phone") or "")) if calls else ""
    return _("the call from {number} was from {name}").format(number=number, name=name) if number else ""


def _new_numbers(changes: Changes) -> list[dict[str, Any]]:
    """The contact points with a number that an action put into a file, or that its undo took out."""
    found = []
    for change in changes:
        if change.table == "customers" and change.before is not None and change.after is not None:
            for unit, value in change.after.items():
                if unit.startswith("contacts[") and unit not in change.before and isinstance(value, dict):
                    found.append(value)
            whole = change.after.get("contacts")
            known = [point.get("key") for point in change.before.get("contacts") or ()]
            found += [point for point in whole or () if point.get("key") not in known]
    return [point for point in found if point.get("normalized")]


def _keys(changes: Changes, field: str) -> Iterator[str]:
    """The keys of the items of `field` that were changed."""
    for change in changes:
        for side in (change.before or {}, change.after or {}):
            for unit, value in side.items():
                if unit == field:
                    yield from (str(item.get("key", "")) for item in value or ())
                elif unit.startswith(f"{field}["):
                    yield unit[len(field) + 1 : -1]


def _member(document: dict[str, Any]) -> str:
    return str(document.get("name") or document.get("login") or "")


def _fields(changes: Changes) -> Iterator[str]:
    """What the fields that were edited are called."""
    for change in changes:
        before, after = change.before or {}, change.after or {}
        for unit in dict.fromkeys((*before, *after)):
            if unit not in BOOKKEEPING:
                yield unit_label(change.table, unit, after.get(unit) or before.get(unit))


def ticket_of(changes: Changes) -> str:
    """The number of the one ticket that was changed; empty where there is none, or several."""
    found = {change.id for change in changes if change.table == "tickets"}
    return ticket_number(found.pop()) if len(found) == 1 else ""


def words_of(shop: Shop, changes: Changes) -> str:
    """The first words that were written, or that stand in the record, on one line."""
    hanging = [change for change in changes if change.table in HANGING]
    return next(_lines(change.after or change.before or {} for change in hanging), "") or next(
        _lines(_stored(shop, change.table, change.id) for change in hanging[:1]), ""
    )


def _lines(documents: Iterable[dict[str, Any]]) -> Iterator[str]:
    for document in documents:
        for key in WORDS:
            words = " ".join(str(document.get(key) or "").split())
            if any(sign.isalnum() for sign in words):  # an erased one is a dash
                yield visible(words)


def _stored(shop: Shop, table: str, number: int) -> dict[str, Any]:
    raw = shop.database.raw(table, number)
    found: dict[str, Any] = {} if raw is None else json.loads(raw)
    return found


def name_of(shop: Shop, customer: int, changes: Changes) -> str:
    """The name of a customer; of one who is gone, as the journal has it. Empty where nothing tells it."""
    if shop.database.raw("customers", customer) is not None:
        found = shop.customers.get(customer)
        return found.shown_name if found.shown_name != found.number else ""
    commits = islice(shop.database.commits(), SEARCHED)
    told = (change for commit in commits for change in commit.changes)
    for source in (changes, told):
        for change in source:
            if (change.table, change.id) == ("customers", customer):
                document = change.after or change.before or {}
                if name := document.get("name") or document.get("company"):
                    return visible(str(name))
                if change.before is None or change.after is None:
                    return _first_contact(document)
    return ""


def _first_contact(document: dict[str, Any]) -> str:
    """What stands for a name where there is none."""
    points: list[dict[str, Any]] = document.get("contacts") or [{}]
    return visible(spoken(str(points[0].get("normalized") or points[0].get("value") or "")))
