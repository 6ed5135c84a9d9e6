"""The one place that turns what people typed into something drawable.

Customer text is never markup and never a control sequence, and it is measured in terminal cells, not in
characters: a Chinese character takes two cells and is never split.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from store.text import visible

CUT: Final = ".."
"""Stands where a text was cut: the typographic ellipsis takes two cells on many Chinese terminals."""

TONES: Final[dict[str, Style]] = {
    "": Style.null(),
    "dim": Style(dim=True),
    "bold": Style(bold=True),
    "mark": Style(bold=True, underline=True),
    "warn": Style(bold=True),
    "alert": Style(bold=True, color="red"),
    "chosen": Style(reverse=True),
}
"""How a piece of text may look. Every tone differs by more than its colour."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a row.

    Attributes:
        text: what to show, as a person typed it; it is made safe when drawn.
        tone: a key of `TONES`.
        marks: spans (start, end) of characters of `text` that are shown marked, ascending.
        right: set against the right edge of its column.
    """

    text: str
    tone: str = ""
    marks: tuple[Span, ...] = ()
    right: bool = False


CellLike = str | Cell


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


def fit(text: str, width: int) -> str:
    """`text` in exactly `width` cells, cut or filled with blanks."""
    return set_cell_size(cut(text, width), max(width, 0))


def wrap(text: str, width: int) -> list[str]:
    """`text` as drawable lines of at most `width` cells, broken at blanks, else between characters."""
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for word in visible(paragraph).split(" "):
            candidate = f"{line} {word}" if line else word
            if cell_len(candidate) <= width:
                line = candidate
                continue
            if line and cell_len(word) <= width and word.isascii():
                lines.append(line)
                line = word
                continue
            *full, line = chop_cells(candidate, max(width, 2)) or [""]
            lines.extend(full)
        lines.append(line)
    return lines


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


def _pieces(cell: Cell, width: int) -> list[Segment]:
    """The segments of one cell, exactly `width` cells wide."""
    safe, marks = _shifted(cell.text, cell.marks)
    shown = cut(safe, width)
    padding = width - cell_len(shown)
    base = TONES[cell.tone]
    segments: list[Segment] = []
    if cell.right and padding:
        segments.append(Segment(" " * padding))
    at = 0
    for start, end in marks:
        if start >= len(shown):
            break
        if start > at:
            segments.append(Segment(shown[at:start], base))
        segments.append(Segment(shown[max(start, at) : end], base + TONES["mark"]))
        at = min(end, len(shown))
    if at < len(shown):
        segments.append(Segment(shown[at:], base))
    if padding and not cell.right:
        segments.append(Segment(" " * padding))
    return segments


@lru_cache(maxsize=1024)
def row_strip(cells: tuple[CellLike, ...], widths: tuple[int, ...], *, chosen: bool) -> Strip:
    """One row as a strip: each cell in its column, one blank between columns, reversed when chosen.

    A row that is not chosen ends at its last sign, so that a repaint need not send the blanks behind it.
    """
    segments: list[Segment] = []
    for cell, width in zip(cells, widths, strict=False):
        if width <= 0:
            continue
        if segments:
            segments.append(Segment(" "))
        segments.extend(_pieces(Cell(cell) if isinstance(cell, str) else cell, width))
    strip = Strip(Segment.simplify(segments))
    if chosen:
        return strip.apply_style(TONES["chosen"])
    return strip.crop(0, cell_len(strip.text.rstrip()))


def line_strip(text: str, tone: str = "") -> Strip:
    """`text`, already drawable, as one strip of `tone`."""
    return Strip([Segment(text, TONES[tone])], cell_len(text))
