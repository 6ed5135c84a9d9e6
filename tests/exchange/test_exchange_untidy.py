"""Files as they come from real counters: half a quotation mark, two rows of headers, a cover sheet, no table at all."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from store.errors import Refused, ShopUnusable
from store.exchange.importing import import_file
from store.shop import Shop
from tests.exchange.table_files import customers


def phones(shop: Shop) -> dict[str, list[str]]:
    return {customer.name: [point.normalized for point in customer.contacts] for customer in customers(shop)}


def test_a_quotation_mark_that_is_never_closed_swallows_no_rows(shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "members.csv"
    file.write_text('姓名,电话\n李二,13800138002\n"王一,13800138001\n张三,13800138003\n')
    report = import_file(shop, file)
    assert phones(shop).keys() == {"李二", "张三"}
    assert [refused.line for refused in report.refused] == [3]
    assert "quotation mark" in report.refused[0].reason


def test_a_quotation_mark_open_over_a_large_file_swallows_no_rows(shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "members.csv"
    rows = "".join(f"客{number},{13800000000 + number}\n" for number in range(9000))
    file.write_text(f'姓名,电话\n"王一,13800138001\n{rows}')
    report = import_file(shop, file)
    assert report.new == 9000
    assert [refused.line for refused in report.refused] == [2]


def test_a_closed_quotation_mark_over_lines_is_a_cell(shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "members.csv"
    file.write_text('姓名,电话,备注\n王一,13800138001,"两\n行"')
    assert import_file(shop, file).refused == []
    (wang,) = customers(shop)
    assert wang.note == "两\n行"


def test_a_header_of_two_rows_is_read_as_one(shop: Shop, tmp_path: Path) -> None:
    import xlsxwriter

    file = tmp_path / "members.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:D1", "会员名单")
        sheet.merge_range("A2:A3", "姓名")
        sheet.merge_range("B2:C2", "联系方式")
        sheet.merge_range("D2:D3", "备注")
        sheet.write_row("B3", ["电话", "微信"])
        sheet.write_row("A4", ["王一", 13800138001, "w1", "常客"])
    assert import_file(shop, file).new == 1
    (wang,) = customers(shop)
    assert (wang.name, wang.note) == ("王一", "常客")
    assert [point.value for point in wang.contacts] == ["13800138001", "w1"]


def test_the_sheet_with_the_table_is_taken(shop: Shop, tmp_path: Path) -> None:
    import xlsxwriter

    file = tmp_path / "members.xlsx"
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet("说明").write(0, 0, "请看第二张")
        sheet = book.add_worksheet("会员")
        sheet.write_row(0, 0, ["姓名", "电话"])
        sheet.write_row(1, 0, ["王一", 13800138001])
    report = import_file(shop, file)
    assert phones(shop) == {"王一": ["+8613800138001"]}
    assert any("会员" in warning and "说明" in warning for warning in report.warnings)


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("rows.csv", random.Random(1).randbytes(3000), "no text"),
        ("rows.json", b'[{"name": "x"}]', "JSON"),
        ("rows.json", b'\xef\xbb\xbf{\n "customers": []}', "JSON"),
        ("rows.csv", b"\n\n \n", "empty"),
    ],
)
def test_what_is_no_table_is_refused(shop: Shop, tmp_path: Path, name: str, raw: bytes, said: str) -> None:
    file = tmp_path / name
    file.write_bytes(raw)
    with pytest.raises(ShopUnusable, match=said):
        import_file(shop, file)
    assert customers(shop) == []


def test_a_header_of_unknown_words_makes_nobody(shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("甲,乙,丙\n1,2,3\n")
    with pytest.raises(Refused, match="--map"):
        import_file(shop, file)
    assert customers(shop) == []
