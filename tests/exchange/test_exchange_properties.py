"""Whatever stands in a cell, it comes through; whatever stands in a file, nothing crashes."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from store.errors import CrmError
from store.exchange.headers import find_heading
from store.exchange.safe_cells import is_formula, neutralised, restored, survives
from store.exchange.sheets import open_sheet

CELL = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=12)
SPICED = st.builds(
    str.__add__, st.sampled_from(["", "'", "''", "=", "+", "-", "@", "＝", " =", "\t", '="', "'="]), CELL
)


@given(SPICED)
def test_what_is_neutralised_is_harmless_and_comes_back(text: str) -> None:
    cell = neutralised(text)

    assert not is_formula(cell)
    assert restored(cell) == text
    assert restored(text if survives(text) else cell) == text


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(SPICED, min_size=2, max_size=4), min_size=2, max_size=6))
@example([["name", "note"], ["\t", "\t\t"]])
def test_cells_come_back_from_a_file_whatever_they_are(rows: list[list[str]]) -> None:
    rows = [
        ["name", "note", "phone", "email"][: len(row)] if not index else row for index, row in enumerate(rows)
    ]
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(text.getvalue().encode("utf-8-sig"))
        found = [list(row.cells) for row in open_sheet(path).rows()]

    assert found == [row for row in rows if any(cell.strip() for cell in row)]


@settings(max_examples=150, deadline=None)
@given(st.binary(min_size=1, max_size=300), st.sampled_from(["a.csv", "a.xlsx", "a.xls", "a.txt"]))
def test_any_bytes_are_read_or_refused_with_a_sentence(raw: bytes, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(raw)
        try:
            rows = [row.cells for row in open_sheet(path).rows()]
            find_heading(rows, None)
        except CrmError as error:
            assert error.message  # noqa: PT017 - which error it is does not matter, that it speaks does


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 5000), st.binary(min_size=1, max_size=4))
def test_a_damaged_workbook_is_read_or_refused_with_a_sentence(place: int, damage: bytes) -> None:
    import xlsxwriter

    raw = io.BytesIO()
    with xlsxwriter.Workbook(raw) as book:
        book.add_worksheet().write_row(0, 0, ["姓名", "电话", 13800138000])
    whole = raw.getvalue()
    place %= len(whole)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        path.write_bytes(whole[:place] + damage + whole[place + len(damage) :])
        try:
            list(open_sheet(path).rows())
        except CrmError as error:
            assert error.message  # noqa: PT017 - which error it is does not matter, that it speaks does
