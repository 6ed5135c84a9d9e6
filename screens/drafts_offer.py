"""What was typed and not saved when the program last ended, offered again."""

from __future__ import annotations

import os
from datetime import datetime, tzinfo
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from locales import N_, _
from screens import navigation
from screens.base import HouseScreen
from screens.choose import confirm
from screens.wording import labelled
from store.drafts import Draft, Drafts
from store.records import kinds
from widgets.lines import PlainText
from widgets.row_list import Column, RowList
from widgets.safe_text import CellLike


class DraftsScreen(HouseScreen[None]):
    """The drafts of this person; Enter opens one, Del throws it away after asking."""

    CSS = "#drafts-title { padding: 0 1; margin: 1 0; } #drafts { padding: 0 1; }"
    AUTO_FOCUS = "#drafts"
    ABOUT = N_(
        "What was typed and not saved. Enter opens a form as it was, Del throws it away, Esc leaves it for later."
    )
    BAR = ("list.open", "drafts.discard", "drafts.back", "house.help", "house.more")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "delete", "discard", N_("Throw away"), id="drafts.discard", tooltip=N_("Throw the draft away")
        ),
        Binding("escape", "back", N_("Later"), id="drafts.back", tooltip=N_("Leave the drafts for later")),
    ]

    def body(self) -> ComposeResult:
        """The drafts."""
        yield PlainText(_("Typed and not saved. Enter opens it again."), id="drafts-title", tone="bold")
        rows: RowList[Draft] = RowList(
            (Column(width=11), Column(share=1), Column(share=2)),
            key=lambda draft: draft.key,
            cells=lambda draft: _cells(draft, self.desk.shop.settings.zone),
            id="drafts",
        )
        yield rows

    def on_mount(self) -> None:
        """List the drafts."""
        self._list()

    def _list(self) -> None:
        open_ones = navigation.open_drafts(self.house)
        drafts = [one for one in own_drafts(self.house.drafts, self.desk.shop.by) if one.key not in open_ones]
        self.query_one("#drafts", RowList).show(drafts, notice=_("Nothing is left over. Esc goes on."))

    def on_screen_resume(self) -> None:  # type: ignore[override]
        """A form was saved or left again; nothing is asked once nothing is left over."""
        self._list()
        if self.app.screen is self and not self.query_one("#drafts", RowList).items:
            # What the form said goes on to where the person is now.
            said, tone = self.status.text, self.status.tone
            self.dismiss()
            if said:
                self.house.tell(said, tone)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Open the form as it was."""
        draft: Any = event.item
        navigation.reopen_draft(self.house, draft.kind, draft.key, draft.data)

    def action_discard(self) -> None:
        """Throw the chosen draft away, after asking."""
        draft = self.query_one("#drafts", RowList).selected
        if draft is None:
            return

        def settle(yes: bool | None) -> None:  # noqa: FBT001 - the dialog's answer
            if yes:
                self.house.drafts.remove(draft.kind, draft.key)
                self._list()

        self.app.push_screen(
            confirm(_("Throw this away? {what}").format(what=_what(draft)), _("Throw away")), settle
        )

    def action_back(self) -> None:
        """Leave them for later."""
        self.dismiss()


def own_drafts(drafts: Drafts, by: str) -> list[Draft]:
    """The drafts of `by` that no running program is still typing into, the newest first."""
    return [
        draft
        for draft in drafts.list()
        if draft.data.get("by") == by
        and draft.kind in navigation.SCREENS
        and not _is_running(int(draft.data.get("process", 0)))
    ]


def _is_running(process: int) -> bool:
    """Whether another process of that number runs. Not asked on Windows, where asking would end it.

    One that ended, and that whoever started it has not heard of yet, does not run: on Linux the system tells.
    """
    if process in (0, os.getpid()) or os.name != "posix":
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        about = Path(f"/proc/{process}/stat").read_bytes()
    except OSError:
        return True
    return not about.rpartition(b")")[2].lstrip().startswith(b"Z")


def _what(draft: Draft) -> str:
    """The title of the form, and the first words that were typed."""
    return labelled(str(draft.data.get("title", "")), " / ".join(_typed(draft)))


def _cells(draft: Draft, zone: tzinfo) -> tuple[CellLike, ...]:
    at = datetime.fromtimestamp(draft.saved_at, zone).strftime("%m-%d %H:%M")
    typed = _typed(draft)
    return (at, str(draft.data.get("title", "")), " / ".join(typed))


def _typed(draft: Draft) -> list[str]:
    """What was typed as text; answers that were chosen are kept as words of the program."""
    values = draft.data.get("values", {}).values()
    return [value for value in values if value.strip() and value not in _chosen()]


@cache
def _chosen() -> frozenset[str]:
    kinds_here = [
        kind for kind in vars(kinds).values() if isinstance(kind, type) and issubclass(kind, StrEnum)
    ]
    return frozenset({"yes", "no", *(member.value for kind in kinds_here for member in kind)})
