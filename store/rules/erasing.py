"""What is kept of a customer who is erased, and what of the records that hang on them: nothing that tells who it was.

A record stays, so that sums, counts and the numbers of tickets still agree; it keeps what is named here and loses
every other field, also those that a later version of the program may add. The same rule is used for documents as they
are now, for the units of a change in the journal, and for documents in backups.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from store.engine.diff import split_unit
from store.records.base import BOOKKEEPING
from store.records.kinds import FollowUpState, TicketState

Document = dict[str, Any]

BLANK: Final = "-"
"""What stands where a record cannot do without a text. One byte: it is never longer than what it replaces."""

CUSTOMERS: Final = "customers"
"""The table of the customers themselves."""

KEPT: Final[Mapping[str, frozenset[str]]] = {
    "customers": frozenset({"status", "merged_into"}),
    "interactions": frozenset(
        {"customer", "at", "direction", "type", "staff", "outcome", "mood", "duration_s", "ticket", "follow_up"}
        | {"ringing"}
    ),
    "follow_ups": frozenset(
        {"customer", "due", "kind", "owner", "priority", "is_promise", "state", "done_at", "snoozed", "attempts"}
        | {"ticket", "interaction", "after_done_days"}
    ),
    "tickets": frozenset(
        {"customer", "type", "channel", "severity", "state", "causes", "assignee", "purchase", "interaction"}
        | {"external_due", "opened_at", "working_at", "resolved_at", "closed_at", "reopened", "satisfaction"}
        | {"customer_accepts", "cost_goods", "cost_cash", "cost_minutes", "steps", "resolutions"}
    ),
    "purchases": frozenset(
        {"customer", "at", "total", "items", "returned_amount", "channel", "staff", "feedback", "source", "source_row"}
    ),
}  # fmt: skip
"""Fields that stay, by table. Tables not named here belong to nobody."""

KEPT_IN_ITEMS: Final[Mapping[tuple[str, str], frozenset[str]]] = {
    ("tickets", "steps"): frozenset({"key", "at", "by"}),
    ("tickets", "resolutions"): frozenset(
        {"key", "kind", "amount", "offered_at", "offered_by", "approved_by", "customer_says", "executed_at"}
    ),
    ("purchases", "items"): frozenset({"key", "name", "quantity", "price"}),
}
"""Of lists of items that stay: what stays of each item."""

BLANKED: Final[Mapping[str, frozenset[str]]] = {
    "follow_ups": frozenset({"title", "cancel_reason"}),
    "tickets": frozenset({"subject", "void_reason"}),
}
"""Texts that a record cannot do without."""

_PERSONAL: Final = frozenset(
    {
        "name",
        "reading",
        "call_as",
        "aliases",
        "contacts",
        "dates",
        "company",
        "occupation",
        "external_ids",
        "tags",
    }
    | {"usual_order", "red_note", "note", "facts"}
)
_PERSONAL_IN_ITEMS: Final = frozenset({"value", "normalized", "note"})

HANGING: Final = tuple(table for table in KEPT if table != CUSTOMERS)
"""Tables whose records belong to a customer."""


def kept_part(table: str, part: Mapping[str, Any], words: tuple[str, ...] = ()) -> Document:
    """A document of an erased customer, or units of one, as it may be kept.

    Args:
        table: one of `KEPT`.
        part: fields, or units such as `resolutions[r1]`.
        words: what tells who the customer was: texts that stay are seen to hold none of it.
    """
    kept: Document = {}
    for unit, value in part.items():
        field, key = split_unit(unit)
        if field in BOOKKEEPING:
            kept[unit] = value
        elif field in BLANKED.get(table, ()):
            kept[unit] = BLANK if value else value
        elif field in KEPT[table]:
            names = KEPT_IN_ITEMS.get((table, field))
            if names is not None:
                items = [value] if key is not None else value
                plain = [_kept_item(item, names, words) for item in items] if isinstance(items, list) else []
                kept[unit] = plain[0] if key is not None else plain
            elif _is_plain(value):
                kept[unit] = without(value, words) if isinstance(value, str) else value
    return kept


def _kept_item(item: Any, names: frozenset[str], words: tuple[str, ...]) -> Any:
    if not isinstance(item, dict):
        return {}
    return {
        name: without(value, words) if isinstance(value, str) else value
        for name, value in item.items()
        if name in names and _is_plain(value)
    }


def _is_plain(value: Any) -> bool:
    """Whether this is one value, or a list of keys of an enumeration."""
    if isinstance(value, list):
        return all(isinstance(one, str) for one in value)
    return not isinstance(value, dict)


def without(text: str, words: tuple[str, ...]) -> str:
    """`text`, or the blank where one of `words` stands in it."""
    return BLANK if any(word in text for word in words) else text


def scrubbed(value: Any, words: tuple[str, ...], dates: frozenset[str] = frozenset()) -> Any:
    """`value` with every text emptied in which one of `words` stands, and every date that is one of `dates`."""
    if isinstance(value, str):
        return "" if any(word in value for word in words) else value
    if isinstance(value, dict):
        if "month" in value and date_sign(value) in dates:
            return {name: one for name, one in value.items() if name == "key"}
        return {name: scrubbed(one, words, dates) for name, one in value.items()}
    return [scrubbed(one, words, dates) for one in value] if isinstance(value, list) else value


def date_sign(item: Mapping[str, Any]) -> str:
    """What makes an important date the same in two files."""
    return " ".join(str(item.get(name, "")) for name in ("calendar", "year", "month", "day"))


def personal(document: Mapping[str, Any]) -> tuple[set[str], set[str]]:
    """All texts of a customer's document (or of units of one) that are theirs alone, and their dates.

    More than `identifying`: what came into the file of another customer when the two were one for a while.
    """
    texts: set[str] = set()
    dates: set[str] = set()
    for unit, value in document.items():
        field, key = split_unit(unit)
        if field in _PERSONAL:
            for item in [value] if key is not None or not isinstance(value, list) else value:
                if isinstance(item, dict):
                    texts |= {str(one).strip() for name, one in item.items() if name in _PERSONAL_IN_ITEMS}
                    dates |= {date_sign(item)} if "month" in item else set()
                else:
                    texts.add(str(item).strip())
    return {text for text in texts if len(text) > 1}, dates


def erased_document(table: str, document: Mapping[str, Any], words: tuple[str, ...]) -> Document:
    """A document of an erased customer as it is to stand in the shop: what was open is open no longer."""
    kept = kept_part(table, document, words)
    if table == "follow_ups" and kept.get("state") == FollowUpState.OPEN.value:
        kept |= {"state": FollowUpState.CANCELLED.value, "cancel_reason": BLANK}
    elif table == "tickets" and kept.get("state") not in (TicketState.CLOSED.value, TicketState.VOID.value):
        kept |= {"state": TicketState.VOID.value, "void_reason": BLANK}
    return kept


def identifying(document: Mapping[str, Any]) -> tuple[str, ...]:
    """What tells who a customer is, from their document or from units of it; the longest first.

    Single characters are left out: they would be found everywhere.
    """
    found: set[str] = set()
    for unit, value in document.items():
        field, key = split_unit(unit)
        items = [value] if key is not None or not isinstance(value, list) else value
        for item in items:
            if field in ("name", "reading", "aliases"):
                found.add(str(item).strip())
            elif field in ("contacts", "external_ids") and isinstance(item, dict):
                found |= _of_item(item, is_contact=field == "contacts")
    return longest_first(word for word in found if len(word) >= 4 or (len(word) >= 2 and not word.isascii()))


def _of_item(item: Mapping[str, Any], *, is_contact: bool) -> set[str]:
    """What a contact point tells, its digits alone included; of a number elsewhere only one of six signs or more."""
    texts = {str(item.get(name, "")).strip() for name in ("value", "normalized")}
    if not is_contact:
        return {text for text in texts if len(text) >= 6}
    digits = {"".join(filter(str.isdigit, text)) for text in texts}
    return texts | {number for number in digits if len(number) >= 7}


def longest_first(words: Iterable[str]) -> tuple[str, ...]:
    """Words each once, the longest first."""
    return tuple(sorted(set(words), key=lambda word: (-len(word), word)))
