from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from store.errors import Refused, ShopUnusable, Usage
from store.exchange.importing import import_file, preview
from store.exchange.report import Cancelled, ImportReport
from store.records.customer import Customer
from store.records.kinds import ContactType, Gender
from store.shop import Shop
from tests.exchange.table_files import Grid, contents, customers, refused, write_table
from tests.helpers import FrozenClock

MEMBERS: Grid = [
    ["会员号", "姓名", "手机", "生日", "积分", "会员等级", "备注"],
    [1, "王小明", 13800138001, "1988-03-05", 28, "银卡", "常来"],
    [2, "李芳", "138-0013-8002", "00/0/0", "1,234", "", ""],
    [3, "张伟", "", "", "", "", ""],
]


def take(shop: Shop, folder: Path, rows: Grid, name: str = "members.xlsx", **options: Any) -> ImportReport:
    return import_file(shop, write_table(folder, name, rows), **options)


def counts(report: ImportReport) -> tuple[int, int, int, int, int]:
    found = report.new, report.updated, report.unchanged, report.duplicates, report.refused_count
    assert report.read == sum(found)
    return found


def one(shop: Shop, name: str) -> Customer:
    (found,) = [customer for customer in customers(shop) if customer.name == name]
    return found


def test_a_member_sheet_comes_in_with_everything_it_says(shop: Shop, tmp_path: Path) -> None:
    report = take(shop, tmp_path, MEMBERS)

    assert counts(report) == (3, 0, 0, 0, 0)
    assert (report.into, report.format, report.source) == ("customers", "xlsx", "xlsx")
    ming, fang = one(shop, "王小明"), one(shop, "李芳")
    assert ming.phones == ("+8613800138001",)
    assert [(entry.source, entry.value) for entry in ming.external_ids] == [("xlsx", "1")]
    assert [(entry.year, entry.month, entry.day) for entry in ming.dates] == [(1988, 3, 5)]
    assert ming.note == "常来"
    assert [(fact.name, fact.value) for fact in ming.facts] == [("积分", "28"), ("会员等级", "银卡")]
    assert {(fact.source, fact.as_of) for fact in ming.facts} == {
        ("import of members.xlsx", date(2026, 11, 18))
    }
    assert fang.dates == ()
    assert [(fact.name, fact.value) for fact in fang.facts] == [("积分", "1234")]


def test_the_same_file_again_changes_nothing_and_makes_no_action(
    shop: Shop, tmp_path: Path, clock: FrozenClock
) -> None:
    take(shop, tmp_path, MEMBERS)
    before = contents(shop)
    clock.move(days=30)

    report = take(shop, tmp_path, MEMBERS)

    assert counts(report) == (0, 0, 3, 0, 0)
    assert report.action is None
    assert contents(shop) == before


def test_an_import_is_one_action_and_undo_takes_it_back_whole(shop: Shop, tmp_path: Path) -> None:
    shop.do("customer.create", name="李芳", phone="13800138002")
    before = contents(shop)
    report = take(shop, tmp_path, MEMBERS)
    assert counts(report) == (2, 1, 0, 0, 0)
    entry = shop.history(limit=1)[0]
    assert (entry.action, entry.kind) == (report.action, "import.customers")

    done = shop.undo()

    assert done.left == ()
    after = contents(shop)
    for record in (*before["customers"], *after["customers"]):
        for field in ("rev", "updated_at", "updated_by"):
            record.pop(field)
    assert after == before


def test_the_journal_tells_the_file_and_the_counts(shop: Shop, tmp_path: Path) -> None:
    report = take(shop, tmp_path, [*MEMBERS, [9, "", "138****8000", "", "", "", ""]])

    commit = shop.database.commit(report.action or 0)
    assert commit is not None
    assert commit.meta["file"] == "members.xlsx"
    assert (commit.meta["new"], commit.meta["refused"]) == (3, 1)


def test_an_empty_cell_never_erases(shop: Shop, tmp_path: Path) -> None:
    take(shop, tmp_path, MEMBERS)

    report = take(
        shop, tmp_path, [list(MEMBERS[0]), [1, "", "", "", "", "", ""], [2, "李芳", "", "", "", "金卡", ""]]
    )

    assert counts(report) == (0, 1, 1, 0, 0)
    assert one(shop, "王小明").note == "常来"
    assert one(shop, "李芳").phones == ("+8613800138002",)
    assert [(fact.name, fact.value) for fact in one(shop, "李芳").facts] == [
        ("积分", "1234"),
        ("会员等级", "金卡"),
    ]


