"""Spreadsheets, through python-calamine. Cells become text as a person would type it."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from locales import _
from store.errors import ShopUnusable
from store.exchange.headers import HEADER_WITHIN, has_header
from store.exchange.sheets import Row, Sheet

MOST_CELLS = 40_000_000
"""A sheet of so many cells would need a gigabyte."""

_ROW = re.compile(rb'<row\b[^>]*? r="(\d{1,7})"')
_FAR_CELL = re.compile(rb'<c r="([A-Z]{2,3})(\d{1,7})"(?=[^<]*>(?:<f|<v|<is))')
EXACT = 1 << 53
"""Spreadsheets keep numbers as doubles: from here on the last digits are lost."""


def open_workbook(path: Path, file_format: str) -> Sheet:
    """How a spreadsheet is read: its first sheet with columns that we know, else the first that holds anything.

    Raises:
        ShopUnusable: it is damaged, encrypted, or no spreadsheet.
    """
    import python_calamine

    if file_format in ("xlsx", "xlsm"):
        _require_compact(path)
    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
        sheet, chosen, names, sure = None, "", [], False
        for name in book.sheet_names:
            found_sheet = book.get_sheet_by_name(name)
            if not found_sheet.height:
                continue
            names.append(name)
            known = not sure and has_header(_first_rows(found_sheet))
            if sheet is None or known:
                sheet, chosen, sure = found_sheet, name, known
    # calamine raises its own errors and, for some damage, bare ones of zip and XML.
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise ShopUnusable(
            _("{file} is damaged or encrypted: it cannot be read as a spreadsheet.").format(file=path.name),
            file=str(path),
            reason=str(error),
        ) from error
    if sheet is None:
        raise ShopUnusable(_("{file} is empty.").format(file=path.name), file=str(path))
    found = Sheet(path, file_format, "", lambda: _rows(sheet, found), sheet.height)
    if len(names) > 1:
        found.warnings.append(
            _("Only the sheet {name} was read; the file also has {others}.").format(
                name=chosen, others=", ".join(name for name in names if name != chosen)
            )
        )
    return found


def _require_compact(path: Path) -> None:
    """Refuse a workbook with a stray cell far away: calamine would ask for memory for everything between and abort.

    Raises:
        ShopUnusable: names the cell.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name):
                    with archive.open(name) as sheet:
                        _measure(path, sheet)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise ShopUnusable(
            _("{file} is damaged or encrypted: it cannot be read as a spreadsheet.").format(file=path.name),
            file=str(path),
            reason=str(error),
        ) from error


def _measure(path: Path, sheet: IO[bytes]) -> None:
    rows = columns = 0
    farthest, rest = "", b""
    while chunk := sheet.read(1 << 20):
        text = rest + chunk
        numbers = _ROW.findall(text)
        rows = max(rows, int(numbers[-1])) if numbers else rows
        for letters, number in _FAR_CELL.findall(text):
            column = (
                (letters[-3] - 64 if len(letters) == 3 else 0) * 676
                + (letters[-2] - 64) * 26
                + letters[-1]
                - 64
            )
            if column > columns:
                columns, farthest = column, f"{letters.decode()}{int(number)}"
        # A tag may be cut in half.
        rest = text[-80:]
        if rows * columns > MOST_CELLS:
            raise ShopUnusable(
                _(
                    "{file} has a value in cell {cell}, far from all others. Delete it there and try again."
                ).format(file=path.name, cell=farthest),
                file=str(path),
            )


def _first_rows(sheet: Any) -> list[list[str]]:
    """The cells among which a header is looked for."""
    rows = (values for values in sheet.iter_rows() if isinstance(values, list) and any(map(bool, values)))
    return [list(map(cell_text, values)) for values in itertools.islice(rows, HEADER_WITHIN)]


def _rows(sheet: Any, into: Sheet) -> Iterator[Row]:
    lossy: list[int] = []
    for line, values in enumerate(sheet.iter_rows(), 1):
        if isinstance(values, list) and any(value != "" for value in values):
            if any(type(value) is float and abs(value) >= EXACT for value in values):
                lossy.append(line)
            yield Row(line, tuple(map(cell_text, values)))
    if lossy:
        sentence = _(
            "Numbers of more than 15 digits have lost their last digits in the spreadsheet (line {lines}). "
            "Such numbers must be stored as text."
        ).format(lines=", ".join(map(str, lossy[:10])))
        if sentence not in into.warnings:
            into.warnings.append(sentence)


def cell_text(value: Any) -> str:
    """The text of a cell: 13800138000.0 is 13800138000, a date is ISO 8601."""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e18 else repr(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ") if value.time() != dt.time() else value.date().isoformat()
    if value is None:
        return ""
    return str(value)
