"""The files of a shop that tell of a customer who is erased, rewritten one by one; see `store.erasing`."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from locales import _
from store import backups, copies
from store.engine import Database, rewrite, tails
from store.engine.files import system_files
from store.engine.generation import CLOSED, shop_path
from store.engine.trouble import told
from store.errors import CrmError, ShopUnusable
from store.records.customer import customer_number
from store.rules.erasing import CUSTOMERS, HANGING, kept_part, longest_first, scrubbed

MARK: Final = "erasing"
"""The file that says what is still to be rewritten."""

LOG: Final = "crash.log"
_ATTEMPTS: Final = 5
MOST: Final = 50
"""So many places where others mention the customer are named."""


@dataclass
class Person:
    """Who is to be forgotten.

    Attributes:
        customers: their ids, those merged into them included.
        calls: contacts of nobody known that came from their numbers.
        records: tables with the ids of all records that ever were theirs and are nobody else's now.
        others: the same of records that were theirs once and are somebody else's now.
        former: customers who were one with them once, with the texts and dates that are their own and stay.
        words: what tells who they were; a text of others that holds one cannot be known to mean them.
        texts: all that was said of them in their own files; taken out of those of `former`.
        dates: their important dates, likewise.
        complete: whether the past has been read for all this.
    """

    customers: list[int]
    calls: list[int] = field(default_factory=list)
    records: dict[str, list[int]] = field(default_factory=dict)
    others: dict[str, list[int]] = field(default_factory=dict)
    former: dict[str, list[str]] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    complete: bool = False


@dataclass(frozen=True)
class Erasure:
    """What came of an erasing.

    Attributes:
        rewritten: files that told of the customer and do not any more.
        removed: files that are gone: drafts, side files, half-made copies.
        unreached: copies that may tell of the customer still, each with the reason why it was not touched.
        mentions: records of others in which the name or a number stands; a person has to look.
    """

    customer: int
    rewritten: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unreached: tuple[tuple[str, str], ...] = ()
    mentions: tuple[tuple[str, int], ...] = ()


class Forgetting:
    """The rule by which documents and lines are rewritten; see `store.engine.rewrite.Redaction`."""

    def __init__(self, person: Person) -> None:
        """Args: person is complete."""
        self._person = person
        self._customers = frozenset(person.customers)
        self._records = {(table, one) for table, ids in person.records.items() for one in ids}
        self._others = {(table, one) for table, ids in person.others.items() for one in ids}
        self._former = {
            int(one): (
                longest_first({*person.words, *person.texts} - set(own)),
                frozenset(person.dates) - set(own),
            )
            for one, own in person.former.items()
        }
        self._words = tuple(person.words)

    @cached_property
    def keys(self) -> rewrite.Keys:
        """Table and id of all documents that are concerned."""
        customers = {(CUSTOMERS, one) for one in (*self._customers, *self._former)}
        return frozenset(self._records | customers)

    @cached_property
    def sign(self) -> re.Pattern[bytes]:
        """What stands in each record that is theirs."""
        ids = "|".join(str(one) for one in sorted(self._customers))
        return re.compile(rb'"customer":(?:%b)(?!\d)' % ids.encode())

    def part(self, table: str, identifier: int, part: dict[str, Any]) -> dict[str, Any]:
        """A document, or units of one, as it may be kept."""
        if table == CUSTOMERS and identifier in self._former:
            kept: dict[str, Any] = scrubbed(part, *self._former[identifier])
            return kept
        return kept_part(table, part, self._words)

    def meta(self, meta: dict[str, Any]) -> dict[str, Any]:
        """What an action noted about itself, as it may be kept."""
        kept: dict[str, Any] = scrubbed(meta, self._words)
        return kept

    def concerns(self, table: str, identifier: int, document: Mapping[str, Any]) -> bool:
        """Whether a document of a backup is concerned."""
        if (table, identifier) in self.keys:
            return True
        theirs = table in HANGING and document.get("customer") in self._customers
        return theirs and (table, identifier) not in self._others


class Purge:
    """An erasing at work on the files of one shop, while others work."""

    def __init__(self, database: Database, person: Person) -> None:
        self._database = database
        self._folder = database.folder
        self._person = person
        self._rule = Forgetting(person)
        self._rewritten: list[Path] = []
        self._removed: list[Path] = []
        self._unreached: list[tuple[str, str]] = []
        self._signs = [word.encode() for word in person.words]
        self._signs += [json.dumps(word)[1:-1].encode() for word in person.words if not word.isascii()]

    def remove_side_files(self) -> None:
        """Remove drafts that tell of them, the cache, and copies that were never finished."""
        drafts = [path for path in _files_in(self._folder / "drafts") if self._is_about(path)]
        torn = [path for path in _files_in(self._folder / "backups") if path.name.startswith(".")]
        # A compaction beside the work that began before gives up when it finds another generation than it knows.
        torn += [path for path in _files_in(self._folder) if path.suffix in (".new", ".tmp")]
        # What never counted is nobody's history: it goes whole where it tells of them.
        aside = [
            one.path for one in tails.all_set_aside(system_files(), self._folder) if self._tells(one.path)
        ]
        torn += [*aside, *(path for path in _files_in(self._folder / CLOSED) if path.suffix == ".new")]
        for path in (*drafts, *_files_in(self._folder / "cache"), *torn):
            # Under the lock nobody makes a pointer.
            absent = contextlib.suppress(FileNotFoundError)
            with self._database.alone() as files, told(path, writing=True), absent:
                files.unlink(path)
            self._removed.append(path)

    def _is_about(self, path: Path) -> bool:
        text = _bytes_of(path)
        numbers = [customer_number(one).encode() for one in self._person.customers]
        if any(sign in text for sign in (*self._signs, *numbers)):
            return True
        try:
            draft = json.loads(text)
            kind, record = draft["kind"], draft["data"].get("record")
        except (ValueError, KeyError, TypeError, AttributeError):
            return False
        table = {"interaction": "interactions", "purchase": "purchases", "follow_up": "follow_ups"}.get(kind)
        table = "tickets" if kind.startswith("ticket_") else table
        theirs = self._person.customers if table is None else self._person.records.get(table, [])
        return record in theirs

    def _tells(self, path: Path) -> bool:
        """Whether bytes of a journal tell of them."""
        text = _bytes_of(path)
        numbers = {(table.encode(), b"%d" % one) for table, one in self._rule.keys}
        return (
            self._is_word_in(text)
            or self._rule.sign.search(text) is not None
            or any((found[1], found[2]) in numbers for found in rewrite.KEY.finditer(text))
        )

    def rewrite_journals(self) -> None:
        """Rewrite every journal but the one in use, which holds nothing of them."""
        files, done = self._database.files, set[str]()
        for _attempt in range(_ATTEMPTS):
            for path in self._database.kept_journals():
                if path.name in done:
                    continue
                with told(path, writing=True), contextlib.suppress(rewrite.ReplacedError, FileNotFoundError):
                    # A journal that was moved or removed meanwhile is found again, or gone, in the next round.
                    changed, unsound = rewrite.rewrite_journal(files, path, self._rule, self._database.alone)
                    done.add(path.name)
                    if changed:
                        self._rewritten.append(path)
                    self._unreached += [
                        (f"{path}", _("line at byte {byte} is damaged").format(byte=byte)) for byte in unsound
                    ]
            if all(path.name in done for path in self._database.kept_journals()):
                return
        raise ShopUnusable(
            _("Other programs keep replacing the journals in {path}.").format(path=self._folder)
        )

    def rewrite_copies(self) -> None:
        """Rewrite snapshots and backups: in the folder, in the folder of backups, and where people had them written."""
        current = shop_path(self._folder, self._database.generation)
        found = [path for path in _files_in(self._folder) if path.suffix == ".json" and path != current]
        found += [path for path in _files_in(self._folder / "backups") if path.suffix == ".json"]
        elsewhere = backups.own_backups(self._database)
        for path in dict.fromkeys((*found, *elsewhere)):
            self._rewrite(path)
        for copy in copies.noted(self._folder):
            self._settle(copy)
        with told(self._folder / copies.NAME, writing=True):
            copies.forget(self._database.files, self._folder, self._is_word_in)

    def _rewrite(self, path: Path) -> None:
        files, alone = self._database.files, self._database.alone
        try:
            with told(path, writing=True), backups.same_age(path):
                for attempt in range(_ATTEMPTS):
                    try:
                        if rewrite.rewrite_copy(files, path, self._rule, alone):
                            self._rewritten.append(path)
                        break
                    except rewrite.ReplacedError:
                        if attempt == _ATTEMPTS - 1:
                            raise
        except CrmError as error:
            text = _bytes_of(path)
            if path.exists() and (not text or self._is_word_in(text)):
                self._unreached.append((str(path), error.message))

    def _settle(self, copy: copies.Copy) -> None:
        """A copy that a person had written somewhere: rewritten where it is ours and there, else named."""
        path = Path(copy.path)
        if path in self._rewritten:
            return
        if not path.exists():
            self._unreached.append(
                (copy.path, _("written {day}; it is not there now").format(day=copy.at[:10]))
            )
        elif copy.kind in ("export", "refused"):
            # What is compressed tells nothing to a search.
            if path.suffix == ".xlsx" or self._is_word_in(_bytes_of(path)):
                sentence = _("an export of {day}")
                if copy.kind == "refused":
                    sentence = _("rows that an import of {day} refused")
                self._unreached.append((copy.path, sentence.format(day=copy.at[:10])))
        elif backups.is_ours(path, self._database.identity):
            self._rewrite(path)
        else:
            self._unreached.append((copy.path, _("it is no copy of this shop any more")))

    def _is_word_in(self, text: bytes) -> bool:
        return any(sign in text for sign in self._signs)

    def clean_log(self) -> None:
        """Take the lines that tell of them out of the log of errors."""
        path = self._folder / LOG
        text = _bytes_of(path)
        if not self._is_word_in(text):
            return
        kept = b"".join(line for line in text.splitlines(keepends=True) if not self._is_word_in(line))
        with told(path, writing=True):
            rewrite.write_anew(self._database.files, path, kept)
        self._rewritten.append(path)

    def erasure(self, customer: int) -> Erasure:
        """What was done, and where the words still stand."""
        known = {str(path) for path in self._rewritten} | {path for path, _why in self._unreached}
        for path in _files_in(self._folder):
            ours = path.name.startswith(("shop-", "journal-")) or path.name in (MARK, "current", "lock")
            if not ours and str(path) not in known and self._is_word_in(_bytes_of(path)):
                self._unreached.append((str(path), _("the name or a number stands in it")))
        return Erasure(
            customer,
            tuple(map(str, self._rewritten)),
            tuple(map(str, self._removed)),
            tuple(self._unreached),
            tuple(self._mentions()),
        )

    def _mentions(self) -> Iterator[tuple[str, int]]:
        """Records of others in which one of the words stands."""
        count = 0
        found = re.compile(b"|".join(map(re.escape, self._signs))).search if self._signs else None
        for table in sorted(self._database.tables()) if found is not None else ():
            for record_id, raw in self._database.all_raw(table):
                if found is not None and found(raw):
                    yield table, record_id
                    count += 1
                    if count >= MOST:
                        return


def _files_in(folder: Path) -> list[Path]:
    """The files in a folder; none where it is not there."""
    with told(folder), contextlib.suppress(FileNotFoundError, NotADirectoryError):
        return sorted(path for path in folder.iterdir() if path.is_file())
    return []


def _bytes_of(path: Path) -> bytes:
    with contextlib.suppress(OSError):
        return path.read_bytes()
    return b""