def test_a_later_import_updates_its_facts_instead_of_piling_them_up(
    shop: Shop, tmp_path: Path, clock: FrozenClock
) -> None:
    take(shop, tmp_path, MEMBERS)
    clock.move(days=1)

    take(shop, tmp_path, [["会员号", "姓名", "积分"], [1, "王小明", 99]], "december.xlsx")
    take(
        shop, tmp_path, [["姓名", "手机", "积分"], ["王小明", "13800138001", 5]], "other.csv", source="youzan"
    )

    facts = [(fact.name, fact.value, fact.source, fact.as_of) for fact in one(shop, "王小明").facts]
    assert facts == [
        ("积分", "99", "import of december.xlsx", date(2026, 11, 19)),
        ("会员等级", "银卡", "import of members.xlsx", date(2026, 11, 18)),
        ("积分", "5", "import of other.csv", date(2026, 11, 19)),
    ]


def test_a_number_elsewhere_with_another_name_and_telephone_is_another_person(
    shop: Shop, tmp_path: Path
) -> None:
    take(shop, tmp_path, MEMBERS)

    report = take(
        shop,
        tmp_path,
        [
            ["会员号", "姓名", "手机"],
            [1, "赵六", "13900000000"],
            [2, "李芳芳", "13800138002"],
            [3, "张伟", "13800138009"],
            [1, "赵七", ""],
        ],
    )

    assert counts(report) == (0, 2, 0, 0, 2)
    assert [row.line for row in report.refused] == [2, 5]
    assert "number 1 is 王小明 (C000001) here" in report.refused[0].reason
    assert one(shop, "李芳芳").id == 2
    assert one(shop, "张伟").phones == ("+8613800138009",)


def test_a_telephone_number_of_somebody_of_another_name_is_a_duplicate(shop: Shop, tmp_path: Path) -> None:
    report = take(
        shop,
        tmp_path,
        [["name", "phone"], ["Ann", "13800138001"], ["Bob", "+86 138 0013 8001"], ["ann", "138 0013 8001"]],
        "a.csv",
    )

    assert counts(report) == (1, 0, 1, 1, 0)
    (row,) = report.refused
    assert (row.line, row.kind) == (3, "duplicate")
    assert "Ann (C000001)" in row.reason
    assert report.exit_status == 1


def test_nobody_is_merged_by_name_alone(shop: Shop, tmp_path: Path) -> None:
    rows: Grid = [["姓名", "公司"], ["张伟", "甲"], ["张伟", "乙"]]

    first = take(shop, tmp_path, rows)
    again = take(shop, tmp_path, rows)
    other = take(shop, tmp_path, [["姓名", "公司"], ["张伟", "丙"]])

    assert counts(first) == (2, 0, 0, 0, 0)
    assert counts(again) == (0, 0, 2, 0, 0)
    assert counts(other) == (1, 0, 0, 0, 0)


def test_a_name_known_by_telephone_is_not_given_to_a_row_without_one(shop: Shop, tmp_path: Path) -> None:
    shop.do("customer.create", name="张伟", phone="13800138001")

    report = take(shop, tmp_path, [["姓名", "公司"], ["张伟", "甲"]])

    assert counts(report) == (1, 0, 0, 0, 0)


def test_rows_are_known_again_by_email_and_name(shop: Shop, tmp_path: Path) -> None:
    rows = [["name", "email", "company"], ["Ann", "info@example.com", ""], ["Bob", "info@example.com", ""]]
    take(shop, tmp_path, rows, "a.csv")

    report = take(shop, tmp_path, [*rows[:1], ["ann", "Info@Example.com", "Acme"]], "a.csv")

    assert counts(report) == (0, 1, 0, 0, 0)
    assert [(customer.name, customer.company) for customer in customers(shop)] == [
        ("Ann", "Acme"),
        ("Bob", ""),
    ]


