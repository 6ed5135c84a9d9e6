"""What the fields of a form stand in."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from locales import N_


class FormBody(VerticalScroll, can_focus=False, inherit_bindings=False):
    """Scrolls with the field that has the keys; Up and Down are the form's, not the scroll bar's."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pageup", "page_up", N_("Page up"), id="form.page_up", tooltip=N_("Scroll up"), show=False),
        Binding(
            "pagedown",
            "page_down",
            N_("Page down"),
            id="form.page_down",
            tooltip=N_("Scroll down"),
            show=False,
        ),
    ]
