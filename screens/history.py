"""Ctrl+L: what was done today and by whom, how old the last backup is, and the way to take things back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from locales import N_, _, ngettext
from screens import navigation
from screens.base import HouseScreen
from screens.choose import confirm
from screens.deeds import Deed, backup_age, deed_of, told_of, undo_sentence
from screens.messages import ShopChanged
from store.errors import CrmError
from widgets.lines import PlainText
from widgets.row_list import Column, RowList
from widgets.safe_text import Cell, CellLike

if TYPE_CHECKING:
    from store.shop import Shop


class HistoryScreen(HouseScreen[None]):
    """What was done on one day, at first one's own."""

    CSS = "#day { padding: 0 1; margin: 1 0 1 0; } #deeds { padding: 0 1; }"
    AUTO_FOCUS = "#deeds"
    ABOUT = N_(
        "What was done on one day, the newest first. Left and Right change the day, Space changes between your own"
        " and everybody's, Enter opens the customer, Del takes an action back after asking."
    )
    BAR = ("history.undo", "history.whose", "history.before", "history.after", "history.back", "house.help")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "day(-1)", N_("Day before"), id="history.before", tooltip=N_("The day before")),
        Binding("right", "day(1)", N_("Day after"), id="history.after", tooltip=N_("The day after")),
        Binding("space", "whose", N_("Mine/all"), id="history.whose", tooltip=N_("Your own or everybody's")),
        Binding(
            "delete", "take_back", N_("Undo"), id="history.undo", tooltip=N_("Take the chosen action back")
        ),
        Binding("escape", "back", N_("Back"), id="history.back", tooltip=N_("Back to where you were")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._days_back = 0
        self._everybody = False

    def body(self) -> ComposeResult:
        """Which day and whose, then the actions."""
        yield PlainText("", id="day", tone="bold")
        rows: RowList[Deed] = RowList(
            (Column(width=5), Column(width=8), Column(share=3), Column(share=4), Column(share=3)),
            key=lambda deed: deed.action,
            cells=_cells,
            fitting=True,
            id="deeds",
        )
        yield rows

    async def on_mount(self) -> None:  # type: ignore[override]
        """List today's."""
        await self._fetch()

    @property
    def rows(self) -> RowList[Deed]:
        """The actions."""
        return self.query_one("#deeds", RowList)

    async def _fetch(self) -> None:
        back, everybody = self._days_back, self._everybody

        def read(shop: Shop) -> tuple[date, list[Deed], str]:
            day = shop.today() - timedelta(days=back)
            entries = shop.history(by=None if everybody else shop.by, day=day, limit=500)
            return day, [deed_of(shop, entry) for entry in entries], backup_age(shop)

        try:
            day, deeds, backup = await self.desk.call(read)
        except CrmError as error:
            self.tell(error.message, "alert")
            return
        whose = _("everybody") if everybody else self.desk.shop.by
        count = ngettext("{count} action", "{count} actions", len(deeds)).format(count=len(deeds))
        self.query_one("#day", PlainText).show(f"{day.isoformat()}  {whose}  {count}  {backup}")
        notice = _("Nothing was done on this day. Left: the day before. Space: everybody's.")
        self.rows.show(deeds, notice=notice)

    async def on_shop_changed(self, _message: ShopChanged) -> None:
        """Follow what anybody does."""
        await self._fetch()

    async def action_day(self, by: int) -> None:
        """Go to another day; not beyond today."""
        self._days_back = max(0, self._days_back - by)
        await self._fetch()

    async def action_whose(self) -> None:
        """Change between one's own and everybody's."""
        self._everybody = not self._everybody
        await self._fetch()

    def action_take_back(self) -> None:
        """Take the chosen action back, after asking."""
        deed = self.rows.selected
        if deed is None:
            return
        what = f"{deed.at} {deed.by}: {deed.told}"

        async def settle(yes: bool | None) -> None:  # noqa: FBT001 - the dialog's answer
            if yes:
                await take_back(self, deed.action)

        question = _("Do this again? {what}") if deed.is_undo else _("Take this back? {what}")
        yes = _("Do it again") if deed.is_undo else _("Take it back")
        self.app.push_screen(confirm(question.format(what=what), yes), settle)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Open the customer whom the action was about."""
        deed: Any = event.item
        if deed.customer is not None:
            navigation.open_screen(self.house, "card", deed.customer)

    def action_back(self) -> None:
        """Back to where one was."""
        self.dismiss()


async def take_back(screen: HouseScreen[Any], action: int | None = None) -> None:
    """Take back `action`, or this person's own last one, and name on the status line what was taken back."""
    try:
        done = await screen.desk.undo(action)
        sentence = await screen.desk.call(lambda shop: undo_sentence(shop, done))
    except CrmError as error:
        spared = error.details.get("spared")
        said = error.message
        if spared is not None:
            what = await screen.desk.call(lambda shop: told_of(shop, spared))
            said = _("Ctrl+Z leaves this as it is: {what}. Ctrl+L, then Del, takes it back.").format(
                what=what
            )
        screen.house.tell(said, "warn")
    else:
        # Not on `screen`: it may have gone with the record that was taken back.
        screen.house.tell(sentence, "warn" if done.left else "")


def _cells(deed: Deed) -> tuple[CellLike, ...]:
    tone = "dim" if deed.undone else ""
    title = _("{title} (taken back)").format(title=deed.title) if deed.undone else deed.title
    return (
        Cell(deed.at, tone),
        Cell(deed.by, tone),
        Cell(title, tone),
        Cell(deed.about, tone),
        Cell(deed.words, "dim"),
    )
