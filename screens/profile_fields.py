"""The fields of a customer's file, and the way between them and the stored document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from textual.widget import Widget

from locales import _
from screens.profile_items import KINDS, NEW, stored
from store.records.base import from_document
from store.records.customer import Customer, customer_number
from store.records.field_words import field_label
from store.records.kinds import CustomerKind, Gender, Source, Temperament
from store.records.labels import choices
from widgets.choice_grid import ChoiceGridField
from widgets.fields import TextField
from widgets.item_list import ItemListField
from widgets.text_box import TextBoxField

Document = dict[str, Any]

LINES = ("name", "call_as", "reading", "company", "occupation", "owner", "usual_order", "red_note", "note")
"""Fields of plain text."""

CHOICES: dict[str, Any] = {
    "kind": CustomerKind,
    "gender": Gender,
    "temperament": Temperament,
    "source": Source,
}
WORDS = ("aliases", "tags")
"""Fields that are sets of words; typed with commas between."""

ITEMS = tuple(KINDS)


def basic_fields() -> Iterable[Widget]:
    """The first tab: who it is, and what to know before speaking."""
    yield _line("name")
    yield _line("call_as")
    yield _choice("gender")
    yield _line("red_note")
    yield _line("usual_order")
    yield _line("tags")
    yield _choice("temperament")
    yield TextBoxField("note", field_label("customers", "note"))
    yield _line("company")
    yield _line("occupation")
    yield _choice("kind")
    yield _line("aliases")
    yield _line("reading")
    yield _line("owner")
    yield _choice("source")
    yield TextField("referrer", field_label("customers", "referrer"), placeholder=_("C000012, or a name"))


def item_field(key: str) -> ItemListField:
    """The field of the items of one kind."""
    kind = KINDS[key]
    return ItemListField(
        key, field_label("customers", key), columns=kind.columns, cells=kind.cells, add=_(kind.add)
    )


def _line(key: str) -> TextField:
    return TextField(key, field_label("customers", key))


def _choice(key: str) -> ChoiceGridField:
    return ChoiceGridField(key, field_label("customers", key), _words(key), _default(key))


def _words(key: str) -> list[tuple[str, str]]:
    return [(member.value, word) for member, word in choices(CHOICES[key])]


def values_of(document: Document) -> dict[str, str]:
    """What the fields hold for a stored document."""
    referrer = document.get("referrer")
    # A form may hold what a person typed, which the store finds out on saving.
    known = {name: value for name, value in document.items() if name != "referrer"}
    customer = from_document(Customer, 0, known)
    values = {key: str(getattr(customer, key)) for key in (*LINES, *CHOICES)}
    values |= {key: ", ".join(getattr(customer, key)) for key in WORDS}
    values["referrer"] = customer_number(referrer) if isinstance(referrer, int) else str(referrer or "")
    for key in ITEMS:
        held = [stored(item) for item in getattr(customer, key)]
        values[key] = json.dumps(held, ensure_ascii=False, sort_keys=True)
    return values


def document_of(values: Mapping[str, str], seen: Document) -> Document:
    """The document that the fields say, for merging: what is not a field is as in `seen`."""
    before = values_of(seen)
    document = dict(seen)
    for key, value in values.items():
        if value == before.get(key):
            continue
        made: Any = value
        if key in WORDS:
            made = list(words(value))
        elif key in ITEMS:
            made = json.loads(value)
        if made in ("", []) or (key in CHOICES and made == _default(key)):
            document.pop(key, None)
        else:
            document[key] = made
    return document


def _default(key: str) -> str:
    return str(getattr(Customer(), key))


def words(text: str) -> tuple[str, ...]:
    """The words of a field of words."""
    return tuple(dict.fromkeys(word.strip() for word in re.split(r"[,，、;；\n]", text) if word.strip()))


def changes(values: Mapping[str, str], base: Mapping[str, str]) -> dict[str, Any]:
    """What `customer.edit` is to change: the fields that differ from `base`, as the action takes them."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        if value == base.get(key):
            continue
        if key in WORDS:
            found[key] = words(value)
        elif key in ITEMS:
            found[key] = [_without_new_key(item) for item in json.loads(value)]
        else:
            found[key] = value
    return found


def _without_new_key(item: Document) -> Document:
    if str(item.get("key", "")).startswith(NEW):
        return {name: value for name, value in item.items() if name != "key"}
    return item


def problems(values: Mapping[str, str], seen: Document) -> dict[str, str]:
    """What is wrong with what is typed, by field, as far as it can be told here."""
    plain = {key: value for key, value in values.items() if key != "referrer"}
    return from_document(Customer, 0, document_of(plain, seen)).problems()
