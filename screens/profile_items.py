"""The parts of a customer's file of which there may be several: contact points, dates, facts, numbers elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from locales import N_, _
from store.errors import Refused
from store.phone_text import spoken
from store.records.base import Item
from store.records.customer import ContactPoint, ExternalId, Fact, ImportantDate
from store.records.field_words import field_label
from store.records.kinds import PHONE_TYPES, Calendar, ContactLabel, ContactType, DateKind
from store.records.labels import choices, label
from store.records.offered import all_words, offered_words
from store.rules.birthdays import parse_birthday
from store.rules.when import parse_day
from widgets.choice_field import ChoiceField
from widgets.choice_grid import ChoiceGridField
from widgets.fields import Field, TextField
from widgets.row_list import Column
from widgets.safe_text import Cell, CellLike

if TYPE_CHECKING:
    from store.shop import Shop
    from widgets.item_list import ItemDict

NEW = "new-"
"""Items that are not saved yet have a key that begins so; the store gives them their own."""

Values = Mapping[str, str]


@dataclass(frozen=True)
class ItemKind:
    """How items of one field look and are typed.

    Attributes:
        key: the field of the customer.
        add: what adds one, to be translated.
        focus: the key of the field where typing begins.
        fields: of an item, filled, as they are in a country (ISO 3166).
        make: the item of what was typed, kept from the one before; raises `store.errors.Refused`.
    """

    key: str
    add: str
    focus: str
    columns: tuple[Column, ...]
    cells: Callable[[ItemDict], tuple[CellLike, ...]]
    fields: Callable[[ItemDict, str], Sequence[Field]]
    make: Callable[[Values, ItemDict, Shop], ItemDict]


def stored(item: Item) -> ItemDict:
    """An item as the field holds it."""
    held: dict[str, Any] = msgspec.to_builtins(item)
    return held


def _words(kind: Any) -> list[tuple[str, str]]:
    return [(member.value, word) for member, word in choices(kind)]


def _point(item: ItemDict) -> ContactPoint:
    return msgspec.convert(item, ContactPoint)


def _contact_cells(item: ItemDict) -> tuple[CellLike, ...]:
    point = _point(item)
    value = spoken(point.shown_number) if point.is_phone else point.value
    more = [label(point.label)] if point.label is not ContactLabel.SELF else []
    if point.invalid_since:
        more.append(_("no longer valid"))
    if point.expires_on:
        more.append(_("until {day}").format(day=point.expires_on.isoformat()))
    more.append(point.note)
    tone = "dim" if point.invalid_since else ""
    return (Cell(label(point.type), "dim"), Cell(value, tone), Cell("  ".join(filter(None, more)), "dim"))


def _contact_fields(item: ItemDict, region: str) -> list[Field]:
    point = _point(item)
    valid = [("yes", _("yes")), ("no", _("no"))]
    return [
        ChoiceGridField(
            "type",
            field_label("customers", "type"),
            offered_words(ContactType, region),
            point.type,
            rarely=all_words(ContactType),
        ),
        TextField("value", _("number or name"), point.value),
        ChoiceField("label", _("whose"), _words(ContactLabel), point.label),
        ChoiceField("valid", _("still valid"), valid, "no" if point.invalid_since else "yes"),
        TextField("expires_on", _("valid until"), point.expires_on.isoformat() if point.expires_on else ""),
        TextField("note", field_label("customers", "note"), point.note),
    ]


def _make_contact(values: Values, before: ItemDict, shop: Shop) -> ItemDict:
    from store.lookup.phones import parse_phones

    value = values["value"].strip()
    if not value:
        raise Refused(_("must not be empty"), fields={"value": _("must not be empty")})
    item = {name: before[name] for name in ("key", "invalid_since") if name in before}
    item |= {"type": values["type"], "value": value, "label": values["label"], "note": values["note"].strip()}
    if values["type"] in PHONE_TYPES:
        phones = parse_phones(value, shop.settings.region)
        problem = phones[0].problem if len(phones) == 1 else _("one number at a time")
        if problem:
            raise Refused(problem, fields={"value": problem})
        item |= {"normalized": phones[0].normalized, "ext": phones[0].ext or ""}
    if values["expires_on"].strip():
        item["expires_on"] = _day("expires_on", values["expires_on"], shop, ahead=True)
    if values["valid"] == "yes":
        item.pop("invalid_since", None)
    else:
        item.setdefault("invalid_since", shop.today().isoformat())
    return _tidied(item, ContactPoint)


def _date_cells(item: ItemDict) -> tuple[CellLike, ...]:
    entry = msgspec.convert(item, ImportantDate)
    lunar = _("lunar") if entry.calendar is Calendar.LUNAR else ""
    return (Cell(label(entry.kind), "dim"), _date_text(entry), Cell(lunar, "dim"), entry.label)


def _date_text(entry: ImportantDate) -> str:
    """The date as it is shown: "1988-03-05", "03-05"; a leap month of the lunar year is marked."""
    day = f"{entry.month:02d}-{entry.day:02d}" + (" +" if entry.leap else "")
    return f"{entry.year}-{day}" if entry.year else day


def typed_date(item: ItemDict) -> str:
    """The date as `parse_birthday` reads it again."""
    if not item:
        return ""
    entry = msgspec.convert(item, ImportantDate)
    lunar = "农历" if entry.calendar is Calendar.LUNAR else ""
    year = f"{entry.year}年" if entry.year and lunar else f"{entry.year}-" if entry.year else ""
    leap = "闰" if entry.leap else ""
    return (
        f"{lunar}{year}{leap}{entry.month}月{entry.day}日"
        if lunar
        else f"{year}{entry.month:02d}-{entry.day:02d}"
    )


def _date_fields(item: ItemDict, region: str) -> list[Field]:  # noqa: ARG001 - as the others
    entry = msgspec.convert(item, ImportantDate)
    return [
        ChoiceGridField("kind", field_label("customers", "kind"), _words(DateKind), entry.kind),
        TextField("date", _("day"), typed_date(item), placeholder=_("1988-03-05, 03-05, 农历八月十五")),
        TextField("label", field_label("customers", "note"), entry.label),
    ]


def _make_date(values: Values, before: ItemDict, shop: Shop) -> ItemDict:
    try:
        found = parse_birthday(values["date"], day_first=shop.settings.day_first)
    except Refused as refusal:
        raise Refused(refusal.message, fields={"date": refusal.message}) from refusal
    item = {name: before[name] for name in ("key",) if name in before}
    item |= dict(stored(found)) | {"kind": values["kind"], "label": values["label"].strip()}
    return _tidied(item, ImportantDate)


def _fact_cells(item: ItemDict) -> tuple[CellLike, ...]:
    fact = msgspec.convert(item, Fact)
    learned = "  ".join(filter(None, (fact.source, fact.as_of.isoformat() if fact.as_of else "")))
    return (Cell(fact.name, "dim"), fact.value, Cell(learned, "dim"))


def _fact_fields(item: ItemDict, region: str) -> list[Field]:  # noqa: ARG001 - as the others
    fact = msgspec.convert(item, Fact)
    return [
        TextField("name", _("what"), fact.name),
        TextField("value", _("value"), fact.value),
        TextField("source", _("learned from"), fact.source),
        TextField("as_of", _("as of"), fact.as_of.isoformat() if fact.as_of else ""),
    ]


def _make_fact(values: Values, before: ItemDict, shop: Shop) -> ItemDict:
    if not values["name"].strip():
        raise Refused(_("must not be empty"), fields={"name": _("must not be empty")})
    item = {name: before[name] for name in ("key",) if name in before}
    item |= {name: values[name].strip() for name in ("name", "value", "source")}
    if values["as_of"].strip():
        item["as_of"] = _day("as_of", values["as_of"], shop, ahead=False)
    return _tidied(item, Fact)


def _id_cells(item: ItemDict) -> tuple[CellLike, ...]:
    entry = msgspec.convert(item, ExternalId)
    return (Cell(entry.source, "dim"), entry.value)


def _id_fields(item: ItemDict, region: str) -> list[Field]:  # noqa: ARG001 - as the others
    entry = msgspec.convert(item, ExternalId)
    return [
        TextField("source", _("in which system"), entry.source),
        TextField("value", _("number"), entry.value),
    ]


def _make_id(values: Values, before: ItemDict, shop: Shop) -> ItemDict:  # noqa: ARG001 - as the others
    wrong = {name: _("must not be empty") for name in ("source", "value") if not values[name].strip()}
    if wrong:
        raise Refused(_("must not be empty"), fields=wrong)
    item = {name: before[name] for name in ("key",) if name in before}
    return item | {name: values[name].strip() for name in ("source", "value")}


def _day(key: str, text: str, shop: Shop, *, ahead: bool) -> str:
    try:
        settings = shop.settings
        day = parse_day(text, shop.now(), settings.zone, ahead=ahead, day_first=settings.day_first)
        return day.isoformat()
    except Refused as refusal:
        raise Refused(refusal.message, fields={key: refusal.message}) from refusal


def _tidied(item: Mapping[str, Any], kind: type[Item]) -> ItemDict:
    """The item as the store would write it: fields at their default left out."""
    return stored(msgspec.convert(item, kind))


KINDS: dict[str, ItemKind] = {
    kind.key: kind
    for kind in (
        ItemKind(
            "contacts",
            N_("add a contact point"),
            "value",
            (Column(width=12), Column(share=2), Column(share=2)),
            _contact_cells,
            _contact_fields,
            _make_contact,
        ),
        ItemKind(
            "dates",
            N_("add a date"),
            "date",
            (Column(width=14), Column(width=12), Column(width=6), Column()),
            _date_cells,
            _date_fields,
            _make_date,
        ),
        ItemKind(
            "facts",
            N_("add a fact"),
            "name",
            (Column(share=2), Column(share=2), Column(share=2)),
            _fact_cells,
            _fact_fields,
            _make_fact,
        ),
        ItemKind(
            "external_ids",
            N_("add a number elsewhere"),
            "source",
            (Column(share=1), Column(share=2)),
            _id_cells,
            _id_fields,
            _make_id,
        ),
    )
}
"""By field of the customer."""
