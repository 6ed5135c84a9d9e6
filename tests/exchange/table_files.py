"""Files for the tests of import and export, made up on the spot."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest

from store.records.base import Record, to_json
from store.records.customer import Customer
from store.records.purchase import Purchase
from store.shop import Shop

DATA = Path(__file__).parents[3] / "shared" / "data"

Grid = Sequence[Sequence[object]]


def real_file(name: str) -> Path:
    """A real file that is no part of the project; the test is skipped where it is not there."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"the real file {name} is not on this machine")
    return path


def csv_text(rows: Grid, delimiter: str = ",") -> str:
    """Rows as CSV."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def write_table(folder: Path, name: str, rows: Grid, encoding: str = "utf-8") -> Path:
    """A CSV or XLSX file, by its suffix. Numbers are numbers in a spreadsheet."""
    path = folder / name
    if path.suffix == ".csv":
        path.write_bytes(csv_text(rows).encode(encoding))
        return path
    import xlsxwriter

    with xlsxwriter.Workbook(
        path, {"default_date_format": "yyyy-mm-dd hh:mm:ss", "strings_to_formulas": False}
    ) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate(rows):
            sheet.write_row(line, 0, row)
    return path


def customers(shop: Shop) -> list[Customer]:
    """Everybody in the shop."""
    return shop.records.every(Customer)


def purchases(shop: Shop) -> list[Purchase]:
    """Every purchase in the shop."""
    return shop.records.every(Purchase)


def contents(shop: Shop) -> dict[str, list[dict[str, object]]]:
    """All customers and purchases with all their fields."""
    records: dict[str, list[Record]] = {"customers": [*customers(shop)], "purchases": [*purchases(shop)]}
    return {table: [to_json(record) for record in found] for table, found in records.items()}


def refused(file: Path) -> list[list[str]]:
    """The rows of a file of refused rows, its header first."""
    return list(csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline="")))
