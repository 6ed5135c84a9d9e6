from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from store.errors import Refused
from store.exchange.importing import import_file
from store.exchange.report import ImportReport
from store.records.kinds import Channel, TicketState
from store.records.purchase import Purchase
from store.records.ticket import Ticket
from store.shop import Shop
from tests.exchange.table_files import Grid, contents, purchases, write_table

MEMBERS: Grid = [["会员号", "姓名", "手机"], [1, "王小明", 13800138001], [2, "李芳", 13800138002]]
SALES: Grid = [
    ["会员号", "消费金额", "消费时间", "备注"],
    [1, 45, dt.datetime(2022, 6, 30, 1, 17, 56, 89000), "文具盒"],  # noqa: DTZ001
    [1, "1,234.50", "2022-06-30", ""],
    [2, "￥88.00", "2022/7/1 10:00", "茶"],
    [2, "￥88.00", "2022/7/1 10:00", "茶"],
    [10, 100, "2022-07-03 17:10:41", "乒乓球拍"],
]


def take(shop: Shop, folder: Path, rows: Grid, name: str = "sales.xlsx", **options: Any) -> ImportReport:
    return import_file(shop, write_table(folder, name, rows), **options)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    assert (
        report.read
        == report.new + report.updated + report.unchanged + report.duplicates + report.refused_count
    )
    return report.new, report.updated, report.unchanged, report.refused_count


@pytest.fixture
def members(shop: Shop, tmp_path: Path) -> Shop:
    take(shop, tmp_path, MEMBERS, "members.xlsx")
    return shop


def test_purchases_attach_by_number_elsewhere(members: Shop, tmp_path: Path) -> None:
    report = take(members, tmp_path, SALES)

    assert report.into == "purchases"
    assert counts(report) == (4, 0, 0, 1)
    assert report.refused[0].line == 6
    assert report.refused[0].reason == "no customer has the number 10 in xlsx"
    assert report.exit_status == 1
    found = purchases(members)
    assert [(entry.customer, entry.total, entry.note) for entry in found] == [
        (1, 4500, "文具盒"),
        (1, 123450, ""),
        (2, 8800, "茶"),
        (2, 8800, "茶"),
    ]
    assert found[0].at.isoformat() == "2022-06-29T17:17:56.089000+00:00"
    assert found[1].at.isoformat() == "2022-06-29T16:00:00+00:00"
    assert members.customers.file(1).purchase_total == 127950


def test_the_same_file_again_changes_nothing(members: Shop, tmp_path: Path) -> None:
    take(members, tmp_path, SALES)
    before = contents(members)

    report = take(members, tmp_path, SALES)

    assert counts(report) == (0, 0, 4, 1)
    assert report.action is None
    assert contents(members) == before


def test_one_more_row_like_others_is_one_more_purchase(members: Shop, tmp_path: Path) -> None:
    take(members, tmp_path, SALES[:5])

    report = take(members, tmp_path, [*SALES[:5], SALES[4]])

    assert counts(report) == (1, 0, 4, 0)


def test_a_purchase_corrected_by_hand_is_known_again(members: Shop, tmp_path: Path) -> None:
    take(members, tmp_path, SALES[:3])
    members.do("purchase.edit", purchase=1, total="54")

    report = take(members, tmp_path, SALES[:3])

    assert counts(report) == (0, 0, 2, 0)
    assert purchases(members)[0].total == 5400


def test_undo_takes_a_whole_import_of_purchases_back(members: Shop, tmp_path: Path) -> None:
    take(members, tmp_path, SALES)

    done = members.undo()

    assert done.left == ()
    assert purchases(members) == []
    assert counts(take(members, tmp_path, SALES)) == (4, 0, 0, 1)


def test_customers_with_imported_purchases_are_left_by_the_undo_of_their_import(
    members: Shop, tmp_path: Path
) -> None:
    take(members, tmp_path, SALES[:2])

    done = members.undo(1)

    assert [(left.table, left.id) for left in done.left] == [("customers", 1)]


