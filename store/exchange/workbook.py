"""Spreadsheets, through python-calamine. Cells become text as a person would type it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from locales import _
from store.errors import ShopUnusable
from store.exchange.sheets import Row, Sheet

EXACT = 1 << 53
"""Spreadsheets keep numbers as doubles: from here on the last digits are lost."""


def open_workbook(path: Path, file_format: str) -> Sheet:
    """How a spreadsheet is read: its first sheet that holds anything.

    Raises:
        ShopUnusable: it is damaged, encrypted, or no spreadsheet.
    """
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
        names = [name for name in book.sheet_names if book.get_sheet_by_name(name).height]
        sheet = book.get_sheet_by_name(names[0]) if names else None
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
                name=names[0], others=", ".join(names[1:])
            )
        )
    return found


def _rows(sheet: Any, into: Sheet) -> Iterator[Row]:
    first = (sheet.start or (0, 0))[0] + 1
    lossy: list[int] = []
    for line, values in enumerate(sheet.iter_rows(), first):
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
