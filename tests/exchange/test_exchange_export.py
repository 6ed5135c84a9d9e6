from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import locales
from store.errors import NotFound, ShopUnusable, Usage
from store.exchange.exporting import export
from store.exchange.importing import import_file
from store.records.base import to_json
from store.records.customer import ContactPoint, Customer, ExternalId, Fact, ImportantDate
from store.records.kinds import (
    Calendar,
    ContactLabel,
    ContactType,
    CustomerKind,
    DateKind,
    Gender,
    Source,
    Temperament,
)
from store.shop import Shop, open_shop
from tests.exchange.table_files import customers, purchases
from tests.helpers import FrozenClock

WANG: dict[str, Any] = {
    "name": "王芳",
    "call_as": "王姐",
    "reading": "wang fang",
    "aliases": ("小王", "芳芳"),
    "contacts": (
        ContactPoint(type=ContactType.MOBILE, value="138 0013 8000"),
        ContactPoint(type=ContactType.MOBILE, value="+8613900139000"),
        ContactPoint(type=ContactType.MOBILE, value="13700137000", label=ContactLabel.FAMILY),
        ContactPoint(type=ContactType.LANDLINE, value="010-65529988转8012", label=ContactLabel.WORK),
        ContactPoint(type=ContactType.VIRTUAL, value="17012345678转123"),
        ContactPoint(type=ContactType.FAX, value="010-65529987"),
        ContactPoint(type=ContactType.EMAIL, value="Wang@Example.com"),
        ContactPoint(type=ContactType.WECHAT, value="@王芳的茶"),
        ContactPoint(type=ContactType.ADDRESS, value="建国路88号\n后门", label=ContactLabel.HOME),
        ContactPoint(type=ContactType.OTHER, value="隔壁老李转告"),
    ),
    "dates": (
        ImportantDate(year=1988, month=3, day=5),
        ImportantDate(kind=DateKind.CHILD_BIRTHDAY, month=2, day=29),
        ImportantDate(
            kind=DateKind.CHILD_BIRTHDAY, calendar=Calendar.LUNAR, year=2017, month=6, day=3, leap=True
        ),
        ImportantDate(kind=DateKind.WEDDING, calendar=Calendar.LUNAR, month=8, day=15),
    ),
    "company": "某某商行",
    "gender": Gender.FEMALE,
    "occupation": "=HYPERLINK(1)",
    "source": Source.WORD_OF_MOUTH,
    "external_ids": (ExternalId(source="xlsx", value="8"), ExternalId(source="youzan", value="00123")),
    "owner": "mei",
    "tags": ("辣", "熟客", "+1"),
    "usual_order": "龙井\n少糖",
    "red_note": "-不要打电话",
    "temperament": Temperament.HESITANT,
    "note": '第一行\r\n第二行, "引号"  ',
    "facts": (
        Fact(name="积分", value="1,234", source="said"),
        Fact(name="电话", value="=1+1", source="said"),
        Fact(name="=cmd", value="x", source="said"),
        Fact(name="积分", value="99", source="other"),
    ),
}


def fill(shop: Shop) -> None:
    shop.do("customer.create", **WANG)
    shop.do(
        "customer.create", name="Ann O'Brien", kind=CustomerKind.ORG, birthday="04-22", phone="13500135000"
    )
    shop.do("customer.create", name="'=1+1", phone="13500135001", note='="00123"')
    shop.do("customer.create", contacts=(ContactPoint(type=ContactType.EMAIL, value="a@b.c"),))
    shop.do("customer.create", name="老客", phone="13500135003")
    shop.do("customer.archive", customer=5)


def meaning(customer: Customer) -> dict[str, Any]:
    """What a customer is to a person: everything but ids, keys, times, and where facts were learned."""
    found = to_json(customer)
    for field in ("id", "rev", "created_at", "created_by", "updated_at", "updated_by"):
        found.pop(field)
    for field in ("contacts", "dates", "external_ids", "facts"):
        for item in found[field]:
            item.pop("key", None)
            if field == "facts":
                item.pop("source", None)
                item.pop("as_of", None)
        found[field].sort(key=lambda item: json.dumps(item, sort_keys=True, default=str))
    return found


def through_a_file(shop: Shop, folder: Path, suffix: str) -> list[dict[str, Any]]:
    """The customers of a shop, exported and imported into a new one."""
    file = folder / f"customers.{suffix}"
    export(shop, "customers", file)
    with open_shop(folder / "other", by="li", now=FrozenClock(), create=True) as other:
        report = import_file(other, file)
        assert report.refused == []
        assert report.warnings == []
        return [meaning(customer) for customer in customers(other)]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_customers_come_back_as_they_were(shop: Shop, tmp_path: Path, suffix: str) -> None:
    fill(shop)

    assert through_a_file(shop, tmp_path, suffix) == [meaning(customer) for customer in customers(shop)]


