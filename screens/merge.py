"""Two customers side by side: which side of each field stays, and then one of them becomes the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from locales import N_, _
from screens.acting import act
from screens.base import HouseScreen
from screens.choose import confirm
from screens.customer_form import LONGEST
from screens.merge_rows import COLUMNS, STAYS, WORDS, Merge, MergeLine
from screens.messages import ShopChanged
from screens.wording import labelled
from store.errors import CrmError
from store.rules.duplicates import is_compared
from widgets.lines import PlainText
from widgets.row_list import RowList
from widgets.safe_text import cut, one_line

if TYPE_CHECKING:
    from store.records.customer import Customer
    from store.rules.customer_file import CustomerFile
    from store.shop import Shop


class MergeScreen(HouseScreen[None]):
    """Makes two customers one, or tells them apart.

    Args:
        left: the id of one of the two.
        right: of the other.
        reasons: why they are thought to be one.
    """

    CSS = """
    #merge-title, #merge-reasons { padding: 0 1; }
    #merge-lines { padding: 0 1; margin: 1 0 0 0; }
    #merge-detail { padding: 0 1; height: auto; max-height: 7; }
    """
    AUTO_FOCUS = "#merge-lines"
    BAR = ("merge.do", "merge.left", "merge.right", "duplicates.not_same", "merge.back", "house.help")
    ABOUT = N_(
        "Two files, field by field. Left and Right choose whose value stays, or both; bold stays, dim goes. The first"
        " line says which number stays; the other number still finds it. F8 merges after asking; contacts, purchases,"
        " tickets and follow-ups of both stay. Ctrl+Z takes it back, also later. Del: they are two people."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "f8,ctrl+s", "merge", N_("Merge"), id="merge.do", tooltip=N_("Make the two one, after asking")
        ),
        Binding(
            "left", "step(-1)", N_("Keep left"), id="merge.left", tooltip=N_("What stands on the left stays")
        ),
        Binding(
            "right",
            "step(1)",
            N_("Keep right"),
            id="merge.right",
            tooltip=N_("What stands on the right stays"),
        ),
        Binding(
            "delete",
            "not_same",
            N_("Two people"),
            id="duplicates.not_same",
            tooltip=N_("They are not the same; do not list them again"),
        ),
        Binding("escape", "back", N_("Back"), id="merge.back", tooltip=N_("Back; nothing is merged")),
    ]

    def __init__(self, left: int, right: int, reasons: str = "") -> None:
        super().__init__()
        self._ids = (left, right)
        self._reasons = reasons
        self._merge: Merge | None = None
        self._rows: RowList[MergeLine] = RowList(
            COLUMNS, key=lambda line: line.key, cells=MergeLine.cells, id="merge-lines"
        )

    def body(self) -> ComposeResult:
        """Who the two are, the lines, and the chosen line in full."""
        yield PlainText("", id="merge-title", tone="bold")
        yield PlainText(self._reasons, id="merge-reasons", tone="dim")
        yield self._rows
        yield PlainText("", id="merge-detail", tone="dim")

    async def on_mount(self) -> None:  # type: ignore[override]
        """Read both."""
        await self._fetch()

    def current_customer(self) -> int | None:
        """The customer who stays."""
        return self._merge.winner.id if self._merge else None

    async def _fetch(self) -> None:
        """Read both; what was chosen stays chosen. Where one is no more, there is nothing to merge."""

        def read(shop: Shop) -> tuple[CustomerFile, CustomerFile]:
            left, right = (shop.customers.file(number, history=1) for number in self._ids)
            return left, right

        try:
            files = await self.desk.call(read)
        except CrmError as error:
            self._leave(error.message)
            return
        if not all(is_compared(file.customer) for file in files):
            self._leave(_("Somebody has just dealt with these two."))
            return
        if self._merge is None:
            self._merge = Merge.of(*files)
        else:
            self._merge.files = files
        self._show()

    def _leave(self, why: str) -> None:
        if not self.is_current:
            return
        self.dismiss()
        self.house.tell(why, "warn")

    def _show(self) -> None:
        if self._merge is None:
            return
        names = [_named(file.customer) for file in self._merge.files]
        self.query_one("#merge-title", PlainText).show("   |   ".join(names))
        self._rows.show(self._merge.lines())
        self._say_more()

    def _say_more(self) -> None:
        line, text = self._rows.selected, ""
        if line is not None:
            rows = ((_("left"), line.left), (_("right"), line.right), (_("will be"), line.result))
            text = "\n".join(labelled(word, value) for word, value in rows if value)
        self.query_one("#merge-detail", PlainText).show(text)

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        """Show the chosen line in full."""
        event.stop()
        self._say_more()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Enter: the next choice of the line, around the end."""
        event.stop()
        line = self._rows.selected
        if line is not None and line.choices:
            at = line.choices.index(line.chosen) + 1
            self._choose(line, line.choices[at % len(line.choices)])

    def action_step(self, by: int) -> None:
        """Left and Right: the choice further to that side."""
        line = self._rows.selected
        if line is not None and line.choices:
            self._choose(line, line.stepped(by))
        elif line is not None:
            self.tell(_("There is nothing to choose in this line."))

    def _choose(self, line: MergeLine, choice: str) -> None:
        if self._merge is None:
            return
        self._merge.choose(line, choice)
        self._show()
        chosen = self._rows.selected
        if chosen is not None and chosen.choices:
            word = chosen.result if line.key == STAYS else _(WORDS[chosen.chosen])
            self.tell(labelled(chosen.title, word))

    async def on_shop_changed(self, _message: ShopChanged) -> None:
        """Follow what anybody changes in the two."""
        if self.is_current:
            await self._fetch()

    # What is done

    def action_merge(self) -> None:
        """Ask, naming both, and make them one."""
        merge = self._merge
        if merge is None:
            return
        winner, loser = merge.winner, merge.loser
        question = _("Merge {loser} into {winner}? What belongs to either then belongs to {number}.").format(
            loser=_named(loser), winner=_named(winner), number=winner.number
        )

        async def settle(yes: bool | None) -> None:  # noqa: FBT001 - the dialog's answer
            if not yes:
                return
            said = _("{loser} is now {winner}.").format(loser=_named(loser), winner=_named(winner))
            done = await act(
                self,
                said,
                "customer.merge",
                then=self.action_back,
                winner=winner.id,
                loser=loser.id,
                keep=merge.keep,
                winner_rev=winner.rev,
                loser_rev=loser.rev,
            )
            if done is None:
                # Stays while the status line goes on to other news.
                self.query_one("#merge-reasons", PlainText).show(
                    _("Not merged. Look at both again, then F8."), "warn"
                )

        self.app.push_screen(confirm(question, _("Merge")), settle)

    async def action_not_same(self) -> None:
        """Remember that they are two."""
        if self._merge is not None:
            left, right = (file.customer for file in self._merge.files)
            await tell_apart(self, left, right, self.action_back)

    def action_back(self) -> None:
        """Back; nothing is merged."""
        self.dismiss()


async def tell_apart(
    screen: HouseScreen[None], one: Customer, other: Customer, then: Callable[[], None] | None = None
) -> None:
    """Remember that `one` and `other` are two people, and say so; `then` is called when it is remembered."""
    said = _("{one} and {other} are two; they are not listed again.").format(
        one=_named(one), other=_named(other)
    )
    await act(screen, said, "customer.not_same", then=then, a=one.id, b=other.id)


def _named(customer: Customer) -> str:
    return f"{customer.number} {cut(one_line(customer.shown_name), LONGEST)}"
