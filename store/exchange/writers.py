"""Writing tables as CSV or XLSX. What a spreadsheet would run is harmless in both; see `safe_cells`."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from store.exchange.atomic import write_atomically
from store.exchange.export_tables import Cell, Table
from store.exchange.safe_cells import neutralised, survives

WIDEST = 40


def write_csv(table: Table, target: Path) -> int:
    """Write one table as Excel and WPS open it (UTF-8 with its mark, CRLF); returns how many rows it has.

    Raises:
        OSError: it cannot be written; a file of that name is as it was.
    """
    count = 0
    with write_atomically(target) as raw:
        text = io.TextIOWrapper(raw, "utf-8-sig", newline="")
        writer = csv.writer(text)
        writer.writerow(map(neutralised, table.headers))
        for row in table.rows:
            writer.writerow([cell if isinstance(cell, Decimal) else neutralised(cell) for cell in row])
            count += 1
        text.flush()
        text.detach()
    return count


def write_xlsx(tables: Sequence[tuple[str, Table]], target: Path) -> dict[str, int]:
    """Write tables as the sheets of one workbook, all text as text; returns how many rows each has.

    Raises:
        OSError: it cannot be written; a file of that name is as it was.
    """
    import xlsxwriter

    counts: dict[str, int] = {}
    with write_atomically(target) as raw:
        book = xlsxwriter.Workbook(raw, {"constant_memory": True, "strings_to_formulas": False})
        text_format = book.add_format({"num_format": "@"})
        bold = book.add_format({"num_format": "@", "bold": True})
        for title, table in tables:
            sheet = book.add_worksheet(title[:31])
            sheet.freeze_panes(1, 0)
            for index, header in enumerate(table.headers):
                sheet.set_column(index, index, min(WIDEST, 6 + 2 * len(header)), text_format)
                sheet.write_string(0, index, _exact(header), bold)
            counts[table.name] = _write_rows(sheet, table, text_format)
        book.close()
    return counts


def _write_rows(sheet: Any, table: Table, text_format: Any) -> int:
    count = 0
    for count, row in enumerate(table.rows, 1):
        for index, cell in enumerate(row):
            _write_cell(sheet, count, index, cell, text_format)
    return count


def _write_cell(sheet: Any, row: int, column: int, cell: Cell, text_format: Any) -> None:
    if isinstance(cell, Decimal):
        sheet.write_number(row, column, float(cell))
    elif cell:
        sheet.write_string(row, column, _exact(cell), text_format)


def _exact(text: str) -> str:
    """A text cell runs nothing, so only what our import would take for neutralised gets an apostrophe."""
    return text if survives(text) else neutralised(text)