def test_an_export_imported_into_its_own_shop_changes_nothing(shop: Shop, tmp_path: Path) -> None:
    fill(shop)
    file = tmp_path / "customers.csv"
    export(shop, "customers", file)

    report = import_file(shop, file)

    assert (report.read, report.unchanged, report.action) == (5, 5, None)


def test_a_cell_changed_in_the_spreadsheet_changes_the_customer(shop: Shop, tmp_path: Path) -> None:
    fill(shop)
    file = tmp_path / "customers.csv"
    export(shop, "customers", file)
    file.write_text(file.read_text("utf-8-sig").replace("某某商行", "另一商行"), "utf-8-sig")

    report = import_file(shop, file)

    assert (report.updated, report.unchanged) == (1, 4)
    assert shop.customers.get(1).company == "另一商行"


def test_facts_changed_in_the_spreadsheet_do_not_pile_up(shop: Shop, tmp_path: Path) -> None:
    fill(shop)
    file = tmp_path / "customers.csv"
    export(shop, "customers", file)
    file.write_text(file.read_text("utf-8-sig").replace('"1,234"', "2000"), "utf-8-sig")

    import_file(shop, file)

    assert [fact.value for fact in shop.customers.get(1).facts if fact.name == "积分"] == ["2000", "99"]


def test_headers_are_words_of_the_language_in_use_and_ours_again(shop: Shop, tmp_path: Path) -> None:
    from store.exchange.export_customers import Shape, customers_table
    from store.exchange.headers import find_heading

    fill(shop)
    table = customers_table(customers(shop), Shape(customers(shop)))
    first = [cell if isinstance(cell, str) else str(cell) for cell in next(table.rows)]

    heading = find_heading([table.headers, first], None)

    assert (heading.into, heading.own) == ("customers", True)
    facts = [column.header for column in heading.columns if column.field == "fact"]
    assert facts == ["积分", "积分", "电话", "=cmd"]
    assert table.headers[:2] == ("customer number", "name")


def test_the_file_is_utf8_with_its_mark_and_for_nobody_else(shop: Shop, tmp_path: Path) -> None:
    fill(shop)
    file = tmp_path / "客 户.csv"

    report = export(shop, "customers", file)

    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    assert file.stat().st_mode & 0o777 == 0o600
    assert (report.files, report.counts) == ((file,), {"customers": 5})
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".tmp")] == []


def test_no_cell_of_a_csv_file_is_a_formula(shop: Shop, tmp_path: Path) -> None:
    fill(shop)
    file = tmp_path / "customers.csv"
    export(shop, "customers", file)

    rows = list(csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline="")))

    dangerous = [cell for row in rows for cell in row if cell.lstrip()[:1] in tuple("=+-@＝＋－＠")]
    assert dangerous == ["--02-29", "+8613900139000", "--04-22"] or set(dangerous) == {"+8613900139000"}


def test_text_in_a_workbook_is_text(shop: Shop, tmp_path: Path) -> None:
    import zipfile

    fill(shop)
    file = tmp_path / "customers.xlsx"
    export(shop, "customers", file)

    with zipfile.ZipFile(file) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "=HYPERLINK(1)" in sheet


def test_purchases_go_out_and_come_back(shop: Shop, tmp_path: Path) -> None:
    fill(shop)
    shop.do("purchase.add", customer=1, total="1,580.50", at="2026-10-01 12:30", note="=茶", order_no="A-1")
    shop.do("purchase.add", customer=2, total=300, at="2026-10-02 12:30")
    files = tmp_path / "customers.csv", tmp_path / "purchases.csv"
    export(shop, "customers", files[0])
    export(shop, "purchases", files[1])

    assert import_file(shop, files[1]).unchanged == 2
    with open_shop(tmp_path / "other", by="li", now=FrozenClock(), create=True) as other:
        import_file(other, files[0])
        report = import_file(other, files[1])
        assert (report.into, report.new) == ("purchases", 2)
        found = [
            (entry.customer, entry.total, entry.at, entry.note, entry.order_no) for entry in purchases(other)
        ]
    assert found == [
        (entry.customer, entry.total, entry.at, entry.note, entry.order_no) for entry in purchases(shop)
    ]


