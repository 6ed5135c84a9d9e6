"""What changed in a document, unit by unit, so that two people's edits of different units both stand.

A unit is a top-level field, or one item of a list whose items all carry a unique text `key`: `contacts[k1]`.
A unit missing in `before` or `after` was or is absent. A field whose own name could be taken for an item
(`notes[old]`) is written with a backslash before it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import compress
from operator import ne
from typing import Any

import msgspec

from store.engine import codec

Units = dict[str, Any]
"""Values by unit name."""

_PLAIN = (str, int, bool, type(None))
"""Types whose values are the same when they are equal."""

ABSENT: Any = object()
"""What `unit_value` returns for a unit that is not there."""


def same(one: Any, other: Any) -> bool:
    """Equal as JSON: 1, 1.0 and true are three different values, the order of names does not matter."""
    kind = type(one)
    if kind is not type(other) or one != other:
        return False
    if kind in _PLAIN:
        return True
    if kind is dict:
        return all(same(value, other[name]) for name, value in one.items())
    if kind is list:
        return all(map(same, one, other))
    return kind is not float or math.copysign(1, one) == math.copysign(1, other)


def _encodes_same(one: Any, other: Any) -> bool:
    """`same` for two equal values, which mostly are the same to the last byte."""
    try:
        return codec.encode(one) == codec.encode(other) or same(one, other)
    except ValueError:
        return same(one, other)


def diff(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Units, Units]:
    """The units that differ: their values in `old` and in `new`. Both empty when nothing changed."""
    before: Units = {}
    after: Units = {}
    for field in (*old, *(name for name in new if name not in old)):
        was, now = old.get(field, ABSENT), new.get(field, ABSENT)
        if type(was) is type(now) and was == now and (type(was) in _PLAIN or _encodes_same(was, now)):
            continue
        if not _diff_items(field, was, now, before, after):
            unit = _field_unit(field)
            if was is not ABSENT:
                before[unit] = was
            if now is not ABSENT:
                after[unit] = now
    return before, after


_fields = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def diff_bytes(old: bytes, new: bytes) -> tuple[bytes, bytes] | None:
    """What `diff` gives for two documents, all of it as JSON bytes; None when nothing changed.

    Fields whose bytes are the same are not read at all.
    """
    try:
        was, now = _fields(old), _fields(new)
        if list(was) == list(now):
            fields = list(compress(was, map(ne, was.values(), now.values())))
            one = {name: codec.decode(was[name]) for name in fields}
            other = {name: codec.decode(now[name]) for name in fields}
        else:
            one = {name: codec.decode(raw) for name, raw in was.items() if now.get(name) != raw}
            other = {name: codec.decode(raw) for name, raw in now.items() if was.get(name) != raw}
    except ValueError:
        one, other = codec.decode(old), codec.decode(new)
    before, after = diff(one, other)
    return (codec.encode(before), codec.encode(after)) if before or after else None


def apply(document: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """`document` with each unit of `before` and `after` set to its value in `after`, or taken away.

    The document given is not changed; values of `after` are shared with the result.
    """
    result = dict(document)
    for unit in (*before, *(name for name in after if name not in before)):
        set_unit(result, unit, after.get(unit, ABSENT))
    return result


def set_unit(document: dict[str, Any], unit: str, value: Any) -> None:
    """Set one unit in place (`ABSENT` takes it away). A new item goes to the end, an empty list goes."""
    field, key = split_unit(unit)
    if key is None:
        if value is ABSENT:
            document.pop(field, None)
        else:
            document[field] = value
        return
    found = document.get(field)
    items = [] if found is None else list(found)
    place = next(
        (i for i, item in enumerate(items) if isinstance(item, dict) and item.get("key") == key), None
    )
    if value is not ABSENT and place is not None:
        items[place] = value
    elif value is not ABSENT:
        items.append(value)
    elif place is not None:
        del items[place]
    if items:
        document[field] = items
    else:
        document.pop(field, None)


def unit_value(document: Mapping[str, Any], unit: str) -> Any:
    """The value of `unit` in `document`, or `ABSENT`."""
    field, key = split_unit(unit)
    found = document.get(field, ABSENT)
    if key is None or found is ABSENT:
        return found
    if not isinstance(found, list):
        return ABSENT
    return next((item for item in found if isinstance(item, dict) and item.get("key") == key), ABSENT)


def split_unit(unit: str) -> tuple[str, str | None]:
    """The field of a unit and, for an item, its key."""
    if unit.startswith("\\"):
        return unit[1:], None
    if unit.endswith("]") and "[" in unit:
        field, _bracket, key = unit[:-1].partition("[")
        return field, key
    return unit, None


def _field_unit(field: str) -> str:
    """The unit name of a whole field."""
    return "\\" + field if field.startswith("\\") or (field.endswith("]") and "[" in field) else field


def _items(value: Any) -> dict[str, Any] | None:
    """The items of a list by key; None when it is not a list of that kind. An absent list has no items."""
    if value is ABSENT:
        return {}
    if not isinstance(value, list) or not value:
        return None
    found: dict[str, Any] = {}
    for item in value:
        key = item.get("key") if isinstance(item, dict) else None
        if not isinstance(key, str) or key in found:
            return None
        found[key] = item
    return found


def _diff_items(field: str, was: Any, now: Any, before: Units, after: Units) -> bool:
    """Add the items that differ; False when they would not give back the new list exactly."""
    if "[" in field or field.startswith("\\"):
        return False
    old, new = _items(was), _items(now)
    if old is None or new is None:
        return False
    item_before = {
        f"{field}[{key}]": item for key, item in old.items() if key not in new or not same(item, new[key])
    }
    item_after = {
        f"{field}[{key}]": item for key, item in new.items() if key not in old or not same(item, old[key])
    }
    trial = {} if was is ABSENT else {field: was}
    if not same(apply(trial, item_before, item_after), {} if now is ABSENT else {field: now}):
        return False
    before.update(item_before)
    after.update(item_after)
    return True
