"""What commands write: JSON documents, sentences, and tables whose columns stand under each other."""

from __future__ import annotations

import json
import os
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

from store.text import visible

GAP = "  "
_WIDE = frozenset("WF")
_NO_WIDTH = frozenset({"Mn", "Me", "Cf"})
_UNSEEN = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def prepare_streams() -> None:
    """Let standard output and error take any text: UTF-8 when it goes to a program, never an error for a character."""
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - for the rest of the process
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is None:
            continue
        if stream.isatty():
            reconfigure(errors="backslashreplace")
        else:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def cells(text: str) -> int:
    """How many columns of a terminal `text` takes: wide characters two, combining and invisible ones none.

    After Unicode's East Asian Width (UAX 11); ambiguous characters count as narrow, as in Western terminals.
    """
    if text.isascii():
        return len(text)
    return sum(_cell(character) for character in text)


def _cell(character: str) -> int:
    if unicodedata.category(character) in _NO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1


def fit(text: str, width: int) -> str:
    """`text` in exactly `width` columns: padded, or cut with an ellipsis."""
    taken = cells(text)
    if taken <= width:
        return text + " " * (width - taken)
    kept: list[str] = []
    room = width - 1
    for character in text:
        room -= _cell(character)
        if room < 0:
            break
        kept.append(character)
    short = "".join(kept) + "…"
    return short + " " * (width - cells(short))


def wrap(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` columns, broken at blanks, after `|`, and between wide characters."""
    lines: list[str] = []
    line = ""
    for word in re.findall(r"[\x21-\x7b\x7d-\u2e7f]*\||[\x21-\x7b\x7d-\u2e7f]+|\s+|.", text):
        piece = " " if word.isspace() else word
        if cells(line) + cells(piece) > width and line:
            lines.append(line.rstrip())
            line = ""
        line += piece if line or piece != " " else ""
    return [*lines, line.rstrip()]


def hanging(head: str, text: str, margin: int, width: int) -> list[str]:
    """`head`, and beside it `text` from column `margin` on, in lines of at most `width` columns."""
    first, *more = wrap(text, width - margin)
    return [fit(head, margin) + first, *(" " * margin + line for line in more)]


def table(rows: Iterable[Sequence[str]], *, widest: int = 40, indent: str = "") -> list[str]:
    """Rows as lines with aligned columns. The last column is never cut; others at `widest` columns."""
    shown = [[visible(cell) for cell in row] for row in rows]
    if not shown:
        return []
    columns = max(len(row) for row in shown)
    widths = [
        min(widest, max(cells(row[index]) for row in shown if index < len(row))) for index in range(columns)
    ]
    return [(indent + GAP.join(_parts(row, widths))).rstrip() for row in shown]


def _parts(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """The cells of a row in their widths. A column in which nothing stands takes no room."""
    for index, cell in enumerate(row):
        if index == len(row) - 1:
            yield cell
        elif widths[index]:
            yield fit(cell, widths[index])


def say(lines: Iterable[str], stream: IO[str] | None = None) -> None:
    """Write lines for people. Nothing in them can be a command for the terminal."""
    out = sys.stdout if stream is None else stream
    for line in lines:
        out.write(visible(line) + "\n")


def complain(sentence: str) -> None:
    """Write a sentence to standard error."""
    say([sentence], sys.stderr)


def write_json(document: object) -> None:
    """Write one JSON document in UTF-8. What a terminal would obey or not show is written as escapes."""
    text = json.dumps(document, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write(_UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n")
