"""The call card: what to know before speaking, in the order one needs it, each line with its reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from locales import N_
from widgets.safe_text import CUT, cut, fit, line_strip, one_line, width_of, wrap

NOTHING = Strip([], 0)

NARROW: Final = 60
"""In fewer cells texts are wrapped; cut they would say nothing."""


MOST: Final = 2
"""Rows that one thing may take in a card that is not narrow."""

SEVEN: Final = 7
"""Rows that a card takes before anything is unfolded: what one reads while saying hello."""
LOW: Final = 24
"""In a view of more rows than this a card may take them all."""

BETWEEN: Final = " / "
"""Between things that stand side by side."""


@dataclass(frozen=True, slots=True)
class CardEntry:
    """One line of the card.

    Attributes:
        text: what it says, in a person's words too; cut to the line.
        label: what it is about, in one word, before it.
        tone: a key of `widgets.safe_text.TONES`.
        reasons: why it is there; shown on demand.
        target: what Enter opens; None where there is nothing to open.
        unfolded: the lines that stand in its place once Down went through it; none for a line that is only itself.
        hidden: how many of them its text does not tell.
        rows: what it says where there is room for more than `text`, each on rows of its own; side by side where they
            all fit on one.
    """

    text: str
    label: str = ""
    tone: str = ""
    reasons: tuple[str, ...] = ()
    target: object | None = None
    unfolded: tuple[CardEntry, ...] = ()
    hidden: int = 0
    rows: tuple[str, ...] = ()


class CardView(Widget, can_focus=True):
    """The lines of a card, one of them chosen while the keys go here."""

    DEFAULT_CSS = """
    CardView { height: 1fr; width: 1fr; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", N_("Up"), id="list.up", tooltip=N_("The line above"), show=False),
        Binding("down", "move(1)", N_("Down"), id="list.down", tooltip=N_("The line below"), show=False),
        Binding(
            "pageup,home", "move(-99)", N_("First"), id="card.first", tooltip=N_("The first line"), show=False
        ),
        Binding(
            "pagedown,end", "move(99)", N_("Last"), id="card.last", tooltip=N_("The last line"), show=False
        ),
        Binding(
            "enter",
            "choose",
            N_("Open"),
            id="card.open",
            tooltip=N_("Open what the line is about"),
            show=False,
        ),
        Binding(
            "question_mark,？",
            "reasons",
            N_("Why"),
            id="card.reasons",
            tooltip=N_("Why each line is there"),
            show=False,
        ),
    ]

    @dataclass
    class Chosen(Message):
        """A person pressed Enter on a line that leads somewhere."""

        view: CardView
        target: object

        @property
        def control(self) -> CardView:
            """The card it happened in."""
            return self.view

    def __init__(self, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._shown: tuple[CardEntry, ...] = ()
        self.entries: tuple[CardEntry, ...] = ()
        """The lines as they stand now: some may have been unfolded."""
        self.index = 0
        self.with_reasons = False
        self._lines: list[tuple[int, str, str]] = []
        self._top = 0

    def show(self, entries: Sequence[CardEntry], *, keep: bool = False) -> None:
        """Show `entries`; `keep` keeps the position when it is the same customer again."""
        if tuple(entries) == self._shown:
            return
        self._shown = self.entries = tuple(entries)
        self.index = min(self.index, max(0, len(entries) - 1)) if keep else 0
        self._top = self._top if keep else 0
        self._lay_out()

    def action_move(self, by: int) -> None:
        """Choose the line `by` lines further down; one step down goes through what a line stands for."""
        if by == 1 and self.entries and (unfolded := self.entries[self.index].unfolded):
            here, summary = self.index, self.entries[self.index].text
            self.entries = (*self.entries[:here], *unfolded, *self.entries[here + 1 :])
            # What several lines say together is none of them: their first one comes next.
            by = int(unfolded[0].text == summary)
        self.index = max(0, min(self.index + by, len(self.entries) - 1))
        self._lay_out()

    def action_choose(self) -> None:
        """Say that the line was opened, if it leads somewhere."""
        if self.entries and (target := self.entries[self.index].target) is not None:
            self.post_message(self.Chosen(self, target))

    def action_reasons(self) -> None:
        """Show or hide why each line is there."""
        self.with_reasons = not self.with_reasons
        self._lay_out()

    def _lay_out(self) -> None:
        """Fit the entries to the present width, with the chosen one in sight."""
        width, height = self.content_size.width, self.content_size.height
        if not width:
            return
        lines: list[tuple[int, str, str]] = []
        indent = max((width_of(entry.label) for entry in self.entries), default=0) + 1
        texts = self._texts(width, height, indent)
        for position, entry in enumerate(self.entries):
            left = indent if entry.label else 0
            before = entry.label
            for text in texts[position]:
                lines.append((position, fit(before, left) + text, entry.tone))
                before = ""
            if self.with_reasons:
                for reason in entry.reasons:
                    pieces = wrap(f"- {reason}", width - indent)
                    lines.extend((position, " " * indent + piece, "dim") for piece in pieces)
        of_chosen = [y for y, line in enumerate(lines) if line[0] == self.index] or [0]
        self._top = max(min(self._top, of_chosen[0]), of_chosen[-1] - height + 1, 0)
        self._lines = lines
        self.refresh()

    def _texts(self, width: int, height: int, indent: int) -> list[list[str]]:
        """The rows of each entry: one, or as many as say everything where there is room for them."""
        widths = [width - (indent if entry.label else 0) for entry in self.entries]
        texts = [_texts(entry, room) for entry, room in zip(self.entries, widths, strict=True)]
        free = (SEVEN if width >= NARROW and height <= LOW else height) - sum(map(len, texts))
        # What was last bought and said is what one needs next to who it is.
        for at in sorted(range(len(texts)), key=lambda at: not self.entries[at].rows):
            whole = _roomy(self.entries[at], widths[at])
            if len(whole) - len(texts[at]) <= free:
                free -= len(whole) - len(texts[at])
                texts[at] = whole
        return texts

    def render_line(self, y: int) -> Strip:
        """The line `y` of the card."""
        y += self._top
        if y >= len(self._lines):
            return NOTHING
        position, text, tone = self._lines[y]
        if position == self.index and self.has_focus:
            return line_strip(text + " " * max(0, self.content_size.width - width_of(text)), "chosen")
        return line_strip(text, tone)

    def on_resize(self, _event: events.Resize) -> None:
        """Fit to the new width."""
        self._lay_out()

    def on_focus(self) -> None:
        """Show which line is chosen."""
        self.refresh()

    def on_blur(self) -> None:
        """The keys go elsewhere: nothing is chosen to the eye."""
        self.refresh()


def _roomy(entry: CardEntry, width: int) -> list[str]:
    """The text in full, each of its parts on two rows at most; in a narrow card on as many as it takes."""
    if width < NARROW and not entry.rows:
        return _texts(entry, width)
    side_by_side = BETWEEN.join(one_line(row) for row in entry.rows)
    if entry.rows and width_of(side_by_side) <= width:
        return [side_by_side]
    more = f"  +{entry.hidden}" if entry.hidden else ""
    found: list[str] = []
    for part in entry.rows or (entry.text,):
        pieces = wrap(one_line(part), max(width, 2))
        if len(pieces) > MOST and width >= NARROW:
            pieces = [*pieces[: MOST - 1], cut(pieces[MOST - 1], width - len(CUT)).removesuffix(CUT) + CUT]
        found += pieces
    if width_of(found[-1] + more) > width:
        found[-1] = cut(found[-1], width - len(more))
    return [*found[:-1], found[-1] + more]


def _texts(entry: CardEntry, width: int) -> list[str]:
    """The text in lines of `width` cells: one, cut, with how many lines it hides; several in a narrow card."""
    more = f"  +{entry.hidden}" if entry.hidden else ""
    if width < NARROW:
        return wrap(entry.text + more, max(width, 2))
    return [cut(one_line(entry.text), width - len(more)) + more]
