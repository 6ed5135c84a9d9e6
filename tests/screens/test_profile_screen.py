"""F6: the whole file of a customer, read and changed, also by two people at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from screens import profile_history
from screens.choose import ChooseDialog
from screens.item_dialog import ItemDialog
from screens.profile import ProfileScreen
from screens.profile_fields import changes, document_of, values_of
from screens.profile_items import KINDS, typed_date
from screens.profile_keys import TABS
from store.records.customer import Customer
from store.records.kinds import Calendar, ContactType, CustomerStatus, DateKind, Gender, Temperament
from store.shop import Shop
from tests.helpers import FrozenClock
from tests.screens.counter import Counter, at_counter
from widgets.fields import Field
from widgets.row_list import RowList


@pytest.fixture
def wang(shop: Shop) -> int:
    """Customer Wang Wu of a shop that has been set up."""
    shop.do("settings.set", shop_name="老王茶庄")
    done = shop.do(
        "customer.create", name="王五", call_as="王姐", phone="13800138000", wechat="ww88", tags="熟客,辣"
    )
    return done.one("customers")


async def customer_of(counter: Counter, number: int) -> Customer:
    return await counter.ask(lambda shop: shop.customers.get(number))


def go_to(profile: Any, tab: str) -> None:
    profile.query_one("#tabs").choose(tab)


async def test_f6_from_the_card_edits_and_saves_with_one_key(
    folder: Path, clock: FrozenClock, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.open("card", wang)
        counter.pressed = 0
        await counter.press("f6")
        assert isinstance(counter.screen, ProfileScreen)
        await counter.type("小")
        await counter.press("ctrl+s")
        assert counter.pressed == 2
        assert (await customer_of(counter, wang)).name == "王五小"


async def test_every_basic_field_is_kept(folder: Path, clock: FrozenClock, shop: Shop, wang: int) -> None:
    li = shop.do("customer.create", name="李四").one("customers")
    typed = {
        "red_note": "过敏",
        "usual_order": "龙井",
        "company": "某行",
        "occupation": "老师",
        "aliases": "小王，老王",
        "reading": "wang wu",
        "owner": "li",
        "referrer": f"C{li:06d}",
        "note": "两行",
    }
    async with at_counter(folder, clock) as counter:
        profile = await counter.open("profile", wang)
        for key, text in typed.items():
            profile.field(key).focus()
            await counter.pilot.pause()
            await counter.type(text)
        profile.field("gender").focus()
        await counter.press("3")
        profile.field("temperament").focus()
        await counter.press("6")
        profile.field("tags").focus()
        await counter.press("end")
        await counter.type("、新品")
        await counter.press("ctrl+s")
        customer = await customer_of(counter, wang)
        for key in ("red_note", "usual_order", "company", "occupation", "reading", "owner", "note"):
            assert getattr(customer, key) == typed[key]
        assert customer.aliases == ("小王", "老王")
        assert customer.tags == ("熟客", "辣", "新品")
        assert customer.referrer == li
        assert (customer.gender, customer.temperament) == (Gender.FEMALE, Temperament.CAUTIOUS)


async def test_what_is_wrong_is_said_beside_the_field(folder: Path, clock: FrozenClock, wang: int) -> None:
    async with at_counter(folder, clock) as counter:
        profile = await counter.open("profile", wang)
        profile.field("call_as").focus()
        await counter.type("x" * 201)
        assert "longer than 200" in profile.field("call_as").note
        profile.field("referrer").focus()
        await counter.type("C999999")
        await counter.press("ctrl+s")
        assert counter.screen is profile
        assert profile.field("call_as").value.endswith("x" * 201)


async def test_contact_points_are_added_changed_and_removed(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    shop.do("customer.create", name="李四", phone="13900139000")
    async with at_counter(folder, clock) as counter:
        profile = await counter.open("profile", wang)
        go_to(profile, "contacts")
        await counter.settle()
        await counter.press("down", "enter")
        assert isinstance(counter.screen, ItemDialog)
        await counter.press("ctrl+u")
        await counter.type("ww99")
        await counter.press("f8")
        await counter.press("end", "enter")
        await counter.type("139 0013 9")
        await counter.press("ctrl+s")
        assert counter.screen._fields[1].note
        await counter.type("000")
        await counter.press("ctrl+s")
        await counter.until(lambda: "C000002 李四" in profile.field("contacts").note)
        await counter.press("home", "delete")
        await counter.press("ctrl+s")
        points = (await customer_of(counter, wang)).contacts
        assert [(point.type, point.value, point.normalized) for point in points] == [
            (ContactType.WECHAT, "ww99", ""),
            (ContactType.MOBILE, "139 0013 9000", "+8613900139000"),
        ]
        assert points[0].key == "k1-2"
        assert not points[1].key.startswith("new-")


async def test_dates_facts_and_numbers_elsewhere(folder: Path, clock: FrozenClock, wang: int) -> None:
    async with at_counter(folder, clock) as counter:
        profile = await counter.open("profile", wang)
        go_to(profile, "facts")
        await counter.settle()
        await counter.press("enter")
        await counter.type("农历八月十五")
        await counter.press("ctrl+s")
        profile.field("facts").focus()
        await counter.press("enter")
        await counter.type("积分")
        await counter.press("tab")
        await counter.type("28")
        await counter.press("ctrl+s")
        profile.field("external_ids").focus()
        await counter.press("enter")
        await counter.type("会员卡")
        await counter.press("ctrl+s")
        assert isinstance(counter.screen, ItemDialog)
        await counter.press("tab")
        await counter.type("8")
        await counter.press("ctrl+s", "ctrl+s")
        customer = await customer_of(counter, wang)
        (date,) = customer.dates
        assert (date.kind, date.calendar, date.month, date.day) == (DateKind.BIRTHDAY, Calendar.LUNAR, 8, 15)
        assert [(fact.name, fact.value) for fact in customer.facts] == [("积分", "28")]
        assert [(entry.source, entry.value) for entry in customer.external_ids] == [("会员卡", "8")]
        again = await counter.open("profile", wang)
        go_to(again, "facts")
        await counter.settle()
        await counter.press("enter", "ctrl+s")
        assert not again.dirty


async def test_two_people_change_different_units_and_both_stay(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    async with at_counter(folder, clock, by="li") as counter:
        profile = await counter.open("profile", wang)
        await counter.type("小")
        go_to(profile, "contacts")
        await counter.settle()
        await counter.press("end", "enter")
        await counter.type("13700137000")
        await counter.press("ctrl+s")
        base = shop.customers.get(wang)
        changed = [
            {"key": point.key, "type": point.type, "value": "13800138001" if point.is_phone else point.value}
            for point in base.contacts
        ]
        shop.do("customer.edit", customer=wang, contacts=changed, company="某行", tags="熟客,新")
        await counter.until(lambda: profile.field("company").value == "某行")
        assert "mei changed: " in counter.said
        assert "mobile" in counter.said
        assert profile.field("name").value == "王五小"
        await counter.press("ctrl+s")
        customer = await customer_of(counter, wang)
        assert (customer.name, customer.company) == ("王五小", "某行")
        assert sorted(point.value for point in customer.contacts) == ["13700137000", "13800138001", "ww88"]
        assert customer.tags == ("熟客", "新")


@pytest.mark.parametrize(("answer", "kept"), [("2", "13600136000"), ("3", "13800138001")])
async def test_the_same_contact_point_is_asked(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int, answer: str, kept: str
) -> None:
    async with at_counter(folder, clock, by="li") as counter:
        profile = await counter.open("profile", wang)
        go_to(profile, "contacts")
        await counter.settle()
        await counter.press("home", "enter", "ctrl+u")
        await counter.type("13600136000")
        await counter.press("ctrl+s")
        points = shop.customers.get(wang).contacts
        changed = [
            {"key": point.key, "type": point.type, "value": "13800138001" if point.is_phone else point.value}
            for point in points
        ]
        shop.do("customer.edit", customer=wang, contacts=changed)
        await counter.until(lambda: "mei changed this to: 138 0013 8001" in profile.field("contacts").note)
        await counter.press("ctrl+s")
        assert isinstance(counter.screen, ChooseDialog)
        shown = counter.text()
        assert "mobile: mei changed this" in shown
        assert "136 0013 6000" in shown
        assert "138 0013 8001" in shown
        await counter.press(answer)
        customer = await customer_of(counter, wang)
        assert customer.phones == (f"+86{kept}",)
        assert [point.value for point in customer.contacts] == [kept, "ww88"]


async def test_the_same_field_is_asked_and_a_removed_one_too(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    async with at_counter(folder, clock, by="li") as counter:
        profile = await counter.open("profile", wang)
        profile.field("call_as").focus()
        await counter.press("ctrl+u")
        shop.do("customer.edit", customer=wang, call_as="王总")
        await counter.until(lambda: "王总" in profile.field("call_as").note)
        assert profile.field("call_as").value == ""
        await counter.press("ctrl+s", "2")
        assert (await customer_of(counter, wang)).call_as == ""


async def test_escape_asks_and_a_draft_goes_on_with_what_others_did(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        profile = await counter.open("profile", wang)
        await counter.type("小")
        await counter.press("escape")
        assert "Not saved" in counter.text()
        await counter.press("escape")
        assert counter.screen is profile
        profile.keep_draft()
        (draft,) = counter.app.drafts.list()
        await counter.press("escape", "d")
        shop.do("customer.edit", customer=wang, company="某行", call_as="五哥")
        form = ProfileScreen.from_draft(draft.key, draft.data)
        counter.app.push_screen(form)
        await counter.until(lambda: form.is_mounted and form.field("company").value == "某行")
        assert form.field("name").value == "王五小"
        await counter.press("ctrl+s")
        customer = await customer_of(counter, wang)
        assert (customer.name, customer.company, customer.call_as) == ("王五小", "某行", "五哥")


async def test_archive_asks_naming_the_customer_and_brings_back(
    folder: Path, clock: FrozenClock, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.open("profile", wang)
        await counter.press("ctrl+o", "6")
        assert "C000001 王五" in counter.text()
        await counter.press("enter")
        assert (await customer_of(counter, wang)).status is CustomerStatus.ACTIVE
        await counter.press("ctrl+o", "6", "2")
        assert (await customer_of(counter, wang)).status is CustomerStatus.ARCHIVED
        assert "archived" in counter.screen.title_text()
        await counter.press("ctrl+o", "6")
        assert (await customer_of(counter, wang)).status is CustomerStatus.ACTIVE


async def test_the_timeline_has_everything_and_a_contact_is_deleted_after_asking(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    for text, hours in (("first", 1), ("second [/]", 1)):
        shop.do("interaction.log", customer=wang, text=text)
        clock.move(hours=hours)
    shop.do("purchase.add", customer=wang, total="10")
    shop.do("ticket.open", customer=wang, text="wet tea")
    async with at_counter(folder, clock) as counter:
        profile = await counter.open("profile", wang)
        go_to(profile, "timeline")
        await counter.settle()
        rows = profile.query_one("#list-timeline", RowList)
        kinds = [row.what.table for row in rows.items]
        assert sorted(kinds[:2]) == ["purchases", "tickets"]
        assert kinds[2:] == ["interactions", "interactions", "customers"]
        await counter.press("down", "down", "delete")
        assert "second [/]" in counter.text()
        await counter.press("y")
        texts = [entry.text for entry in (await counter.ask(lambda s: s.customers.file(wang))).interactions]
        assert texts == ["first"]
        await counter.press("home", "delete")
        assert "deleted" in counter.said or "Delete this?" in counter.text()


async def test_the_changes_say_who_did_what(folder: Path, clock: FrozenClock, shop: Shop, wang: int) -> None:
    shop.do("customer.edit", customer=wang, company="某行")
    async with at_counter(folder, clock) as counter:
        profile = await counter.open("profile", wang)
        go_to(profile, "changes")
        await counter.until(lambda: "customer edited" in counter.text())
        shown = counter.text()
        assert "company: (nothing) -> 某行" in shown


def test_the_changes_are_read_in_slices_and_are_this_customers_only(
    shop: Shop, wang: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(profile_history, "SLICE", 0)
    other = shop.do("customer.create", name="李四").one("customers")
    contact = shop.do("interaction.log", customer=wang, text="a").one("interactions")
    shop.do("interaction.log", customer=other, text="b")
    shop.do("interaction.delete", interaction=contact)
    shop.undo()
    shop.do("interaction.delete", interaction=contact)
    reader = profile_history.ChangeReader(wang)
    rounds = 0
    while not reader.done:
        reader.read(shop)
        rounds += 1
    titles = [row.cells[2].text for row in reader.rows]  # type: ignore[union-attr]
    assert titles == [
        "contact deleted",
        "undone",
        "contact deleted (taken back)",
        "contact logged",
        "new customer",
    ]
    assert rounds > len(titles)
    monkeypatch.setattr(profile_history, "LARGE", 0)
    large = profile_history.ChangeReader(other)
    while not large.done:
        large.read(shop)
    assert {row.detail for row in large.rows} == {"with many others"}


async def test_ctrl_t_goes_through_all_tabs_and_digits_in_lists(
    folder: Path, clock: FrozenClock, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        profile = await counter.open("profile", wang)
        seen = []
        for _tab in TABS:
            seen.append(profile.tab)
            await counter.press("ctrl+t")
        assert seen == list(TABS)
        assert profile.tab == "basics"
        go_to(profile, "timeline")
        await counter.settle()
        await counter.press("7")
        assert profile.tab == "follow_ups"
        await counter.press("left")
        assert profile.tab == "tickets"
        await counter.press("f6")
        assert profile.tab == "basics"
        assert not profile.dirty


async def test_f8_logs_from_the_file_and_insert_adds(folder: Path, clock: FrozenClock, wang: int) -> None:
    async with at_counter(folder, clock) as counter:
        profile = await counter.open("profile", wang)
        await counter.press("f8")
        await counter.type("在")
        await counter.press("f8")
        assert counter.screen is profile
        go_to(profile, "timeline")
        await counter.settle()
        assert "在" in counter.text()
        go_to(profile, "follow_ups")
        await counter.settle()
        assert "Insert" in counter.text()
        await counter.press("insert")
        assert counter.screen.KIND == "new_follow_up"


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36)])
async def test_hostile_text_in_every_tab(
    folder: Path, clock: FrozenClock, shop: Shop, size: tuple[int, int]
) -> None:
    shop.do("settings.set", shop_name="[/]")
    for name in ("王[VIP]", "[/] 退货", "李\x1b[31m红", "王" * 80, "a\u202eb"):
        customer = shop.do(
            "customer.create",
            name=name,
            tags=[name],
            phone="13800138000",
            facts=[{"name": name, "value": name}],
        ).one("customers")
        shop.do("interaction.log", customer=customer, text=name, next_title=name, next_due="+1d")
        shop.do("ticket.open", customer=customer, text=name)
        shop.do("purchase.add", customer=customer, total="1", note=name)
    async with at_counter(folder, clock, size) as counter:
        for customer in (1, 3, 4, 5):
            profile = await counter.open("profile", customer)
            for tab in TABS:
                go_to(profile, tab)
                await counter.settle()
                shown = counter.text()
                assert "\x1b" not in shown
                assert "\u202e" not in shown
            assert not profile.dirty


RICH = {
    "name": "王五",
    "kind": "org",
    "tags": ["熟客", "辣"],
    "aliases": ["小王"],
    "referrer": 3,
    "note": "a\nb",
    "contacts": [
        {"key": "k1-1", "value": "1"},
        {"key": "k1-2", "type": "address", "value": "x", "note": "n"},
    ],
    "dates": [{"key": "d1-1"}, {"key": "d1-2", "calendar": "lunar", "month": 8, "day": 15, "leap": True}],
    "facts": [{"key": "f1-1", "name": "积分", "value": "28", "as_of": "2026-11-22"}],
    "external_ids": [{"key": "x1-1", "source": "xlsx", "value": "8"}],
    "rev": 4,
}


def test_the_fields_and_the_document_say_the_same() -> None:
    assert document_of(values_of(RICH), RICH) == RICH
    assert changes(values_of(RICH), values_of(RICH)) == {}
    empty = values_of({})
    assert document_of(empty, RICH) == {"rev": 4}
    assert set(changes(empty, values_of(RICH))) == set(RICH) - {"rev"}


def test_a_date_is_typed_as_it_is_read_again(shop: Shop) -> None:
    for item in (
        {"key": "d"},
        {"key": "d", "year": 1988, "month": 3, "day": 5},
        {"key": "d", "calendar": "lunar", "month": 8, "day": 15},
        {"key": "d", "calendar": "lunar", "year": 1988, "month": 6, "day": 3, "leap": True},
        {"key": "d", "kind": "wedding", "month": 2, "day": 29, "label": "x"},
    ):
        typed = {
            "kind": str(item.get("kind", "birthday")),
            "date": typed_date(item),
            "label": str(item.get("label", "")),
        }
        assert KINDS["dates"].make(typed, item, shop) == item


@pytest.mark.parametrize(("answer", "kept"), [("2", "王五小"), ("3", "王老五")])
async def test_a_change_that_came_a_moment_before_saving_is_asked_too(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int, answer: str, kept: str
) -> None:
    async with at_counter(folder, clock, by="li") as counter:
        profile = await counter.open("profile", wang)
        await counter.type("小")
        shop.do("customer.edit", customer=wang, name="王老五", company="某行")
        await counter.press("ctrl+s")
        await counter.until(lambda: "王老五" in profile.field("name").note)
        assert profile.field("name").value == "王五小"
        if counter.screen is profile:
            await counter.press("ctrl+s")
        assert isinstance(counter.screen, ChooseDialog)
        await counter.press(answer)
        customer = await customer_of(counter, wang)
        assert (customer.name, customer.company) == (kept, "某行")


async def test_an_item_that_a_colleague_took_out_while_it_was_changed_is_asked(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    async with at_counter(folder, clock, by="li") as counter:
        profile = await counter.open("profile", wang)
        go_to(profile, "contacts")
        await counter.settle()
        await counter.press("enter", "ctrl+u")
        await counter.type("13600136000")
        await counter.press("ctrl+s")
        shop.do("customer.edit", customer=wang, contacts=[{"key": "k1-2", "type": "wechat", "value": "ww88"}])
        await counter.until(lambda: "(nothing)" in profile.field("contacts").note)
        await counter.press("ctrl+s", "3")
        assert [point.value for point in (await customer_of(counter, wang)).contacts] == ["ww88"]


@pytest.mark.parametrize("text", ["860-555-0122", "13900139000", "+44 20 7183 8750", "wechat88"])
async def test_a_number_typed_on_its_tab_is_a_new_contact_point(
    folder: Path, clock: FrozenClock, wang: int, text: str
) -> None:
    async with at_counter(folder, clock) as counter:
        screen = await counter.open("profile", wang)
        await counter.press("ctrl+t")
        await counter.type(text)
        assert isinstance(counter.app.screen, ItemDialog)
        assert screen.tab == "contacts"
        values = {field.key: field.value for field in counter.app.screen.query(Field)}
        assert values["value"] == text
        assert screen.field("name").value == "王五"
