"""The database a shop is kept in: a `tinydb.TinyDB` over a folder."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import tinydb

from locales import _
from store.engine import adopt, background, formats, rewrite
from store.engine.engine import Engine
from store.engine.files import FileCalls, system_files
from store.engine.generation import POINTER
from store.engine.history import Commit
from store.engine.journal import Line
from store.engine.lock import TIMEOUT
from store.engine.preparing import Basis
from store.engine.snapshot import FORMAT, Seal, StoreRecord, write_snapshot
from store.engine.storage import EngineStorage, table_names
from store.engine.table import Table
from store.engine.transaction import Transaction
from store.engine.trouble import told
from store.errors import Refused, ShopMissing

if TYPE_CHECKING:
    from store.engine.check import CheckReport

T = TypeVar("T")


class Database(tinydb.TinyDB):
    """A shop's data. Used from one thread at a time; several processes may have the same folder open.

    Tables and queries are TinyDB's own. Reading through them always shows what was committed last; `raw`, `all_raw`
    and `ids` show what the last `follow`, table read or transaction has seen, so that a screen can be drawn from one
    state.

    Attributes:
        folder: where the shop is.
    """

    table_class = Table

    def __init__(self, engine: Engine) -> None:
        super().__init__(storage=lambda: EngineStorage(engine))
        self._engine = engine
        self.folder: Path = engine.folder

    @property
    def identity(self) -> str:
        """The random name given to this shop when it was made."""
        return self._engine.store

    @property
    def generation(self) -> int:
        """The generation in use; one more after each compaction."""
        return self._engine.generation.number

    @property
    def seq(self) -> int:
        """The number of the last journal line applied."""
        return self._engine.seq

    @property
    def action(self) -> int:
        """The number of the last action applied; 0 in a new shop."""
        return self._engine.action

    @property
    def journal_size(self) -> int:
        """Bytes of the current journal that are committed and applied."""
        return self._engine.position

    @property
    def writable(self) -> bool:
        """Whether this user may change the shop."""
        return self._engine.generation.writable

    @property
    def trouble(self) -> str | None:
        """A sentence while this process can only read because the disk failed; None when all is well."""
        return self._engine.trouble

    def take_notices(self) -> list[str]:
        """Sentences for whoever works here, each given once: what was found on opening, and set aside since."""
        found, self._engine.notices[:] = list(self._engine.notices), []
        return found

    @property
    def reloads(self) -> int:
        """How often everything had to be read anew, as when an older backup is put in place of the shop.

        After that `follow` cannot tell what changed: whatever was derived from the data is to be made again.
        """
        return self._engine.reloads

    @property
    def compaction_error(self) -> Exception | None:
        """Why the last compaction failed; None when it did not. The actions before it are safe all the same."""
        return self._engine.compaction_error

    def table(self, name: str, **kwargs: Any) -> Table:
        """A table by name; see TinyDB. With `persist_empty=True` it is there before its first document."""
        persist_empty = kwargs.pop("persist_empty", False)
        found = cast("Table", super().table(name, **kwargs))
        if persist_empty:
            with self.transaction() as transaction:
                transaction.make_table(name)
        return found

    def tables(self) -> set[str]:
        """The names of the tables there are."""
        self._engine.catch_up()
        return set(table_names(self._engine))

    def drop_table(self, name: str) -> None:
        """Delete a table with its documents. Their ids are not given again."""
        self._tables.pop(name, None)
        with self.transaction() as transaction:
            transaction.drop_table(name)

    def drop_tables(self) -> None:
        """Delete all tables, as one action."""
        self._tables.clear()
        with self.transaction() as transaction:
            for name in list(table_names(self._engine)):
                transaction.drop_table(name)

    def transaction(
        self,
        kind: str = "raw",
        *,
        by: str = "",
        origin: str = "",
        at: datetime | None = None,
        meta: dict[str, Any] | None = None,
        rests_on: Collection[str] | None = None,
    ) -> AbstractContextManager[Transaction]:
        """Several changes as one action: all of them on the disk when the block ends, or none.

        Takes the lock between processes and follows what others wrote. Inside, all reads and writes of this database
        see what was written so far. An exception takes everything back. A block within a block joins the outer one;
        an exception that leaves the inner block takes back what was done inside it.

        Args:
            kind: the action's name; `raw` for plain writes.
            by: who.
            origin: from where.
            at: when; now, when not given.
            meta: what else to note with the action.
            rests_on: for a change that takes long to work out, the tables that are read or written in it. The lock is
                then held only while it is written; others may change other tables meanwhile.

        Raises:
            Overtaken: somebody changed one of the tables in `rests_on` meanwhile; nothing was changed.
            ShopBusy: another process holds the lock for too long.
            NoRights: this user may not change the shop, or it was opened for reading.
            NoRoom: the disk is full; nothing was changed.
            OutcomeUnknown: the disk did not confirm.
            NotStorable: a value that JSON cannot hold.
        """
        basis = None if rests_on is None else Basis(frozenset(rests_on))
        return self._engine.writing(kind, by, origin, at, meta, basis)

    def follow(self) -> list[Commit]:
        """What was committed by anybody, ourselves included, since the last call; oldest first.

        Costs two looks at the file system when there is nothing new.
        """
        return self._engine.follow()

    def rest(self) -> None:
        """Give back memory that the next reading finds again with the system. To be called when nothing is asked."""
        self._engine.documents.rest()

    def commits(self, *, newest_first: bool = True, before: int | None = None) -> Iterator[Commit]:
        """All actions, read from the journals as far as they are asked for.

        Args:
            newest_first: the order. The other one has to find its way to the beginning first.
            before: only actions with a smaller number.
        """
        self._engine.catch_up()
        found = self._engine.newest_first(before)
        return found if newest_first else reversed(list(found))

    def commit(self, action: int) -> Commit | None:
        """One action by its number."""
        found = next(self.commits(before=action + 1), None)
        return found if found is not None and found.action == action else None

    def compact(self) -> None:
        """Write the documents as they are now into a new snapshot and begin a new journal; the old one is kept.

        Raises:
            ShopUnusable: it could not be done; the shop is as it was.
        """
        self._engine.compact()

    def snapshot(self, file: Path) -> Seal:
        """Write everything as it is now into `file`, a plain TinyDB JSON file (0600), replacing it in one step.

        Returns:
            Its size, and the checksum of what was to be written.

        Raises:
            ShopUnusable: it could not be written; a file of that name is as it was.
        """
        engine = self._engine
        engine.catch_up()
        files = engine.files
        temporary = file.with_name(file.name + ".tmp")
        record = StoreRecord(
            FORMAT, self.generation, self.identity, engine.seq, engine.action, engine.documents.all_next_ids()
        )
        with told(engine.reader.path):
            engine.reader.require_sound(engine.documents.places())
        with told(file, writing=True):
            with contextlib.suppress(FileNotFoundError):
                files.unlink(temporary)
            try:
                seal, _places = write_snapshot(files, temporary, record, engine.documents.dump())
                files.rename(temporary, file)
            except BaseException:
                with contextlib.suppress(OSError):
                    files.unlink(temporary)
                raise
            files.sync_folder(file.parent)
        return seal

    def check(self) -> CheckReport:
        """Read every line and every document of the shop, closed journals included, and tell what is wrong."""
        from store.engine.check import check_shop

        return check_shop(self._engine.files, self.folder)

    def renew(self, seq: int) -> None:
        """See that the snapshot in use holds line `seq`, so that nobody reads what was before it from the files in use.

        Others go on working meanwhile.

        Raises:
            ShopUnusable: it could not be done; the shop is as it was.
        """
        background.renew(self._engine, seq)

    def alone_with_the_past(self) -> AbstractContextManager[None]:
        """Be the only one who rewrites files of earlier days, while everybody else works as ever.

        Raises:
            ShopBusy: another process does, for too long.
        """
        return background.alone_with_the_past(self._engine.files, self.folder)

    @property
    def files(self) -> FileCalls:
        """The calls by which the shop's own files are read and written."""
        return self._engine.files

    @contextlib.contextmanager
    def alone(self) -> Iterator[FileCalls]:
        """Hold the lock between processes for work on the shop's own files, with the calls to do it by.

        Raises:
            ShopBusy, NoRights: as in `transaction`.
        """
        with self._engine.exclusive():
            yield self._engine.files

    def kept_journals(self) -> list[Path]:
        """All journals but the one in use, oldest first."""
        return rewrite.kept_journals(self._engine.files, self.folder, self.generation)

    def lines_about(self, sign: re.Pattern[bytes]) -> Iterator[Line]:
        """The lines of all journals in whose bytes `sign` is found, oldest first."""
        self._engine.catch_up()
        for path in rewrite.kept_journals(self._engine.files, self.folder, -1):
            yield from rewrite.lines_about(self._engine.files, path, sign)

    def last_line(self, path: Path) -> Line | None:
        """The last line of a journal; None where there is none that is sound."""
        return rewrite.last_line(self._engine.files, path)

    def ids(self, table: str, field: str, value: object) -> Sequence[int]:
        """The ids of the documents whose `field` is exactly `value`, ascending, by a declared index.

        Raises:
            LookupError: no such index was declared when the database was opened.
        """
        if field not in self._engine.indexes.get(table, ()):
            raise LookupError(f"{table}.{field}")
        self._engine.require_open()
        documents = self._engine.documents.table(table)
        return () if documents is None else documents.find(field, value)

    def raw(self, table: str, id: int) -> bytes | None:  # noqa: A002
        """The JSON bytes of one document, or None."""
        self._engine.require_open()
        documents = self._engine.documents.table(table)
        return None if documents is None else documents.raw(id)

    def next_id(self, table: str) -> int:
        """The id that the next document of a table gets: all there are have smaller ones."""
        return self._engine.documents.all_next_ids().get(table, 1)

    def raws(self, table: str, ids: Iterable[int]) -> Iterator[tuple[int, bytes]]:
        """Ids and JSON bytes of those documents of `ids` that are there, in the order of `ids`."""
        self._engine.require_open()
        documents = self._engine.documents.table(table)
        return iter(()) if documents is None else documents.raws(ids)

    def all_raw(self, table: str) -> Iterator[tuple[int, bytes]]:
        """Ids and JSON bytes of a table's documents, ascending, as they are when the reading begins."""
        self._engine.require_open()
        documents = self._engine.documents.table(table)
        return iter(()) if documents is None else documents.items()

    def all_decoded(self, table: str, kind: type[T], read: Callable[[bytes], T]) -> Iterator[dict[int, T]]:
        """The same as `kind`, by id, many at a time and much quicker; see `TableDocuments.all_decoded`."""
        self._engine.require_open()
        documents = self._engine.documents.table(table)
        return iter(()) if documents is None else documents.all_decoded(kind, read)


