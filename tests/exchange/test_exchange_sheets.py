from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest

from store.errors import NotFound, Refused, ShopUnusable
from store.exchange.sheets import open_sheet
from tests.exchange.table_files import csv_text, write_table

ROWS = [
    ["编号", "姓名", "说明"],
    ["1", "王小明", "老顾客，常来"],
    ["2", "李芳", '第一行\n第二行, "引号"'],
    ["3", "欧阳娜娜", "喜欢喝龙井茶；不要太浓"],
]
TEXT = csv_text(ROWS)


def cells(path: Path, encoding: str | None = None) -> list[list[str]]:
    return [list(row.cells) for row in open_sheet(path, encoding).rows()]


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("gbk"), "gb18030"),
        (TEXT.encode("gb18030"), "gb18030"),
        (TEXT.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (csv_text(ROWS, "\t").encode("utf-16"), "utf-16"),
        (csv_text(ROWS, ";").encode(), "utf-8"),
        (csv_text(ROWS, "|").encode(), "utf-8"),
        (csv_text(ROWS, "\t").encode("gbk"), "gb18030"),
        (b"sep=;\r\n" + csv_text(ROWS, ";").encode(), "utf-8"),
        (TEXT.replace("\r\n", "\n").encode(), "utf-8"),
    ],
)
def test_the_same_rows_out_of_every_encoding_and_delimiter(tmp_path: Path, raw: bytes, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(raw)

    assert open_sheet(path).encoding == encoding
    assert cells(path) == ROWS


def test_lines_that_end_in_a_carriage_return_alone(tmp_path: Path) -> None:
    path = tmp_path / "mac.csv"
    path.write_bytes("order,name\r1,Peter Bühler\r2,Anna Häberlin\r3,Resi Pölking\r".encode("mac_roman"))

    assert open_sheet(path).encoding == "mac_roman"
    assert cells(path)[1:] == [["1", "Peter Bühler"], ["2", "Anna Häberlin"], ["3", "Resi Pölking"]]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("name,city\nJosé García,Málaga\nZoë Müller,Köln\n", "cp1252"),
        ("姓名,備註\n陳大文,喜歡烏龍茶\n林小姐,請勿於上午來電\n", "big5hkscs"),
        ("氏名,メール\n名無しの権兵衛,a@host.invalid\n", "cp932"),
        ("姓名,电话\n丁一,13800138000\n", "gb18030"),
    ],
)
def test_other_code_pages_are_told_apart(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))

    assert open_sheet(path).encoding == encoding
    assert cells(path) == list(csv.reader(text.splitlines()))


def test_an_encoding_may_be_given(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("name\nÄÖÜ\n".encode("cp437"))

    assert cells(path, "cp437")[1] == ["ÄÖÜ"]
    with pytest.raises(Refused, match="no encoding klingon"):
        open_sheet(path, "klingon")


def test_a_line_in_another_encoding_is_reported_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    lines = [f"{number},顾客第{number}号,好茶".encode("gbk") for number in range(1, 30)]
    lines[9] = "10,张三李四王五,很好很好".encode()
    path.write_bytes(b"\n".join([b"id,name,note", *lines]))

    rows = list(open_sheet(path).rows())

    assert [row.line for row in rows if row.broken] == [11]
    assert "gb18030" in rows[10].broken
    assert rows[11].cells == ("11", "顾客第11号", "好茶")


def test_a_file_cut_in_the_middle_of_a_character_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("id,name\n1,王芳\n2,李四\n".encode("gbk")[:-2])

    rows = list(open_sheet(path).rows())

    assert rows[1].cells == ("1", "王芳")
    assert rows[2].broken


def test_rows_know_the_line_they_begin_on_and_blank_ones_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a,b\n1,"x\ny"\n\n , \n2,z\n', encoding="utf-8")

    assert [(row.line, row.cells) for row in open_sheet(path).rows()] == [
        (1, ("a", "b")),
        (2, ("1", "x\ny")),
        (6, ("2", "z")),
    ]


def test_a_quote_that_is_never_closed_does_not_stop_the_reading(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a,b\n1,"open\n' + "x,y\n" * 60_000 + "9,z\n", encoding="utf-8")

    rows = list(open_sheet(path).rows())

    assert "quotation mark" in rows[1].broken
    assert [row.cells for row in rows[2:]] == [("x", "y")] * 60_000 + [("9", "z")]


def test_columns_set_apart_by_blanks(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(" 00004 0001 19970101  2   29.33\n 00004 0001 19970118  2   29.73\n", encoding="ascii")

    assert cells(path)[1] == ["00004", "0001", "19970118", "2", "29.73"]


def test_spreadsheet_cells_are_text_as_a_person_would_type_it(tmp_path: Path) -> None:
    moment = dt.datetime(2022, 6, 30, 1, 17, 56)  # noqa: DTZ001
    path = write_table(
        tmp_path,
        "a.xlsx",
        [["电话", "积分", "时间", "日期"], [13800138000, 12.5, moment, dt.date(2022, 6, 30)]],
    )

    sheet = open_sheet(path)

    assert sheet.format == "xlsx"
    assert [list(row.cells) for row in sheet.rows()][1] == [
        "13800138000",
        "12.5",
        "2022-06-30 01:17:56",
        "2022-06-30",
    ]


def test_numbers_too_long_for_a_spreadsheet_are_warned_about(tmp_path: Path) -> None:
    path = write_table(tmp_path, "a.xlsx", [["订单号"], [123456789012345678]])
    sheet = open_sheet(path)

    list(sheet.rows())

    assert "line 2" in sheet.warnings[0]
    assert "stored as text" in sheet.warnings[0]


def test_rows_of_a_spreadsheet_keep_their_numbers_when_it_begins_further_down(tmp_path: Path) -> None:
    path = write_table(tmp_path, "a.xlsx", [[], [], ["姓名", "电话"], ["王芳", "13800138000"]])

    assert [row.line for row in open_sheet(path).rows()] == [3, 4]


def test_other_sheets_of_a_workbook_are_named(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("空")
        book.add_worksheet("会员").write_row(0, 0, ["姓名"])
        book.add_worksheet("旧会员").write_row(0, 0, ["姓名"])

    sheet = open_sheet(path)

    assert [row.cells for row in sheet.rows()] == [("姓名",)]
    assert "会员" in sheet.warnings[0]
    assert "旧会员" in sheet.warnings[0]


@pytest.mark.parametrize(
    ("raw", "name", "words"),
    [
        (b"%TSD-Header-###%" + bytes(range(256)), "a.xlsx", "encrypted by a company's security software"),
        (b"", "a.csv", "is empty"),
        (b"%PDF-1.7 \xff", "a.csv", "is a PDF file"),
        (b"PK\x03\x04 not really", "a.xlsx", "damaged or encrypted"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "a.xlsx", "damaged or encrypted"),
        (b"\x00\x01\x02\x03", "a.xls", "damaged or encrypted"),
        (b"<html><table><tr><td>x</td></tr></table></html>", "a.xls", "HTML"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "a.ics", "iCalendar"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(
    tmp_path: Path, raw: bytes, name: str, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(raw)

    with pytest.raises(ShopUnusable, match=words):
        list(open_sheet(path).rows())


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="There is no file"):
        open_sheet(tmp_path / "没有.csv")
    with pytest.raises(Refused, match="is a folder"):
        open_sheet(tmp_path)