def test_purchases_attach_by_telephone_and_never_by_name(members: Shop, tmp_path: Path) -> None:
    report = take(
        members,
        tmp_path,
        [
            ["姓名", "手机号", "金额", "时间"],
            ["谁也不是", "+86 138-0013-8001", 10, "2026-01-02"],
            ["李芳", "", 20, "2026-01-02"],
            ["李芳", "13900000000", 30, "2026-01-02"],
        ],
    )

    assert counts(report) == (1, 0, 0, 2)
    assert [entry.customer for entry in purchases(members)] == [1]
    assert "neither by number nor by telephone" in report.refused[0].reason
    assert "13900000000" in report.refused[1].reason


def test_a_number_elsewhere_that_contradicts_name_and_telephone_is_refused(
    members: Shop, tmp_path: Path
) -> None:
    report = take(
        members,
        tmp_path,
        [
            ["会员号", "姓名", "手机", "金额", "时间"],
            [1, "李芳", "13800138002", 10, "2026-01-02"],
            [1, "王小明", "13800138002", 10, "2026-01-02"],
            [1, "赵六", "", 10, "2026-01-02"],
        ],
    )

    assert counts(report) == (1, 0, 0, 2)
    assert "belongs to 李芳" in report.refused[0].reason
    assert [row.line for row in report.refused] == [2, 4]


def test_another_source_is_named_when_somebody_has_the_number_there(members: Shop, tmp_path: Path) -> None:
    report = take(members, tmp_path, [["会员号", "金额", "时间"], [1, 10, "2026-01-02"]], "sales.csv")

    assert "no customer has the number 1 in csv" in report.refused[0].reason
    assert "xlsx" in report.refused[0].reason
    assert report.refused_file is not None
    assert counts(import_file(members, tmp_path / "sales.csv", source="xlsx")) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ([1, "", "2026-01-02"], "no amount"),
        ([1, "很多", "2026-01-02"], "not an amount"),
        ([1, "1.234", "2026-01-02"], "finer than"),
        ([1, 10, ""], "no date"),
        ([1, 10, "昨天"], "not a time"),
        ([1, -10, "2026-01-02"], "returned amount"),
    ],
)
def test_rows_that_cannot_be_purchases_say_why(
    members: Shop, tmp_path: Path, row: list[object], words: str
) -> None:
    report = take(members, tmp_path, [["会员号", "金额", "时间"], row, [2, 10, "2026-01-02"]])

    assert counts(report) == (1, 0, 0, 1)
    assert words in report.refused[0].reason


def test_orders_are_known_by_their_number(members: Shop, tmp_path: Path) -> None:
    header = ["订单号", "会员号", "实付金额", "下单时间", "商品名称", "数量", "渠道", "备注"]
    row = ["A-1", 1, 45, "2026-01-02 10:00", "龙井", 2, "WeChat", ""]
    take(members, tmp_path, [header, row])
    first = purchases(members)[0]

    again = take(members, tmp_path, [header, row])
    changed = take(members, tmp_path, [header, [*row[:2], 40, *row[3:7], "少给五元"]])
    stolen = take(members, tmp_path, [header, ["A-1", 2, *row[2:]]])

    assert (first.order_no, first.channel, first.source) == ("A-1", Channel.WECHAT, "xlsx")
    assert [(item.name, item.quantity, item.price) for item in first.items] == [("龙井", 2, 2250)]
    assert counts(again) == (0, 0, 1, 0)
    assert counts(changed) == (0, 1, 0, 0)
    (now,) = purchases(members)
    assert (now.total, now.note, now.items) == (4000, "少给五元", now.items)
    assert counts(stolen) == (0, 0, 0, 1)
    assert "order A-1 is C000001's" in stolen.refused[0].reason