def test_one_person_twice_in_a_file_is_one_customer(shop: Shop, tmp_path: Path) -> None:
    rows: Grid = [
        ["姓名", "手机", "标签", "积分"],
        ["王芳", "13800138001", "辣", 1],
        ["王 芳", "138-0013-8001", "熟客", 2],
    ]

    first = take(shop, tmp_path, rows)
    again = take(shop, tmp_path, rows)

    assert counts(first) == (1, 1, 0, 0, 0)
    (customer,) = customers(shop)
    assert (customer.name, customer.tags, customer.rev) == ("王芳", ("辣", "熟客"), 1)
    assert [fact.value for fact in customer.facts] == ["2"]
    assert counts(again) == (0, 0, 2, 0, 0)
    assert again.action is None


def test_odd_numbers_are_kept_as_they_are_and_mangled_ones_refused(shop: Shop, tmp_path: Path) -> None:
    report = take(
        shop,
        tmp_path,
        [
            ["姓名", "电话"],
            ["甲", "12345678901"],
            ["乙", "44445555"],
            ["丙", "138****8000"],
            ["丁", "1.38E+10"],
            ["戊", "13800138000/13900139000"],
            ["己", "010-65529988转8012"],
            ["庚", "13800138005.0"],
            ["辛", "没有电话"],
            ["壬", "1111111"],
        ],
        "a.csv",
    )

    assert counts(report) == (7, 0, 0, 0, 2)
    assert [row.line for row in report.refused] == [4, 5]
    assert [point.value for point in one(shop, "甲").contacts] == ["12345678901"]
    assert one(shop, "戊").phones == ("+8613800138000", "+8613900139000")
    assert [(point.normalized, point.ext) for point in one(shop, "己").contacts] == [
        ("+861065529988", "8012")
    ]
    assert one(shop, "庚").phones == ("+8613800138005",)
    assert [point.type for point in one(shop, "辛").contacts] == [ContactType.OTHER]
    assert one(shop, "壬").phones == ("1111111",)
    assert any("lines 2, 9" in warning for warning in report.warnings)


def test_refused_rows_go_to_a_file_that_can_be_corrected_and_imported_again(
    shop: Shop, tmp_path: Path
) -> None:
    report = take(
        shop,
        tmp_path,
        [["姓名", "电话", "备注"], ["甲", "13800138001", "=1+1"], ["乙", "138****8000", "=2+2"]],
    )

    assert report.refused_file == tmp_path / "members-refused.csv"
    assert report.refused_file.stat().st_mode & 0o777 == 0o600
    header, row = refused(report.refused_file)
    assert header[:3] == ["姓名", "电话", "备注"]
    assert row[:3] == ["乙", "138****8000", "'=2+2"]
    assert row[3].startswith("line 3: ")

    text = report.refused_file.read_text("utf-8-sig").replace("138****8000", "13800138002", 1)
    report.refused_file.write_text(text, "utf-8-sig")
    again = import_file(shop, report.refused_file)

    assert again.source == "xlsx"
    assert counts(again) == (1, 0, 0, 0, 0)
    assert one(shop, "乙").note == "=2+2"
    assert one(shop, "乙").facts == ()


def test_the_refused_rows_go_to_the_shop_where_the_folder_may_not_be_written(
    shop: Shop, tmp_path: Path
) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    path = write_table(folder, "a.csv", [["姓名", "电话"], ["乙", "138****8000"]])
    folder.chmod(0o500)
    try:
        report = import_file(shop, path)
    finally:
        folder.chmod(0o700)

    assert report.refused_file == shop.folder / "a-refused.csv"
    assert not (folder / "a-refused.csv").exists()


def test_a_dry_run_tells_everything_and_changes_nothing(shop: Shop, tmp_path: Path) -> None:
    rows = [*MEMBERS, [4, "", "138****8000", "", "", "", ""]]

    report = take(shop, tmp_path, rows, dry_run=True)

    assert counts(report) == (3, 0, 0, 0, 1)
    assert (report.action, report.refused_file, report.dry_run) == (None, None, True)
    assert customers(shop) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["members.xlsx", "shop"]
    assert counts(take(shop, tmp_path, rows)) == (3, 0, 0, 0, 1)
    assert [customer.id for customer in customers(shop)] == [1, 2, 3]


def test_policies(shop: Shop, tmp_path: Path) -> None:
    take(shop, tmp_path, [["会员号", "姓名", "备注"], [1, "王小明", "旧"]])
    rows: Grid = [["会员号", "姓名", "备注"], [1, "王小明", "新"], [2, "李芳", "新"]]

    update = take(shop, tmp_path, rows, policy="update", dry_run=True)
    new = take(shop, tmp_path, rows, policy="new")

    assert counts(update) == (0, 1, 0, 0, 1)
    assert counts(new) == (1, 0, 1, 0, 0)
    assert one(shop, "王小明").note == "旧"


