"""The real files beside the project, where they are there: what people and programs really write."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from store.exchange.exporting import export
from store.exchange.importing import import_file
from store.exchange.report import ImportReport
from store.exchange.safe_cells import is_formula, neutralised, restored
from store.exchange.sheets import open_sheet
from store.records.customer import ContactPoint, Customer, Fact
from store.records.kinds import ContactType
from store.shop import Shop, open_shop
from tests.exchange.table_files import contents, customers, purchases, real_file
from tests.helpers import FrozenClock


def take(shop: Shop, folder: Path, name: str, **options: Any) -> ImportReport:
    """Import a copy, so that a file of refused rows does not land among the real files."""
    source = real_file(name)
    folder.mkdir(exist_ok=True)
    return import_file(shop, Path(shutil.copy(source, folder / source.name)), **options)


def expected(name: str) -> Any:
    return json.loads(real_file(name).read_text("utf-8"))


def counts(report: ImportReport) -> tuple[int, int, int, int, int]:
    return report.new, report.updated, report.unchanged, report.duplicates, report.refused_count


def test_a_stationers_members_and_purchases(shop: Shop, tmp_path: Path) -> None:
    members, sales = "contacts/xlsx/nancycyzl_会员信息.xlsx", "contacts/xlsx/nancycyzl_消费条目.xlsx"
    first = take(shop, tmp_path / "in", members)
    second = take(shop, tmp_path / "in", sales, into="purchases")

    assert counts(first) == (13, 0, 0, 0, 0)
    assert counts(second) == (19, 0, 0, 0, 1)
    assert second.refused[0].cells[0] == "10"
    assert second.exit_status == 1
    assert sum(entry.total for entry in purchases(shop)) == 158050 - 10000
    by_member: Counter[str] = Counter()
    for entry in purchases(shop):
        by_member[shop.customers.get(entry.customer).external_ids[0].value] += entry.total
    published = expected("contacts/expected_csv_xlsx.json")["xlsx/nancycyzl (both)"]["per_member"]
    assert by_member == {member: round(row["M"] * 100) for member, row in published.items() if member != "10"}
    assert shop.customers.resolve("12345678901").name == "小六"

    before = contents(shop)
    assert counts(take(shop, tmp_path / "in", members)) == (0, 0, 13, 0, 0)
    assert counts(take(shop, tmp_path / "in", sales)) == (0, 0, 19, 0, 1)
    assert contents(shop) == before

    assert shop.undo().left == ()
    assert purchases(shop) == []
    assert shop.undo(1).left == ()
    assert customers(shop) == []


def test_youzan(shop: Shop, tmp_path: Path) -> None:
    report = take(shop, tmp_path / "in", "contacts/xlsx/youzan_export_shape.xlsx")

    assert counts(report) == (12, 0, 0, 0, 0)
    rows = expected("contacts/xlsx/expected_youzan.json")["rows"]
    assert [customer.name for customer in customers(shop)] == [row[0] for row in rows]
    assert [customer.contacts[0].value for customer in customers(shop)] == [row[4] for row in rows]
    facts = {fact.name: fact.value for customer in customers(shop)[6:8] for fact in customer.facts}
    assert facts["客户储值余额"] == "88"
    assert [fact.value for fact in customers(shop)[6].facts if fact.name == "客户积分"] == ["1234"]


@pytest.mark.parametrize(
    "name",
    [
        "outlook_zh/outlook_zh_gbk.csv",
        "outlook_zh/outlook_zh_utf8bom.csv",
        "outlook_en/outlook_en_cp1252.csv",
    ],
)
def test_outlook(shop: Shop, tmp_path: Path, name: str) -> None:
    report = take(shop, tmp_path / "in", f"contacts/csv/{name}")

    rows = expected(f"contacts/csv/{name.split('/', maxsplit=1)[0]}/expected.json")["rows"]
    assert counts(report) == (len(rows), 0, 0, 0, 0)
    found = customers(shop)
    assert [customer.name for customer in found] == [row["name"] for row in rows]
    assert all(
        row["mobile"] in {point.value for point in customer.contacts}
        for customer, row in zip(found, rows, strict=True)
    )
    days = [f"{entry.year}-{entry.month:02}-{entry.day:02}" for customer in found for entry in customer.dates]
    assert days == [row["birthday"] for row in rows if row["birthday"]]
    assert all(customer.facts == () for customer in found)
    if "zh" in name:
        assert found[1].note.splitlines() == ["第一行", '第二行，含逗号,"引号"']
        assert found[0].tags == ("客户", "VIP")
        assert (found[2].contacts[0].normalized, found[2].contacts[0].ext) == ("+861065529988", "8012")


@pytest.mark.parametrize(
    ("name", "new", "duplicates"),
    [
        ("linkedout/google_old_3.csv", 3, 0),
        ("linkedout/google_2023_5.csv", 5, 0),
        ("linkedout/outlook_phone_6.csv", 4, 2),
        ("thunderbird/basic_csv_addressbook.csv", 2, 0),
        ("thunderbird/csv_no_header.csv", 2, 0),
        ("thunderbird/csv_semicolon.csv", 2, 0),
        ("thunderbird/shiftjis_rebuilt.csv", 1, 0),
        ("thunderbird/utf16_johndoe_rebuilt.csv", 1, 0),
        ("garywei944/converted_contact.csv", 4, 0),
    ],
)
def test_address_books(shop: Shop, tmp_path: Path, name: str, new: int, duplicates: int) -> None:
    report = take(shop, tmp_path / "in", f"contacts/csv/{name}")
    again = take(shop, tmp_path / "in", f"contacts/csv/{name}")

    assert counts(report) == (new, 0, 0, duplicates, 0)
    assert counts(again) == (0, 0, new, duplicates, 0)
    if "2023" in name:
        assert customers(shop)[4].shown_name == "anonymous@test.com"
    if "shiftjis" in name:
        assert customers(shop)[0].name == "名無しの権兵衛"


def test_a_google_contact_with_five_numbers(shop: Shop, tmp_path: Path) -> None:
    take(shop, tmp_path / "in", "contacts/csv/garywei944/contacts.csv")

    (customer,) = customers(shop)
    wanted = expected("contacts/expected_csv_xlsx.json")["csv/garywei944/contacts.csv"]
    kinds = {kind: [point.value for point in customer.contacts if point.type is kind] for kind in ContactType}
    assert customer.name == wanted["name"]
    assert [point.value for point in customer.contacts if point.is_phone] == wanted["phones"]
    assert kinds[ContactType.EMAIL] == wanted["emails"]
    assert kinds[ContactType.ADDRESS][0].count("\n") == 3
    assert [(entry.year, entry.month, entry.day) for entry in customer.dates] == [(None, 4, 22)]
    assert (customer.note, customer.company) == (wanted["notes"], wanted["org"])


ENCODED = [
    "gb18030.csv", "gbk.csv", "gbk_lf_quoted.csv", "utf16be_bom.csv", "utf16le_bom_tab.txt", "utf8.csv", "utf8_bom.csv",
    "utf8_cr_only.csv", "utf8_pipe.csv", "utf8_semicolon.csv", "utf8_sep_line.csv", "utf8_tab.tsv",
]  # fmt: skip


@pytest.mark.parametrize("name", ENCODED)
def test_the_same_complaints_in_every_encoding(name: str) -> None:
    rows = [list(row.cells) for row in open_sheet(real_file(f"complaints/encodings/{name}")).rows()]

    wanted = expected("complaints/encodings/expected.json")
    assert rows[0] == wanted["header"]
    assert rows[1:4] == wanted["first3"]
    assert rows[-1] == wanted["last"]
    assert len(rows) == 201
    assert rows == [list(row.cells) for row in open_sheet(real_file("complaints/encodings/utf8.csv")).rows()]


def test_complaints_become_the_tickets_of_their_customers(shop: Shop, tmp_path: Path) -> None:
    name = "complaints/encodings/gbk.csv"
    take(shop, tmp_path / "in", name, into="customers", mapping=[("id", "留言用户"), ("name", "留言用户")])

    report = take(shop, tmp_path / "in", name)

    assert (report.into, report.read, report.new, report.refused_count) == ("tickets", 200, 200, 0)


def test_broken_files_are_reported_and_do_not_crash(shop: Shop, tmp_path: Path) -> None:
    mixed = take(
        shop,
        tmp_path / "in",
        "complaints/encodings/mixed_gbk_with_one_utf8_line.csv",
        mapping={"name": "留言用户"},
        into="customers",
    )
    cut = take(
        shop,
        tmp_path / "in",
        "complaints/encodings/gbk_truncated_last_char.csv",
        mapping={"name": "留言用户"},
        into="customers",
        dry_run=True,
    )

    assert (mixed.read, [row.line for row in mixed.refused]) == (200, [51])
    assert cut.read == 98


def test_orders_of_a_mac_with_names_for_numbers(shop: Shop, tmp_path: Path) -> None:
    name = "rfm/joaolcorreia/sample-orders.csv"
    who = take(
        shop, tmp_path / "in", name, into="customers", mapping=[("id", "customer"), ("name", "customer")]
    )
    what = take(shop, tmp_path / "in", name, mapping={"customer": "customer"})

    wanted = expected("rfm/joaolcorreia/expected.json")
    assert (who.encoding, who.new, who.read) == ("mac_roman", wanted["customers"], wanted["rows"])
    assert (what.into, what.new, what.refused) == ("purchases", wanted["orders"], [])
    assert sum(entry.total for entry in purchases(shop)) == wanted["total"] * 100
    days = [entry.at.astimezone(shop.settings.zone).date().isoformat() for entry in purchases(shop)]
    assert (min(days), max(days)) == (wanted["first"], wanted["last"])
    names = {customer.name for customer in customers(shop)}
    assert set(wanted["non_ascii_customers"]) <= names
    count = Counter(shop.customers.get(entry.customer).name for entry in purchases(shop))
    assert {
        name: row["frequency"] for name, row in wanted["customers_table"].items()
    }.items() <= count.items()


def test_every_naughty_string_comes_back_from_every_field(shop: Shop, tmp_path: Path) -> None:
    strings = [text for text in json.loads(real_file("nasty/blns.json").read_text("utf-8")) if text.strip()]
    # A character that XML does not have, and so no XLSX file.
    strings = [text.replace("\ufffe", "\ufeff") for text in strings]
    with shop.changing("demo.fill") as step:
        from store.actions.change import Change

        step.change = Change(step.view)
        for number, text in enumerate(strings):
            step.change.create(
                Customer(
                    name=text[:200],
                    company=text[:200],
                    occupation=text,
                    note=text,
                    red_note=text,
                    usual_order=text,
                    call_as=text[:200],
                    contacts=(
                        ContactPoint(
                            key="k1", value=str(13000000000 + number), normalized=f"+86{13000000000 + number}"
                        ),
                        ContactPoint(
                            key="k2", type=ContactType.OTHER, value=text, normalized=text.strip().casefold()
                        ),
                    ),
                    facts=(Fact(key="f1", name="积分", value=text),),
                )
            )
    for suffix in ("csv", "xlsx"):
        file = tmp_path / f"all.{suffix}"
        export(shop, "customers", file)
        with open_shop(tmp_path / suffix, by="li", now=FrozenClock(), create=True) as other:
            report = import_file(other, file)
            assert (report.new, report.refused) == (len(strings), [])
            back = customers(other)
        for before, after in zip(customers(shop), back, strict=True):
            for field in ("name", "company", "occupation", "note", "red_note", "usual_order", "call_as"):
                assert getattr(after, field) == getattr(before, field), (suffix, field)
            assert [point.value for point in after.contacts] == [point.value for point in before.contacts]
            assert [fact.value for fact in after.facts] == [fact.value for fact in before.facts]


def test_formulas_of_the_payload_lists_are_neutralised() -> None:
    cases = expected("nasty/csv_injection_cases.json")

    for text in cases["must_be_neutralised"]:
        assert not is_formula(neutralised(text))
        assert restored(neutralised(text)) == text
    for text in cases["legitimate_values_that_must_round_trip_unchanged"]:
        assert restored(neutralised(text)) == text
    for text in ("+8613800138000", "-50.00", "+1 (408) 881-4767", "-5%", "-", "+"):
        assert neutralised(text) == text


def test_spellings_of_one_number_are_one_customer(shop: Shop, tmp_path: Path) -> None:
    from tests.exchange.table_files import write_table

    variants = [
        row["raw"]
        for row in expected("names/expected_phones.json")["variants"]
        if row.get("e164") == "+8613800138000" and not row["ext"]
    ]
    path = write_table(tmp_path, "a.csv", [["姓名", "电话"], *(["王芳", raw] for raw in variants)])

    report = import_file(shop, path)

    assert (report.new, report.refused) == (1, [])
    assert [customer.phones for customer in customers(shop)] == [("+8613800138000",)]
