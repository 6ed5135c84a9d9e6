"""What the fields of a form stand in."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.geometry import Size

from locales import N_


class FormBody(VerticalScroll, can_focus=False, inherit_bindings=False):
    """Scrolls with the field that has the keys; Up and Down are the form's, not the scroll bar's."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pageup", "page_up", N_("Page up"), id="form.page_up", tooltip=N_("Scroll up"), show=False),
        Binding(
            "pagedown",
            "page_down",
            N_("More below"),
            id="form.page_down",
            tooltip=N_("Scroll down to the fields that are below"),
            show=False,
        ),
    ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where nothing is below, its key is not offered."""
        if action == "page_down":
            return self.scroll_y < self.max_scroll_y
        return super().check_action(action, parameters)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """What is below has changed."""
        super().watch_scroll_y(old_value, new_value)
        self._look_below()

    def watch_virtual_size(self, _size: Size) -> None:
        """A note has grown, or a field has come."""
        self._look_below()

    def on_resize(self, _event: events.Resize) -> None:
        """The window is smaller, or larger."""
        self._look_below()

    def _look_below(self) -> None:
        below = self.scroll_y < self.max_scroll_y
        if below != self._below and self.is_attached:
            self._below = below
            self.screen.refresh_bindings()

    _below = False
