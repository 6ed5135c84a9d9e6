"""What the places with a list share: the rows stay where they are while somebody else works on them."""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable, Sequence
from typing import ClassVar, Generic, TypeVar

from textual import events
from textual.binding import Binding, BindingType

from locales import N_, _
from screens.base import HouseScreen
from screens.messages import ShopChanged
from store.errors import CrmError
from widgets.row_list import RowList

Item = TypeVar("Item")


class ListScreen(HouseScreen[None], Generic[Item]):
    """A place that lists records.

    One's own changes are shown at once; those of others repaint the rows where they stand, and rows come and go
    with the next key. What is typed is looked up.

    Attributes:
        SIGNS: the signs that do something here and are not looked up.
        everybody: those of all are listed, not only one's own.
    """

    SIGNS: ClassVar[str] = ""
    BAR = (
        "record.menu",
        "house.log",
        "list.whose",
        "house.edit",
        "house.ticket",
        "house.phone",
        "house.help",
        "house.more",
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+o",
            "menu",
            N_("Actions"),
            id="record.menu",
            tooltip=N_("Everything that can be done with it"),
        ),
        Binding("space", "whose", N_("Mine/all"), id="list.whose", tooltip=N_("Your own or everybody's")),
    ]

    def __init__(self, *, everybody: bool = False) -> None:
        super().__init__()
        self.everybody = everybody
        self._waiting: Sequence[Item] | None = None

    @property
    def rows(self) -> RowList[Item]:
        """The list."""
        raise NotImplementedError

    def key_of(self, item: Item) -> Hashable:
        """Which record an item is."""
        raise NotImplementedError

    async def fetch(self) -> Sequence[Item]:
        """Read what is to be listed."""
        raise NotImplementedError

    def shown(self) -> None:
        """Called after other items are shown."""

    async def action_whose(self) -> None:
        """Change between one's own and everybody's."""
        self.everybody = not self.everybody
        await self.reload()

    async def on_screen_resume(self) -> None:  # type: ignore[override]
        """Time has passed, and others have worked: list afresh."""
        await self.reload()

    async def reload(self, *, keep: bool = True) -> None:
        """Read and show everything again."""
        fresh = await self._fetched()
        if fresh is not None:
            self._put(fresh, keep=keep)

    async def on_shop_changed(self, message: ShopChanged) -> None:
        """Follow what anybody changes."""
        fresh = await self._fetched()
        if fresh is None:
            return
        if all(commit.by == self.desk.shop.by for commit in message.commits):
            self._put(fresh, keep=True)
            return
        known = {self.key_of(item): item for item in fresh}
        self.rows.show([known.get(self.key_of(item), item) for item in self.rows.items])
        self._waiting = fresh

    def on_key(self, event: events.Key) -> None:
        """Show what others did before the key does its work; not when it would meet another record.

        Text goes to the look-up: the telephone rings here, too.
        """
        sign = unicodedata.normalize("NFKC", event.character or "").strip()
        if event.is_printable and sign and sign not in self.SIGNS:
            event.stop()
            # Behind this key and before the next one, which then goes into the box.
            self.house.call_later(self.house.look_up, event.character)
            return
        if self._waiting is None:
            return
        before = self.rows.selected
        self._put(self._waiting, keep=True)
        after = self.rows.selected
        if event.key == "enter" and before is not None:
            gone = after is None or self.key_of(before) != self.key_of(after)
            if gone:
                event.stop()
                self.tell(_("Somebody has just dealt with that one."), "warn")

    def on_paste(self, event: events.Paste) -> None:
        """What is pasted is looked up."""
        event.stop()
        if wanted := " ".join(event.text.split()):
            self.house.call_later(self.house.look_up, wanted)

    def _put(self, items: Sequence[Item], *, keep: bool) -> None:
        self._waiting = None
        self.rows.show(items, keep=keep)
        self.shown()

    async def _fetched(self) -> Sequence[Item] | None:
        try:
            return await self.fetch()
        except CrmError as error:
            self.tell(error.message, "alert")
            return None
