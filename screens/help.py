"""F1: what one does on this screen, and every key that works there."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from locales import N_, _
from screens.base import HouseDialog, HouseScreen
from screens.keys import house_bindings, key_name
from screens.wording import labelled
from widgets.lines import PlainText
from widgets.row_list import Column, RowList
from widgets.safe_text import Cell


class HelpRows(RowList[str]):
    """Keys to read: a page is what is seen, from the first press on."""

    def action_page(self, by: int) -> None:
        """Show the page before or after this one."""
        page = max(1, self._rows_visible - 1)
        self._choose(self._top + (self._rows_visible - 1 if by > 0 else 0) + by * page)


class HelpScreen(HouseScreen[None]):
    """The keys of one screen or dialog, with what each does. Made from the bindings, so it is never out of date.

    Args:
        about: the screen to explain.
    """

    CSS = "#about { padding: 0 1; margin: 1 0; } #help-keys { padding: 0 1; }"
    AUTO_FOCUS = "#help-keys"
    ABOUT = N_("Up and Down scroll, Esc goes back.")
    BAR = ("help.back", "list.page_down", "list.page_up", "house.quit")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1", "back", N_("Back"), id="help.back", tooltip=N_("Back to where you were")),
    ]

    def __init__(self, about: HouseScreen[Any] | HouseDialog[Any]) -> None:
        super().__init__()
        self._about = "\n\n".join(
            part for part in (_(about.ABOUT) if about.ABOUT else "", about.explained()) if part
        )
        self._keys: dict[str, tuple[list[str], str]] = {}
        for key, active in about.active_bindings.items():
            binding = active.binding
            if not binding.id or key.startswith("fullwidth_"):
                continue
            # What stands in the key bar is named as it is there; of the others the sentence says it all.
            more = active.tooltip or binding.description
            said = labelled(binding.description, more) if binding.show and active.tooltip else more
            self._keys.setdefault(binding.id, ([], said))[0].append(key)
        self._order = [active.binding.id for active in house_bindings(about.active_bindings.values())]

    def body(self) -> ComposeResult:
        """The sentences about the screen, then its keys."""
        yield PlainText(self._about, id="about")
        columns = (Column(share=1), Column(share=3))
        rows: RowList[str] = HelpRows(columns, key=str, cells=self._cells, fitting=True, id="help-keys")
        yield rows

    def _cells(self, name: str) -> tuple[Cell, ...]:
        keys, said = self._keys[name]
        return (Cell(" ".join(key_name(key) for key in keys), "bold"), Cell(said))

    def on_mount(self) -> None:
        """List the keys."""
        self.query_one("#help-keys", RowList).show(self._order)

    def action_back(self) -> None:
        """Back to where one was."""
        self.dismiss()
