"""How a row of cells is laid out, measured in cells of a terminal; knows nothing of what draws it.

A Chinese character takes two cells and is never split. What comes out of here is safe to draw: see `one_line`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from rich.cells import cell_len, set_cell_size

from store.text import visible

CUT: Final = ".."
"""Stands where a text was cut: the typographic ellipsis takes two cells on many Chinese terminals."""

Span = tuple[int, int]


class Cell(NamedTuple):
    """One cell of a row.

    Attributes:
        text: what to show, as a person typed it; it is made safe when drawn.
        tone: a key of `widgets.safe_text.TONES`.
        marks: spans (start, end) of characters of `text` that are shown marked, ascending.
        right: set against the right edge of its column.
    """

    text: str
    tone: str = ""
    marks: tuple[Span, ...] = ()
    right: bool = False


CellLike = str | Cell


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list.

    Attributes:
        width: its width in cells; 0 for a column that shares what the others leave, by `share`.
        title: what stands above it, already translated; "" for nothing.
        share: how many parts of the rest it gets when `width` is 0.
        needs: it is shown only where the list is at least this wide, in cells.
    """

    width: int = 0
    title: str = ""
    share: int = 1
    needs: int = 0


class Run(NamedTuple):
    """A piece of a row that looks the same throughout."""

    text: str
    tone: str = ""
    marked: bool = False


def one_line(text: str) -> str:
    """`text` as one drawable line: line ends become blanks, control characters become visible signs."""
    if text.isascii() and text.isprintable():
        return text
    return visible(" ".join(text.splitlines()) if "\n" in text or "\r" in text else text)


def width_of(text: str) -> int:
    """The number of terminal cells that `text` takes."""
    return cell_len(text)


def cut(text: str, width: int) -> str:
    """`text` in at most `width` cells; a cut text ends in "..". Wide characters are never split."""
    if cell_len(text) <= width:
        return text
    if width <= len(CUT):
        return set_cell_size(text, max(width, 0))
    return set_cell_size(text, width - len(CUT)).rstrip() + CUT


def share_out(columns: Sequence[Column], width: int) -> tuple[int, ...]:
    """The width of each column in a list of `width` cells; 0 for a column that is not shown."""
    shown = [column for column in columns if width >= column.needs]
    rest = width - sum(column.width for column in shown) - (len(shown) - 1)
    parts = sum(column.share for column in shown if not column.width) or 1
    widths: list[int] = []
    for column in columns:
        if width < column.needs:
            widths.append(0)
        else:
            widths.append(column.width or max(0, rest * column.share // parts))
    return tuple(widths)


def share_fitting(
    columns: Sequence[Column], rows: Iterable[Sequence[CellLike]], width: int
) -> tuple[int, ...]:
    """As `share_out`, but what a sharing column does not need goes to those that would be cut.

    Args:
        rows: those whose texts are to be seen whole, as far as there is room.
    """
    needed = [0] * len(columns)
    for cells in rows:
        for at, cell in enumerate(cells):
            text = cell if isinstance(cell, str) else cell.text
            needed[at] = max(needed[at], width_of(one_line(text)))
    widths = list(share_out(columns, width))
    sharing = [at for at, column in enumerate(columns) if not column.width and widths[at]]
    shown = [column for column in columns if width >= column.needs]
    rest = width - sum(column.width for column in shown) - (len(shown) - 1)
    open_ones = sharing
    while open_ones:
        parts = sum(columns[at].share for at in open_ones)
        content = [at for at in open_ones if needed[at] <= rest * columns[at].share // parts]
        if not content:
            for at in open_ones:
                widths[at] = rest * columns[at].share // parts
            break
        for at in content:
            widths[at] = needed[at]
        rest -= sum(needed[at] for at in content)
        open_ones = [at for at in open_ones if at not in content]
    else:
        for at in sharing[-1:]:
            widths[at] += max(0, rest)
    return tuple(widths)


def runs_of(cells: Sequence[CellLike], widths: Sequence[int]) -> Iterator[Run]:
    """A row: each cell in its column, one blank between columns, all columns filled."""
    between = ""
    for cell, width in zip(cells, widths, strict=False):
        if width <= 0:
            continue
        if between:
            yield Run(between)
        between = " "
        yield from _runs(Cell(cell) if isinstance(cell, str) else cell, width)


def _runs(cell: Cell, width: int) -> Iterator[Run]:
    """The runs of one cell, exactly `width` cells wide."""
    safe, marks = _shifted(cell.text, cell.marks)
    shown = cut(safe, width)
    padding = Run(" " * (width - cell_len(shown)))
    if cell.right and padding.text:
        yield padding
    at = 0
    for start, end in marks:
        if start >= len(shown):
            break
        if start > at:
            yield Run(shown[at:start], cell.tone)
        yield Run(shown[max(start, at) : end], cell.tone, marked=True)
        at = min(end, len(shown))
    if at < len(shown):
        yield Run(shown[at:], cell.tone)
    if padding.text and not cell.right:
        yield padding


def _shifted(text: str, marks: Sequence[Span]) -> tuple[str, list[Span]]:
    """`text` made safe, with its marks moved to where their characters went."""
    safe = one_line(text)
    if not marks or safe == text:
        return safe, list(marks)
    moved: list[Span] = []
    for start, end in marks:
        first = len(one_line(text[:start]))
        moved.append((first, first + len(one_line(text[start:end]))))
    return safe, moved
