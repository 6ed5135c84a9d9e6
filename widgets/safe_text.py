"""The one place that turns what people typed into something drawable.

Customer text is never markup and never a control sequence, and it is measured in terminal cells, not in
characters: a Chinese character takes two cells and is never split.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from store.text import visible
from widgets.cells import CUT, Cell, CellLike, Span, cut, one_line, runs_of, width_of

__all__ = [
    "CUT",
    "TONES",
    "Cell",
    "CellLike",
    "Span",
    "cut",
    "fit",
    "line_strip",
    "one_line",
    "row_strip",
    "width_of",
    "wrap",
]

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


def fit(text: str, width: int) -> str:
    """`text` in exactly `width` cells, cut or filled with blanks."""
    return set_cell_size(cut(text, width), max(width, 0))


_WHOLE: Final = re.compile("(?:[!-~¥€£]+|.)[，。！？；：、）」』】]*", re.DOTALL)
"""What is not broken: a number or a word in Latin letters among Chinese, and a sign with the punctuation behind it."""


def _broken(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` cells, broken between signs; what is not to be broken only where it must."""
    lines = [""]
    for piece in _WHOLE.findall(text):
        if cell_len(lines[-1] + piece) <= width:
            lines[-1] += piece
        elif cell_len(piece) <= width:
            lines[-1] = lines[-1].rstrip(" ")
            lines.append("" if piece == " " else piece)
        else:
            lines[-1:] = chop_cells(lines[-1] + piece, width)
    return lines


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
            if line and cell_len(word) <= width and cell_len(word) == len(word):
                # Chinese is broken anywhere; an amount (¥123.45) is not.
                lines.append(line)
                line = word
                continue
            *full, line = _broken(candidate, max(width, 2))
            lines.extend(full)
        lines.append(line)
    return lines


@lru_cache(maxsize=128)  # five screens full; one keeps four KB
def row_strip(cells: tuple[CellLike, ...], widths: tuple[int, ...], *, chosen: bool) -> Strip:
    """One row as a strip: each cell in its column, one blank between columns, reversed when chosen.

    A row that is not chosen ends at its last sign, so that a repaint need not send the blanks behind it.
    """
    segments: list[Segment] = []
    text, looks = "", ("", False)
    for run in runs_of(cells, widths):
        # Blanks look like what stands before them, unless that is marked or toned.
        wanted = ("", False) if run.text.isspace() and not run.marked else (run.tone, run.marked)
        if wanted != looks and text:
            segments.append(Segment(text, _style(*looks, chosen)))
            text = ""
        looks = wanted
        text += run.text
    if not chosen:
        text = text.rstrip()
    if text:
        segments.append(Segment(text, _style(*looks, chosen)))
    elif not chosen and segments:
        last = segments[-1]
        segments[-1] = Segment(last.text.rstrip(), last.style)
    return Strip(segments)


@cache
def _style(tone: str, marked: bool, chosen: bool) -> Style:  # noqa: FBT001 - a key of a cache
    style = TONES[tone] + TONES["mark"] if marked else TONES[tone]
    return style + TONES["chosen"] if chosen else style


def line_strip(text: str, tone: str = "") -> Strip:
    """`text`, already drawable, as one strip of `tone`."""
    return Strip([Segment(text, TONES[tone])], cell_len(text))