def test_rows_without_a_name_are_shown_by_what_they_have(shop: Shop, tmp_path: Path) -> None:
    report = take(
        shop,
        tmp_path,
        [
            ["姓名", "手机", "邮箱", "积分"],
            ["", "13800138001", "", 1],
            ["", "", "a@example.com", 2],
            ["", "", "", 3],
        ],
    )

    assert counts(report) == (2, 0, 0, 0, 1)
    assert [customer.shown_name for customer in customers(shop)] == ["13800138001", "a@example.com"]
    assert report.refused[0].line == 4
    assert counts(take(shop, tmp_path, [["姓名", "手机"], ["王芳", "13800138001"]])) == (0, 1, 0, 0, 0)


def test_a_row_that_breaks_a_rule_is_refused_by_itself(shop: Shop, tmp_path: Path) -> None:
    report = take(shop, tmp_path, [["姓名", "手机"], ["长" * 201, "13800138001"], ["短", "13800138002"]])

    assert counts(report) == (1, 0, 0, 0, 1)
    assert "200 characters" in report.refused[0].reason


def test_columns_can_be_named_by_the_person(shop: Shop, tmp_path: Path) -> None:
    rows = [["甲列", "乙列", "丙列"], ["王芳", "13800138001", "x"]]

    with pytest.raises(Refused, match="No column says who the customers are"):
        take(shop, tmp_path, rows)
    report = take(shop, tmp_path, rows, mapping={"name": "甲列", "phone": "2", "skip": "丙列"})

    assert counts(report) == (1, 0, 0, 0, 0)
    assert one(shop, "王芳").phones == ("+8613800138001",)
    assert one(shop, "王芳").facts == ()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"mapping": {"nmae": "姓名"}}, "no field nmae"),
        ({"mapping": {"name": "名头"}}, "no column 名头"),
        ({"into": "suppliers"}, "suppliers cannot be imported"),
        ({"policy": "all"}, "all is no policy"),
    ],
)
def test_wrong_usage_is_said(shop: Shop, tmp_path: Path, options: dict[str, Any], words: str) -> None:
    with pytest.raises(Usage, match=words):
        take(shop, tmp_path, MEMBERS, **options)
    assert customers(shop) == []


def test_one_column_may_be_number_and_name(shop: Shop, tmp_path: Path) -> None:
    report = take(
        shop,
        tmp_path,
        [["customer", "city"], ["Ann", "Rome"]],
        "a.csv",
        mapping=[("id", "customer"), ("name", "customer")],
    )

    assert counts(report) == (1, 0, 0, 0, 0)
    assert one(shop, "Ann").external_ids[0].value == "Ann"


def test_a_title_above_the_header_and_other_names_of_columns(shop: Shop, tmp_path: Path) -> None:
    take(
        shop,
        tmp_path,
        [
            ["会员信息表"],
            ["姓名(必填)", "联系电话", "微信号", "性别", "公司名称", "职务", "家庭地址", "客户标签", "店员"],
            ["王芳", "13800138001", "WF_88", "女", "某某商行", "经理", "建国路88号", "辣、熟客", "小李"],
        ],
    )

    customer = one(shop, "王芳")
    assert {point.type: point.value for point in customer.contacts} == {
        ContactType.MOBILE: "13800138001",
        ContactType.WECHAT: "WF_88",
        ContactType.ADDRESS: "建国路88号",
    }
    assert (customer.gender, customer.company, customer.occupation) == (Gender.FEMALE, "某某商行", "经理")
    assert customer.tags == ("辣", "熟客")
    assert [(fact.name, fact.value) for fact in customer.facts] == [("店员", "小李")]


@pytest.mark.parametrize(
    ("header", "row", "name"),
    [
        (["姓", "名", "手机"], ["王", "芳", "13800138001"], "王芳"),
        (
            ["First Name", "Middle Name", "Last Name", "Mobile Phone"],
            ["Mary Ann", "K.", "O'Brien", "13800138001"],
            "Mary Ann K. O'Brien",
        ),
        (
            ["Name", "Given Name", "Family Name", "Phone 1 - Value"],
            ["二狗王", "王", "二狗", "13800138001"],
            "二狗王",
        ),
        (["名", "姓", "移动电话"], ["王芳", "", "13800138001"], "王芳"),
    ],
)
def test_names_from_their_parts(
    shop: Shop, tmp_path: Path, header: list[str], row: list[str], name: str
) -> None:
    take(shop, tmp_path, [header, row], "a.csv")

    assert [customer.name for customer in customers(shop)] == [name]
    assert customers(shop)[0].phones == ("+8613800138001",)


