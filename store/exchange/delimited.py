"""Text files with a row a line: CSV as Excel, WPS, Numbers and web shops write it."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from locales import _
from store.errors import Refused, ShopUnusable
from store.exchange.encodings import TextLine, detect, text_lines
from store.exchange.sheets import Row, Sheet

DELIMITERS = ",\t;|，"
_SEP_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_BLANKS = " "


def open_delimited(path: Path, encoding: str | None = None) -> Sheet:
    """How a delimited text file is read.

    Raises:
        Refused: `encoding` is none that Python knows.
        OSError: the file cannot be read.
    """
    found, lines = detect(path)
    name = encoding or found
    try:
        start = list(itertools.islice(text_lines(path, name), 40))
    except LookupError:
        raise Refused(_("There is no encoding {encoding}.").format(encoding=name)) from None
    if not name.startswith("utf"):
        _require_text(path, start)
    separator = _SEP_LINE.fullmatch(start[0].text) if start else None
    delimiter = separator[1] if separator else _delimiter([line.text for line in start])
    skipped = 1 if separator else 0

    def rows() -> Iterator[Row]:
        lines = itertools.islice(text_lines(path, name), skipped, None)
        return _rows(lines, delimiter, skipped, name)

    return Sheet(path, "csv", found if encoding is None else name, rows, lines, delimiter)


def _require_text(path: Path, lines: list[TextLine]) -> None:
    """Refuse what is no text: a program, an encrypted file. Sound UTF-8 is text, whatever it holds.

    Raises:
        ShopUnusable: says so.
    """
    text = "".join(line.text for line in lines)[:20_000]
    control = len(_CONTROL.findall(text))
    if control > 8 and control * 50 > len(text):
        sentence = _("{file} is no text, so it is no table. Save it as CSV or XLSX and try again.")
        raise ShopUnusable(sentence.format(file=path.name), file=str(path))


def _delimiter(lines: list[str]) -> str:
    """The delimiter that most lines have most often, outside quotes; one that the first line has before all others."""
    plain = [_QUOTED.sub("", line) for line in lines if line.strip()]
    if not plain:
        return ","
    counts = {
        candidate: (median(line.count(candidate) for line in plain), plain[0].count(candidate))
        for candidate in DELIMITERS
    }
    best = max(counts, key=lambda candidate: (counts[candidate][1] > 0, *counts[candidate]))
    if counts[best] > (0, 0):
        return best
    words = {len(line.split()) for line in plain}
    # Columns set apart by blanks only: every line has the same number of words, at least three.
    return _BLANKS if len(words) == 1 and words.pop() >= 3 else ","


def _rows(lines: Iterator[TextLine], delimiter: str, skipped: int, encoding: str) -> Iterator[Row]:
    """The rows; a row that cannot be read says why and does not stop the others."""
    source = _Source(lines)
    reader = _reader(source, delimiter)
    line = skipped + 1
    while True:
        problem = ""
        source.taken.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            cells, problem = [], _("the row cannot be read: {reason}").format(reason=error)
        start, line = line, skipped + 1 + _lines_read(reader)
        taken = list(source.taken)
        if (problem or source.ended) and len(taken) > 1:
            # A quotation mark opened in the first line is never closed: the lines after it are rows of their own.
            cells = next(csv.reader([taken[0].text], delimiter=delimiter, quoting=csv.QUOTE_NONE))
            yield Row(start, tuple(cells), _("a quotation mark is opened here and never closed"))
            yield from _rows(iter(taken[1:]), delimiter, start, encoding)
            continue
        if any(text.broken for text in taken):
            problem = _("some of its characters are not readable as {encoding}").format(encoding=encoding)
        if problem or any(cell.strip() for cell in cells):
            yield Row(start, tuple(cells), problem)


class _Source:
    """Hands lines to a reader and remembers them.

    Attributes:
        taken: the lines of the row that is being read.
        ended: whether the reader has asked for more than there is; inside a row that means an open quotation mark.
    """

    def __init__(self, lines: Iterator[TextLine]) -> None:
        self._lines = lines
        self.taken: list[TextLine] = []
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            line = next(self._lines)
        except StopIteration:
            self.ended = True
            raise
        self.taken.append(line)
        return line.text


class _Words:
    """A reader for columns that are set apart by blanks; has what `csv.reader` has."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.line_num = 0

    def __next__(self) -> list[str]:
        self.line_num += 1
        return next(self._lines).split()


def _reader(lines: _Source, delimiter: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    """A csv reader over the lines."""
    if delimiter == _BLANKS:
        return _Words(lines)
    return csv.reader(lines, delimiter=delimiter)


def _lines_read(reader: object) -> int:
    number = getattr(reader, "line_num", 0)
    return number if isinstance(number, int) else 0
