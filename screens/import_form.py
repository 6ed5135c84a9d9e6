"""Brings a sheet in: the file, what it would bring, the import with its progress, and what was refused."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.timer import Timer
from textual.widget import Widget

from locales import N_, _, ngettext
from screens.base import HouseScreen
from screens.form import FormScreen
from store.errors import CrmError, Refused
from widgets.choice_field import ChoiceField
from widgets.fields import Field, TextField
from widgets.lines import PlainText
from widgets.row_list import Column, RowList

if TYPE_CHECKING:
    from store.exchange.report import ImportReport, RefusedRow


SHEETS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".vcf")
MOST_NAMES = 8


class ImportForm(FormScreen["ImportReport"]):
    """A file and what it holds. What would come of it is said beneath before anything is done; Esc stops the import."""

    KIND = "import_file"
    BAR = ("import.do", "form.leave", "house.help", "house.more")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,f8", "save", N_("Import"), id="import.do", tooltip=N_("Bring the file in")),
    ]
    ABOUT = N_(
        "Type or paste the path of a CSV or XLSX file, or of contacts that a telephone exported (.vcf)."
        " What it would bring is said beneath the field. Ctrl+S imports, Esc stops an import that is running."
        " One Ctrl+Z takes the whole import back."
    )

    def title_text(self) -> str:
        """What the form is for."""
        return _("Bring in a file (CSV, XLSX, or VCF from a telephone)")

    def fields(self) -> Iterable[Widget]:
        """The file, and what its rows are."""
        self._checking: Timer | None = None
        self._stop = False
        self._at: tuple[int, int] | None = None
        yield TextField("file", _("file"))
        kinds = [("auto", _("by its columns")), ("customers", _("customers")), ("purchases", _("purchases"))]
        yield ChoiceField("into", _("holds"), [*kinds, ("tickets", _("tickets"))], "auto")

    async def ready(self) -> None:
        """Go to the file."""
        self.field("file").focus()

    def on_field_changed(self, _event: Field.Changed) -> None:
        """Look into the file when typing pauses."""
        if self._checking is not None:
            self._checking.stop()
        self._checking = self.set_timer(0.5, self._look)

    async def _look(self) -> None:
        """Say what the file would bring."""
        field = self.field("file")
        path = _path(field.value)
        if not path.is_file():
            field.warn(sheets_near(path) if field.value.strip() else "")
            return
        try:
            report = await self._import(path, dry_run=True)
        except CrmError as error:
            field.error(error.message)
        else:
            field.warn(
                " ".join([_("It would bring: {what}").format(what=counts(report)), report.dates]).strip()
            )

    async def _import(self, path: Path, *, dry_run: bool) -> ImportReport:
        from store.exchange.importing import import_file

        chosen = self.field("into").value
        into = None if chosen == "auto" else chosen
        return await self.desk.run(
            lambda shop: import_file(shop, path, into=into, dry_run=dry_run, progress=self._progress)
        )

    def _progress(self, done: int, total: int) -> bool:
        """Called on the store thread: note how far it is, and say whether to stop."""
        self._at = (done, total)
        return self._stop

    async def save(self, values: Mapping[str, str], base: Mapping[str, str]) -> ImportReport:  # noqa: ARG002 - a path has no base
        """Import the file."""
        path = _path(values["file"])
        if not path.is_file():
            raise Refused(_("There is no such file."), fields={"file": sheets_near(path)})
        self._stop, self._at = False, None
        telling = asyncio.create_task(self._tell_progress())
        try:
            return await self._import(path, dry_run=False)
        finally:
            telling.cancel()

    async def _tell_progress(self) -> None:
        while True:
            await asyncio.sleep(0.5)
            if self._at is not None:
                done, total = self._at
                self.tell(
                    _("{done} of {total} steps done; Esc stops.").format(done=f"{done:,}", total=f"{total:,}")
                )

    async def action_leave(self) -> None:
        """Stop a running import; else leave."""
        if self._saving:
            self._stop = True
        else:
            await super().action_leave()

    def after(self, result: ImportReport) -> None:
        """Say what came in, and list what did not."""
        if result.refused:
            self.house.push_screen(RefusedRowsScreen(result))
        undo = " " + _("Ctrl+Z takes it back.") if result.action else ""
        dates = " " + result.dates if result.dates else ""
        self.house.tell(counts(result) + dates + undo, "warn" if result.refused else "")


class RefusedRowsScreen(HouseScreen[None]):
    """The rows that did not come in, with the reason of each and the file they were written to.

    Args:
        report: what became of the import.
    """

    CSS = "#refused-title { padding: 0 1; margin: 1 0; } #refused { padding: 0 1; }"
    AUTO_FOCUS = "#refused"
    BAR = ("refused.back", "house.help")
    ABOUT = N_("The rows that did not come in. Correct them in the file that is named, and import that file.")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", N_("Back"), id="refused.back", tooltip=N_("Back to where you were")),
    ]

    def __init__(self, report: ImportReport) -> None:
        super().__init__()
        self._report = report

    def body(self) -> ComposeResult:
        """Where they were written, then line and reason of each."""
        where = self._report.refused_file
        text = counts(self._report)
        if where is not None:
            text += "\n" + _("To correct and import again: {file}").format(file=where)
        yield PlainText("\n".join([text, *self._report.warnings[:3]]), id="refused-title")
        rows: RowList[RefusedRow] = RowList(
            (
                Column(width=7, title=_("line")),
                Column(share=2, title=_("why")),
                Column(title=_("row"), needs=60),
            ),
            key=lambda row: row.line,
            cells=lambda row: (str(row.line), row.reason, "  ".join(cell for cell in row.cells if cell)),
            id="refused",
        )
        yield rows

    def on_mount(self) -> None:
        """List them."""
        self.query_one("#refused", RowList).show(self._report.refused)

    def action_back(self) -> None:
        """Back to where one was."""
        self.dismiss()


def counts(report: ImportReport) -> str:
    """What became of the rows, in one sentence."""
    parts = [ngettext("{count} new", "{count} new", report.new).format(count=report.new)]
    if report.updated:
        parts.append(
            ngettext("{count} changed", "{count} changed", report.updated).format(count=report.updated)
        )
    if report.unchanged:
        known = ngettext("{count} known already", "{count} known already", report.unchanged)
        parts.append(known.format(count=report.unchanged))
    if refused := len(report.refused):
        parts.append(ngettext("{count} refused", "{count} refused", refused).format(count=refused))
    kinds = {"customers": _("customers"), "purchases": _("purchases"), "tickets": _("tickets")}
    return _("{kind}: {counts}.").format(kind=kinds[report.into], counts=_(", ").join(parts))


def _path(text: str) -> Path:
    """The path a person typed, dragged or pasted: quotes around it and ~ are understood."""
    return Path(text.strip().strip("'\"")).expanduser()


def sheets_near(path: Path) -> str:
    """What to type instead of `path`, which is no file: the sheets of that folder, or those that begin so."""
    folder, begun = (path, "") if path.is_dir() else (path.parent, path.name)
    try:
        found = sorted(
            entry.name
            for entry in folder.iterdir()
            if entry.suffix.casefold() in SHEETS and entry.name.casefold().startswith(begun.casefold())
        )
    except OSError:
        found = []
    if not found:
        return _("No sheet is there.") if path.is_dir() else _("There is no such file.")
    names = _(", ").join(found[:MOST_NAMES]) + (" ..." if len(found) > MOST_NAMES else "")
    return _("There: {names}").format(names=names)
