"""Values of records in words, for people: labels instead of keys, local times, amounts of money."""

from __future__ import annotations

import enum
import functools
import typing
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import msgspec

from locales import _
from store.phone_text import extension_of, extension_words, spoken
from store.records.base import Record
from store.records.customer import Customer, customer_number
from store.records.follow_up import FollowUp
from store.records.interaction import Interaction
from store.records.kinds import PHONE_TYPES, ContactType, Step
from store.records.labels import label
from store.records.money import show_amount
from store.records.purchase import Purchase
from store.records.setting import Settings
from store.records.staff import Staff
from store.records.ticket import Ticket, ticket_number

RECORDS: dict[str, type[Record]] = {
    kind.table: kind for kind in (Customer, Interaction, FollowUp, Ticket, Purchase, Staff, Settings)
}
AMOUNTS = frozenset({"total", "returned_amount", "cost_goods", "cost_cash"})
SWITCHES = frozenset({"ringing"})
"""Whole numbers that say yes or no."""
REFERENCES: dict[str, Callable[[int], str]] = {
    "customer": customer_number,
    "referrer": customer_number,
    "merged_into": customer_number,
    "not_same": customer_number,
    "ticket": ticket_number,
}
"""Fields that name another record by its id."""
TITLES = {
    "customers": ("name", "company"),
    "interactions": ("text", "phone", "type"),
    "follow_ups": ("promised_text", "title"),
    "tickets": ("subject",),
    "purchases": ("total",),
    "staff": ("name", "login"),
    "settings": ("shop_name",),
}
"""Which field names a record in one line, the first that has something."""


def local_time(moment: datetime, settings: Settings) -> str:
    """A time in the shop's zone, to the minute."""
    return f"{moment.astimezone(settings.zone):%Y-%m-%d %H:%M}"


def value_words(table: str, field: str, value: Any, settings: Settings | None = None) -> str:
    """The value of a field in words. It may be of the record itself or of its stored document.

    Args:
        settings: of the shop, for its zone and currency.
    """
    field = field.partition("[")[0]
    if field in SWITCHES:
        value = bool(value)
    if value is None or value == "" or (field in REFERENCES and value == 0):
        return _("(nothing)")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        return _(", ").join(value_words(table, field, item, settings) for item in value) or _("(nothing)")
    if isinstance(value, msgspec.Struct):
        value = {name: getattr(value, name) for name in value.__struct_fields__}
    if isinstance(value, dict):
        return _item_words(field, value)
    if field in REFERENCES and isinstance(value, int):
        return REFERENCES[field](value)
    if field == "phone" and isinstance(value, str):
        number, extension = extension_of(value)
        return " ".join(filter(None, (spoken(number), extension_words(extension))))
    if field in AMOUNTS and isinstance(value, int) and settings is not None:
        return show_amount(value, settings.currency)
    return _scalar_words(table, field, value, settings)


def _scalar_words(table: str, field: str, value: Any, settings: Settings | None) -> str:
    kind = enumeration(table, field)
    if kind is not None and value in set(kind):
        return label(kind(value))
    is_moment = field.endswith("at") or (field == "due" and "T" in str(value))
    if isinstance(value, str) and is_moment and settings is not None:
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return str(value)
    if isinstance(value, datetime):
        return local_time(value, settings) if settings else value.isoformat()
    return value.isoformat() if isinstance(value, date) else str(value).replace("\n", " ")


def _item_words(field: str, item: dict[str, Any]) -> str:
    """An item of a list: a contact point by its value, a fact by name and value, a date by its day."""
    if field == "dates":
        year = item.get("year")
        day = f"{item.get('month', 1):02d}-{item.get('day', 1):02d}"
        shown = f"{year}-{day}" if year else day
        return _("{day} (lunar)").format(day=shown) if item.get("calendar", "solar") == "lunar" else shown
    if field == "facts":
        return _("{field}: {text}").format(field=item.get("name", ""), text=item.get("value", ""))
    if field == "external_ids":
        return f"{item.get('source', '')} {item.get('value', '')}"
    if field == "contacts" and item.get("type", ContactType.MOBILE) in PHONE_TYPES and item.get("normalized"):
        number = spoken(str(item["normalized"]))
        if extension := item.get("ext"):
            number = _("{number} ext. {extension}").format(number=number, extension=extension)
        return _(", ").join((number, _("no longer valid"))) if item.get("invalid_since") else number
    if field == "steps":
        return label(Step(item["key"])) if item.get("key") in set(Step) else str(item.get("key", ""))
    for name in ("value", "text", "name", "kind", "key"):
        if item.get(name):
            return str(item[name])
    return str(item)


@functools.cache
def enumeration(table: str, field: str) -> type[enum.StrEnum] | None:
    """The enumeration that a field takes its values from; None when it takes other values."""
    record = RECORDS.get(table)
    hint = typing.get_type_hints(record).get(field) if record else None
    for part in (hint, *typing.get_args(hint)):
        if isinstance(part, type) and issubclass(part, enum.StrEnum):
            return part
    return None


def record_words(table: str, document: dict[str, Any], settings: Settings | None = None) -> str:
    """One line about a record, from its stored document; empty when nothing in it names it."""
    for field in TITLES.get(table, ()):
        if document.get(field) not in (None, ""):
            return value_words(table, field, document[field], settings)
    return ""