def test_the_lines_of_an_order_are_its_items(members: Shop, tmp_path: Path) -> None:
    rows: Grid = [
        ["订单号", "会员号", "金额", "时间", "商品"],
        ["A-1", 1, 45, "2026-01-02", "龙井"],
        ["A-1", 1, 30, "2026-01-02", "普洱"],
        ["A-2", 2, 99, "2026-01-02", "茶杯"],
        ["A-2", 2, 99, "2026-01-02", "茶壶"],
    ]

    first = take(members, tmp_path, rows)
    before = contents(members)
    again = take(members, tmp_path, rows)

    assert counts(first) == (2, 2, 0, 0)
    one, two = purchases(members)
    assert (one.total, [item.name for item in one.items]) == (7500, ["龙井", "普洱"])
    assert (two.total, [item.name for item in two.items]) == (9900, ["茶杯", "茶壶"])
    assert len({item.key for item in one.items}) == 2
    assert any("A-2" in warning for warning in first.warnings)
    assert counts(again) == (0, 0, 4, 0)
    assert again.action is None
    assert contents(members) == before


def test_a_date_and_a_time_in_columns_of_their_own(members: Shop, tmp_path: Path) -> None:
    take(members, tmp_path, [["会员号", "金额", "日期", "时间"], [1, 10, "2026-01-02", "18:30"]])

    assert purchases(members)[0].at.isoformat() == "2026-01-02T10:30:00+00:00"


def test_a_member_sheet_with_sums_is_no_table_of_purchases(shop: Shop, tmp_path: Path) -> None:
    report = take(
        shop,
        tmp_path,
        [["姓名", "手机", "积分", "消费金额", "消费时间"], ["王芳", "13800138001", 1, 500, "2026-01-02"]],
    )

    assert report.into == "customers"


def test_a_table_without_amounts_cannot_be_purchases(members: Shop, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="No column says the amount"):
        take(members, tmp_path, [["会员号", "时间"], [1, "2026-01-02"]], into="purchases")


def test_columns_that_purchases_have_no_place_for_are_named(members: Shop, tmp_path: Path) -> None:
    report = take(members, tmp_path, [["会员号", "金额", "时间", "桌号"], [1, 10, "2026-01-02", "5"]])

    assert "桌号" in report.warnings[0]


def test_tickets_come_in_once(members: Shop, tmp_path: Path) -> None:
    rows: Grid = [
        ["手机", "标题", "类型", "投诉时间", "状态", "内容", "处理结果"],
        ["13800138001", "茶叶受潮", "投诉", "2026-01-02 10:00", "已解决", "打开就是潮的", "已换货"],
        ["13800138002", "", "建议", "2026-01-03", "处理中", "希望有小包装\n谢谢", ""],
        ["13900000000", "谁", "投诉", "2026-01-03", "", "", ""],
    ]

    first = take(members, tmp_path, rows)
    again = take(members, tmp_path, rows)

    assert first.into == "tickets"
    assert counts(first) == (2, 0, 0, 1)
    assert counts(again) == (0, 0, 2, 1)
    one, two = members.records.every(Ticket)
    assert (one.subject, one.state, one.notes[0].text) == ("茶叶受潮", TicketState.RESOLVED, "已换货")
    assert one.opened_at is not None
    assert one.opened_at.isoformat() == "2026-01-02T02:00:00+00:00"
    assert (two.subject, two.state, two.type) == ("希望有小包装", TicketState.WORKING, "suggestion")
    assert [entry.kind for entry in members.history(limit=1)] == ["import.tickets"]


def test_refused_purchases_come_in_when_their_customer_is_there(members: Shop, tmp_path: Path) -> None:
    report = take(members, tmp_path, SALES)
    assert report.refused_file is not None
    take(members, tmp_path, [["会员号", "姓名"], [10, "新会员"]], "more.xlsx")

    again = import_file(members, report.refused_file)

    assert counts(again) == (1, 0, 0, 0)
    assert members.records.get(Purchase, 5).customer == 3


