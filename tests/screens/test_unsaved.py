"""Whoever leaves a form half filled in has somebody waiting: nothing is asked, and nothing that was typed is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.choose import ChooseDialog
from screens.contact_form import ContactForm
from screens.customers import CustomersScreen
from screens.drafts_offer import DraftsScreen
from screens.new_customer import NewCustomerForm
from screens.profile import ProfileScreen
from store.shop import Shop
from tests.helpers import FrozenClock
from tests.screens.counter import Counter, at_counter


async def half_a_note(counter: Counter) -> None:
    await counter.type("8000")
    await counter.press("f8", "1")
    await counter.type("wants drain rods")


@pytest.mark.parametrize("text", ["doyle", "3875", "s", "2", "9000"])
async def test_f2_leads_to_the_look_up_at_once_and_f8_brings_the_note_back(
    folder: Path, clock: FrozenClock, two: tuple[int, int], text: str
) -> None:
    async with at_counter(folder, clock) as counter:
        await half_a_note(counter)
        await counter.press("f2")
        await counter.type(text)
        assert isinstance(counter.screen, CustomersScreen)
        assert counter.screen.box.value == text
        assert "not saved; open it again to go on: Log a contact" in counter.said
        await counter.press("f2")
        await counter.type("王五")
        await counter.press("f8")
        assert isinstance(counter.screen, ContactForm)
        assert counter.screen.values()["text"] == "wants drain rods"
        assert "not saved yet" in counter.said
        await counter.press("f8")
        assert not counter.app.drafts.list()
        (saved,) = await counter.ask(lambda shop: shop.customers.file(two[0]).interactions)
        assert saved.text == "wants drain rods"
        await counter.press("f8")
        assert counter.screen.values()["text"] == ""


async def test_what_is_kept_of_one_customer_is_not_anothers(
    folder: Path, clock: FrozenClock, two: tuple[int, int]
) -> None:
    async with at_counter(folder, clock) as counter:
        await half_a_note(counter)
        await counter.press("f2")
        await counter.type("9000")
        await counter.press("f8")
        assert counter.screen.current_customer() == two[1]
        assert counter.screen.values()["text"] == ""


async def test_what_is_kept_is_among_the_commands(
    folder: Path, clock: FrozenClock, two: tuple[int, int]
) -> None:
    async with at_counter(folder, clock) as counter:
        await half_a_note(counter)
        await counter.press("f2", "ctrl+p")
        await counter.type("not saved")
        await counter.press("enter")
        assert isinstance(counter.app.screen, DraftsScreen)
        assert "wants drain rods" in counter.text()
        await counter.press("enter")
        assert counter.screen.values()["text"] == "wants drain rods"


async def test_a_new_customer_of_another_number_begins_empty(
    folder: Path, clock: FrozenClock, two: tuple[int, int]
) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.type("13577778888")
        await counter.press("f5")
        await counter.type("Ann")
        await counter.press("f2")
        await counter.type("13577779999")
        await counter.press("f5")
        form = counter.screen
        assert isinstance(form, NewCustomerForm)
        assert (form.values()["name"], form.values()["phone"]) == ("", "13577779999")
        await counter.press("f2")
        await counter.type("13577778888")
        await counter.press("f5")
        assert counter.screen.values()["name"] == "Ann"


@pytest.mark.parametrize("text", ["d", "s", "3", "1", "doyle"])
async def test_no_letter_and_no_digit_answers_what_is_to_become_of_it(
    folder: Path, clock: FrozenClock, two: tuple[int, int], text: str
) -> None:
    async with at_counter(folder, clock) as counter:
        await half_a_note(counter)
        await counter.press("escape")
        await counter.type(text)
        assert isinstance(counter.app.screen, ChooseDialog)
        await counter.press("escape")
        assert counter.screen.values()["text"] == "wants drain rods"


@pytest.mark.parametrize(("key", "kept"), [("delete", False), ("ctrl+s", False), ("f8", False), ("f2", True)])
async def test_the_keys_of_the_answers(
    folder: Path, clock: FrozenClock, two: tuple[int, int], key: str, kept: bool
) -> None:
    async with at_counter(folder, clock) as counter:
        await half_a_note(counter)
        await counter.press("escape", key)
        assert isinstance(counter.screen, CustomersScreen)
        assert bool(counter.app.drafts.list()) is kept
        saved = await counter.ask(lambda shop: shop.customers.file(two[0]).interactions)
        assert len(saved) == (1 if key in ("ctrl+s", "f8") else 0)


async def test_a_draft_that_cannot_be_kept_keeps_the_form(
    folder: Path, clock: FrozenClock, two: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at_counter(folder, clock) as counter:
        await half_a_note(counter)

        def full(*_about: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(counter.app.drafts, "save", full)
        await counter.press("f2")
        assert isinstance(counter.screen, ContactForm)
        assert "No space left" in counter.said
        assert counter.screen.values()["text"] == "wants drain rods"


async def test_what_was_typed_into_a_file_goes_on_with_what_others_changed(
    folder: Path, clock: FrozenClock, two: tuple[int, int], shop: Shop
) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.press("f6")
        assert isinstance(counter.screen, ProfileScreen)
        customer = counter.screen.current_customer()
        await counter.type("x")
        await counter.press("f4", "f2")
        assert isinstance(counter.screen, CustomersScreen)
        shop.do("customer.edit", customer=customer, company="Bo's")
        await counter.press("f6")
        await counter.until(lambda: counter.screen.values()["company"] == "Bo's")
        assert counter.screen.values()["name"].endswith("x")
