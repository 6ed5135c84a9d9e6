"""One new document as an action of its own, without what only a block of several changes needs.

Memory is changed after the line is on the disk, so nothing has to be taken back when that fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.engine import journal
from store.engine.history import Commit
from store.engine.transaction import SPILL
from store.errors import OutcomeUnknown

if TYPE_CHECKING:
    from store.engine.engine import Engine


def insert(engine: Engine, name: str, raw: bytes) -> int | None:
    """Add a document (its JSON bytes) to a table, and return its id.

    None, and nothing was done, where `Engine.writing` is needed: within a change, for the first document of a table,
    for a very large one.

    Raises:
        As `Database.transaction`.
    """
    with engine.mutex:
        if engine.transaction is not None or len(raw) > SPILL:
            return None
        outgrown = False
        try:
            engine.enter()
            table = engine.documents.tables.get(name)
            if table is None:
                return None
            identifier, at = table.next_id, engine.moment()
            start, seq, action = engine.position, engine.seq + 1, engine.action + 1
            line = journal.insert_line(seq, action, at, table.json_name, identifier, raw)
            try:
                end = engine.writer.append(line, start, start)
            except OutcomeUnknown as error:
                engine.disk_failed(error)
                raise
            table.put(identifier, raw, None)
            place = (engine.generation.number, start, end)
            # Last that it is known: an interrupt before has the line read like one of another process.
            engine.keep(Commit(action, seq, "raw", "", at, "", {}, {}, place, engine.journals))
            engine.seq, engine.action = seq, action
            engine.position = engine.seen = end
            outgrown = end > engine.due_at and engine.compact_or_tell()
        finally:
            engine.leave()
        if outgrown:
            engine.helper.start(engine)
        return identifier
