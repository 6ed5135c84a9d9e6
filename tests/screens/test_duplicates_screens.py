"""The review list and the merge, by keys: choosing sides, merging, telling apart, what others do meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

import locales
from screens.card import CardScreen
from screens.choose import ChooseDialog
from screens.customers import CustomersScreen
from screens.duplicates import DuplicatesScreen
from screens.merge import MergeScreen
from screens.new_customer import NewCustomerForm
from store.records.kinds import CustomerStatus
from store.shop import Shop, open_shop
from tests.helpers import FrozenClock
from tests.screens.counter import Counter, at_counter
from widgets.fields import TextField
from widgets.safe_text import width_of


@pytest.fixture
def twice(folder: Path, clock: FrozenClock) -> Path:
    """A shop in which 王五 stands twice, the second time with what hangs on him; and two who share a number."""
    with open_shop(folder, by="mei", now=clock, create=True) as shop:
        shop.do("settings.set", shop_name="Tea House")
        shop.do("staff.add", login="mei")
        shop.do("customer.create", name="王五", phone="13800138000", company="云山", red_note="Prawns!")
        shop.do(
            "customer.create", name="王武", phone="13800138000 / 13900139000", company="云山商行", tags="辣"
        )
        shop.do("interaction.log", customer=2, text="hello")
        shop.do("customer.create", name="李\x1b[31m四[b]", phone="13711112222")
        shop.do("customer.create", name="赵六", phone="13711112222")
    return folder


async def review(counter: Counter) -> DuplicatesScreen:
    await counter.press("ctrl+g")
    await counter.until(lambda: isinstance(counter.screen, DuplicatesScreen))
    screen: DuplicatesScreen = counter.screen
    await counter.until(lambda: screen._done and bool(screen._rows.items))
    return screen


async def side_by_side(counter: Counter) -> MergeScreen:
    await review(counter)
    await counter.press("enter")
    await counter.until(lambda: isinstance(counter.screen, MergeScreen) and counter.screen._merge is not None)
    screen: MergeScreen = counter.screen
    return screen


def keys_of(screen: MergeScreen) -> list[str]:
    return [line.key for line in screen._rows.items]


async def go_to(counter: Counter, screen: MergeScreen, key: str) -> None:
    screen._rows.choose_key(key)
    await counter.settle()


def both_whole(shop: Shop) -> bool:
    return all(shop.customers.get(number).status is CustomerStatus.ACTIVE for number in (1, 2))


async def test_the_list_says_score_names_and_reasons(twice: Path, clock: FrozenClock) -> None:
    async with at_counter(twice, clock) as counter:
        screen = await review(counter)
        assert [(pair.first.id, pair.second.id, pair.score) for pair in screen._rows.items] == [
            (1, 2, 95),
            (3, 4, 75),
        ]
        text = counter.text()
        assert "2 pairs are probably one customer each" in text
        assert "C000001 王五" in text
        assert "same mobile 138 0013 8000" in text
        assert "138 0013 8000" in text
        assert "\x1b" not in text
        assert all(width_of(line) <= 80 for line in text.splitlines())
        await counter.press("escape")
        assert isinstance(counter.screen, CustomersScreen)


async def test_merging_asks_naming_both_and_is_taken_back(twice: Path, clock: FrozenClock) -> None:
    async with at_counter(twice, clock) as counter:
        screen = await side_by_side(counter)
        # More hangs on the second: it stays.
        assert screen._merge is not None
        assert (screen._merge.winner.id, screen._merge.loser.id) == (2, 1)
        await counter.press("f8")
        assert isinstance(counter.screen, ChooseDialog)
        assert "Merge C000001 王五 into C000002 王武?" in counter.text().replace("\n", " ")
        await counter.press("enter")
        assert not isinstance(counter.screen, ChooseDialog)
        assert await counter.ask(both_whole)
        await counter.press("f8", "y")
        await counter.until(lambda: isinstance(counter.screen, DuplicatesScreen))
        assert counter.said.startswith("C000001 王五 is now C000002 王武.")
        await counter.until(lambda: len(counter.screen._rows.items) == 1)
        one = await counter.ask(lambda shop: shop.customers.get(2))
        assert (one.name, one.aliases, one.company, one.red_note) == (
            "王武",
            ("王五",),
            "云山商行",
            "Prawns!",
        )
        await counter.press("ctrl+z")
        await counter.until(lambda: "Taken back: two customers merged" in counter.said)
        assert await counter.ask(both_whole)
        await counter.until(lambda: len(counter.screen._rows.items) == 2)


async def test_arrows_choose_the_side_of_each_field(twice: Path, clock: FrozenClock) -> None:
    async with at_counter(twice, clock) as counter:
        screen = await side_by_side(counter)
        assert keys_of(screen) == ["number", "name", "company", "red_note", "contacts", "tags", "hanging"]
        await counter.press("left")
        assert screen._merge is not None
        assert screen._merge.winner.id == 1
        await counter.press("down")
        await counter.press("right")
        assert "name: right" in counter.said
        await counter.press("down", "right")
        await go_to(counter, screen, "contacts")
        assert "138 0013 8000, 139 0013 9000" in counter.text()
        await counter.press("left", "left")
        assert "contacts" in keys_of(screen)
        await go_to(counter, screen, "hanging")
        await counter.press("right")
        assert "nothing to choose" in counter.said
        await counter.press("ctrl+s", "y")
        await counter.until(lambda: isinstance(counter.screen, DuplicatesScreen))
        one, gone = await counter.ask(lambda shop: [shop.customers.get(number) for number in (1, 2)])
        assert (one.name, one.aliases, one.company, one.phones) == (
            "王武",
            (),
            "云山商行",
            ("+8613800138000",),
        )
        assert gone.merged_into == 1
        assert one.tags == ("辣",)


async def test_enter_goes_round_the_choices_and_never_merges(twice: Path, clock: FrozenClock) -> None:
    async with at_counter(twice, clock) as counter:
        screen = await side_by_side(counter)
        await go_to(counter, screen, "name")
        seen = []
        for _round in range(3):
            await counter.press("enter")
            seen.append(next(line.chosen for line in screen._rows.items if line.key == "name"))
        assert sorted(seen) == ["both", "left", "right"]
        assert counter.screen is screen
        await counter.press("escape")
        assert await counter.ask(both_whole)


async def test_two_people_are_not_listed_again(twice: Path, clock: FrozenClock) -> None:
    async with at_counter(twice, clock) as counter:
        screen = await review(counter)
        await counter.press("down", "delete")
        await counter.until(lambda: len(screen._rows.items) == 1)
        assert "are two; they are not listed again" in counter.said
        await counter.press("enter")
        await counter.until(lambda: isinstance(counter.screen, MergeScreen))
        await counter.settle()
        await counter.press("delete")
        await counter.until(lambda: isinstance(counter.screen, DuplicatesScreen))
        await counter.until(lambda: "Nobody seems to be in the file twice" in counter.text())
        await counter.press("ctrl+z")
        await counter.until(lambda: len(screen._rows.items) == 1)
    async with at_counter(twice, clock) as counter:
        assert [pair.first.id for pair in (await review(counter))._rows.items] == [1]


async def test_what_a_colleague_does_meanwhile_is_followed(twice: Path, clock: FrozenClock) -> None:
    async with at_counter(twice, clock) as counter:
        screen = await side_by_side(counter)
        await go_to(counter, screen, "company")
        await counter.press("left")
        with open_shop(twice, by="bo", now=clock) as other:
            other.do("customer.edit", customer=1, company="云山大店")
        await counter.until(lambda: "云山大店" in counter.text())
        assert next(line.chosen for line in screen._rows.items if line.key == "company") == "left"
        with open_shop(twice, by="bo", now=clock) as other:
            other.do("customer.merge", winner=1, loser=2)
        await counter.until(lambda: isinstance(counter.screen, DuplicatesScreen))
        assert "just dealt with" in counter.said


async def test_a_change_while_it_asks_is_looked_at_again(twice: Path, clock: FrozenClock) -> None:
    async with at_counter(twice, clock) as counter:
        await side_by_side(counter)
        await counter.press("f8")
        with open_shop(twice, by="bo", now=clock) as other:
            other.do("customer.edit", customer=1, company="云山大店")
        await counter.press("y")
        await counter.until(lambda: "Not merged. Look at both again" in counter.text())
        assert await counter.ask(both_whole)
        await counter.until(lambda: "云山大店" in counter.text())
        await counter.press("f8", "y")
        await counter.until(lambda: isinstance(counter.screen, DuplicatesScreen))
        assert not await counter.ask(both_whole)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_it_is_usable_at_80x24_in_both_languages(
    twice: Path, clock: FrozenClock, language: str
) -> None:
    locales.use(language)
    async with at_counter(twice, clock) as counter:
        await side_by_side(counter)
        text = counter.text()
        assert all(width_of(line) <= 80 for line in text.splitlines())
        for shown in ("王五", "王武", "云山商行", "Prawns!", "F8"):
            assert shown in text
        await counter.press("f1")
        assert "F8" in counter.text()


async def test_it_is_in_the_commands(twice: Path, clock: FrozenClock) -> None:
    async with at_counter(twice, clock) as counter:
        await counter.press("ctrl+p")
        await counter.type("duplicates")
        await counter.press("enter")
        await counter.until(lambda: isinstance(counter.screen, DuplicatesScreen))


async def test_a_save_asks_about_whom_a_colleague_added_a_moment_ago(
    twice: Path, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def looked_too_early(_form: NewCustomerForm) -> None:
        """The look while typing, as if it had been over before the colleague saved."""

    monkeypatch.setattr(NewCustomerForm, "_warn_of_known", looked_too_early)
    async with at_counter(twice, clock) as counter:
        await counter.press("f5")
        await counter.until(
            lambda: isinstance(counter.screen, NewCustomerForm) and bool(counter.screen._base)
        )
        form = counter.screen
        form.field("name").value = "Somebody"
        form.field("phone").value = "13700009999"
        await counter.settle()
        with open_shop(twice, by="bo", now=clock) as other:
            other.do("customer.create", name="Somebody Else", phone="13700009999")
        await counter.press("ctrl+s")
        await counter.until(lambda: isinstance(counter.screen, ChooseDialog))
        assert "1 Open Somebody Else C000005" in counter.text()
        assert "same mobile" in counter.text()
        await counter.press("2")
        await counter.until(lambda: isinstance(counter.screen, CardScreen))
        assert await counter.ask(lambda shop: shop.customers.get(6).name) == "Somebody"


async def test_who_else_a_customer_is_can_be_said_from_the_file(twice: Path, clock: FrozenClock) -> None:
    async with at_counter(twice, clock) as counter:
        await counter.open("profile", 1)
        await counter.press("ctrl+o")
        await counter.press(str(1 + [choice.value for choice in counter.screen._choices].index("merge")))
        await counter.type("nobody at all")
        await counter.press("enter")
        assert "Nobody is found" in counter.text()
        field = counter.screen.query_one(TextField)
        field.value = "赵六"
        await counter.press("enter")
        await counter.until(lambda: isinstance(counter.screen, MergeScreen))
        await counter.until(lambda: counter.screen._merge is not None)
        assert counter.screen._merge.loser.id == 4


async def test_the_file_says_after_a_save_who_is_probably_the_same(twice: Path, clock: FrozenClock) -> None:
    with open_shop(twice, by="mei", now=clock) as shop:
        shop.do("customer.create", name="孙七", phone="13600001111", birthday="1990-01-02")
        shop.do("customer.create", name="孙八", birthday="1990-01-02")
    async with at_counter(twice, clock) as counter:
        form = await counter.open("profile", 6)
        form.field("name").value = "孙七"
        await counter.press("ctrl+s")
        await counter.until(lambda: "Probably the same: C000005" in counter.said)
        assert "same name and same birthday" in counter.said


async def test_the_card_of_a_merged_customer_is_that_of_who_it_became(
    twice: Path, clock: FrozenClock
) -> None:
    async with at_counter(twice, clock) as counter:
        await counter.open("card", 1)
        with open_shop(twice, by="bo", now=clock) as other:
            other.do("customer.merge", winner=2, loser=1, keep="name:winner")
        await counter.until(lambda: "王武" in counter.text())
        await counter.press("f8")
        await counter.settle()
        assert "C000002" in counter.text()
