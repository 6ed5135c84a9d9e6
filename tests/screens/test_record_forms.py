"""What all forms of records share: they come back from drafts, and survive what others do to their record."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest

import screens
from screens import navigation
from screens.form import FormScreen
from screens.profile_records import ADDING
from store.shop import Shop
from tests.helpers import FrozenClock
from tests.screens.counter import at_counter


@pytest.fixture
def wang(shop: Shop) -> int:
    """Customer Wang Wu of a shop that has been set up."""
    shop.do("settings.set", shop_name="老王茶庄")
    return shop.do("customer.create", name="王五", call_as="王姐", phone="13800138000").one("customers")


def test_every_form_is_known_by_its_kind() -> None:
    """A draft of it can be opened again."""
    for found in pkgutil.iter_modules(screens.__path__, "screens."):
        for _name, member in inspect.getmembers(importlib.import_module(found.name), inspect.isclass):
            if issubclass(member, FormScreen) and member.__dict__.get("KIND"):
                assert navigation.screen_class(member.KIND) is member


def test_what_insert_opens_is_a_screen() -> None:
    for name in ADDING.values():
        assert issubclass(navigation.screen_class(name), FormScreen)


@pytest.mark.parametrize(
    "name",
    [
        "log_contact",
        "new_ticket",
        "new_follow_up",
        "new_purchase",
        "ticket_offer",
        "ticket_resolve",
        "ticket_edit",
    ],
)
async def test_a_draft_goes_on_where_it_was(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int, name: str
) -> None:
    shop.do("ticket.open", customer=wang, text="wet")
    async with at_counter(folder, clock) as counter:
        form = await counter.open(name, wang)
        await counter.type("12")
        assert form.dirty
        typed = form.values()
        form.keep_draft()
        (draft,) = counter.app.drafts.list()
        await counter.press("escape", "delete")
        assert counter.app.drafts.list() == []
        navigation.reopen_draft(counter.app, draft.kind, draft.key, draft.data)
        await counter.settle()
        again = counter.screen
        assert type(again) is type(form)
        assert again.values() == typed
        assert again.dirty


async def test_a_record_that_is_gone_is_said_and_nothing_breaks(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    contact = shop.do("interaction.log", customer=wang, text="old").one("interactions")
    async with at_counter(folder, clock, by="li") as counter:
        form = await counter.open("interaction", contact)
        await counter.type(" typed")
        shop.do("interaction.delete", interaction=contact)
        await counter.until(lambda: "There is no contact" in counter.said)
        assert form.field("text").value == "old typed"
        await counter.press("f8")
        assert counter.screen is form
        assert "There is no contact" in counter.said
        await counter.press("escape", "d")
        before = counter.screen
        await counter.open("interaction", contact)
        assert counter.screen is before
        assert "There is no contact" in counter.said


async def test_a_complaint_noted_in_a_contact_names_the_next_key(
    folder: Path, clock: FrozenClock, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.open("card", wang)
        await counter.press("f8", "8", "f8")
        assert "F7 opens a ticket." in counter.said
        await counter.press("f7")
        assert counter.screen.KIND == "new_ticket"


async def test_up_and_down_leave_a_note_at_its_ends(folder: Path, clock: FrozenClock, wang: int) -> None:
    async with at_counter(folder, clock) as counter:
        form = await counter.open("log_contact", wang)
        await counter.type("a")
        await counter.press("enter")
        await counter.type("b")
        await counter.press("down")
        assert form.field("next_title").editor.has_focus
        await counter.press("up")
        assert form.field("text").editor.has_focus
        await counter.press("up", "up")
        assert form.field("outcome").editor.has_focus
        assert form.field("text").value == "a\nb"
