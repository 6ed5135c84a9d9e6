"""How keys and what they do are named to a person, in their language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from textual.binding import ActiveBinding

from locales import N_, _

NAMES: Final = {
    "escape": N_("Esc"),
    "enter": N_("Enter"),
    "space": N_("Space"),
    "up": N_("Up"),
    "down": N_("Down"),
    "left": N_("Left"),
    "right": N_("Right"),
    "pageup": N_("PgUp"),
    "pagedown": N_("PgDn"),
    "home": N_("Home"),
    "end": N_("End"),
    "tab": N_("Tab"),
    "delete": N_("Del"),
    "backspace": N_("Backspace"),
    "question_mark": "?",
}


MORE_BELOW: Final = "form.page_down"
"""It works only where something is below; then the key bar says so, whatever else it has."""


def key_name(key: str) -> str:
    """`key`, as Textual calls it, as it is written on the keyboard: "Ctrl+S", "F5", "Esc"."""
    *modifiers, last = key.split("+")
    name = _(NAMES[last]) if last in NAMES else last.upper()
    return "+".join([*(modifier.capitalize() for modifier in modifiers), name])


def translated(bindings: dict[str, ActiveBinding]) -> dict[str, ActiveBinding]:
    """`bindings` with what they do said in the person's language."""
    return {
        key: active._replace(
            binding=replace(
                active.binding,
                description=_(active.binding.description) if active.binding.description else "",
                tooltip=_(active.binding.tooltip) if active.binding.tooltip else "",
            ),
            tooltip=_(active.tooltip) if active.tooltip else "",
        )
        for key, active in bindings.items()
    }


def house_bindings(bindings: Iterable[ActiveBinding]) -> Iterator[ActiveBinding]:
    """Those of the house (they have an id), each once, in the order they stand."""
    seen: set[str] = set()
    for active in bindings:
        name = active.binding.id
        if name and name not in seen:
            seen.add(name)
            yield active


def bar_entries(bindings: Iterable[ActiveBinding], wanted: Sequence[str] = ()) -> list[tuple[str, str]]:
    """What the key bar shows: the `wanted` ids in their order; without any, F-keys by number, then the rest."""
    shown = [active for active in house_bindings(bindings) if active.enabled]
    if wanted:
        wanted = (*wanted[:1], MORE_BELOW, *wanted[1:])
        shown = [active for active in shown if active.binding.id in wanted]
        shown.sort(key=lambda active: wanted.index(active.binding.id or ""))
    else:
        shown = [active for active in shown if active.binding.show]
        shown.sort(key=lambda active: _rank(active.binding.key))
    return [(key_name(active.binding.key), active.binding.description) for active in shown]


def _rank(key: str) -> int:
    return int(key[1:]) if key[0] == "f" and key[1:].isdigit() else 100
