"""Damage that comes about while the app is open: a sentence on the screen, wherever one goes, never the end of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from screens.terminal import prepare
from store.shop import open_shop
from tests.care.test_care_erasing import fill
from tests.helpers import FrozenClock
from tests.screens.counter import at_counter

prepare(os.environ)

WAYS: dict[str, tuple[str, ...]] = {
    "card": ("enter",),
    "profile": ("f6",),
    "log": ("enter", "f8"),
    "complaint": ("enter", "f7"),
    "tickets": ("f3", "down", "enter"),
    "agenda": ("f4", "down", "enter"),
    "history": ("ctrl+l",),
    "duplicates": ("ctrl+g",),
}


def damage(folder: Path) -> Path:
    """Write over every record of the snapshot, in place."""
    path = max(folder.glob("shop-*.json"))
    text = path.read_bytes()
    head = text.index(b"\n") + 1
    with path.open("r+b") as file:
        file.seek(head)
        file.write(text[head:].replace(b'"created_at":"', b'"created_at":""'[:13] + b"\xff"))
    return path


@pytest.mark.parametrize("noticed", [True, False], ids=["by its time", "by nothing"])
@pytest.mark.parametrize("way", WAYS)
async def test_damage_under_the_app_is_a_sentence(
    folder: Path, clock: FrozenClock, way: str, *, noticed: bool
) -> None:
    with open_shop(folder, by="mei", now=clock, create=True) as shop:
        fill(shop)
        shop.database.compact()
    async with at_counter(folder, clock) as counter:
        path = damage(folder)
        reader = counter.desk.shop.database._engine.reader
        if not noticed:
            # As when the disk itself goes wrong: nothing tells that the file was written.
            reader._known = reader.files.stamp(reader.descriptor)[1:3]
        for key in WAYS[way]:
            await counter.press(key)
        await counter.until(lambda: path.name in counter.said)
        assert f"{path.name} is damaged at byte" in counter.said
        await counter.press("escape", "escape")
        assert counter.app.is_running