def test_tickets_and_the_agenda_go_out(shop: Shop, tmp_path: Path) -> None:
    fill(shop)
    shop.do("ticket.open", customer=1, subject="茶叶受潮", text="打开就是潮的")
    shop.do("follow_up.add", customer=1, title="回电", due="2026-11-20", owner="mei")
    shop.do("follow_up.add", customer=2, title="done already", due="2026-11-19")
    shop.do("follow_up.done", follow_up=2)

    tickets = export(shop, "tickets", tmp_path / "tickets.csv")
    agenda = export(shop, "agenda", tmp_path / "agenda.csv")

    assert (tickets.counts, agenda.counts) == ({"tickets": 1}, {"agenda": 1})
    assert "T000001,C000001,王芳,138 0013 8000,8,00123,茶叶受潮,complaint" in (
        tmp_path / "tickets.csv"
    ).read_text("utf-8-sig")
    assert import_file(shop, tmp_path / "tickets.csv").unchanged == 1
    assert "2026-11-20,C000001" in (tmp_path / "agenda.csv").read_text("utf-8-sig")


def test_everything_is_a_file_or_a_sheet_for_each_table(shop: Shop, tmp_path: Path) -> None:
    fill(shop)
    shop.do("interaction.log", customer=1, text="来电")

    files = export(shop, "all", tmp_path / "shop.csv")
    book = export(shop, "all", tmp_path / "shop.xlsx")

    assert [file.name for file in files.files] == [
        "shop-customers.csv",
        "shop-purchases.csv",
        "shop-tickets.csv",
        "shop-agenda.csv",
        "shop-interactions.csv",
    ]
    assert (
        book.counts
        == files.counts
        == {"customers": 5, "purchases": 0, "tickets": 0, "agenda": 0, "interactions": 1}
    )


def test_json_is_exact_and_whole(shop: Shop, tmp_path: Path) -> None:
    fill(shop)
    shop.do("purchase.add", customer=1, total="45")
    file = tmp_path / "all.json"

    report = export(shop, "all", file)

    found = json.loads(file.read_text("utf-8"))
    assert found["customers"][0] == json.loads(
        json.dumps({"id": 1, "number": "C000001"} | to_json(shop.customers.get(1)))
    )
    assert found["purchases"][0]["total"] == {"amount": 4500, "currency": "CNY"}
    assert found["settings"]["currency"] == "CNY"
    assert report.counts["customers"] == len(found["customers"]) == 5
    assert file.stat().st_mode & 0o777 == 0o600


def test_only_what_a_look_up_finds(shop: Shop, tmp_path: Path) -> None:
    fill(shop)
    shop.do("purchase.add", customer=1, total="45")
    shop.do("purchase.add", customer=2, total="45")

    assert export(shop, "customers", tmp_path / "a.csv", where="王芳").counts == {"customers": 1}
    assert export(shop, "purchases", tmp_path / "b.json", where="王芳").counts == {"purchases": 1}
    with pytest.raises(NotFound):
        export(shop, "customers", tmp_path / "c.csv", where="查无此人")
    assert not (tmp_path / "c.csv").exists()


@pytest.mark.parametrize(
    ("what", "name", "words"),
    [
        ("staff", "a.csv", "staff cannot be exported"),
        ("customers", "a.pdf", "csv, xlsx, json"),
        ("customers", "a", "csv, xlsx, json"),
    ],
)
def test_wrong_usage_is_said(shop: Shop, tmp_path: Path, what: str, name: str, words: str) -> None:
    with pytest.raises(Usage, match=words):
        export(shop, what, tmp_path / name)


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "json"])
def test_a_folder_that_is_not_there_is_said(shop: Shop, tmp_path: Path, suffix: str) -> None:
    with pytest.raises(ShopUnusable, match="cannot be written"):
        export(shop, "customers", tmp_path / "no" / f"a.{suffix}")


def test_a_file_that_is_there_stays_when_the_export_fails(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(shop)
    file = tmp_path / "a.csv"
    file.write_text("old", "utf-8")
    monkeypatch.setattr("os.fsync", _disk_full)

    with pytest.raises(ShopUnusable, match="No space"):
        export(shop, "customers", file)
    assert file.read_text("utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["shop", "a.csv"] or len(
        list(tmp_path.iterdir())
    ) == 2


def _disk_full(descriptor: int) -> None:
    raise OSError(28, "No space left on device", str(descriptor))


def test_everything_is_said_in_chinese_where_chinese_is_spoken(shop: Shop, tmp_path: Path) -> None:
    fill(shop)
    locales.use("zh")

    assert through_a_file(shop, tmp_path, "csv") == [meaning(customer) for customer in customers(shop)]


def test_facts_are_dated_by_the_import(shop: Shop, tmp_path: Path) -> None:
    fill(shop)
    file = tmp_path / "customers.csv"
    export(shop, "customers", file)
    with open_shop(tmp_path / "other", by="li", now=FrozenClock(), create=True) as other:
        import_file(other, file)
        assert {fact.as_of for fact in other.customers.get(1).facts} == {date(2026, 11, 18)}
