"""The door through which tables of other programs come in: read, planned and committed as one action."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import IO, Any, Literal, Protocol

import msgspec

from locales import _, ngettext
from store import copies
from store.engine.preparing import Overtaken
from store.errors import Refused, ShopUnusable, Usage
from store.exchange.customer_rows import CustomerDraft, CustomerRows
from store.exchange.customers_plan import CustomerPlan
from store.exchange.headers import TABLES, Heading, find_heading
from store.exchange.purchase_rows import PurchaseDraft, PurchaseRows
from store.exchange.purchases_plan import PurchasePlan
from store.exchange.refused_rows import write_refused
from store.exchange.report import Cancelled, ImportReport
from store.exchange.sample import DateOrder, Sample
from store.exchange.sheets import Row, Sheet, open_sheet
from store.exchange.ticket_rows import TicketDraft, TicketRows
from store.exchange.tickets_plan import TicketPlan
from store.records.customer import Customer
from store.records.setting import Settings
from store.records.staff import Staff
from store.shop import Shop

Progress = Callable[[int, int], object]
"""Told (done, total) now and then; returning True stops the import, as does raising."""

Policy = Literal["new", "update", "both"]
POLICIES = ("new", "update", "both")
SAMPLE = 400
"""Rows looked at before the first is read: the header, columns without one, the order of day and month."""

IN_MEMORY = 16 << 20
TOLD_EVERY = 500
_MOST_LINES = 10

_ATTEMPTS = 3
"""How often an import is worked out; the last time under the lock, when nobody can change anything meanwhile."""

_RESTS_ON = (Customer.table, Settings.table, Staff.table)
"""Tables that every import reads, beside the one it writes."""


class _Reader(Protocol):
    """Reads the rows of one kind of table into drafts."""

    warnings: dict[str, list[int]]
    dates: DateOrder

    def read(self, row: Row) -> Any: ...


class _Plan(Protocol):
    """Takes drafts, within an action."""

    def take(self, draft: Any) -> None: ...

    def finish(self) -> None: ...


DRAFTS: dict[str, type[CustomerDraft | PurchaseDraft | TicketDraft]] = {
    "customers": CustomerDraft,
    "purchases": PurchaseDraft,
    "tickets": TicketDraft,
}


def import_file(
    shop: Shop,
    file: Path,
    *,
    into: str | None = None,
    mapping: Mapping[str, str] | Iterable[tuple[str, str]] | None = None,
    source: str | None = None,
    policy: Policy = "both",
    dry_run: bool = False,
    encoding: str | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Bring the rows of a file into the shop, as one action that one undo takes back.

    Reading and understanding the rows takes no lock, nor does taking them one by one, against the shop as it is when
    that begins; where others meanwhile change what it rests on, it is done again, at last under the write lock. A dry
    run does all of it and commits nothing; it writes no file of refused rows.

    Args:
        into: customers, purchases or tickets; recognised by the columns when not given.
        mapping: which column is meant for which field, where the header does not tell.
        source: the other system, under whose name its numbers are kept; by default the kind of file (xlsx, csv).
        policy: new adds only, update changes only known records, both does both.
        encoding: of a text file, where the person knows better.
        progress: see `Progress`.

    Raises:
        Usage: `into`, `policy` or `mapping` names something that does not exist.
        Refused: no column says who the rows are about.
        Cancelled: the person stopped it; nothing was changed.
        ShopUnusable: the file is no table, or the change could not be made durable.
    """
    _require_known(into, policy)
    sheet = open_sheet(file, encoding)
    rows = sheet.rows()
    sample = _first_rows(file, rows)
    heading = find_heading([row.cells for row in sample], into, mapping or ())
    system = source or heading.source or sheet.format
    report = ImportReport(file, sheet.format, sheet.encoding, heading.into, system, heading.own)
    report.headers, report.dry_run = heading.names, dry_run
    start = sample[heading.row + 1 :]
    reader = _reader(shop, heading, _sample(shop, start, sheet, len(sample)))
    body = itertools.chain(start, rows)
    steps = _Steps(progress, 2 * max(sheet.lines, len(sample)))
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as spool:
        drafts = _understood(body, reader, spool, steps, report)
        _commit(shop, report, policy, drafts)
    _tell(report, sheet, reader, shop.today())
    _keep_refused(report, shop)
    return report


