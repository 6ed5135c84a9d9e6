"""What a slow line gets of a frame: the cells that changed, and nothing for what the terminal shows already.

Textual sends every line of whatever asked to be painted, and the whole screen at each change of layout: a dialog that
opens is 14 KB, of which one changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len, get_character_cell_size
from rich.color import ColorSystem
from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

from widgets.frame import Frame

if TYPE_CHECKING:
    from rich.style import Style

Cell = tuple[str, str]
"""A character and its attributes as the terminal is told them; the second half of a wide character is ""."""

BLANK: Final[Cell] = (" ", "")
NEAR: Final = 7
"""Cells that did not change and are sent nevertheless, because going past them takes as many bytes."""


class Changes(CompositorUpdate):
    """A part of a frame, ready to be sent."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The same for Rich, which never asks."""
        yield Segment(self.text)

    def render_segments(self, console: Console) -> str:  # noqa: ARG002 - Textual's signature
        """What is to be sent."""
        return self.text


class LeanPaint:
    """What the terminal shows, cell by cell."""

    def __init__(self) -> None:
        self._size = (0, 0)
        self._lines: list[list[Cell | None]] = []

    def forget(self) -> None:
        """The terminal may show anything: send the next frame whole."""
        self._size = (0, 0)

    def changes(
        self, update: LayoutUpdate | ChopsUpdate | Frame, size: tuple[int, int], colors: ColorSystem
    ) -> Changes:
        """What is to be sent for `update` on a screen of `size` (columns, lines); "" where all of it is shown."""
        if size != self._size:
            self._size = size
            self._lines = [[None] * size[0] for _line in range(size[1])]
        sent: list[str] = []
        style = ""
        for y, pieces in _pieces(update):
            if y >= size[1]:
                break
            old = self._lines[y]
            new = old.copy()
            for x, strip in pieces:
                cells = _cells(strip, colors)
                new[x : x + len(cells)] = cells
            del new[size[0] :]
            if new != old:
                self._lines[y] = new
                style = _send_line(sent, y, old, new, style)
        if style:
            sent.append("\x1b[m")
        return Changes("".join(sent))


def _pieces(update: LayoutUpdate | ChopsUpdate | Frame) -> Iterator[tuple[int, list[tuple[int, Strip]]]]:
    """The lines of `update` (number; column and strip of each piece), as Textual would send them."""
    if isinstance(update, Frame):
        for y, x, strip, blank in update.pieces:
            yield y, [(x, strip.extend_cell_length(strip.cell_length + blank))]
        return
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            x, pieces = update.region.x, []
            for strip in strips:
                pieces.append((x, strip))
                x += strip.cell_length
            yield y, pieces
        return
    for y, begin, end in update.spans:
        pieces = []
        for stop, (x, piece) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if piece is not None and x <= end and stop > begin:
                pieces.append((x, piece if stop <= end else piece.crop(0, end - x)))
        yield y, pieces


def _cells(strip: Strip, colors: ColorSystem) -> list[Cell]:
    cells: list[Cell] = []
    for text, style, _control in strip:
        ansi = "" if style is None else _attributes(style, colors)
        if text.isascii():
            cells.extend([(sign, ansi) for sign in text])
            continue
        whole, widths = cell_len(text), [get_character_cell_size(sign) for sign in text]
        if 0 in widths or sum(widths) != whole:
            # Something combines: the text stays together.
            cells.extend([(text, ansi), *[("", ansi)] * (whole - 1)])
            continue
        for sign, width in zip(text, widths, strict=True):
            cells.append((sign, ansi))
            if width == 2:
                cells.append(("", ansi))
    return cells


@lru_cache(maxsize=4096)
def _attributes(style: Style, colors: ColorSystem) -> str:
    """The parameters of SGR for `style`, without the colours that are the terminal's own anyway."""
    codes = Strip.render_ansi(style, colors)
    if "38;" in codes or "48;" in codes:
        return codes
    return ";".join(code for code in codes.split(";") if code not in ("39", "49"))


def _send_line(
    sent: list[str], y: int, old: Sequence[Cell | None], new: Sequence[Cell | None], style: str
) -> str:
    """Append what makes line `y` look as `new`; `style` is what is switched on, returned is what then is."""
    end = len(new)
    while end and new[end - 1] == BLANK:
        end -= 1
    blanks = len(new) - end
    erases = blanks > NEAR and any(cell != BLANK for cell in old[end:])
    for start, stop in _spans(old, new, end if erases else len(new)):
        sent.append(f"\x1b[{y + 1};{start + 1}H")
        blank = _blanks_before(new, start, stop)
        for cell in new[start : stop - blank]:
            if cell is None:
                # Nothing is known of it: past it.
                sent.append("\x1b[C")
                continue
            sign, wanted = cell
            if wanted != style and sign:
                sent.append(_switch(style, wanted))
                style = wanted
            sent.append(sign)
        if blank:
            sent.append(f"{_switch(style, '')}\x1b[{blank}X")
            style = ""
    if erases:
        sent.append(f"{_switch(style, '')}\x1b[{y + 1};{end + 1}H\x1b[K")
        style = ""
    return style


def _blanks_before(line: Sequence[Cell | None], start: int, stop: int) -> int:
    """How many cells at the end of a span are blank; 0 where sending them takes no more bytes than erasing them."""
    blank = 0
    while blank < stop - start and line[stop - 1 - blank] == BLANK:
        blank += 1
    return blank if blank > NEAR else 0


def _switch(style: str, wanted: str) -> str:
    if style == wanted:
        return ""
    if not wanted:
        return "\x1b[m"
    return f"\x1b[0;{wanted}m" if style else f"\x1b[{wanted}m"


def _spans(old: Sequence[Cell | None], new: Sequence[Cell | None], end: int) -> Iterator[tuple[int, int]]:
    """Where `new` differs before `end`, as runs of whole characters with little gaps closed."""
    changed = [x for x in range(end) if old[x] != new[x]]
    if not changed:
        return
    start = previous = changed[0]
    for x in changed[1:]:
        if x - previous > NEAR:
            yield _from_its_begin(new, start), previous + 1
            start = x
        previous = x
    yield _from_its_begin(new, start), previous + 1


def _from_its_begin(line: Sequence[Cell | None], x: int) -> int:
    """`x`, or where the wide character begins whose second half stands there."""
    while x and (cell := line[x]) is not None and not cell[0]:
        x -= 1
    return x
