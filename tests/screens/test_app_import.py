"""Bringing a sheet in from the screen."""

from __future__ import annotations

from pathlib import Path

from screens.import_form import ImportForm, RefusedRowsScreen
from tests.screens.tea_house import running, screen_text, shop_at, until

SHEET = "name,phone\nNew Man,13511112222\nMasked,138****8000\n"


async def test_a_sheet_is_looked_at_imported_and_taken_back(tea_house: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "members 会员.csv"
    sheet.write_text(SHEET, encoding="utf-8")
    async with running(tea_house) as (app, pilot):
        await pilot.press("ctrl+n")
        await until(pilot, lambda: isinstance(app.screen, ImportForm) and bool(app.screen._base))
        form = app.screen
        assert isinstance(form, ImportForm)
        form.field("file").value = f'"{sheet}"'
        await until(pilot, lambda: "1 new" in form.field("file").note)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, RefusedRowsScreen))
        await until(pilot, lambda: "Masked" in screen_text(app))
        await pilot.press("escape", "ctrl+z")
        await until(pilot, lambda: "Taken back: customers imported" in screen_text(app))
    with shop_at(tea_house) as shop:
        assert not shop.lookup.search("New Man").matches


async def test_the_contacts_of_a_telephone_come_in_too(tea_house: Path, tmp_path: Path) -> None:
    cards = "".join(
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name}\r\nTEL;TYPE=CELL:{phone}\r\nEND:VCARD\r\n"
        for name, phone in (("李雷", "13511112222"), ("Masked", "138****8000"))
    )
    (tmp_path / "contacts.vcf").write_text(cards, encoding="utf-8")
    async with running(tea_house) as (app, pilot):
        await pilot.press("ctrl+n")
        await until(pilot, lambda: isinstance(app.screen, ImportForm) and bool(app.screen._base))
        form = app.screen
        assert isinstance(form, ImportForm)
        form.field("file").value = str(tmp_path)
        await until(pilot, lambda: "contacts.vcf" in form.field("file").note)
        form.field("file").value = str(tmp_path / "contacts.vcf")
        await until(pilot, lambda: "1 new, 1 refused" in form.field("file").note)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, RefusedRowsScreen))
        assert "Part of the number is hidden" in screen_text(app)
        await pilot.press("escape", "ctrl+z")
        await until(pilot, lambda: "Taken back: customers imported" in screen_text(app))


async def test_a_file_that_is_not_there_is_said_beside_the_field(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.press("ctrl+n")
        await until(pilot, lambda: isinstance(app.screen, ImportForm) and bool(app.screen._base))
        form = app.screen
        assert isinstance(form, ImportForm)
        await pilot.press(*"nowhere.csv", "ctrl+s")
        await until(pilot, lambda: "no such file" in form.field("file").note)
        assert app.screen is form


async def test_a_running_import_is_stopped_with_escape(tea_house: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "many.csv"
    rows = "".join(f"Man {number},1351{number:07d}\n" for number in range(5000))
    sheet.write_text("name,phone\n" + rows, encoding="utf-8")
    async with running(tea_house) as (app, pilot):
        await pilot.press("ctrl+n")
        await until(pilot, lambda: isinstance(app.screen, ImportForm) and bool(app.screen._base))
        form = app.screen
        assert isinstance(form, ImportForm)
        progress = form._progress

        def stopping(done: int, total: int) -> bool:
            form._stop = True
            return progress(done, total)

        form._progress = stopping  # type: ignore[method-assign]
        form.field("file").value = str(sheet)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "stopped" in screen_text(app))
    with shop_at(tea_house) as shop:
        assert shop.lookup.count == 8
