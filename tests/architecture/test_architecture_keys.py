"""Rules of the keys: every binding is named, told and safe with an input method on."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import pytest
from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.widgets import Input, TextArea

import screens
import widgets

FORBIDDEN = {f"ctrl+{letter}" for letter in ("b", "space", "h", "i", "j", "m", "at")}
"""Keys that are other keys on a terminal, or belong to the input method or to tmux."""

DESTRUCTIVE = ("delete", "remove", "archive", "void", "cancel", "discard", "erase")


EDITING = {
    (binding.key, binding.action)
    for kind in (Input, TextArea)
    for binding in kind.BINDINGS
    if isinstance(binding, Binding)
}
"""Textual's own editing keys, which house fields keep."""


def house_classes() -> Iterator[type[DOMNode]]:
    for package in (screens, widgets):
        for found in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
            module = importlib.import_module(found.name)
            for _name, member in inspect.getmembers(module, inspect.isclass):
                if member.__module__ == module.__name__ and issubclass(member, DOMNode | App):
                    yield member


def own_bindings() -> list[tuple[str, Binding]]:
    found: list[tuple[str, Binding]] = []
    for member in house_classes():
        for binding in member.__dict__.get("BINDINGS", ()):
            assert isinstance(binding, Binding), f"{member.__name__}: {binding} is not a Binding"
            if (binding.key, binding.action) in EDITING:
                continue
            found.append((member.__name__, binding))
    return found


@pytest.mark.parametrize(
    ("owner", "binding"), own_bindings(), ids=lambda part: str(getattr(part, "key", part))
)
def test_a_binding_is_named_told_and_safe(owner: str, binding: Binding) -> None:
    assert binding.id, owner
    assert binding.description, owner
    assert binding.tooltip, owner
    for key in binding.key.split(","):
        name = key.strip()
        assert not name.startswith("alt+"), f"{owner}: {name}"
        assert name not in FORBIDDEN, f"{owner}: {name}"
        if len(name) == 1 and name.isalpha():
            assert not any(word in binding.action for word in DESTRUCTIVE), f"{owner}: {name} is destructive"


def test_an_id_has_one_key_everywhere() -> None:
    keys: dict[str, str] = {}
    for owner, binding in own_bindings():
        assert binding.id is not None
        assert keys.setdefault(binding.id, binding.key) == binding.key, f"{owner}: {binding.id}"