def test_google_contacts_with_several_of_everything(shop: Shop, tmp_path: Path) -> None:
    take(
        shop,
        tmp_path,
        [
            [
                "First Name", "Last Name", "Labels", "Birthday", "Phone 1 - Label", "Phone 1 - Value",
                "Phone 2 - Label", "Phone 2 - Value", "E-mail 1 - Label", "E-mail 1 - Value",
                "Address 1 - Formatted", "Address 1 - City",
            ],
            [
                "Ann", "Lee", "* myContacts ::: Friends", "--04-22", "Mobile", "13800138001 ::: 13800138002",
                "Work", "010-65529988", "* Home", "ann@example.com", "1 Main St\nSpringfield", "Springfield",
            ],
        ],
        "google.csv",
    )  # fmt: skip

    (customer,) = customers(shop)
    assert customer.tags == ("Friends",)
    assert [(entry.year, entry.month, entry.day) for entry in customer.dates] == [(None, 4, 22)]
    assert [(point.type.value, point.value, point.label.value) for point in customer.contacts] == [
        ("mobile", "13800138001", "self"),
        ("mobile", "13800138002", "self"),
        ("landline", "010-65529988", "work"),
        ("email", "ann@example.com", "home"),
        ("address", "1 Main St\nSpringfield", "self"),
    ]
    assert customer.facts == ()


def test_thunderbird_gives_a_birthday_in_three_columns(shop: Shop, tmp_path: Path) -> None:
    header = ["Display Name", "Mobile Number", "Birth Year", "Birth Month", "Birth Day"]
    take(
        shop,
        tmp_path,
        [header, ["Ann", "13800138001", "1988", "3", "5"], ["Bob", "13800138002", "", "12", "24"]],
        "a.csv",
    )

    dates = [(entry.year, entry.month, entry.day) for customer in customers(shop) for entry in customer.dates]
    assert dates == [(1988, 3, 5), (None, 12, 24)]


def test_a_table_without_a_header(shop: Shop, tmp_path: Path) -> None:
    report = take(
        shop, tmp_path, [["王芳", "13800138001", "a@example.com"], ["李四", "13800138002", ""]], "a.csv"
    )

    assert counts(report) == (2, 0, 0, 0, 0)
    assert report.read == 2
    assert one(shop, "王芳").phones == ("+8613800138001",)


def test_days_and_months_in_a_column_of_their_own_order(shop: Shop, tmp_path: Path) -> None:
    rows: Grid = [
        ["name", "phone", "birthday"],
        ["Ann", "13800138001", "3/4/1988"],
        ["Bob", "13800138002", "25/4/1988"],
    ]
    take(shop, tmp_path, rows, "a.csv")

    assert [(entry.month, entry.day) for customer in customers(shop) for entry in customer.dates] == [
        (4, 3),
        (4, 25),
    ]


def test_a_day_that_cannot_be_is_kept_in_words_with_a_warning(shop: Shop, tmp_path: Path) -> None:
    report = take(shop, tmp_path, [["姓名", "手机", "生日"], ["王芳", "13800138001", "1988-13-45"]])

    assert [(fact.name, fact.value) for fact in customers(shop)[0].facts] == [("生日", "1988-13-45")]
    assert "line 2" in report.warnings[0]


def test_merged_customers_are_found_under_those_they_became(shop: Shop, tmp_path: Path) -> None:
    take(shop, tmp_path, MEMBERS)
    gone = shop.database.table("customers").get(doc_id=1)
    assert isinstance(gone, dict)
    with shop.database.transaction() as transaction:
        transaction.put("customers", 1, {**gone, "status": "merged", "merged_into": 2, "name": "李芳"})

    report = take(shop, tmp_path, [["会员号", "姓名", "职业"], [1, "李芳", "教师"]])

    assert counts(report) == (0, 1, 0, 0, 0)
    assert shop.customers.get(2).occupation == "教师"


