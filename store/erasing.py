"""The past of a customer who is erased: rewritten in every file of the shop that can be reached.

The action blanks the documents (`store.actions.erasing`); what was kept of earlier days still tells them. Before the
action is committed a file `erasing` is laid into the shop's folder, and it goes when nothing tells them any more.
Whoever opens the shop meanwhile finishes what was cut short.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from locales import _, ngettext
from store.engine import Database, codec, rewrite
from store.engine.journal import Line, snapshot_text
from store.engine.trouble import told
from store.errors import CrmError, ShopUnusable
from store.forgetting import MARK, Erasure, Person, Purge
from store.records.customer import Customer, customer_number, standing
from store.records.kinds import CustomerStatus
from store.rules.erasing import CUSTOMERS, HANGING, identifying, longest_first, personal

if TYPE_CHECKING:
    from store.actions import ActionSpec
    from store.shop import Done, Shop

__all__ = ["MARK", "Erasure", "announce", "erase", "finish", "pending", "purge", "purge_now", "sentences"]


def erase(shop: Shop, spec: ActionSpec, values: dict[str, Any]) -> Done:
    """Do the action that erases a customer, then rewrite the past of who was erased.

    All records are gone through before the lock is taken, so that others work meanwhile; under it only those that were
    changed since.

    Raises:
        As `Shop.do`.
    """
    from store.actions import erasing
    from store.actions.fields import Reader

    def fields(now: datetime) -> dict[str, Any]:
        return Reader(shop.settings, now, shop.find_record).converted(spec, values)

    typed = fields(shop.now())
    erasing.require_typed(shop.customers.get(typed["customer"]), typed["number"])
    looked = erasing.look(shop.database, typed["customer"])
    with shop.changing(spec.name) as step:
        typed = fields(step.view.now)
        erasing.require_typed(step.view.get(Customer, typed["customer"]), typed["number"])
        step.change = erasing.erase(step.view, typed["customer"], looked)
        announce(shop.database, step.change.meta)
    erased = step.change.meta["erased"]
    return replace(step.done, report=purge_now(shop.database, erased, step.done.action))


def announce(database: Database, meta: Mapping[str, Any]) -> None:
    """Note, before the action is committed, that the customers named in its `meta` are to be forgotten.

    Called under the lock.

    Raises:
        ShopUnusable: the note cannot be written.
    """
    earlier = pending(database.folder)
    both = Person(sorted({*meta["erased"], *(earlier.customers if earlier else ())}))
    both.calls = sorted({*meta.get("calls", ()), *(earlier.calls if earlier else ())})
    if earlier is not None:
        both.words, both.texts, both.dates = earlier.words, earlier.texts, earlier.dates
    _write_mark(database, both)


def pending(folder: Path) -> Person | None:
    """Who is still to be forgotten; None where nobody is."""
    try:
        text = (folder / MARK).read_bytes()
    except OSError:
        return None
    try:
        said = json.loads(text)
        return Person(**{name: said[name] for name in Person.__dataclass_fields__})
    except (ValueError, KeyError, TypeError):
        return None


def finish(database: Database) -> None:
    """Go on with an erasing that was cut short; nothing where none was.

    Raises:
        ShopUnusable: it cannot be gone on with.
    """
    person = pending(database.folder)
    if person is not None and database.writable:
        purge(database, person.customers)


def purge(database: Database, customers: list[int]) -> Erasure:
    """Rewrite the past of customers whose documents have been blanked. May be repeated.

    Others go on working meanwhile: the lock is held for moments.

    Raises:
        ShopUnusable: a file could not be rewritten; what was done stays done, and the next start goes on.
    """
    with database.alone():
        # Under the lock: an action that was announced is committed by now, or it never will be.
        person = pending(database.folder) or Person(customers)
        erased = [one for one in person.customers if _is_erased(database, one)]
        if not erased:
            _remove_mark(database)
            return Erasure(customers[0])
        seq = database.seq
    # From here on nobody reads a document of earlier days from the files in use.
    database.renew(seq)
    with database.alone_with_the_past():
        # Another process may have finished it, or have announced somebody else.
        person = pending(database.folder) or person
        erased = [one for one in person.customers if _is_erased(database, one)]
        if not person.complete or erased != person.customers:
            person.customers = erased
            _read_past(database, person)
            _write_mark(database, person)
        work = Purge(database, person)
        work.remove_side_files()
        work.rewrite_journals()
        work.rewrite_copies()
        work.clean_log()
        found = work.erasure(customers[0])
        _remove_mark(database)
    return found


def purge_now(database: Database, customers: list[int], action: int | None) -> Erasure:
    """The same right after the action that erased them.

    Raises:
        ShopUnusable: not all of it could be rewritten; they are erased all the same.
    """
    try:
        return purge(database, customers)
    except CrmError as error:
        text = _("Erased, but not yet in all that was kept of earlier days; it is tried again. {reason}")
        raise ShopUnusable(
            text.format(reason=error.message), **{**error.details, "action": action}
        ) from error


def _is_erased(database: Database, customer: int) -> bool:
    """Whether a customer, or the one they became, stands in the shop as erased."""

    def document(table: str, one: int) -> dict[str, Any]:
        raw = database.raw(table, one)
        return {} if raw is None else codec.decode(raw)

    return document(CUSTOMERS, standing(customer, document)).get("status") == CustomerStatus.ERASED.value


def _write_mark(database: Database, person: Person) -> None:
    path = database.folder / MARK
    with told(path, writing=True):
        rewrite.write_anew(database.files, path, json.dumps(asdict(person), ensure_ascii=False).encode())


def _remove_mark(database: Database) -> None:
    path = database.folder / MARK
    with told(path, writing=True):
        for one in (path, path.with_name(path.name + rewrite.NEW)):
            with contextlib.suppress(FileNotFoundError):
                database.files.unlink(one)
        database.files.sync_folder(database.folder)


# Reading the past


class _Past:
    """What the journals say of the customers: what was theirs, and by what they are known."""

    def __init__(self, person: Person) -> None:
        self.mine = frozenset(person.customers)
        self.owners: dict[tuple[str, int], int] = {}
        self.former: set[int] = set()
        self.words, self.texts, self.dates = set(person.words), set(person.texts), set(person.dates)

    def read(self, line: Line) -> None:
        """Take in one line."""
        self.former |= _merged_with(line, self.mine)
        for table, identifier, raw_before, raw_after in line.changes:
            parts = [_decoded(raw) for raw in (raw_before, raw_after)]
            if table == CUSTOMERS and identifier in self.mine:
                self._read_file(parts)
            elif table in HANGING:
                owner = next((part["customer"] for part in reversed(parts) if "customer" in part), None)
                key = (table, identifier)
                if isinstance(owner, int) and (owner in self.mine or key in self.owners):
                    self.owners[key] = owner

    def _read_file(self, parts: list[dict[str, Any]]) -> None:
        for part in parts:
            self.words.update(identifying(part))
            texts, dates = personal(part)
            self.texts |= texts
            self.dates |= dates


def _read_past(database: Database, person: Person) -> None:
    """Find out from all journals what was theirs, and by what they are known."""
    ids = "|".join(str(one) for one in person.customers).encode()
    sign = rb'"customer":(?:%b)(?!\d)|\["customers",(?:%b),|"(?:winner|loser)":(?:%b)(?!\d)' % (ids, ids, ids)
    past = _Past(person)
    for line in database.lines_about(re.compile(sign)):
        past.read(line)
    for table in HANGING:
        for one in person.customers:
            past.owners |= {(table, record_id): one for record_id in database.ids(table, "customer", one)}
    past.owners |= {("interactions", call): person.customers[0] for call in person.calls}
    person.records, person.others, person.former = {}, {}, {}
    for (table, identifier), owner in sorted(past.owners.items()):
        now = database.table(table).get(doc_id=identifier)
        present = now.get("customer", 0) if isinstance(now, dict) else owner
        place = person.records if present in past.mine or not present else person.others
        place.setdefault(table, []).append(identifier)
    person.words = list(longest_first(past.words))
    person.texts, person.dates = sorted(past.texts), sorted(past.dates)
    for one in sorted(past.former - past.mine):
        texts, dates = personal(codec.decode(database.raw(CUSTOMERS, one) or b"{}"))
        whole = "\n".join(texts)
        own = [text for text in {*past.words, *past.texts} if text in whole]
        person.former[str(one)] = own + sorted(dates)
    person.complete = True


def _decoded(raw: Any) -> dict[str, Any]:
    text = snapshot_text(raw)
    return {} if text is None else codec.decode(text)


def _merged_with(line: Line, mine: frozenset[int]) -> set[int]:
    """The customers with whom one of `mine` was made one by this line."""
    if b'"winner"' not in bytes(line.meta):
        return set()
    meta = json.loads(bytes(line.meta))
    both = {meta.get("winner"), meta.get("loser")}
    return {one for one in both if isinstance(one, int)} if both & mine else set()


def sentences(erasure: Erasure) -> Iterable[str]:
    """What came of an erasing, for people."""
    count = len(erasure.rewritten)
    yield ngettext(
        "{number} is erased; {count} file was rewritten.",
        "{number} is erased; {count} files were rewritten.",
        count,
    ).format(number=customer_number(erasure.customer), count=count)
    if erasure.unreached:
        yield _("Not reached:")
        yield from (f"  {path}: {why}" for path, why in erasure.unreached)
    yield _("Sheets exported by hand, other programs and paper are not known here.")
    if erasure.mentions:
        from store.records.field_words import table_label

        def number(table: str, record_id: int) -> str:
            return customer_number(record_id) if table == CUSTOMERS else str(record_id)

        yield _("The name or a number also stands in records of others; look at them:")
        yield from (f"  {table_label(table)} {number(table, one)}" for table, one in erasure.mentions)