def open_database(
    folder: str | Path,
    *,
    create: bool = True,
    read_only: bool = False,
    now: Callable[[], datetime] | None = None,
    files: FileCalls | None = None,
    indexes: Mapping[str, Sequence[str]] | None = None,
    compact_at: int | None = None,
    lock_timeout: float = TIMEOUT,
) -> Database:
    """Open the shop in `folder`; use it as a context manager.

    A folder that is missing or empty becomes a shop; one that holds a lone stock TinyDB JSON file does too, with all
    its tables, documents and ids (the file is kept).

    Args:
        folder: where the shop is or is to be.
        create: make a shop where there is none.
        read_only: never write, not even the lock.
        now: the clock; the machine's own when not given.
        files: the file calls; the machine's own when not given.
        indexes: for each table, the fields that `Database.ids` can be asked for.
        compact_at: bytes of journal beyond which the shop is compacted after a change; see `store.engine.compaction`.
        lock_timeout: seconds to wait for another process.

    Raises:
        ShopMissing: there is no shop, and none is to be made.
        ShopDamaged, NewerFormat, NoRights, ShopUnusable: it cannot be used as it is; nothing was changed.
    """
    if not str(folder):
        raise Refused(_("A folder must be named."))
    path = Path(folder)
    calls = files or system_files()
    _require_shop(calls, path, create=create, read_only=read_only, lock_timeout=lock_timeout)
    formats.upgrade_when_older(calls, path, read_only=read_only, lock_timeout=lock_timeout)
    engine = Engine(
        path, calls, read_only=read_only, now=now, indexes=indexes, compact_at=compact_at, lock_timeout=lock_timeout
    )  # fmt: skip
    return Database(engine)


def _require_shop(
    files: FileCalls, path: Path, *, create: bool, read_only: bool, lock_timeout: float
) -> None:
    """See that there is a shop, or make one; a lone TinyDB file is taken over by whoever may write."""
    try:
        files.identity(path / POINTER)
    except FileNotFoundError:
        if read_only or not create:
            adopt.require_no_loss(files, path)
        lone = adopt.lone_file(files, path)
        if read_only or not (create or lone):
            sentence = _("There is no shop in {path}.")
            if lone:
                sentence = _(
                    "{path} holds the TinyDB file {file}; it becomes a shop when the app is opened on it."
                )
            raise ShopMissing(sentence.format(path=path, file=lone), file=str(path)) from None
        adopt.make_shop(files, path, lock_timeout)
    except OSError:
        pass  # The engine meets the same trouble and says it in a sentence.
