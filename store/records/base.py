"""What all records share, and how they become TinyDB documents and come back."""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from typing import Any, ClassVar, Self, TypeVar

import msgspec

from locales import _
from store.engine import codec
from store.errors import ShopDamaged

BOOKKEEPING = ("created_at", "created_by", "updated_at", "updated_by", "rev")
"""Fields that every change writes by itself; they are no units of merging or undoing."""


class Item(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of a record that is merged and undone by itself. Its key is unique within the record and never reused."""

    key: str = ""


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A record of the shop. Times are UTC; `rev` counts its changes."""

    table: ClassVar[str] = ""

    id: int = 0
    created_at: datetime | None = None
    created_by: str = ""
    updated_at: datetime | None = None
    updated_by: str = ""
    rev: int = 0

    def problems(self) -> dict[str, str]:
        """What is wrong with the values: field name to a sentence. Empty when the record may be stored."""
        return {}

    def replace(self, **fields: Any) -> Self:
        """A copy with other values in `fields`."""
        return msgspec.structs.replace(self, **fields)


R = TypeVar("R", bound=Record)


@functools.cache
def _decoder(kind: type[Record]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


def decode(kind: type[R], record_id: int, raw: bytes) -> R:
    """The record in the JSON bytes `raw` of document `record_id`.

    Raises:
        ShopDamaged: the document is not such a record (edited by another program, say).
    """
    try:
        record: R = _decoder(kind).decode(raw)
    except msgspec.ValidationError as error:
        raise _unreadable(kind, record_id, error) from error
    except ValueError:
        # Written through TinyDB by another program with what only the engine's codec reads back.
        return from_document(kind, record_id, codec.decode(raw))
    msgspec.structs.force_setattr(record, "id", record_id)
    return record


def from_document(kind: type[R], record_id: int, document: dict[str, Any]) -> R:
    """The record in a TinyDB document.

    Raises:
        ShopDamaged: the document is not such a record.
    """
    try:
        record = msgspec.convert(document, kind)
    except msgspec.MsgspecError as error:
        raise _unreadable(kind, record_id, error) from error
    msgspec.structs.force_setattr(record, "id", record_id)
    return record


def to_document(record: Record) -> dict[str, Any]:
    """The TinyDB document of a record: plain JSON values, without the id, fields at their default left out."""
    # By way of JSON, so that what is compared with stored documents has lists where they have lists.
    document: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(record))
    document.pop("id", None)
    return document


def to_json(record: Record) -> dict[str, Any]:
    """All fields of a record, those at their default too, as the JSON shapes show them."""
    document: dict[str, Any] = {}
    for name in record.__struct_fields__:
        document[name] = msgspec.json.decode(msgspec.json.encode(getattr(record, name)))
    return document


def utc(moment: datetime) -> datetime:
    """`moment` in UTC. Naive times are refused: nobody could tell which zone was meant."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment.astimezone(UTC)


def _unreadable(kind: type[Record], record_id: int, error: Exception) -> ShopDamaged:
    sentence = _("Record {id} in table {table} cannot be read: {reason}.")
    return ShopDamaged(
        sentence.format(id=record_id, table=kind.table, reason=error), table=kind.table, id=record_id
    )
