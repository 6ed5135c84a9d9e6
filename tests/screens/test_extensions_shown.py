"""Several people behind one number are told apart by their extension wherever the number stands."""

from __future__ import annotations

from pathlib import Path

import pytest

import locales
from store.phone_text import spoken
from tests.screens.tea_house import running, screen_text, shop_at, until


@pytest.fixture
def firm(folder: Path) -> Path:
    with shop_at(folder, create=True) as shop:
        shop.do("settings.set", shop_name="Nails", region="US")
        shop.do("customer.create", name="Ann", phone="860-555-0100 x12")
        shop.do("customer.create", name="Bob", phone="860-555-0100 ext. 14", company="Pipes")
    return folder


async def test_list_card_and_titles_say_the_extension(firm: Path) -> None:
    async with running(firm) as (app, pilot):
        await until(pilot, lambda: "ext. 12" in screen_text(app) and "ext. 14  Pipes" in screen_text(app))
        await pilot.press(*"ann", "enter")
        await until(pilot, lambda: "+1 860 555 0100 ext. 12" in screen_text(app))
        await pilot.press("f8")
        await until(pilot, lambda: "+1 860 555 0100 ext. 12" in screen_text(app).splitlines()[1])


async def test_who_is_calling_tells_them_apart(firm: Path) -> None:
    async with running(firm) as (app, pilot):
        with shop_at(firm) as shop:
            shop.do("interaction.ring", number="860-555-0100")
        await until(pilot, lambda: "Ctrl+R" in screen_text(app).splitlines()[0])
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "Who is calling" in screen_text(app))
        found = [line for line in screen_text(app).splitlines() if "2 Bob" in line]
        assert len(found) == 1
        assert "ext. 14  Pipes  C000002" in found[0]


def test_similar_and_json_keep_the_bare_number(firm: Path) -> None:
    from store.lookup.match import match_json

    with shop_at(firm) as shop:
        match = shop.lookup.search("8605550100").matches[0]
        assert match_json(match)["phones"] == ["+18605550100"]
        assert match_json(match)["matched"] == {"field": "phone", "text": "+18605550100"}
        assert len(shop.customers.similar(phones=["+18605550100"])) == 2


@pytest.mark.parametrize(
    ("number", "in_english", "in_chinese"),
    [
        ("+18605550100 ext. 12", "+1 860 555 0100 ext. 12", "+1 860 555 0100 转 12"),
        ("+862165529988 ext. 8012", "021 6552 9988 ext. 8012", "021 6552 9988 转 8012"),
        ("+442079460123", "+44 20 7946 0123", "+44 20 7946 0123"),
        ("+447700900505", "+44 7700 900505", "+44 7700 900505"),
        ("+4915112345678", "+49 151 1234 5678", "+49 151 1234 5678"),
        ("+85291234567", "+852 9123 4567", "+852 9123 4567"),
    ],
)
def test_numbers_are_grouped_in_every_country(number: str, in_english: str, in_chinese: str) -> None:
    assert spoken(number) == in_english
    locales.use("zh")
    assert spoken(number) == in_chinese
