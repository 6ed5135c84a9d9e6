"""Compaction: the documents as they are now become the snapshot of a new generation, with an empty journal."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from store.engine.generation import Generation, create_generation, open_generation
from store.engine.places import Places
from store.engine.snapshot import FORMAT, StoreRecord
from store.engine.trouble import told

if TYPE_CHECKING:
    from store.engine.engine import Engine
    from store.engine.kept_indexes import KeptIndexes

SMALLEST = 32 << 20
"""Bytes of journal below which nothing is compacted."""


def usual_limit(snapshot_size: int) -> int:
    """The size of journal, in bytes, beyond which a shop is compacted."""
    return max(SMALLEST, snapshot_size // 4)


def new_generation(
    engine: Engine,
    record: StoreRecord,
    change: Callable[[str, bytes], bytes] | None,
    indexes: KeptIndexes | None,
) -> tuple[Generation, dict[str, Places]]:
    """Make a new generation from what the engine holds, and open it. Called under the lock.

    `change` may replace the JSON bytes of each document (an upgrade of the format); `indexes` are made in passing.
    """
    record.format = FORMAT
    tables = engine.documents.dump(change)
    with told(engine.folder, writing=True):
        _pointer, places = create_generation(
            engine.files, engine.folder, record, tables if indexes is None else indexes.tables(tables)
        )
    return open_generation(engine.files, engine.folder, writable=True), places
