"""A field whose answers stand in sight on as many lines as they need, one or several of them chosen."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.strip import Strip

from locales import N_
from widgets.fields import Field
from widgets.onward import Onward
from widgets.safe_text import TONES, one_line, width_of

DIGITS = "1234567890"
"""The keys of the first ten answers, as they lie on the keyboard."""


class ChoiceGrid(Onward, can_focus=True):
    """The answers, wrapped by cells; each of the first ten has a digit, in full width too.

    One of them: Left, Right and Space choose, Backspace takes the choice back where nothing may be said.
    Several of them: Left and Right move, Space and a digit choose and take back.
    """

    DEFAULT_CSS = """
    ChoiceGrid { height: auto; width: 1fr; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "left",
            "step(-1)",
            N_("Previous"),
            id="choice.previous",
            tooltip=N_("The answer before"),
            show=False,
        ),
        Binding("right", "step(1)", N_("Next"), id="choice.right", tooltip=N_("The next answer"), show=False),
        Binding(
            "space", "pick", N_("Choose"), id="choice.pick", tooltip=N_("Choose, or take it back"), show=False
        ),
        Binding(
            "backspace,delete",
            "nothing",
            N_("Nothing"),
            id="choice.nothing",
            tooltip=N_("Take the answer back"),
            show=False,
        ),
    ]

    def __init__(self, options: Sequence[tuple[str, str]], *, several: bool) -> None:
        super().__init__()
        self.options = tuple(options)
        self.rarely: Sequence[tuple[str, str]] = ()
        self.several = several
        self.chosen: frozenset[str] = frozenset()
        self.optional = True
        self.cursor, self._gone_on = 0, False

    @property
    def value(self) -> str:
        """The English keys of what is chosen, in the order of the options, with commas between."""
        return ",".join(key for key, _label in self.options if key in self.chosen)

    @property
    def cursor_screen_offset(self) -> Offset:
        """Where the terminal's cursor belongs: an input method shows there what it is composing."""
        return self.content_region.offset

    def hold(self, value: str) -> None:
        """Hold `value` as if it had always been there; an answer that is not offered is shown from then on."""
        self.chosen = frozenset(key for key in value.split(",") if key)
        unseen = self.chosen - dict(self.options).keys()
        self.options += tuple(pair for pair in self.rarely if pair[0] in unseen)
        self.cursor = next((at for at, (key, _label) in enumerate(self.options) if key in self.chosen), 0)
        self.refresh(layout=bool(unseen))

    def pick(self, position: int) -> None:
        """Choose the answer at `position`; where several may be chosen, take it back when it is."""
        key = self.options[position][0]
        self.cursor = position
        self._change(self.chosen ^ {key} if self.several else frozenset({key}))

    def _change(self, chosen: frozenset[str]) -> None:
        changed, self.chosen = chosen != self.chosen, chosen
        self.refresh()
        if changed:
            field = next(node for node in self.ancestors if isinstance(node, Field))
            field.post_message(Field.Changed(field))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A blank belongs to the text that is being typed, where such a text goes onward."""
        del parameters
        return action != "pick" or self.onward is None

    def action_step(self, by: int) -> None:
        """Go to the answer `by` places further, around the end; where only one may be chosen, choose it."""
        count = len(self.options)
        if self.several:
            self.cursor = (self.cursor + by) % count
            self.refresh()
        elif self.chosen:
            self.pick((self.cursor + by) % count)
        else:
            self.pick(0 if by > 0 else count - 1)

    def action_pick(self) -> None:
        """Choose where the cursor is, or take it back; the next answer where only one may be chosen."""
        if self.several:
            self.pick(self.cursor)
        else:
            self.action_step(1)

    def action_nothing(self) -> None:
        """Take back what is chosen, where nothing may be said."""
        if self.optional:
            self._change(frozenset())

    def on_key(self, event: events.Key) -> None:
        """Choose by digit; go by first letter (again: the next one with that letter)."""
        sign = unicodedata.normalize("NFKC", event.character or "").casefold()
        if not event.is_printable or not (sign.strip() or self.onward):
            return
        event.stop()
        if self._gone_on and self.onward is not None:
            # The rest of what came at once (an input method, a fast hand) before the keys went elsewhere.
            self.onward(event.character or "")
            return
        if sign in DIGITS:
            if (position := DIGITS.index(sign)) < len(self.options):
                self.pick(position)
                self._go_on("")
            return
        if self.onward is not None:
            self._go_on(event.character or "")
            return
        count = len(self.options)
        for position in (*range(self.cursor + 1, count), *range(min(self.cursor + 1, count))):
            key, label = self.options[position]
            if key.casefold().startswith(sign) or label.casefold().startswith(sign):
                self.cursor = position
                if self.several:
                    self.refresh()
                else:
                    self.pick(position)
                return

    def _go_on(self, typed: str) -> None:
        """Leave for where one goes on, with what was typed."""
        if self.onward is not None:
            self._gone_on = True
            self.onward(typed)

    def on_paste(self, event: events.Paste) -> None:
        """What is pasted is text."""
        if self.onward is not None:
            event.stop()
            self._go_on(event.text)

    def on_focus(self) -> None:
        """Show that the keys go here."""
        self._gone_on = False
        self.refresh()

    def on_blur(self) -> None:  # noqa: D102 - the keys go elsewhere
        self.refresh()

    def _lines(self, width: int) -> list[list[tuple[int, str]]]:
        """The answers (position, what is drawn) line by line."""
        lines: list[list[tuple[int, str]]] = [[]]
        used = 0
        for position, (_key, label) in enumerate(self.options):
            text = f"{DIGITS[position] if position < 10 else ''}{one_line(label)}"
            needed = width_of(text) + 2
            if lines[-1] and used + needed > width:
                lines.append([])
                used = 0
            lines[-1].append((position, text))
            used += needed
        return lines

    def get_content_height(self, container: object, viewport: object, width: int) -> int:  # noqa: ARG002 - Textual's signature
        """The number of lines at `width` cells."""
        return len(self._lines(width)) if width else 1

    def render_line(self, y: int) -> Strip:
        """The line `y` of the answers."""
        lines = self._lines(self.content_size.width or 1)
        if y >= len(lines):
            return Strip([], 0)
        segments = []
        for position, text in lines[y]:
            chosen = self.options[position][0] in self.chosen
            here = self.has_focus and position == self.cursor and (self.several or chosen or not self.chosen)
            tone = "chosen" if here else "bold" if chosen else ""
            segments.append(Segment(f"[{text}]" if chosen else f" {text} ", TONES[tone]))
        return Strip(segments)


class ChoiceGridField(Field):
    """A labelled grid of answers.

    Args:
        options: (English key, label in the person's language), in the order shown.
        several: more than one may be chosen; the value is then their keys with commas between.
        optional: nothing may be chosen.
        rarely: answers that are not offered, and shown only where they are what was chosen.
        onward: see `ChoiceGrid`.
    """

    def __init__(
        self,
        key: str,
        label: str,
        options: Sequence[tuple[str, str]],
        value: str = "",
        *,
        several: bool = False,
        optional: bool = False,
        rarely: Sequence[tuple[str, str]] = (),
        onward: Callable[[str], None] | None = None,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(key, label, id=id)
        self._grid = ChoiceGrid(options, several=several)
        self._grid.rarely = rarely
        self._grid.hold(value)
        self._grid.optional, self._grid.onward = optional or several, onward

    @property
    def editor(self) -> ChoiceGrid:
        """The grid."""
        return self._grid

    @property
    def value(self) -> str:
        """The English key of the answer; of several, with commas between; "" for none."""
        return self._grid.value

    @value.setter
    def value(self, value: str) -> None:
        if value != self._grid.value:
            self._grid.hold(value)