def _tell(report: ImportReport, sheet: Sheet, reader: _Reader, today: date) -> None:
    """Put into the report what was noticed while reading; first how dates were read."""
    report.dates = reader.dates.sentence(today)
    dates = [report.dates] if report.dates else []
    report.warnings += [*dates, *sheet.warnings, *_warnings(reader)]


def _sample(shop: Shop, start: list[Row], sheet: Sheet, count: int) -> Sample:
    """What the columns tell as a whole, by the first `count` rows of the file and, where they leave a doubt, by all."""
    return Sample(start, sheet.rows if count == SAMPLE else list, shop.settings.region)


def _require_known(into: str | None, policy: str) -> None:
    """Refuse words that stand for nothing.

    Raises:
        Usage: names what there is.
    """
    if into not in (None, *TABLES):
        raise Usage(
            _("{name} cannot be imported. There are: {tables}.").format(name=into, tables=", ".join(TABLES))
        )
    if policy not in POLICIES:
        raise Usage(
            _("{name} is no policy. There are: {policies}.").format(name=policy, policies=", ".join(POLICIES))
        )


@contextmanager
def _readable(file: Path) -> Iterator[None]:
    """Turn what goes wrong while reading into a sentence.

    Raises:
        ShopUnusable: the file (or the room for working on it) gave out.
    """
    try:
        yield
    except OSError as error:
        sentence = _("{path} cannot be read: {reason}.").format(path=file, reason=error.strerror or error)
        raise ShopUnusable(sentence, file=str(file)) from error


def _first_rows(file: Path, rows: Iterator[Row]) -> list[Row]:
    """The rows that tell what kind of table it is.

    Raises:
        ShopUnusable: there are none, or the file cannot be read.
    """
    with _readable(file):
        sample = list(itertools.islice(rows, SAMPLE))
    if not sample:
        raise ShopUnusable(_("{file} is empty.").format(file=file.name), file=str(file))
    return sample


def _keep_refused(report: ImportReport, shop: Shop) -> None:
    """Write the refused rows, except of a dry run. The import stands even where that cannot be done."""
    if report.dry_run:
        return
    try:
        report.refused_file = write_refused(report, shop.folder)
        if report.refused_file is not None:
            copies.note(shop.folder, report.refused_file, "refused", shop.now())
    except OSError as error:
        report.warnings.append(
            _("The refused rows could not be written to a file: {reason}.").format(
                reason=error.strerror or error
            )
        )


def preview(
    file: Path, *, into: str | None = None, encoding: str | None = None, rows: int = 5
) -> tuple[Sheet, Heading, list[Row]]:
    """How a file would be read, and its first rows: for a screen that asks before it imports.

    Raises:
        ShopUnusable: the file is no table.
    """
    sheet = open_sheet(file, encoding)
    sample = list(itertools.islice(sheet.rows(), SAMPLE))
    heading = find_heading([row.cells for row in sample], into)
    return sheet, heading, sample[heading.row + 1 :][:rows]