def test_progress_is_told_and_can_stop_the_import(shop: Shop, tmp_path: Path) -> None:
    rows = [["姓名", "手机"], *([f"客{number}", str(13000000000 + number)] for number in range(1200))]
    told: list[tuple[int, int]] = []

    take(shop, tmp_path, rows, "a.csv", dry_run=True, progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1][0] <= told[-1][1] == 2400

    with pytest.raises(Cancelled):
        take(shop, tmp_path, rows, "a.csv", progress=lambda done, total: done > 1500)
    assert customers(shop) == []
    assert counts(take(shop, tmp_path, rows, "a.csv")) == (1200, 0, 0, 0, 0)


def test_the_json_shape(shop: Shop, tmp_path: Path) -> None:
    report = take(
        shop,
        tmp_path,
        [["姓名", "电话"], ["甲", "13800138001"], ["乙", "13800138001"], ["丙", "138****8000"]],
    )

    shape = report.to_json()

    assert [row["kind"] for row in shape["refused"]] == ["duplicate", "refused"]
    assert shape["refused"][1]["row"] == {"姓名": "丙", "电话": "138****8000"}
    assert shape["refused"][1]["line"] == 4
    assert shape["read"] == 3 == shape["new"] + shape["duplicates"] + shape["refused_count"]
    assert {
        "file",
        "format",
        "encoding",
        "into",
        "updated",
        "unchanged",
        "refused_file",
        "warnings",
        "action",
        "dry_run",
    } <= set(shape)


def test_what_is_imported_is_found(shop: Shop, tmp_path: Path) -> None:
    take(shop, tmp_path, MEMBERS)

    assert shop.customers.resolve("8002").name == "李芳"
    assert shop.customers.resolve("wxm").name == "王小明"


def test_a_preview_says_how_a_file_would_be_read(tmp_path: Path) -> None:
    sheet, heading, rows = preview(write_table(tmp_path, "a.csv", MEMBERS, "gbk"))

    assert (sheet.encoding, heading.into, heading.row) == ("gb18030", "customers", 0)
    assert [column.field for column in heading.columns] == [
        "id",
        "name",
        "phone",
        "birthday",
        "fact",
        "fact",
        "note",
    ]
    assert rows[0].cells[1] == "王小明"


def test_a_file_of_refused_rows_that_somebody_is_correcting_is_not_overwritten(
    shop: Shop, tmp_path: Path
) -> None:
    rows = [["姓名", "电话"], ["乙", "138****8000"]]
    first = take(shop, tmp_path, rows)
    assert take(shop, tmp_path, rows).refused_file == first.refused_file
    assert first.refused_file is not None
    first.refused_file.write_text("half corrected", "utf-8")

    second = take(shop, tmp_path, rows)

    assert first.refused_file.read_text("utf-8") == "half corrected"
    assert second.refused_file == tmp_path / "members-refused-2.csv"


