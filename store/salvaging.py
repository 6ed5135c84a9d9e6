"""A new shop from what can be read of a damaged one."""

from __future__ import annotations

import secrets
from pathlib import Path

from locales import _
from store.engine import codec
from store.engine.files import FileCalls, system_files
from store.engine.generation import LOCK, create_generation
from store.engine.lock import WriteLock
from store.engine.rewrite import write_anew
from store.engine.salvage import Salvage, Salvaged
from store.engine.salvage_history import Carried, carry_history
from store.engine.snapshot import FORMAT, StoreRecord
from store.engine.trouble import told
from store.errors import ShopUnusable
from store.records.setting import SETTINGS_ID, Settings

UNFINISHED = "salvaging"
"""A file in the new shop while it is made."""


def salvage(source: Path, target: Path, files: FileCalls | None = None) -> Salvaged:
    """Read the shop in `source`, whatever its state, and make a new one in `target`.

    Raises:
        ShopMissing: there is nothing of a shop in `source`.
        ShopUnusable: `target` holds something already, or cannot be written.
    """
    calls = files or system_files()
    with told(target):
        taken = target.exists() and (not target.is_dir() or any(target.iterdir()))
    if taken or target.resolve() == source.resolve():
        sentence = _("{path} is not empty; name a new folder for what is saved.")
        raise ShopUnusable(sentence.format(path=target), file=str(target))
    with told(source):
        found = Salvage(calls, source).read()
    with told(target, writing=True):
        calls.make_folder(target)
    lock = WriteLock(calls, target / LOCK)
    lock.acquire()
    try:
        with told(target, writing=True):
            # Who opens a folder that this did not come to its end in is told that it is no shop.
            write_anew(calls, target / UNFINISHED, b"")
            _write(calls, source, target, found)
            calls.unlink(target / UNFINISHED)
    finally:
        lock.release()
        lock.close()
    return found


def _write(files: FileCalls, source: Path, target: Path, found: Salvaged) -> None:
    store = secrets.token_hex(16)
    history = carry_history(files, source, target, store)
    found.actions = history.actions
    _say_where_history_begins(found, history)
    tables: dict[str, list[tuple[int, bytes]]] = {}
    for (table, identifier), raw in sorted(found.documents.items()):
        tables.setdefault(table, []).append((identifier, raw))
    next_ids = dict(found.next_ids)
    for table, documents in tables.items():
        next_ids[table] = max(next_ids.get(table, 1), documents[-1][0] + 1)
    record = StoreRecord(FORMAT, 2, store, history.seq, history.last, next_ids)
    create_generation(files, target, record, list(tables.items()))
    files.sync_folder(target.parent)


def _say_where_history_begins(found: Salvaged, history: Carried) -> None:
    """Note in the settings from which action on the history is kept, where it is not kept from the first."""
    key = (Settings.table, SETTINGS_ID)
    if history.first <= 1 or key not in found.documents:
        return
    settings = codec.decode(found.documents[key])
    if settings.get("history_from", 0) < history.first:
        settings["history_from"] = history.first
        found.documents[key] = codec.encode(settings)


def report_lines(found: Salvaged) -> list[str]:
    """What was lost, and what is to be known besides, for people."""
    lines = []
    for lost in found.lost:
        where = _("{file}, bytes {start} to {end}").format(file=lost.file, start=lost.start, end=lost.end)
        which = ", ".join(f"{table} {identifier}" for table, identifier in lost.records[:20])
        more = "; ".join(
            part for part in (which, _("recovered from elsewhere") if lost.recovered else "") if part
        )
        lines.append(f"{where}: {lost.message}" + (f" ({more})" if more else ""))
    unsure = [
        _(
            "{table} {id}: what stood there before is lost, the later value was taken ({file}, byte {byte})."
        ).format(table=one.table, id=one.id, file=one.file, byte=one.byte)
        for one in found.unsure
    ]
    return [*lines, *unsure, *found.notes]
