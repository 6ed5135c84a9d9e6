"""`check`, `backup`, `restore`, `snapshot`: looking after the shop's files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from locales import _, ngettext
from store.commands.call import Answer, Call
from store.errors import NoRights, Refused, ShopDamaged, ShopMissing

if TYPE_CHECKING:
    from store.engine import Database
    from store.engine.check import CheckReport, Problem
    from store.engine.deep_check import DeepReport
    from store.engine.salvage import Salvaged


def check(call: Call) -> Answer:
    """Read every file and record of the shop and tell what is wrong; changes nothing."""
    from store.engine import open_database
    from store.engine.check import CheckReport, check_shop
    from store.engine.files import system_files
    from store.engine.generation import POINTER

    records = 0
    unreadable: list[Problem] = []
    try:
        with open_database(call.folder, create=False, read_only=True) as database:
            records, unreadable = _check_records(database)
            report = database.check()
            deep = _check_deeply(database, call.folder, report.problems)
    except ShopDamaged:
        # Without a pointer nothing says which of the files count: each is read for itself.
        lost = not (call.folder / POINTER).exists()
        report = CheckReport() if lost else check_shop(system_files(), call.folder)
        deep = _check_deeply(None, call.folder, report.problems)
    except ShopMissing:
        if not _holds_generations(call.folder):
            raise
        report = CheckReport()
        deep = _check_deeply(None, call.folder, report.problems)
    problems = [*report.problems, *deep.problems, *unreadable]
    return call.answer(
        lambda: {**_check_json(report, records, problems), "notes": _problems_json(deep.notes)},
        lambda: _check_lines(report, records, problems),
        status=3 if problems else 0,
        remarks=[
            _("{file}, byte {byte}: {message}").format(
                file=problem.file, byte=problem.byte, message=problem.message
            )
            for problem in (*problems, *deep.notes)
        ],
    )


def _holds_generations(folder: Path) -> bool:
    """Whether files of a shop lie here that has lost its pointer."""
    from store.engine.generation import generation_of

    return folder.is_dir() and any(generation_of(path.name) is not None for path in folder.iterdir())


def _check_deeply(database: Database | None, folder: Path, known: list[Problem]) -> DeepReport:
    """What the generation in use does not tell: pointer, closed journals, backups here and in a chosen folder."""
    from store import backups
    from store.engine.deep_check import check_copy, check_deeply
    from store.engine.files import system_files
    from store.records.setting import settings_of

    files = system_files()
    first = settings_of(database).history_from if database is not None else 0
    report = check_deeply(files, folder, known, first)
    if database is not None:
        for path in backups.own_backups(database):
            if path.parent != backups.backup_folder(folder):
                other = check_copy(files, path, database.identity)
                report.problems += other.problems
                report.notes += other.notes
    return report


def _problems_json(problems: list[Problem]) -> list[dict[str, Any]]:
    return [
        {"file": str(problem.file), "byte": problem.byte, "message": problem.message} for problem in problems
    ]


def _check_records(database: Database) -> tuple[int, list[Problem]]:
    """How many records there are, and which of them the program cannot read."""
    from store.engine.check import Problem
    from store.records.base import decode
    from store.records.value_words import RECORDS

    count = 0
    problems: list[Problem] = []
    for table, kind in RECORDS.items():
        for record_id, raw in database.all_raw(table):
            count += 1
            try:
                decode(kind, record_id, raw)
            except ShopDamaged as error:
                problems.append(Problem(database.folder, 0, error.message))
    return count, problems


def _check_json(report: CheckReport, records: int, problems: list[Problem]) -> dict[str, Any]:
    return {
        "sound": not problems,
        "documents": report.documents,
        "lines": report.lines,
        "actions": report.actions,
        "records": records,
        "problems": _problems_json(problems),
    }


def _check_lines(report: CheckReport, records: int, problems: list[Problem]) -> Iterator[str]:
    yield ngettext("Read: {count} record", "Read: {count} records", records).format(count=records)
    yield ngettext("Read: {count} action", "Read: {count} actions", report.actions).format(
        count=report.actions
    )
    if problems:
        yield ngettext("{count} problem found.", "{count} problems found.", len(problems)).format(
            count=len(problems)
        )
    else:
        yield _("All is well.")


def backup(call: Call) -> Answer:
    """Write a backup of the shop as it is now, while others work."""
    target = call.target(call.arguments.file)
    if target.exists() and not call.arguments.force:
        raise Refused(
            _("{path} is there already; --force replaces it.").format(path=target), file=str(target)
        )
    from store.backups import make_backup

    return _written(call, target, make_backup)


def snapshot(call: Call) -> Answer:
    """Write everything as one plain TinyDB JSON file for other programs."""
    return _written(call, call.target(call.arguments.file), lambda database, path: database.snapshot(path))


def _written(call: Call, target: Path, write: Callable[[Database, Path], object]) -> Answer:
    from store import copies
    from store.engine import open_database

    with open_database(call.folder, create=False, read_only=True) as database:
        try:
            write(database, target)
            copies.note(call.folder, target, "backup", call.clock())
        except NoRights as error:
            sentence = _("{path} cannot be written: you have no right to.")
            raise Refused(sentence.format(path=target), file=str(target)) from error
    size = target.stat().st_size
    return call.answer(
        lambda: {"file": str(target), "bytes": size},
        lambda: [_("Written: {path} ({size} bytes).").format(path=target, size=f"{size:,}")],
    )


def salvage(call: Call) -> Answer:
    """Make a new shop of what can be read of a damaged one. 1 where something is lost for good."""
    from store.salvaging import report_lines
    from store.salvaging import salvage as save

    source = Path(call.arguments.folder).expanduser().absolute()
    named = call.arguments.to
    target = Path(named).expanduser().absolute() if named else source.with_name(source.name + "-salvaged")
    found = save(source, target)
    gone = [lost for lost in found.lost if not lost.recovered]
    count = len(found.documents)
    return call.answer(
        lambda: _salvaged_json(target, found),
        lambda: [
            ngettext("Saved: {count} record, in {path}", "Saved: {count} records, in {path}", count).format(
                count=count, path=target
            ),
            ngettext(
                "History: {count} action came over.", "History: {count} actions came over.", found.actions
            ).format(count=found.actions),
            *report_lines(found),
            *([] if found.lost else [_("Nothing is lost.")]),
        ],
        status=1 if gone or found.unsure else 0,
    )


def _salvaged_json(target: Path, found: Salvaged) -> dict[str, Any]:
    lost = [
        {
            "file": str(one.file),
            "start": one.start,
            "end": one.end,
            "records": [{"table": table, "id": record_id} for table, record_id in one.records],
            "message": one.message,
            "recovered": one.recovered,
        }
        for one in found.lost
    ]
    unsure = [
        {"table": one.table, "id": one.id, "fields": list(one.units), "file": str(one.file), "byte": one.byte}
        for one in found.unsure
    ]
    return {
        "folder": str(target),
        "records": len(found.documents),
        "lines": found.lines,
        "actions": found.actions,
        "base": str(found.base) if found.base else None,
        "lost": lost,
        "unsure": unsure,
        "notes": found.notes,
    }
