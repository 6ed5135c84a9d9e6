"""A field that holds several items (contact points, dates, facts), listed one a line and edited one at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from locales import N_
from widgets.fields import Field
from widgets.row_list import Column, RowList
from widgets.safe_text import CellLike, cut, line_strip

ItemDict = Mapping[str, Any]


class ItemRows(RowList[int]):
    """The lines of the field: the items by position, then one that adds another. Up and Down leave at the ends."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter",
            "choose",
            N_("Change"),
            id="items.change",
            tooltip=N_("Change the chosen item, or add one on the last line"),
        ),
        Binding("delete", "remove", N_("Remove"), id="items.remove", tooltip=N_("Take the chosen item out")),
        Binding("insert", "add", N_("Add"), id="items.add", tooltip=N_("Add an item"), show=False),
    ]

    def action_move(self, by: int) -> None:
        """Choose another line; at the ends go to the field above or below."""
        if by < 0 and self.index == 0:
            self.screen.focus_previous()
        elif by > 0 and self.index == len(self.items) - 1:
            self.screen.focus_next()
        else:
            super().action_move(by)

    def _strips(self) -> list[Strip]:
        """All lines; the last one goes across the columns."""
        strips = super()._strips()
        field = next(node for node in self.ancestors if isinstance(node, ItemListField))
        last = len(self.items) - 1 - self._top
        if 0 <= last < len(strips):
            text = cut(f"+ {field.add}", self.content_size.width)
            strips[last] = line_strip(text, "chosen" if self.index == len(self.items) - 1 else "dim")
        return strips

    def on_key(self, event: events.Key) -> None:
        """What is typed is the beginning of another item."""
        if event.is_printable and event.character and event.key != "space":
            event.stop()
            self.action_move_to(-1)
            field = next(node for node in self.ancestors if isinstance(node, ItemListField))
            field.post_message(ItemListField.Opened(field, None, event.character))

    def action_add(self) -> None:
        """Add an item."""
        self.action_move_to(-1)
        self.action_choose()

    def action_remove(self) -> None:
        """Take the chosen item out of the field; nothing is saved yet."""
        field = next(node for node in self.ancestors if isinstance(node, ItemListField))
        if self.selected is not None:
            field.take_out(self.selected)


class ItemListField(Field):
    """A labelled list of items.

    Args:
        cells: how an item looks.
        columns: of the list.
        add: what the last line says, already translated: "add a contact point".
    """

    DEFAULT_CSS = """
    ItemListField { padding: 0 0 1 0; }
    """

    @dataclass
    class Opened(Message):
        """A person wants to change the item at `position`, or to add one, beginning with `text`, when it is None."""

        field: ItemListField
        position: int | None
        text: str = ""

        @property
        def control(self) -> ItemListField:
            """The field it happened in."""
            return self.field

    def __init__(
        self,
        key: str,
        label: str,
        *,
        columns: Sequence[Column],
        cells: Callable[[ItemDict], tuple[CellLike, ...]],
        add: str,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(key, label, id=id)
        self.items: tuple[ItemDict, ...] = ()
        self._item_cells = cells
        self.add = add
        self._rows = ItemRows(columns, key=lambda position: position, cells=self._cells, fitting=True)
        self._lay_out()

    @property
    def editor(self) -> ItemRows:
        """The lines."""
        return self._rows

    @property
    def value(self) -> str:
        """The items as JSON."""
        return json.dumps([dict(item) for item in self.items], ensure_ascii=False, sort_keys=True)

    @value.setter
    def value(self, value: str) -> None:
        self.items = tuple(json.loads(value or "[]"))
        self._lay_out()

    def put(self, position: int | None, item: ItemDict) -> None:
        """Put `item` in the place of the one at `position`, or behind the last when it is None."""
        changed = list(self.items)
        if position is None:
            changed.append(item)
        else:
            changed[position] = item
        self._changed(changed)

    def take_out(self, position: int) -> None:
        """Take the item at `position` out."""
        if position < len(self.items):
            self._changed([item for at, item in enumerate(self.items) if at != position])

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Say which item is to be changed."""
        event.stop()
        position: Any = event.item
        self.post_message(self.Opened(self, position if position < len(self.items) else None))

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        """Of no interest beyond this field."""
        event.stop()

    def _changed(self, items: Sequence[ItemDict]) -> None:
        self.items = tuple(items)
        self._lay_out()
        self.post_message(Field.Changed(self))

    def _lay_out(self) -> None:
        self._rows.styles.height = len(self.items) + 1
        self._rows.show(range(len(self.items) + 1))

    def _cells(self, position: int) -> tuple[CellLike, ...]:
        if position < len(self.items):
            return self._item_cells(self.items[position])
        return ()
