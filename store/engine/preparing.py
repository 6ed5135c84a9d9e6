"""A large change worked out before the lock is taken, so that nobody waits but for the writing of it.

It rests on tables as they were when it began. If others changed one of these until it is ready, nothing of it is
done and `Overtaken` says so; changes of other tables are taken in under it. To the journal it is an action like any.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from locales import _
from store.engine.generation import POINTER
from store.engine.journal import BadLine, Stretch
from store.engine.trouble import no_rights
from store.errors import ShopBusy, ShopUnusable

if TYPE_CHECKING:
    from store.engine.engine import Engine
    from store.engine.transaction import Transaction

_PATIENCE = 60.0
"""Seconds to wait for the lock with a change that is ready: it may have taken as long to make."""


class Overtaken(ShopBusy):
    """Others changed meanwhile what a prepared change rests on; nothing of it was done."""

    kind = "overtaken"


@dataclass(frozen=True, slots=True)
class Basis:
    """What a prepared change rests on: tables, and the process that began it."""

    tables: frozenset[str]
    process: int = field(default_factory=os.getpid)


def begin(engine: Engine) -> None:
    """See everything that was committed, without the lock.

    Raises:
        NoRights: this user may not change the shop, or it was opened for reading.
    """
    engine.require_open()
    if engine.read_only or not engine.generation.writable:
        raise no_rights(engine.folder, writing=True)
    engine.catch_up()


def take_turn(engine: Engine, basis: Basis) -> None:
    """Take the lock, and take in what others did to tables on which the change does not rest.

    Raises:
        Overtaken: they did more than that.
        ShopBusy: another process holds the lock for too long.
    """
    if basis.process != os.getpid():
        raise ShopUnusable(_("A change that was begun in one process cannot be ended in another."))
    engine.hold_lock(_PATIENCE)
    generation = engine.generation
    files = engine.files
    size = files.size(generation.journal)
    sound = not (engine.writer.sick or engine.unsure or engine.trouble)
    if not sound or files.identity(generation.folder / POINTER) != generation.identity:
        raise _overtaken(engine)
    try:
        for stretch in engine.new_stretches(size):
            if not basis.tables.isdisjoint(_tables(stretch)):
                raise _overtaken(engine)
            engine.take_in(stretch)
    except BadLine:
        raise _overtaken(engine) from None
    # An unfinished line of a process that died is dropped by who takes the lock in the usual way.
    if size != engine.position:
        raise _overtaken(engine)
    engine.seen = size


def _tables(stretch: Stretch) -> Iterable[str]:
    yield from stretch.closing.tables
    for line in stretch.lines:
        for change in line.changes:
            yield change[0]


def _overtaken(engine: Engine) -> Overtaken:
    sentence = _("Others changed this shop meanwhile, so nothing was done; try again: {path}")
    return Overtaken(sentence.format(path=engine.folder))


def write_most(engine: Engine, transaction: Transaction, room: int) -> list[bytes]:
    """Write the changes to the journal, uncommitted, but for the last ones, which are returned."""
    waiting: list[bytes] = []
    size = 0
    for change in transaction.each_change():
        if size + len(change) > room and waiting:
            engine.spill(waiting)
            waiting, size = [], 0
        waiting.append(change)
        size += len(change) + 1
    return waiting