class _Steps:
    """Tells how far the work is, and stops it when the person says so."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress = progress
        self.total = total

    def at(self, done: int) -> None:
        if (
            self._progress is not None
            and done % TOLD_EVERY == 0
            and self._progress(min(done, self.total), self.total) is True
        ):
            raise Cancelled(_("The import was stopped; nothing was changed."))


def _reader(shop: Shop, heading: Heading, sample: Sample) -> _Reader:
    """The reader for that kind of table.

    Raises:
        Refused: no column says who or what the rows are about.
    """
    settings, today = shop.settings, shop.today()
    if heading.into == "purchases":
        return PurchaseRows(heading, settings, today, sample)
    if heading.into == "tickets":
        return TicketRows(heading, settings, today, sample)
    reader = CustomerRows(heading, settings.region, today, sample)
    if not reader.says_who:
        raise Refused(
            _(
                "No column says who the customers are. Name one, such as --map name={column}. "
                "The columns are: {columns}."
            ).format(column=heading.names[0] if heading.names else "1", columns=", ".join(heading.names)),
            columns=list(heading.names),
        )
    return reader


def _understood(
    rows: Iterable[Row], reader: _Reader, spool: IO[bytes], steps: _Steps, report: ImportReport
) -> Callable[[], Iterator[Any]]:
    """Read all rows into drafts, kept in `spool` (they need not fit into memory); hands them out as often as asked."""
    encode = msgspec.json.Encoder().encode
    count = 0
    with _readable(report.file):
        for row in rows:
            spool.write(encode(reader.read(row)) + b"\n")
            count += 1
            steps.at(count)
    steps.total = 2 * count
    return lambda: _drafts(spool, report.into, steps, count)


def _drafts(spool: IO[bytes], into: str, steps: _Steps, count: int) -> Iterator[Any]:
    spool.seek(0)
    decode = msgspec.json.Decoder(DRAFTS[into]).decode
    for number, raw in enumerate(spool, 1):
        yield decode(raw)
        steps.at(count + number)


class _DryRun(Exception):  # noqa: N818 - no error, only a way out of the transaction
    """Leaves the transaction without committing."""


def _commit(shop: Shop, report: ImportReport, policy: str, drafts: Callable[[], Iterable[Any]]) -> None:
    """Take all rows as one action."""
    for attempt in range(_ATTEMPTS):
        found = replace(report, refused=list(report.refused))
        rests_on = None if attempt == _ATTEMPTS - 1 else {*_RESTS_ON, report.into}
        try:
            _attempt(shop, found, policy, drafts(), rests_on)
        except Overtaken:
            continue
        vars(report).update(vars(found))
        return


def _attempt(
    shop: Shop, report: ImportReport, policy: str, drafts: Iterable[Any], rests_on: set[str] | None
) -> None:
    """Take all rows as one action, without the lock until it is written where tables are named.

    Raises:
        Overtaken: others changed one of these tables meanwhile; nothing was done.
    """
    try:
        with shop.changing(f"import.{report.into}", rests_on) as step:
            plan: _Plan
            if report.into == "purchases":
                plan = PurchasePlan(step.view, report, policy)
            elif report.into == "tickets":
                plan = TicketPlan(step.view, report, policy)
            else:
                plan = CustomerPlan(step.view, report, policy)
            for draft in drafts:
                plan.take(draft)
            plan.finish()
            if report.dry_run:
                raise _DryRun  # noqa: TRY301 - the way out of the transaction is an exception
            step.view.transaction.meta.update(_meta(report))
        report.action = step.done.action
    except _DryRun:
        report.action = None


def _meta(report: ImportReport) -> dict[str, Any]:
    """What the journal notes about an import."""
    return {
        "file": report.file.name,
        "source": report.source,
        "new": report.new,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "duplicates": report.duplicates,
        "refused": report.refused_count,
    }


def _warnings(reader: _Reader) -> list[str]:
    """The warnings of the rows, each once, with the first lines it is about."""
    found: list[str] = []
    for sentence, noticed in reader.warnings.items():
        lines = list(dict.fromkeys(noticed))
        shown = ", ".join(map(str, lines[:_MOST_LINES])) + (" …" if len(lines) > _MOST_LINES else "")
        where = ngettext("line {lines}", "lines {lines}", len(lines)).format(lines=shown)
        found.append(f"{where}: {sentence}" if lines else sentence)
    return found
