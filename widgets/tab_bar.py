"""The tabs of a screen, on one line."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from locales import N_
from widgets.safe_text import TONES, cut, one_line, width_of


class TabBar(Widget, can_focus=True):
    """Which part is shown, chosen by Left and Right or by the digit of a tab while the keys go here.

    Args:
        tabs: (key, label in the person's language), in order.
    """

    DEFAULT_CSS = """
    TabBar { height: 1; width: 1fr; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", N_("Previous"), id="tabs.left", tooltip=N_("The tab before"), show=False),
        Binding("right", "step(1)", N_("Next"), id="tabs.right", tooltip=N_("The next tab"), show=False),
    ]

    @dataclass
    class Changed(Message):
        """Another tab is to be shown."""

        bar: TabBar
        key: str

        @property
        def control(self) -> TabBar:
            """The bar it happened in."""
            return self.bar

    def __init__(self, tabs: Sequence[tuple[str, str]], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.tabs = tuple(tabs)
        self.current = self.tabs[0][0]

    def relabel(self, tabs: Sequence[tuple[str, str]]) -> None:
        """Show other labels (with counts, say) for the same tabs."""
        if tuple(tabs) != self.tabs:
            self.tabs = tuple(tabs)
            self.refresh()

    def choose(self, key: str) -> None:
        """Go to the tab `key`."""
        if key != self.current:
            self.current = key
            self.refresh()
            self.post_message(self.Changed(self, key))

    def action_step(self, by: int) -> None:
        """Go to the tab `by` places further, around the end."""
        keys = [key for key, _label in self.tabs]
        self.choose(keys[(keys.index(self.current) + by) % len(keys)])

    def on_key(self, event: events.Key) -> None:
        """A digit goes to the tab of that position."""
        sign = unicodedata.normalize("NFKC", event.character or "")
        if len(sign) == 1 and sign in "123456789" and int(sign) <= len(self.tabs):
            event.stop()
            self.choose(self.tabs[int(sign) - 1][0])

    def on_focus(self) -> None:
        """Show that the keys go here."""
        self.refresh()

    def on_blur(self) -> None:
        """Show that the keys go elsewhere."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The one line: from the first tab on, or as far to the right as the present one needs.

        Only whole tabs; "<" and ">" stand where there are more.
        """
        if y:
            return Strip([], 0)
        pieces = [
            (f" {number}{one_line(label)} ", key == self.current)
            for number, (key, label) in enumerate(self.tabs, 1)
        ]
        at = next(position for position, (_text, here) in enumerate(pieces) if here)
        widths = [width_of(text) for text, _here in pieces]
        room = self.size.width - (2 if sum(widths) > self.size.width else 0)
        first = 0
        while first < at and sum(widths[first : at + 1]) > room:
            first += 1
        last = first + 1
        while last < len(pieces) and sum(widths[first : last + 1]) <= room:
            last += 1
        segments = [Segment("<", TONES["dim"])] if first else []
        for text, here in pieces[first:last]:
            tone = ("chosen" if self.has_focus else "mark") if here else ""
            segments.append(Segment(cut(text, room), TONES[tone]))
        if last < len(pieces):
            segments.append(Segment(">", TONES["dim"]))
        return Strip(segments)
