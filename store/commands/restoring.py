"""`restore`: a shop brought back from a backup, into an empty folder or, as one action, over a shop that is there."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from locales import _, ngettext
from store import backups
from store.commands.call import Answer, Call
from store.errors import NewerFormat, ShopDamaged, ShopUnusable, Usage

if TYPE_CHECKING:
    from store.engine import Database
    from store.shop import Done, Shop

ACTION: Final = "shop.restore"
_FORMAT = re.compile(rb'\s*\{\s*"_store"\s*:\s*\{\s*"1"\s*:\s*\{\s*"format"\s*:\s*(\d+)')

Documents = dict[str, dict[int, bytes]]


def restore(call: Call) -> Answer:
    """Bring the shop back as it is in a backup.

    Into a folder that is missing or empty it becomes a new shop. Over a shop that is there it is one action, which
    others follow and which can be undone; what was there is backed up first.
    """
    source = Path(call.arguments.file).expanduser().absolute()
    text = _read(source)
    documents = _checked(text, source)
    if _is_free(call.folder):
        _make(call.folder, source.name, text)
        return call.answer(
            lambda: _answer_json(call, source, None, None),
            lambda: [_("Restored from {file} as a new shop: {path}.").format(file=source, path=call.folder)],
        )
    with _opened(call, source) as shop:
        _keep_erased(shop.database, documents)
        if not _differing(shop.database, documents):
            return call.answer(
                lambda: _answer_json(call, source, None, None), lambda: [_("Nothing had to be changed.")]
            )
        if not call.arguments.yes:
            sentence = _(
                "There is a shop with other content in {path}. --yes brings the backup's state back there."
            )
            raise Usage(sentence.format(path=call.folder))
        copy = backups.backup_folder(call.folder) / f"before-restore-{shop.now():%Y-%m-%d-%H%M%S}.json"
        backups.make_backup(shop.database, copy)
        done = _put_back(shop, documents, source)
        return call.answer(lambda: _answer_json(call, source, done, copy), lambda: _lines(source, done, copy))


def _opened(call: Call, source: Path) -> Shop:
    """The shop that is there.

    Raises:
        ShopDamaged: it cannot be read; says how the backup can be used all the same.
    """
    try:
        return call.open_shop()
    except ShopDamaged as error:
        hint = _("To restore into another folder: crm-tui --data FOLDER restore {file}").format(file=source)
        raise ShopDamaged(f"{error.message} {hint}", **error.details) from error


def _read(source: Path) -> bytes:
    try:
        return source.read_bytes()
    except OSError as error:
        sentence = _("The file {path} cannot be used: {reason}")
        raise ShopUnusable(
            sentence.format(path=source, reason=error.strerror or str(error)), file=str(source)
        ) from error


def _check_seal(source: Path) -> None:
    """See that a backup that carries its checksum is as it was written.

    Raises:
        ShopDamaged: it is not.
    """
    from store.engine.files import READ, system_files
    from store.engine.sealing import check_seal
    from store.engine.trouble import told

    files = system_files()
    with told(source):
        descriptor = files.open(source, READ)
        try:
            check_seal(files, descriptor, source)
        finally:
            files.close(descriptor)


def _checked(text: bytes, source: Path) -> Documents:
    """The documents of a backup by table and id.

    Raises:
        ShopUnusable: it is none, is of a newer version, or holds records that the program cannot read.
    """
    from store.engine.adopt import read_stock
    from store.engine.snapshot import FORMAT
    from store.records.base import decode
    from store.records.value_words import RECORDS

    _check_seal(source)
    version = _FORMAT.match(text)
    if version and int(version[1]) > FORMAT:
        sentence = _(
            "{path} was written by a newer version of this program (format {found}, this one knows {known})."
        )
        raise NewerFormat(sentence.format(path=source, found=int(version[1]), known=FORMAT), file=str(source))
    documents, _next_ids = read_stock(text, source)
    if not documents and not version:
        raise ShopUnusable(_("There is nothing to restore in {path}.").format(path=source), file=str(source))
    for table, kind in RECORDS.items():
        for record_id, raw in documents.get(table, {}).items():
            decode(kind, record_id, raw)
    return documents


def _keep_erased(database: Database, documents: Documents) -> None:
    """Let a customer who was erased since the backup was made stay erased, with all that hangs on them."""
    from store.engine import codec
    from store.records.customer import standing
    from store.records.kinds import CustomerStatus
    from store.rules.erasing import CUSTOMERS, HANGING, erased_document

    def document(table: str, one: int) -> dict[str, Any]:
        raw = database.raw(table, one)
        return {} if raw is None else codec.decode(raw)

    def is_erased(customer: Any) -> bool:
        if not isinstance(customer, int) or database.raw(CUSTOMERS, customer) is None:
            return False
        became = document(CUSTOMERS, standing(customer, document))
        return became.get("status") == CustomerStatus.ERASED.value

    for one, raw in database.all_raw(CUSTOMERS):
        if is_erased(one):
            documents.setdefault(CUSTOMERS, {})[one] = raw
    for table in HANGING:
        for record_id, raw in documents.get(table, {}).items():
            found = codec.decode(raw)
            if b'"customer"' in raw and is_erased(found.get("customer")):
                now = database.raw(table, record_id)
                kept = codec.encode(erased_document(table, found, ()))
                documents[table][record_id] = kept if now is None else now


def _is_free(folder: Path) -> bool:
    """Whether nothing lies in the folder.

    Raises:
        ShopUnusable: it cannot be looked into.
    """
    from store.engine.trouble import told

    with told(folder):
        return not folder.exists() or not any(folder.iterdir())


def _make(folder: Path, name: str, text: bytes) -> None:
    """A new shop from the backup: the file is laid into the folder and adopted, ids that were ever given included."""
    from store.engine import open_database
    from store.engine.trouble import told

    with told(folder, writing=True):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        laid = folder / f"restored-{Path(name).stem}.json"
        handle = os.open(laid, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    try:
        open_database(folder).close()
    finally:
        laid.unlink()


def _differing(database: Database, wanted: Documents) -> bool:
    """Whether anything in the shop is not as in the backup."""
    return next(_changes(database, wanted), None) is not None


def _changes(
    database: Database, wanted: Documents
) -> Iterator[tuple[str, int, dict[str, Any] | None, dict[str, Any] | None]]:
    """What must change: table, id, the document that is there, the document that is to be."""
    from store.engine import codec
    from store.records.base import BOOKKEEPING

    def content(document: dict[str, Any] | None) -> dict[str, Any] | None:
        return None if document is None else {k: v for k, v in document.items() if k not in BOOKKEEPING}

    for table in sorted(set(wanted) | database.tables()):
        found = dict(database.all_raw(table))
        target = wanted.get(table, {})
        for record_id in sorted(found.keys() | target.keys()):
            old, new = found.get(record_id), target.get(record_id)
            if old == new:
                continue
            before = None if old is None else codec.decode(old)
            after = None if new is None else codec.decode(new)
            if content(before) != content(after):
                yield table, record_id, before, after


def _put_back(shop: Shop, wanted: Documents, source: Path) -> Done:
    """Make the shop what the backup says, as one action."""
    from store.actions.change import Change, Ref
    from store.records.value_words import RECORDS

    with shop.changing(ACTION) as step:
        change = Change(step.view)
        change.meta["file"] = source.name
        for table, record_id, before, after in _changes(shop.database, wanted):
            document = after
            if after is not None and table in RECORDS:
                # A version number never comes back: forms that are open tell by it what they have seen.
                rev = max(int((before or {}).get("rev", 0)), int(after.get("rev", 0))) + 1
                stamp = step.view.now.isoformat().replace("+00:00", "Z")
                document = {**after, "rev": rev, "updated_at": stamp, "updated_by": shop.by}
            change.writes[table, record_id] = document
            made = change.created if before is None else change.changed
            made.append(Ref(table, record_id))
        step.change = change
    return step.done


def _answer_json(call: Call, source: Path, done: Done | None, copy: Path | None) -> dict[str, Any]:
    from store.commands.shapes import done_json

    facts = (
        done_json(done)
        if done
        else {"action": None, "kind": ACTION, "changed": [], "created": [], "left": []}
    )
    return {**facts, "file": str(source), "folder": str(call.folder), "copy": str(copy) if copy else None}


def _lines(source: Path, done: Done, copy: Path) -> Iterator[str]:
    count = len(done.changed) + len(done.created)
    yield ngettext(
        "Restored from {file}: {count} record (action {action}, can be undone).",
        "Restored from {file}: {count} records (action {action}, can be undone).",
        count,
    ).format(file=source, count=count, action=done.action)
    yield _("What was there before is in {path}.").format(path=copy)
