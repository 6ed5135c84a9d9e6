"""Merging what two people did to one record: by unit (a field, or an item of a list of items); tags as sets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from store.engine.diff import apply, diff
from store.records.base import BOOKKEEPING

SETS = frozenset({"tags", "aliases", "causes", "not_same"})
"""Fields that are sets of words (or ids): each is merged by itself."""

Document = dict[str, Any]


@dataclass(frozen=True)
class UnitConflict:
    """Two people gave the same unit different values."""

    unit: str
    base: Any
    theirs: Any
    yours: Any


def three_way(base: Document, mine: Document, theirs: Document) -> tuple[Document, list[UnitConflict]]:
    """What becomes of `theirs` (the record as it stands) when the change from `base` to `mine` is made to it.

    Returns:
        the merged document, and the units that both sides changed to different values; those keep `theirs`.
    """
    base_mine, after_mine = diff(_content(base), _content(mine))
    base_theirs, after_theirs = diff(_content(base), _content(theirs))
    merged = dict(theirs)
    conflicts: list[UnitConflict] = []
    for unit in base_mine | after_mine:
        old, new = base_mine.get(unit), after_mine.get(unit)
        if unit in SETS:
            merged_set = merge_sets(old or [], new or [], theirs.get(unit) or [])
            merged = _set(merged, unit, merged_set or None)
        elif (unit in base_theirs or unit in after_theirs) and after_theirs.get(unit) != new:
            conflicts.append(UnitConflict(unit, old, after_theirs.get(unit), new))
        else:
            present = {unit: new} if unit in after_mine else {}
            merged = apply(merged, {unit: old}, present)
    return merged, conflicts


def merge_sets(base: list[Any], mine: list[Any], theirs: list[Any]) -> list[Any]:
    """`theirs` with what `mine` added and without what `mine` removed, compared with `base`; order kept."""
    kept = [word for word in theirs if word in mine or word not in base]
    return kept + [word for word in mine if word not in base and word not in kept]


def _content(document: Document) -> Document:
    return {name: value for name, value in document.items() if name not in BOOKKEEPING and name != "id"}


def _set(document: Document, field: str, value: Any) -> Document:
    changed = {name: old for name, old in document.items() if name != field}
    if value is not None:
        changed[field] = value
    return changed