def test_an_export_of_imported_orders_is_known_again(members: Shop, tmp_path: Path) -> None:
    from store.exchange.exporting import export

    take(members, tmp_path, [["订单号", "会员号", "金额", "时间"], ["A-1", 1, 45, "2026-01-02"]])
    export(members, "purchases", tmp_path / "out.csv")

    assert counts(import_file(members, tmp_path / "out.csv")) == (0, 0, 1, 0)


def test_numbers_that_other_programs_guard_against_spreadsheets(members: Shop, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(
        '订单编号,买家手机,实付金额,付款时间\n="00123","=""13800138001""",10,2026-01-02\n\'00124,\t13800138002,20,2026-01-02\n',
        encoding="utf-8",
    )

    assert counts(import_file(members, path)) == (2, 0, 0, 0)
    assert [(entry.customer, entry.order_no) for entry in purchases(members)] == [(1, "00123"), (2, "00124")]


def test_amounts_with_a_decimal_comma(members: Shop, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "会员号;金额;时间\n1;1.234,50;2026-01-02\n2;12,5;2026-01-02\n1;7;2026-01-03\n", encoding="utf-8"
    )

    assert counts(import_file(members, path, source="xlsx")) == (3, 0, 0, 0)
    assert [entry.total for entry in purchases(members)] == [123450, 1250, 700]


def test_amounts_that_a_program_computed_are_rounded_with_a_warning(members: Shop, tmp_path: Path) -> None:
    rows = [[1, 957.5775, "2026-01-02"], [1, "0.30000000000000004", "2026-01-03"]]
    report = take(members, tmp_path, [["会员号", "金额", "时间"], *rows])

    assert counts(report) == (2, 0, 0, 0)
    assert [entry.total for entry in purchases(members)] == [95758, 30]
    assert "rounded" in report.warnings[0]


def test_orders_that_came_to_nothing_are_no_purchases(members: Shop, tmp_path: Path) -> None:
    rows: Grid = [
        ["订单编号", "联系手机", "买家实际支付金额", "总金额", "订单付款时间", "订单状态", "宝贝标题"],
        ["1", "13800138001", 10, 12, "2026-01-02", "交易成功", "茶"],
        ["2", "13800138001", 20, 22, "2026-01-02", "交易关闭", "茶"],
    ]

    report = take(members, tmp_path, rows)

    assert counts(report) == (1, 0, 0, 1)
    assert "交易关闭" in report.refused[0].reason
    assert [(entry.total, entry.items[0].name) for entry in purchases(members)] == [(1000, "茶")]


def test_one_date_that_leaves_no_doubt_decides_for_the_whole_file(members: Shop, tmp_path: Path) -> None:
    rows = [[1, 10, "3/4/2026"] for _number in range(500)]

    take(members, tmp_path, [["会员号", "金额", "时间"], *rows, [1, 10, "25/4/2026"]])

    days = {entry.at.astimezone(members.settings.zone).date() for entry in purchases(members)}
    assert days == {dt.date(2026, 4, 3), dt.date(2026, 4, 25)}


def test_a_running_number_beside_the_members_number_is_not_taken_for_it(
    members: Shop, tmp_path: Path
) -> None:
    rows: Grid = [["ID", "会员号", "金额", "时间"], [1, 2, 10, "2026-01-02"], [2, 2, 20, "2026-01-03"]]

    report = take(members, tmp_path, rows)

    assert counts(report) == (2, 0, 0, 0)
    assert [entry.customer for entry in purchases(members)] == [2, 2]
    assert "ID" in report.warnings[0]


def test_a_number_without_a_name_that_the_telephone_contradicts_is_refused(
    members: Shop, tmp_path: Path
) -> None:
    report = take(members, tmp_path, [["ID", "手机", "金额", "时间"], [1, "13800138002", 10, "2026-01-02"]])

    assert counts(report) == (0, 0, 0, 1)
    assert "belongs to 李芳" in report.refused[0].reason