def test_an_import_stands_even_if_the_refused_rows_cannot_be_written(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(report: ImportReport, folder: Path) -> None:
        raise OSError(28, "No space left on device", str(folder / report.file.name))

    monkeypatch.setattr("store.exchange.importing.write_refused", full)

    report = take(shop, tmp_path, [["姓名", "电话"], ["甲", "13800138001"], ["乙", "138****8000"]])

    assert counts(report) == (1, 0, 0, 0, 1)
    assert "No space left" in report.warnings[-1]
    assert len(customers(shop)) == 1


def test_a_file_that_fails_while_it_is_read_changes_nothing(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("store.exchange.customer_rows.CustomerRows.read", broken)

    with pytest.raises(ShopUnusable, match="cannot be read: Input/output error"):
        take(shop, tmp_path, MEMBERS)
    assert customers(shop) == []


def test_an_address_from_province_city_district_and_the_rest(shop: Shop, tmp_path: Path) -> None:
    header = ["姓名", "手机", "省份", "城市", "区县", "详细地址"]
    take(
        shop,
        tmp_path,
        [
            header,
            ["王芳", "13800138001", "浙江省", "杭州市", "西湖区", "龙井路1号"],
            ["李四", "13800138002", "浙江省", "杭州市", "", "浙江省杭州市文三路2号"],
            ["赵六", "13800138003", "浙江省", "杭州市", "", ""],
        ],
    )

    kept = [[point for point in customer.contacts if not point.is_phone] for customer in customers(shop)]
    addresses = [[point.value for point in points] for points in kept]
    assert addresses == [["浙江省杭州市西湖区龙井路1号"], ["浙江省杭州市文三路2号"], []]
    assert [(fact.name, fact.value) for fact in one(shop, "赵六").facts] == [
        ("省份", "浙江省"),
        ("城市", "杭州市"),
    ]


def test_a_second_column_for_the_same_field_is_not_lost(shop: Shop, tmp_path: Path) -> None:
    take(
        shop,
        tmp_path,
        [["客户名称", "联系人", "手机", "备注", "说明"], ["某某商行", "王五", "13800138001", "常来", "月结"]],
    )

    customer = one(shop, "某某商行")
    assert customer.note == "常来"
    assert [(fact.name, fact.value) for fact in customer.facts] == [("联系人", "王五"), ("说明", "月结")]


def test_a_line_of_sums_is_no_customer(shop: Shop, tmp_path: Path) -> None:
    report = take(shop, tmp_path, [["姓名", "手机", "积分"], ["王芳", "13800138001", 5], ["合计：", "", 5]])

    assert counts(report) == (1, 0, 0, 0, 1)
    assert "line of sums" in report.refused[0].reason


@pytest.mark.parametrize(
    "row",
    [
        ["", "合计", "3", 128000],
        ["", "总计：", "27600276002", 5],
        ["", "Total", "128,000.00", 5],
        ["", "合计（3人）", "共3人", 5],
        ["合计", "", "2", 5],
        ["", "小计", "无", 5],
    ],
)
def test_a_line_of_sums_is_no_customer_whatever_stands_in_its_telephone(
    shop: Shop, tmp_path: Path, row: list[object]
) -> None:
    rows: Grid = [["会员号", "姓名", "手机", "积分"], ["1", "王芳", "13800138001", 5], row]
    report = take(shop, tmp_path, rows)

    assert counts(report) == (1, 0, 0, 0, 1)
    assert "line of sums" in report.refused[0].reason


def test_somebody_of_that_name_who_can_be_reached_is_a_customer(shop: Shop, tmp_path: Path) -> None:
    report = take(shop, tmp_path, [["Name", "Phone"], ["Total", "13800138001"], ["Sum Li", ""]])

    assert counts(report) == (2, 0, 0, 0, 0)


def test_customers_out_of_a_table_of_purchases(shop: Shop, tmp_path: Path) -> None:
    rows: Grid = [
        ["customer_id", "order_date", "revenue", "first_name", "last_name", "email"],
        ["A1", "2026-01-02", 10, "Ann", "Lee", "ann@example.com"],
        ["B2", "2026-01-03", 20, "Bob", "Ray", "bob@example.com"],
        ["A1", "2026-01-04", 30, "Ann", "Lee", "ann@example.com"],
    ]

    report = take(shop, tmp_path, rows, "a.csv", into="customers")

    assert counts(report) == (2, 0, 1, 0, 0)
    assert all(customer.facts == () for customer in customers(shop))
    assert "order_date, revenue" in report.warnings[0]
    again = take(shop, tmp_path, rows, "a.csv")
    assert (again.into, again.new) == ("purchases", 3)


@pytest.mark.parametrize(
    ("header", "into"),
    [
        (["name", "title", "phone", "city", "state", "zip"], "customers"),
        (["Title", "First Name", "Last Name", "Status"], "customers"),
        (["phone", "subject", "date", "status"], "tickets"),
        (["留言编号", "留言用户", "留言主题"], "tickets"),
        (["手机", "投诉内容", "标题", "状态"], "tickets"),
        (["姓名", "电话", "余额", "消费金额", "日期"], "customers"),
        (["电话", "金额", "日期"], "purchases"),
        (["Customer ID", "Order ID", "Order Date", "Sales", "City"], "purchases"),
    ],
)
def test_the_kind_of_table_is_told_from_its_columns(tmp_path: Path, header: list[str], into: str) -> None:
    path = write_table(tmp_path, "a.csv", [header, ["x"] * len(header)])

    assert preview(path)[1].into == into


def test_a_running_number_beside_the_members_number_is_a_fact(shop: Shop, tmp_path: Path) -> None:
    take(shop, tmp_path, [["编号", "会员卡号", "姓名"], [1, "8800012", "王芳"]])

    assert [entry.value for entry in one(shop, "王芳").external_ids] == ["8800012"]
    assert [(fact.name, fact.value) for fact in one(shop, "王芳").facts] == [("编号", "1")]
