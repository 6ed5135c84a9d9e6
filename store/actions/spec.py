"""What an action is called, what it takes, and where it is: all that must be known before one is done."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from locales import _
from store.errors import Usage


@dataclass(frozen=True)
class FieldSpec:
    """One parameter of an action.

    Attributes:
        type: what it takes, in words for `do --list`.
        hint: its Python type without marks.
        meaning: see `Mark`.
    """

    name: str
    type: str
    required: bool
    hint: Any
    meaning: str
    help: str


@dataclass(frozen=True)
class ActionSpec:
    """An action: its name, its title for people, and its parameters.

    Attributes:
        place: module of `store.actions` and function in it.
    """

    name: str
    title: str
    place: str

    @functools.cached_property
    def function(self) -> Callable[..., Any]:
        """What does it; its module, with all it needs, is imported when it is first asked for."""
        module, _colon, name = self.place.partition(":")
        found: Callable[..., Any] = getattr(importlib.import_module(f"store.actions.{module}"), name)
        return found

    @functools.cached_property
    def fields(self) -> tuple[FieldSpec, ...]:
        """The parameters, in the order of the signature."""
        from store.actions.fields import fields_of

        return tuple(fields_of(self.function))

    def field(self, name: str) -> FieldSpec:
        """The parameter of that name.

        Raises:
            Usage: the action has no such field.
        """
        for spec in self.fields:
            if spec.name == name:
                return spec
        raise Usage(
            _("{action} has no field {field}. It has: {fields}.").format(
                action=self.name, field=name, fields=", ".join(spec.name for spec in self.fields)
            )
        )
