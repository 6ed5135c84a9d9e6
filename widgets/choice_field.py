"""A field with a few known answers, all of them in sight, chosen by arrow keys, digit or first letter."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import ClassVar, Final

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.strip import Strip
from textual.widget import Widget

from locales import N_
from widgets.fields import Field
from widgets.safe_text import TONES, cut, one_line, width_of

DIGITS: Final = "1234567890"


class ChoiceRow(Widget, can_focus=True):
    """The answers on one line, the chosen one marked; where they do not fit, the chosen one alone.

    Left, Right, Space choose; so do the digit of an answer and (`by_letter`) the first letter of its English key,
    in full width too, so that it works while an input method is on.
    """

    DEFAULT_CSS = """
    ChoiceRow { height: 1; width: 1fr; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+z",
            "take_back",
            N_("Undo"),
            id="choice.undo",
            tooltip=N_("The answer before this one"),
            show=False,
        ),
        Binding(
            "left",
            "step(-1)",
            N_("Previous"),
            id="choice.previous",
            tooltip=N_("The answer before"),
            show=False,
        ),
        Binding(
            "right,space", "step(1)", N_("Next"), id="choice.next", tooltip=N_("The next answer"), show=False
        ),
    ]

    def __init__(self, options: Sequence[tuple[str, str]], value: str, *, by_letter: bool = True) -> None:
        super().__init__()
        self._by_letter = by_letter
        self.options = tuple(options)
        self.value = value
        self._earlier: list[str] = []

    @property
    def index(self) -> int:
        """The position of the chosen answer; 0 where the value is none of them."""
        return next((i for i, (key, _label) in enumerate(self.options) if key == self.value), 0)

    def choose(self, value: str) -> None:
        """Choose the answer `value`."""
        if value != self.value:
            self._earlier.append(self.value)
            self.value = value
            self.refresh()
            field = next(node for node in self.ancestors if isinstance(node, Field))
            field.post_message(Field.Changed(field))

    def action_take_back(self) -> None:
        """Choose again what was chosen before."""
        if self._earlier:
            value = self._earlier.pop()
            self.choose(value)
            self._earlier.pop()

    def action_step(self, by: int) -> None:
        """Choose the answer `by` places further, around the end."""
        self.choose(self.options[(self.index + by) % len(self.options)][0])

    def on_key(self, event: events.Key) -> None:
        """Choose by digit or by first letter (again: the next one with that letter)."""
        sign = unicodedata.normalize("NFKC", event.character or "").casefold()
        if not sign.strip() or not event.is_printable:
            return
        event.stop()
        if sign.isdigit():
            if sign in self._digits:
                self.choose(self.options[self._digits.index(sign)][0])
            return
        if not self._by_letter:
            return
        around = [*self.options[self.index + 1 :], *self.options[: self.index + 1]]
        for key, label in around:
            if key.casefold().startswith(sign) or label.casefold().startswith(sign):
                self.choose(key)
                return

    def on_focus(self) -> None:
        """Show that the keys go here."""
        self.refresh()

    def on_blur(self) -> None:
        """Show that the keys go elsewhere."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The one line."""
        if y:
            return Strip([], 0)
        labels = [
            f"{digit}{one_line(label)}"
            for digit, (_key, label) in zip(self._digits, self.options, strict=True)
        ]
        first, last = self._window([width_of(label) + 2 for label in labels])
        segments: list[Segment] = []
        for position in range(first, last):
            if position == self.index:
                text = cut(f"[{labels[position]}]", self.size.width)
                segments.append(Segment(text, TONES["chosen" if self.has_focus else "bold"]))
            else:
                segments.append(Segment(f" {labels[position]} "))
        if last - first < len(labels):
            segments.append(Segment(f" {self.index + 1}/{len(labels)}", TONES["dim"]))
        return Strip(segments)

    @property
    def _digits(self) -> list[str]:
        """The digit before each answer: 1 to 9, then 0, then none."""
        return [DIGITS[position : position + 1] for position in range(len(self.options))]

    def _window(self, widths: list[int]) -> tuple[int, int]:
        """Which answers fit on the line around the chosen one, whose cells are given."""
        if sum(widths) <= self.size.width:
            return 0, len(widths)
        room = self.size.width - len(f" {len(widths)}/{len(widths)}")
        first, last = self.index, self.index + 1
        used = widths[self.index]
        while last < len(widths) and used + widths[last] <= room:
            used += widths[last]
            last += 1
        while first > 0 and used + widths[first - 1] <= room:
            first -= 1
            used += widths[first]
        return first, last


class ChoiceField(Field):
    """A labelled choice.

    Args:
        options: (English key, label in the person's language), in the order shown; a first ("", "...") means
            "not said".
        by_letter: whether letters choose; not where one may believe to type a text.
    """

    def __init__(
        self,
        key: str,
        label: str,
        options: Sequence[tuple[str, str]],
        value: str = "",
        *,
        by_letter: bool = True,
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(key, label, id=id, classes=classes)
        first = options[0][0] if options else ""
        self._row = ChoiceRow(options, value or first, by_letter=by_letter)

    @property
    def editor(self) -> ChoiceRow:
        """The row of answers."""
        return self._row

    @property
    def value(self) -> str:
        """The English key of the answer."""
        return self._row.value

    @value.setter
    def value(self, value: str) -> None:
        if value != self._row.value:
            self._row.value = value
            self._row.refresh()
