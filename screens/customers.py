"""The place F2: somebody is on the line, and two keys later one knows who."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.timer import Timer

from locales import N_, _, ngettext
from screens import navigation
from screens.base import HouseScreen
from screens.card_entries import card_entries
from screens.lookup_hints import LookupHints, asked_so_far, how_many, is_number, nothing_found
from screens.lookup_waiting import EVERYBODY, LookupWaiting
from screens.match_row import COLUMNS, everybody, match_cells, with_marks
from screens.messages import ShopChanged
from store.errors import CrmError
from widgets.card_view import CardView
from widgets.lines import CountLine, PlainText
from widgets.lookup_box import LookupBox
from widgets.row_list import RowList

if TYPE_CHECKING:
    from store.lookup.index import First
    from store.lookup.match import Found, Match

LIMIT: Final = 200
"""More answers than anybody reads."""

SMALL: Final = 10_000
"""Of so many customers all kinds of match together take less than a frame does."""

PAUSE: Final = 0.15
"""Seconds without a key after which the card beside the list is painted; twice that on a slow link."""


class CustomersScreen(HouseScreen[None]):
    """The look-up box, its answers, and in a wide window the call card of the chosen one.

    Attributes:
        box: the look-up box.
        asked_at: when what is in the box was asked; None where it is empty.
    """

    CSS_PATH = "customers.tcss"
    AUTO_FOCUS = "#lookup"
    HORIZONTAL_BREAKPOINTS = [(100, "-wide")]  # noqa: RUF012 - Textual types it as is
    ABOUT = N_(
        "Type a name or its first letters, any part of a telephone number, a company, a tag, an e-mail address or"
        " another account. Up and Down choose, Enter opens the call card."
        " What you type always goes to the box. A filter narrows the list, as in tag:, has:ticket, last>30d;"
        " a colon alone lists all filters, Tab completes."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape",
            "clear",
            N_("Clear"),
            id="customers.clear",
            tooltip=N_("Empty the box, or go back to it"),
            show=False,
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._rows: RowList[Match] = RowList(
            COLUMNS, key=lambda match: match.id, cells=match_cells, id="answers"
        )
        self._rows.can_focus = False
        self._card_timer: Timer | None = None
        self._card_of: int | None = None
        self._first: First | None = None
        self._is_away = False
        self._hints = LookupHints(self, self._rows)
        self.box = LookupBox(self.search, self._rows, complete=self._hints.completion, id="lookup")
        self._count = CountLine(id="count")
        self._waiting = LookupWaiting(self, self._rows)

    def body(self) -> ComposeResult:
        """Box, answers, card."""
        with Horizontal(id="ask"):
            yield PlainText(_("Find"), id="ask-label")
            yield self.box
            yield self._count
        yield self._hints.line
        with Horizontal(id="halves"):
            with Vertical(id="found"):
                yield self._rows
            yield CardView(id="card")

    def on_mount(self) -> None:
        """Show everybody, recently dealt with first."""
        self.search("")

    @property
    def card(self) -> CardView:
        """The call card beside the list."""
        return self.query_one("#card", CardView)

    def current_customer(self) -> int | None:
        """The customer whose row is chosen."""
        self.box.catch_up()
        match = self._rows.selected
        return None if match is None else match.id

    def looked_for(self) -> str:
        """What is in the box, for a new customer of that number, or name; else nothing where it found somebody."""
        self.box.catch_up()
        return "" if self._rows.items and not is_number(self.box.value) else self.box.value.strip()

    def begin_anew(self) -> None:
        """Choose what is in the box: the next call begins with other words, which are to take its place."""
        self._is_away = False
        self.box.select_all()

    def on_screen_suspend(self) -> None:
        """Another screen, or only a dialog, is in front from now on."""
        self._is_away = isinstance(self.app.screen, HouseScreen)

    def on_screen_resume(self) -> None:  # type: ignore[override]
        """Back from a card or a form: be ready for the next call."""
        if self._is_away:
            self.begin_anew()

    # Searching

    @property
    def is_searching(self) -> bool:
        """Whether slower kinds of match are still to come behind what is listed."""
        return self._first is not None

    def search(self, query: str, *, keep: bool = False) -> None:
        """Put the answers to `query` into the list; everybody when nothing is asked. `keep` whoever is chosen.

        What is anchored is painted with the key, slower kinds of match behind it in the next frame. Where nothing is
        anchored there is nothing to paint before them, and in a small shop they take no time.
        """
        self._first = None
        self.asked_at = self.desk.shop.now() if query.strip() else None
        meanwhile = self._waiting.begin(query)
        if meanwhile is not None:
            self._list(meanwhile, _("Preparing…"), query, keep=keep)
            return
        lookup = self.desk.lookup
        if lookup.count > SMALL:
            self.call_after_refresh(self._hints.tell)
        if not query.strip():
            self._list(lookup.everybody(0, EVERYBODY), everybody(lookup.count), "", keep=keep)
            return
        first = lookup.search_first(query, LIMIT)
        if not first.found.matches:
            asked = asked_so_far(lookup, query, self.box.cursor_position)
            if asked != query:
                self.search(asked, keep=keep)
                return
        if first.found.matches and not first.is_all and lookup.count > SMALL:
            self._first = first
            self._list(first.found.matches, None, query, keep=keep)
            self.call_after_refresh(self._search_on, first, query)
            return
        found = first.later()
        self._list(found.matches, how_many(found), query, found, keep=keep)
        if not first.found.matches and not found.problem:
            self._search_numbers(query, found)

    def _search_on(self, first: First, query: str) -> None:
        """Put slower kinds of match behind what is listed, unless something else was asked meanwhile."""
        if self._first is first:
            self._first = None
            found = first.later()
            self._list(found.matches, how_many(found), query, found, keep=True)

    @work(group="numbers", exclusive=True)
    async def _search_numbers(self, query: str, found: Found) -> None:
        """Whose ticket or order has that number: behind what was found, unless something else was asked meanwhile."""
        owners = await self.desk.call(lambda shop: shop.lookup.references(query))
        if owners and self.is_mounted and self.box.value == query:
            listed = {match.id for match in found.matches}
            matches = [*found.matches, *(match for match in owners if match.id not in listed)]
            count = ngettext("{count} found", "{count} found", len(matches)).format(count=len(matches))
            self._list(matches, count, query, keep=True)

    def _list(
        self,
        matches: Sequence[Match],
        count: str | None,
        query: str,
        found: Found | None = None,
        *,
        keep: bool = False,
    ) -> None:
        """Show the answers, how many they are (None: not known yet), and what to do where there are none."""
        notice = ""
        if not matches:
            notice = self._waiting.notice or nothing_found(query.strip(), found, self.desk.lookup)
        frame = self.house.frame(self)
        self._rows.show(matches, keep=keep, notice=notice, frame=frame)
        if count is not None and (keep or self.desk.lookup.count <= SMALL):
            # This is the frame after that of the key, or the only one.
            self._hints.tell(frame)
        counted = self._count
        counted.show(counted.text if count is None else count, frame)
        if frame is None:
            self._rows.flush()
            counted.flush()
        else:
            self.box.draw(frame)
            self.house.send(frame)

    async def on_shop_changed(self, message: ShopChanged) -> None:
        """Repaint what changed. Before the eyes nothing moves till the next key; only who is gone goes."""
        if self._rows.items and not message.missed:
            lookup = self.desk.lookup
            fresh = [(match, lookup.get(match.id)) for match in self._rows.items]
            self._rows.show([with_marks(old, new) for old, new in fresh if new])
        else:
            self.search(self.box.value, keep=True)
        await self._paint_card(again=True)

    # The card beside the list

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        """Say why it was found; paint the card when the person pauses."""
        event.stop()
        self.call_after_refresh(self._hints.tell)
        if self._card_timer is not None:
            self._card_timer.stop()
        match: Any = event.item
        if self.is_wide or (match is not None and match.field == "phone"):
            self._card_timer = self.set_timer(PAUSE * (2 if self.house.lean else 1), self._look_closer)

    @property
    def is_wide(self) -> bool:
        """Whether the card stands beside the list."""
        return self.size.width >= 100

    async def _look_closer(self) -> None:
        """The person looks at a row: paint its card, and say what is to be known of the number that matched."""
        await self._paint_card()
        await self._hints.look_closer()

    async def _paint_card(self, *, again: bool = False) -> None:
        customer = self.current_customer()
        if not self.is_wide or (customer == self._card_of and not again):
            return
        same = customer == self._card_of
        self._card_of = customer
        if customer is None:
            self.card.show([])
            return
        try:
            card = await self.desk.call(lambda shop: shop.card(customer))
        except CrmError as error:
            self.tell(error.message, "alert")
            return
        if customer == self.current_customer():
            self.card.show(card_entries(card), keep=same)

    async def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Enter: the card, beside the list or on a screen of its own."""
        match: Any = event.item
        if self.is_wide:
            await self._paint_card()
            self.card.focus()
        else:
            navigation.open_screen(self.house, "card", match.id)

    def on_card_view_chosen(self, event: CardView.Chosen) -> None:
        """Open what the line of the card is about."""
        target: Any = event.target
        if (customer := self.current_customer()) is not None:
            navigation.open_record(self.house, target, customer=customer)

    # Keys

    def on_key(self, event: events.Key) -> None:
        """What is typed goes to the box, wherever the keys go."""
        asks_why = self.card.has_focus and event.character in ("?", "？")
        if event.is_printable and event.character and not self.box.has_focus and not asks_why:
            event.stop()
            self.take(event.character)

    def take(self, text: str) -> None:
        """Begin anew with `text`, which was typed elsewhere."""
        self.box.focus()
        self.begin_anew()
        self.box.put(text)

    def action_clear(self) -> None:
        """Back to the box; there already: empty it."""
        if not self.box.has_focus:
            self.box.focus()
        elif self.box.value:
            self.box.reset("")
