"""The fields of a customer that are searched, as they stand in its document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from store.text import clean_text


class Contact(msgspec.Struct, gc=False):
    """A contact point."""

    type: str = "mobile"
    value: str = ""
    normalized: str = ""
    ext: str = ""
    invalid_since: str | None = None


class Date(msgspec.Struct, gc=False):
    """An important date."""

    kind: str = "birthday"
    calendar: str = "solar"
    month: int = 1
    day: int = 1


class ExternalId(msgspec.Struct, gc=False):
    """The number of a customer elsewhere."""

    value: str = ""


class SearchedCustomer(msgspec.Struct, gc=False):
    """The fields of a customer that are searched, at their defaults where the document leaves them out."""

    kind: str = "person"
    name: str = ""
    reading: str = ""
    call_as: str = ""
    company: str = ""
    status: str = "active"
    aliases: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()
    external_ids: tuple[ExternalId, ...] = ()
    owner: str = ""
    dates: tuple[Date, ...] = ()

    @property
    def is_archived(self) -> bool:
        """Whether it comes behind all active ones."""
        return self.status == "archived"


_decode = msgspec.json.Decoder(SearchedCustomer).decode
_encode = msgspec.json.Encoder().encode


def searched(document: bytes | Mapping[str, Any]) -> SearchedCustomer:
    """Those fields of a document, or of the JSON of it."""
    try:
        if isinstance(document, bytes):
            return _decode(document)
        # Lone surrogates, which only a document in memory can hold, do not get through this.
        return _decode(_encode(msgspec.convert(document, SearchedCustomer)))
    except (msgspec.MsgspecError, UnicodeError):
        loose = json.loads(document) if isinstance(document, bytes) else document
        return msgspec.convert(_tidied(loose), SearchedCustomer)


def _tidied(document: Mapping[str, Any]) -> dict[str, Any]:
    """What is of use in a document that somebody wrote otherwise than the records do, through the plain TinyDB API."""
    texts = ("kind", "name", "reading", "call_as", "company", "status", "owner")
    tidy: dict[str, Any] = {name: _text(document[name]) for name in texts if document.get(name) is not None}
    tidy |= {name: [_text(value) for value in _list(document.get(name))] for name in ("aliases", "tags")}
    for name in ("contacts", "external_ids"):
        items = [item for item in _list(document.get(name)) if isinstance(item, dict)]
        tidy[name] = [
            {key: _text(value) for key, value in item.items() if value is not None} for item in items
        ]
    dates = [
        item
        for item in _list(document.get("dates"))
        if isinstance(item, dict) and all(isinstance(item.get(key, 1), int) for key in ("month", "day"))
    ]
    tidy["dates"] = [
        item | {key: _text(item[key]) for key in ("kind", "calendar") if key in item} for item in dates
    ]
    return tidy


def _text(value: object) -> str:
    return clean_text(value) if isinstance(value, str) else str(value)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
