"""`import` and `export`: files of other programs, in and out."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from locales import _, language, ngettext
from store.commands.call import Answer, Call, backup_when_due, error_json
from store.commands.output import table
from store.commands.progress import progress
from store.errors import CrmError, Refused, Usage

if TYPE_CHECKING:
    from store.exchange.report import ImportReport
    from store.shop import Shop

MANY: Final = 1_000
"""So many rows taken in make the look-up index worth making at once."""


@dataclass(frozen=True)
class Taken:
    """What became of one file: a report, or why it could not be read at all."""

    file: Path
    report: ImportReport | None
    error: CrmError | None = None

    @property
    def exit_status(self) -> int:
        """0 when everything is in."""
        if self.error is not None:
            return self.error.exit_status
        return self.report.exit_status if self.report is not None else 0


def take_in(call: Call) -> Answer:
    """Import files one after the other, each as one action. One that cannot be read does not keep out the others."""
    arguments = call.arguments
    files = [Path(name).expanduser() for name in arguments.files]
    mapping = [_pair(word) for word in arguments.map]
    with _shop_for(call, files[0]) as shop:
        remarks = list(_settled(shop))
        taken = [_take_one(call, shop, file, mapping, alone=len(files) == 1) for file in files]
        actions = [one.report.action for one in taken if one.report is not None and one.report.action]
        changed = sum(one.report.new + one.report.updated for one in taken if one.report is not None)
        if actions and changed >= MANY:
            # Made now and kept on closing, so that the next look-up or start need not wait for it.
            shop.lookup  # noqa: B018 - made on first use
        remarks += backup_when_due(shop, actions[-1] if actions else None)
    remarks += [sentence for one in taken for sentence in _complaints(one, as_json=call.json)]
    return call.answer(
        lambda: _taken_json(taken),
        lambda: [line for one in taken for line in _taken_lines(one)],
        status=max(one.exit_status for one in taken),
        remarks=remarks,
    )


def _settled(shop: Shop) -> Iterator[str]:
    """Let a shop of which nothing is known yet be where this machine is, for its numbers, money and days; say so."""
    from store.place import CHINA, guess_place
    from store.records.setting import SETTINGS_ID, Settings

    if shop.database.raw(Settings.table, SETTINGS_ID) is not None or len(shop.database.table("customers")):
        return
    suggested = guess_place(language())
    if known := suggested.known():
        shop.do("settings.set", **known)
    settings = shop.settings
    if suggested.region != CHINA:
        yield _(
            "New shop: telephone numbers without a country are read as those of {country}, money is {currency},"
            " the time zone {zone}. Otherwise: {command}"
        ).format(
            country=settings.region,
            currency=settings.currency,
            zone=settings.time_zone,
            command=f"crm-tui do settings.set region={'GB' if settings.region == 'US' else 'US'}",
        )


def _pair(word: str) -> tuple[str, str]:
    """FIELD and COLUMN of `--map`.

    Raises:
        Usage: it has not that form.
    """
    field, equals, column = word.partition("=")
    if not (equals and field.strip() and column.strip()):
        raise Usage(_('--map {word} is not FIELD=COLUMN, such as --map "phone=Tel. 1".').format(word=word))
    return field.strip(), column.strip()


@contextlib.contextmanager
def _shop_for(call: Call, file: Path) -> Iterator[Shop]:
    """The shop to import into. A new one is made only for a file that can be read, and never for a dry run."""
    from store.exchange.importing import preview
    from store.shop import open_shop

    folder = call.folder
    is_new = not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
    if is_new:
        preview(file, into=call.arguments.into)
    if is_new and call.arguments.dry_run:
        with (
            tempfile.TemporaryDirectory(prefix="crm-tui-") as empty,
            open_shop(empty, call.by or "", call.now, create=True) as shop,
        ):
            yield shop
    else:
        with call.open_shop(create=True) as shop:
            if shop.database.writable or not call.arguments.dry_run:
                yield shop
                return
            with _copy_of(call, shop) as copy:
                yield copy


@contextlib.contextmanager
def _copy_of(call: Call, shop: Shop) -> Iterator[Shop]:
    """The same shop elsewhere, thrown away afterwards: a dry run does everything but commit, so it must be able to."""
    from store.shop import open_shop

    with tempfile.TemporaryDirectory(prefix="crm-tui-") as name:
        shop.database.snapshot(Path(name) / "shop.json")
        with open_shop(name, shop.by, call.now, create=True) as copy:
            yield copy


def _take_one(call: Call, shop: Shop, file: Path, mapping: list[tuple[str, str]], *, alone: bool) -> Taken:
    from store.exchange.importing import import_file

    arguments = call.arguments
    try:
        with progress(file.name) as tell:
            report = import_file(
                shop,
                file,
                into=arguments.into,
                mapping=mapping,
                source=arguments.source,
                policy=arguments.policy,
                dry_run=arguments.dry_run,
                progress=tell,
            )
    except CrmError as error:
        if alone or isinstance(error, Usage):
            raise
        return Taken(file, None, error)
    return Taken(file, report)


def _taken_json(taken: list[Taken]) -> dict[str, Any]:
    documents = [_one_json(one) for one in taken]
    return documents[0] if len(documents) == 1 else {"results": documents}


def _one_json(one: Taken) -> dict[str, Any]:
    if one.report is not None:
        return one.report.to_json()
    error = one.error or Refused("")
    return {"file": str(one.file), **error_json(error.kind, error.message, error.details)}


def _taken_lines(one: Taken) -> Iterator[str]:
    """What became of a file, in counts."""
    report = one.report
    if report is None:
        return
    yield f"{report.file}"
    if report.dry_run:
        yield "  " + _("This was a dry run: nothing was changed.")
    rows = [
        (_("rows read"), str(report.read)),
        (_("new"), str(report.new)),
        (_("updated"), str(report.updated)),
        (_("unchanged"), str(report.unchanged)),
        (_("known number, other name"), str(report.duplicates)),
        (_("refused"), str(report.refused_count)),
    ]
    yield from table(rows, indent="  ")
    for warning in report.warnings:
        yield "  " + warning
    if report.action is not None:
        yield "  " + _("Action {action}; crm-tui undo {action} takes it back.").format(action=report.action)
    elif not report.dry_run:
        yield "  " + _("Nothing had to be changed.")


def _complaints(one: Taken, *, as_json: bool) -> Iterator[str]:
    """What did not come in, as sentences; to a program one is enough, for it has the rows."""
    report = one.report
    if report is None:
        if one.error is not None:
            yield one.error.message
        return
    if not report.refused:
        return
    if not as_json:
        for row in report.refused:
            yield _("{file}, line {line}: {reason}").format(
                file=report.file.name, line=row.line, reason=row.reason
            )
    count = len(report.refused)
    sentence = ngettext("{count} row did not come in.", "{count} rows did not come in.", count).format(
        count=count
    )
    if report.refused_file is not None:
        sentence += " " + _("To be corrected and imported again: {path}").format(path=report.refused_file)
    yield sentence


def write_out(call: Call) -> Answer:
    """Write records of the shop to a file whose ending says the format."""
    from store import copies
    from store.exchange.exporting import export

    arguments = call.arguments
    target = call.target(arguments.to)
    with call.open_shop() as shop:
        report = export(shop, arguments.what, target, arguments.where)
        for file in report.files:
            copies.note(call.folder, Path(file), "export", call.clock())
    return call.answer(
        report.to_json,
        lambda: [
            *(_("Written: {path}").format(path=file) for file in report.files),
            *table([(_title(name), str(count)) for name, count in report.counts.items()], indent="  "),
        ],
    )


def _title(name: str) -> str:
    """What a part of an export is called."""
    titles = {
        "customers": _("customers"),
        "purchases": _("purchases"),
        "tickets": _("tickets"),
        "agenda": _("agenda"),
        "follow_ups": _("follow-ups"),
        "interactions": _("contacts"),
        "staff": _("staff"),
    }
    return titles.get(name, name)
