"""Asks once who is working, where the login does not tell: a shared account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.containers import Vertical

from locales import N_, _
from screens.base import HouseDialog
from store.errors import CrmError
from widgets.lines import PlainText
from widgets.lookup_box import LookupBox
from widgets.row_list import Column, RowList

if TYPE_CHECKING:
    from store.records.staff import Staff
    from store.shop import Shop


class WhoDialog(HouseDialog[str]):
    """The staff to choose from; a name that is not among them is added. Returns the login; Esc does not leave it.

    Args:
        staff: everybody on the staff.
        guess: what stands in the box at first, for a shop without staff.
    """

    ABOUT = N_(
        "Whoever is working is named with all that they do. Up and Down choose, Enter takes the chosen one;"
        " what is typed narrows the list. A name that is not there yet is added to the staff with Enter."
    )
    CSS_PATH = "who.tcss"
    AUTO_FOCUS = "#who-name"

    def __init__(self, staff: list[Staff], guess: str = "") -> None:
        super().__init__()
        self._staff = [member for member in staff if member.active]
        self._guess = guess
        self._unknown = ""
        self._rows: RowList[Staff] = RowList(
            (Column(), Column()), key=lambda s: s.login, cells=lambda s: (s.login, s.name), id="who-staff"
        )

    def compose(self) -> ComposeResult:
        """The question, the box, the staff."""
        with Vertical(id="who-box"):
            yield PlainText(_("Who is working? Choose, or type a name and press Enter."), tone="bold")
            yield LookupBox(self._narrow, self._rows, id="who-name")
            yield self._rows
            yield PlainText("", id="who-enter", tone="dim")
            yield PlainText("", id="who-problem", tone="alert")

    def on_mount(self) -> None:
        """List the staff."""
        self._rows.can_focus = False
        self._rows.styles.height = max(1, min(len(self._staff), 10))
        self._rows.show(self._staff)
        if not self._staff:
            self.query_one("#who-name", LookupBox).reset(self._guess)
        self._say_who()

    def _narrow(self, text: str) -> None:
        wanted = text.strip().casefold()
        self._rows.show(
            [s for s in self._staff if wanted in s.login.casefold() or wanted in s.name.casefold()],
            keep=False,
        )
        self._say_who()

    def on_row_list_highlighted(self, _event: RowList.Highlighted) -> None:
        """Say who Enter is."""
        self._say_who()

    def _say_who(self) -> None:
        member, typed = self._rows.selected, self.query_one("#who-name", LookupBox).value.strip()
        sentence = ""
        if member is not None:
            name = f"{member.login} ({member.name})" if member.name else member.login
            sentence = _("Enter: {name} is working.").format(name=name)
        elif typed:
            once = _("Enter: {name} is new on the staff, and is working.")
            twice = _("Enter twice: {name} is new on the staff, and is working.")
            sentence = (twice if self._staff else once).format(name=typed)
        self.query_one("#who-enter", PlainText).show(sentence)

    async def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Somebody on the staff."""
        member: Any = event.item
        await self._become(member.login, new=False)

    async def on_lookup_box_nothing_to_open(self) -> None:
        """Enter on a name that is not among the staff."""
        name = self.query_one("#who-name", LookupBox).value.strip()
        if not name:
            return
        if name.isdigit():
            self._refuse(_("{name} is a number; type a name.").format(name=name))
        elif self._staff and name != self._unknown:
            # It may be a customer's: the question comes up while one types.
            self._unknown = name
            self._refuse(_("Nobody on the staff is called {name}. Enter again adds them.").format(name=name))
        else:
            await self._become(name, new=True)

    def _refuse(self, reason: str) -> None:
        self.query_one("#who-problem", PlainText).show(reason)

    async def _become(self, login: str, *, new: bool) -> None:
        """Work as `login` from now on, on the staff if new."""

        def become(shop: Shop) -> None:
            before, shop.by = shop.by, login
            try:
                if new:
                    shop.do("staff.add", login=login)
            except CrmError:
                shop.by = before
                raise

        try:
            await self.house.desk.call(become)
        except CrmError as error:
            self._refuse(error.message)
        else:
            self.dismiss(login)
