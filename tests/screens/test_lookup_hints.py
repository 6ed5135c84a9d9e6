"""The line between box and answers: completions while one types, why somebody was found, what a number is."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.customers import CustomersScreen
from screens.new_customer import NewCustomerForm
from tests.screens.tea_house import running, screen_text, shop_at, until
from widgets.hint_line import HintLine

HINT = 2
"""The line of the terminal it stands on."""


@pytest.fixture
def tagged(tea_house: Path) -> Path:
    with shop_at(tea_house) as shop:
        shop.do("customer.edit", customer=2, tags=["辣", "熟客"], aliases=["小老虎"])
        shop.do("customer.edit", customer=3, owner="bo")
    return tea_house


def hint(app: object) -> str:
    return screen_text(app).splitlines()[HINT]  # type: ignore[arg-type]


def place(app: object) -> CustomersScreen:
    screen = app.screen  # type: ignore[attr-defined]
    assert isinstance(screen, CustomersScreen)
    return screen


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("tag:", " Tab tag:辣 2  熟客 1"),
        ("标签：", " Tab 标签:辣 2  熟客 1"),
        ("wang ow", " Tab owner: is looked after by; me is you"),
        ("owner:", " Tab owner:bo 1"),
        ("has:t", " Tab has:ticket open ticket  todo follow-up"),
        ("last＞", " Tab last>30d more than 30 days ago"),
    ],
)
async def test_what_may_come_next_is_shown(tagged: Path, typed: str, shown: str) -> None:
    async with running(tagged) as (app, pilot):
        place(app).box.value = typed
        place(app).box.cursor_position = len(typed)
        await until(pilot, lambda: bool(hint(app)))
        assert shown.startswith(hint(app)[: len(shown)]) or hint(app).startswith(shown)


@pytest.mark.parametrize("key", ["tab", "right"])
async def test_one_key_takes_the_first_and_the_list_follows(tagged: Path, key: str) -> None:
    async with running(tagged) as (app, pilot):
        screen = place(app)
        everybody = [match.id for match in screen._rows.items]
        await pilot.press(*"tag:熟")
        await until(pilot, lambda: "tag:熟客" in hint(app))
        assert [match.id for match in screen._rows.items] == everybody
        await pilot.press(key)
        assert screen.box.value == "tag:熟客"
        assert screen.box.cursor_position == len("tag:熟客")
        await until(pilot, lambda: [match.id for match in screen._rows.items] == [2])
        assert screen.box.has_focus


async def test_a_burst_of_keys_with_tab_in_it_takes_what_was_begun(tagged: Path) -> None:
    async with running(tagged) as (app, pilot):
        await pilot.press("t", "a", "tab", "熟", "tab", "space", "张", "tab")
        assert place(app).box.value == "tag:熟客 张"
        assert place(app).current_customer() == 2


async def test_right_inside_the_text_only_moves(tagged: Path) -> None:
    async with running(tagged) as (app, pilot):
        await pilot.press(*"tag:", "left", "right")
        assert place(app).box.value == "tag:"


async def test_no_row_moves_when_the_line_has_something_to_say(tagged: Path) -> None:
    async with running(tagged) as (app, pilot):
        before = screen_text(app).splitlines()
        await pilot.press(*"tag:")
        await until(pilot, lambda: bool(hint(app)))
        after = screen_text(app).splitlines()
        assert before[HINT] == ""
        assert after[HINT + 1 :] == before[HINT + 1 :]


async def test_why_the_chosen_row_was_found_is_said(tagged: Path) -> None:
    async with running(tagged) as (app, pilot):
        await pilot.press(*"小老虎")
        await until(pilot, lambda: hint(app) == " other names: 小老虎")
        await pilot.press("escape")
        await until(pilot, lambda: hint(app) == "")


async def test_an_old_number_is_told_when_typing_pauses(tagged: Path) -> None:
    with shop_at(tagged) as shop:
        old = {
            "key": "k9",
            "type": "mobile",
            "value": "13699998888",
            "label": "work",
            "invalid_since": "2026-01-05",
        }
        contacts = [*shop.customers.get(2).contacts, old]
        shop.do("customer.edit", customer=2, contacts=contacts)
    async with running(tagged) as (app, pilot):
        await pilot.press(*"8888")
        await until(pilot, lambda: "not valid since 2026-01-05" in hint(app))
        assert "work" in hint(app)


async def test_a_wrong_filter_says_what_is_possible_and_no_tag_says_which_there_are(tagged: Path) -> None:
    async with running(tagged) as (app, pilot):
        place(app).box.value = "has:nothing"
        await until(pilot, lambda: "has: knows ticket, promise" in screen_text(app))
        place(app).box.value = "tag:甜"
        await until(pilot, lambda: "Nobody passes the filter: tag:甜" in screen_text(app))
        assert "tag: there is 辣, 熟客." in screen_text(app)
        assert "F5  new customer" not in screen_text(app)


@pytest.mark.parametrize(
    ("typed", "offer", "name", "phone"),
    [
        ("欧阳 135-7777-8888", "new customer 欧阳, number 135-7777-8888", "欧阳", "135-7777-8888"),
        ("１３５７７７７８８８８", "with the number 13577778888", "", "13577778888"),
        ("欧阳甲", "new customer 欧阳甲", "欧阳甲", ""),
    ],
)
async def test_nobody_found_offers_what_f5_then_fills_in(
    tagged: Path, typed: str, offer: str, name: str, phone: str
) -> None:
    async with running(tagged) as (app, pilot):
        place(app).box.value = typed
        await until(pilot, lambda: offer in screen_text(app))
        assert "Looked through" in screen_text(app)
        await pilot.press("f5")
        await until(pilot, lambda: isinstance(app.screen, NewCustomerForm) and bool(app.screen._base))
        form = app.screen
        assert isinstance(form, NewCustomerForm)
        assert (form.field("name").value, form.field("phone").value) == (name, phone)


@pytest.mark.parametrize(
    "pasted",
    [
        "138 0013 8000",
        "+86-138-0013-8000",
        "１３８００１３８０００",
        "tel: 138 0013 8000",
        "手机：13800138000（微信同号）",
    ],
)
async def test_a_pasted_number_is_one_search_however_it_is_written(tagged: Path, pasted: str) -> None:
    from textual.events import Paste

    async with running(tagged) as (app, pilot):
        screen = place(app)
        asked: list[str] = []
        search = screen.box._search

        def search_and_count(text: str) -> None:
            asked.append(text)
            search(text)

        screen.box._search = search_and_count
        screen.box.post_message(Paste(pasted))
        await until(pilot, lambda: bool(asked))
        await pilot.pause()
        assert asked == [pasted]
        assert screen.current_customer() == 1


async def test_what_does_not_fit_is_left_out_whole(tagged: Path) -> None:
    async with running(tagged, size=(60, 20)) as (app, pilot):
        await pilot.press(*"has:")
        await until(pilot, lambda: bool(hint(app)))
        said = app.screen.query_one("#hint", HintLine).text
        assert len(hint(app)) <= 60
        assert said.startswith(hint(app).strip())
        assert len(said) > 60
