"""Ctrl+L: what was done today and by whom, how old the last backup is, and the way to take things back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from locales import N_, _, ngettext
from screens import navigation
from screens.base import HouseScreen
from screens.choose import confirm
from screens.messages import ShopChanged
from store.errors import CrmError, NotFound
from widgets.lines import EmptyNotice, PlainText
from widgets.row_list import Column, RowList
from widgets.safe_text import Cell, CellLike

if TYPE_CHECKING:
    from store.history import HistoryEntry
    from store.shop import Done, Shop


@dataclass(frozen=True, slots=True)
class Deed:
    """One action as the list shows it. `customer` is whom it was about, where it was about one."""

    action: int
    at: str
    by: str
    title: str
    about: str
    customer: int | None
    undone: bool


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
        yield EmptyNotice(id="no-deeds")
        rows: RowList[Deed] = RowList(
            (Column(width=5), Column(width=8), Column(share=1), Column(share=2)),
            key=lambda deed: deed.action,
            cells=_cells,
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
            return day, [_deed(shop, entry) for entry in entries], backup_age(shop)

        try:
            day, deeds, backup = await self.desk.call(read)
        except CrmError as error:
            self.tell(error.message, "alert")
            return
        whose = _("everybody") if everybody else self.desk.shop.by
        count = ngettext("{count} action", "{count} actions", len(deeds)).format(count=len(deeds))
        self.query_one("#day", PlainText).show(f"{day.isoformat()}  {whose}  {count}  {backup}")
        self.rows.show(deeds)
        nothing = (
            "" if deeds else _("Nothing was done on this day. Left: the day before. Space: everybody's.")
        )
        self.query_one("#no-deeds", EmptyNotice).tell(nothing)

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
        what = f"{deed.at} {deed.by}: {deed.title} {deed.about}"

        async def settle(yes: bool | None) -> None:  # noqa: FBT001 - the dialog's answer
            if yes:
                await take_back(self, deed.action)

        self.app.push_screen(
            confirm(_("Take this back? {what}").format(what=what), _("Take it back")), settle
        )

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
        screen.house.tell(error.message, "warn")
    else:
        # Not on `screen`: it may have gone with the record that was taken back.
        screen.house.tell(sentence, "warn" if done.left else "")


def undo_sentence(shop: Shop, done: Done) -> str:
    """What an undo took back: "Taken back: contact logged, C000012 Wang Wu"."""
    commit = shop.database.commit(done.action) if done.action else None
    entries = shop.history(limit=20)
    undone = commit.meta.get("undoes") if commit else None
    deeds = [_deed(shop, entry) for entry in entries if entry.action == undone]
    what = f"{deeds[0].title} {deeds[0].about}".strip() if deeds else str(undone)
    sentence = _("Taken back: {what}").format(what=what)
    if done.left:
        left = ngettext(
            "{count} thing was changed since and stays",
            "{count} things were changed since and stay",
            len(done.left),
        )
        sentence += "; " + left.format(count=len(done.left))
    return sentence


def _deed(shop: Shop, entry: HistoryEntry) -> Deed:
    customer = _customer_of(entry)
    about = ""
    if customer is not None:
        try:
            found = shop.customers.get(customer)
            about = f"{found.number} {found.shown_name}"
        except NotFound:
            about = _("(no longer there)")
    at = entry.at.astimezone(shop.settings.zone).strftime("%H:%M")
    return Deed(entry.action, at, entry.by, entry.title, about, customer, entry.undone_by is not None)


def _customer_of(entry: HistoryEntry) -> int | None:
    """The one customer an action was about; None for an import and for settings."""
    winner = entry.commit.meta.get("winner")
    if isinstance(winner, int):
        return winner
    found: set[int] = set()
    for change in entry.changes[:50]:
        whole = change.after or change.before
        if change.table == "customers":
            found.add(change.id)
        elif not change.field and isinstance(whole, dict) and isinstance(whole.get("customer"), int):
            found.add(whole["customer"])
    return found.pop() if len(found) == 1 else None


def backup_age(shop: Shop) -> str:
    """How old the newest backup is, as a phrase."""
    from store.backups import last_backup_age

    age = last_backup_age(shop.database, shop.now())
    if age is None:
        return _("no backup yet")
    hours = int(age.total_seconds() // 3600)
    if hours < 48:
        return ngettext(
            "last backup {count} hour ago", "last backup {count} hours ago", max(hours, 0)
        ).format(count=max(hours, 0))
    return ngettext("last backup {count} day ago", "last backup {count} days ago", hours // 24).format(
        count=hours // 24
    )


def _cells(deed: Deed) -> tuple[CellLike, ...]:
    tone = "dim" if deed.undone else ""
    title = _("{title} (taken back)").format(title=deed.title) if deed.undone else deed.title
    return (Cell(deed.at, tone), Cell(deed.by, tone), Cell(title, tone), Cell(deed.about, tone))
