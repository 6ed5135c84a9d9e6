"""Forms: warnings, saving, drafts, what others change meanwhile. Tried on the form for a new customer and an edit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from textual.widget import Widget

from screens.card import CardScreen
from screens.choose import ChooseDialog
from screens.customers import CustomersScreen
from screens.form import FormScreen
from screens.new_customer import NewCustomerForm
from screens.ticket_form import NewTicketForm
from store.actions.customers import base_of
from store.drafts import Drafts
from tests.screens.tea_house import running, screen_text, shop_at, until
from widgets.fields import Field, TextField


class RenameForm(FormScreen[int]):
    """A form over a record, as the profile has it."""

    KIND = "rename"
    TABLE = "customers"
    read: Any = None

    def title_text(self) -> str:
        return "Rename"

    def fields(self) -> Iterable[Widget]:
        yield TextField("name", "name")
        yield TextField("company", "company")

    async def load(self) -> Mapping[str, str]:
        self.read = await self.desk.call(lambda shop: shop.customers.get(self.record or 0))
        return {"name": self.read.name, "company": self.read.company}

    async def save(self, values: Mapping[str, str], base: Mapping[str, str]) -> int:
        await self.desk.do("customer.edit", customer=self.record, base=base_of(self.read), **values)
        return self.record or 0


async def open_form(pilot: Any, app: Any, form: FormScreen[Any]) -> None:
    app.push_screen(form)
    await until(pilot, lambda: bool(form._base))


async def new_form(pilot: Any, app: Any, name: str, phone: str) -> NewCustomerForm:
    """F5 with a name and a number typed in."""
    await pilot.press("f5")
    await until(pilot, lambda: isinstance(app.screen, NewCustomerForm) and bool(app.screen._base))
    form = app.screen
    assert isinstance(form, NewCustomerForm)
    await pilot.press(*name)
    form.field("phone").focus()
    await pilot.press(*phone)
    return form


async def test_a_known_number_and_name_are_said_and_saving_asks_once(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        form = await new_form(pilot, app, "张伟", "13800138000")
        await until(
            pilot, lambda: "C000001" in form.field("phone").note and "C000002" in form.field("name").note
        )
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, ChooseDialog))
        shown = screen_text(app)
        assert "1 Open 王五 C000001" in shown
        assert "same mobile 138 0013 8000" in shown
        assert "2 Make a new customer all the same" in shown
        await pilot.press("2")
        await until(pilot, lambda: isinstance(app.screen, CardScreen))
        number = app.screen.current_customer()  # type: ignore[attr-defined]
        assert number not in (None, 1, 2)
        await pilot.press("ctrl+z")
        await until(pilot, lambda: "Taken back: new customer" in screen_text(app))
    with shop_at(tea_house) as shop:
        assert number not in [match.id for match in shop.lookup.everybody()]


async def test_who_has_the_number_is_opened_instead(tea_house: Path) -> None:
    with shop_at(tea_house) as shop:
        customers = len(shop.database.table("customers"))
    async with running(tea_house) as (app, pilot):
        await new_form(pilot, app, "wang", "13800138000")
        await pilot.press("f8")
        await until(pilot, lambda: isinstance(app.screen, ChooseDialog))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CardScreen))
        assert app.screen.current_customer() == 1  # type: ignore[attr-defined]
        await pilot.press("escape")
        assert isinstance(app.screen, CustomersScreen)
    with shop_at(tea_house) as shop:
        assert len(shop.database.table("customers")) == customers
    assert Drafts(tea_house).list() == []


async def test_escape_goes_back_to_the_form_and_what_else_was_typed_is_kept(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        form = await new_form(pilot, app, "wang", "13800138000")
        form.field("company").focus()
        await pilot.press(*"Tea Ltd")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, ChooseDialog))
        await pilot.press("escape")
        assert app.screen is form
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, ChooseDialog))
        await pilot.press("1")
        await until(pilot, lambda: isinstance(app.screen, CardScreen))
        assert "Esc goes back to what you typed" in screen_text(app)
        await pilot.press("escape")
        assert app.screen is form
        assert form.field("company").value == "Tea Ltd"


async def test_several_who_have_the_number_are_listed(tea_house: Path) -> None:
    with shop_at(tea_house) as shop:
        mother = shop.do("customer.create", name="王妈妈", phone="13800138000").one("customers")
    async with running(tea_house) as (app, pilot):
        await new_form(pilot, app, "x", "13800138000")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, ChooseDialog))
        answers = [choice.value for choice in app.screen._choices]  # type: ignore[attr-defined]
        assert set(answers[:2]) == {1, mother}
        assert len(answers) == 3
        await pilot.press(str(answers.index(mother) + 1))
        await until(pilot, lambda: isinstance(app.screen, CardScreen))
        assert app.screen.current_customer() == mother  # type: ignore[attr-defined]


async def test_what_was_only_handed_over_from_the_look_up_is_left_without_a_question(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.press(*"13911112222")
        await pilot.press("f5")
        await until(pilot, lambda: isinstance(app.screen, NewCustomerForm) and bool(app.screen._base))
        assert app.screen.field("phone").value == "13911112222"  # type: ignore[attr-defined]
        await pilot.press("escape")
        assert isinstance(app.screen, CustomersScreen)


async def test_a_refusal_is_said_beside_the_field_and_the_form_stays(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.press("f5")
        await until(pilot, lambda: isinstance(app.screen, NewCustomerForm) and bool(app.screen._base))
        await pilot.press("ctrl+s")
        form = app.screen
        assert isinstance(form, NewCustomerForm)
        await until(pilot, lambda: bool(form.field("name").note))
        assert app.screen is form


async def test_enter_never_saves(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        await open_form(pilot, app, RenameForm(1))
        await pilot.press("x", "enter", "enter", "enter")
        assert isinstance(app.screen, RenameForm)
    with shop_at(tea_house) as shop:
        assert shop.customers.get(1).name == "王五"


async def test_escape_asks_only_when_something_was_typed(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        await open_form(pilot, app, RenameForm(1))
        await pilot.press("escape")
        assert isinstance(app.screen, CustomersScreen)
        await open_form(pilot, app, RenameForm(1))
        await pilot.press("x", "escape")
        assert isinstance(app.screen, ChooseDialog)
        await pilot.press("enter")
        assert isinstance(app.screen, RenameForm)
        await pilot.press("escape", "delete")
        assert isinstance(app.screen, CustomersScreen)
    assert Drafts(tea_house).list() == []


async def test_typing_is_taken_back_inside_a_field(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        form = RenameForm(1)
        await open_form(pilot, app, form)
        await pilot.press("end", "a", "b", "ctrl+z")
        assert form.field("name").value == "王五a"


async def test_what_others_change_elsewhere_in_the_record_is_taken_over(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        form = RenameForm(1)
        await open_form(pilot, app, form)
        await pilot.press("end", "x")
        with shop_at(tea_house, "bo") as other:
            other.do("customer.edit", customer=1, company="新公司")
        await until(pilot, lambda: form.field("company").value == "新公司")
        assert form.field("name").value == "王五x"
        assert "bo changed: company" in screen_text(app)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, CustomersScreen))
    with shop_at(tea_house) as shop:
        customer = shop.customers.get(1)
        assert (customer.name, customer.company) == ("王五x", "新公司")


async def test_the_same_field_changed_by_two_is_asked_and_typed_text_survives(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        form = RenameForm(1)
        await open_form(pilot, app, form)
        await pilot.press("end", "x")
        with shop_at(tea_house, "bo") as other:
            other.do("customer.edit", customer=1, name="王六")
        await until(pilot, lambda: "王六" in form.field("name").note)
        assert form.field("name").value == "王五x"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, ChooseDialog))
        await pilot.press("2")
        await until(pilot, lambda: isinstance(app.screen, CustomersScreen))
    with shop_at(tea_house) as shop:
        assert shop.customers.get(1).name == "王五x"


async def test_a_change_that_came_between_is_asked_too(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        form = RenameForm(1)
        await open_form(pilot, app, form)
        await pilot.press("end", "x")
        stale = form.read
        with shop_at(tea_house, "bo") as other:
            other.do("customer.edit", customer=1, name="王六")
        await until(pilot, lambda: "王六" in form.field("name").note)
        # As if the save had been quicker than the news.
        form.read, form._contested = stale, {}
        form._base["name"] = "王五"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "name" in form._contested)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, ChooseDialog))
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.screen, CustomersScreen))
    with shop_at(tea_house) as shop:
        assert shop.customers.get(1).name == "王六"


async def test_a_draft_is_kept_while_typing_and_offered_again(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.press("f5")
        await until(pilot, lambda: isinstance(app.screen, NewCustomerForm) and bool(app.screen._base))
        await pilot.press(*"New One")
        await until(pilot, lambda: bool(Drafts(tea_house).list()))
    [draft] = Drafts(tea_house).list()
    assert draft.data["values"] == {"name": "New One"}
    async with running(tea_house) as (app, pilot):
        await until(pilot, lambda: "New One" in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, NewCustomerForm))
        form = app.screen
        assert isinstance(form, NewCustomerForm)
        await until(pilot, lambda: bool(form._base))
        assert form.field("name").value == "New One"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, CardScreen))
    assert Drafts(tea_house).list() == []


async def test_a_form_saved_out_of_the_drafts_says_so(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.press("f7")
        await until(pilot, lambda: isinstance(app.screen, NewTicketForm) and bool(app.screen._base))
        assert isinstance(app.screen, NewTicketForm)
        app.screen.field("subject").focus()
        await pilot.press(*"Lid gone")
        await until(pilot, lambda: bool(Drafts(tea_house).list()))
    async with running(tea_house) as (app, pilot):
        await until(pilot, lambda: "Lid gone" in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, NewTicketForm) and bool(app.screen._base))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, CustomersScreen))
        await until(pilot, lambda: "six steps. Ctrl+Z takes it back." in screen_text(app))


async def test_drafts_of_somebody_else_are_not_offered(tea_house: Path) -> None:
    Drafts(tea_house).save("new_customer", "new-1-1", {"by": "bo", "values": {"name": "x"}})
    async with running(tea_house) as (app, pilot):
        await pilot.pause(0.1)
        assert isinstance(app.screen, CustomersScreen)


def test_fields_are_found_by_key() -> None:
    assert issubclass(TextField, Field)


@pytest.mark.parametrize("typed", ["137 1234 5678周建国", "137 1234 5678好的", "13712345678 rick"])
async def test_words_in_the_box_of_the_number_are_not_swallowed(tea_house: Path, typed: str) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.press("f5")
        await until(pilot, lambda: isinstance(app.screen, NewCustomerForm) and bool(app.screen._base))
        form = app.screen
        assert isinstance(form, NewCustomerForm)
        form.field("phone").value = typed
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "only the number belongs here" in screen_text(app))
        assert app.screen is form


async def test_a_name_with_a_number_behind_it_is_both(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.press("f5")
        await until(pilot, lambda: isinstance(app.screen, NewCustomerForm) and bool(app.screen._base))
        form = app.screen
        assert isinstance(form, NewCustomerForm)
        form.field("name").value = "王小二 13096543875"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: not isinstance(app.screen, NewCustomerForm))
        await until(pilot, lambda: "130 9654 3875" in screen_text(app) and "王小二" in screen_text(app))
