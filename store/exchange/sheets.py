"""The rows of a file, whatever its kind: text cells with the line each row stands on."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from locales import _
from store.errors import NoRights, NotFound, Refused, ShopUnusable
from store.exchange.vcards import is_vcard

WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"}


_JSON = re.compile(rb'(?:\[\s*)?\{\s*(?:"|\})')
"""A list of objects, or one object. A cell of a table may begin with a bracket, too."""


class Row(NamedTuple):
    """One row. `line` is its first line in the file (in a spreadsheet, its row); `broken` why it cannot be used."""

    line: int
    cells: tuple[str, ...]
    broken: str = ""


@dataclass
class Sheet:
    """A file that can be read row by row, as often as needed.

    Attributes:
        format: csv, xlsx, xls, ods, vcf.
        encoding: of a text file; empty for a spreadsheet.
        rows: reads the rows from the beginning; blank ones are left out.
        lines: about how many rows there are.
        warnings: sentences about what was noticed while reading.
    """

    path: Path
    format: str
    encoding: str
    rows: Callable[[], Iterator[Row]]
    lines: int
    delimiter: str = ""
    warnings: list[str] = field(default_factory=list)


def open_sheet(path: Path, encoding: str | None = None) -> Sheet:
    """Find out what kind of file this is and how it is read.

    Args:
        encoding: of a text file, where the person knows better than we can tell.

    Raises:
        NotFound: there is no such file. NoRights: it may not be read.
        ShopUnusable: it is no table (encrypted, damaged, another kind of file).
    """
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except FileNotFoundError:
        raise NotFound(_("There is no file {path}.").format(path=path), file=str(path)) from None
    except IsADirectoryError:
        raise Refused(_("{path} is a folder, not a file.").format(path=path), file=str(path)) from None
    except OSError as error:
        sentence = _("{path} cannot be read: {reason}.").format(path=path, reason=error.strerror or error)
        raise NoRights(sentence, file=str(path)) from error
    if is_vcard(path, head):
        from store.exchange.vcard_sheet import open_vcards

        return open_vcards(path, encoding)
    _refuse_others(path, head)
    if _is_workbook(path, head):
        from store.exchange.workbook import open_workbook

        return open_workbook(path, _workbook_format(path, head))
    from store.exchange.delimited import open_delimited

    return open_delimited(path, encoding)


def _refuse_others(path: Path, head: bytes) -> None:
    """Refuse files that are no table at all, each with its own sentence.

    Raises:
        ShopUnusable: always with what to do about it.
    """
    name = path.name
    if head.startswith(b"%TSD-Header"):
        raise ShopUnusable(
            _(
                "{file} is encrypted by a company's security software. Save it unencrypted and try again."
            ).format(file=name),
            file=str(path),
        )
    if not head:
        raise ShopUnusable(_("{file} is empty.").format(file=name), file=str(path))
    others = {
        b"%PDF": "PDF",
        b"\x89PNG": "PNG",
        b"\xff\xd8\xff": "JPEG",
        b"Rar!": "RAR",
        b"7z\xbc\xaf": "7z",
        b"\x1f\x8b": "gzip",
        b"SQLite format 3": "SQLite",
        b"GIF8": "GIF",
        b"{\\rtf": "RTF",
    }
    for magic, kind in others.items():
        if head.startswith(magic):
            raise _no_table(path, kind)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        raise _no_table(path, "HTML/XML")
    if start.startswith(b"begin:v"):
        raise _no_table(path, "iCalendar")
    if _JSON.match(start):
        raise _no_table(path, "JSON")


def _no_table(path: Path, kind: str) -> ShopUnusable:
    sentence = _("{file} is a {kind} file, not a table. Save it as CSV or XLSX and try again.")
    return ShopUnusable(sentence.format(file=path.name, kind=kind), file=str(path))


def _is_workbook(path: Path, head: bytes) -> bool:
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return True
    if path.suffix.lower() in WORKBOOKS and b"\x00" in head:
        # Neither a workbook nor text: reading it as text would only give rubbish.
        raise _no_workbook(path)
    return False


def _workbook_format(path: Path, head: bytes) -> str:
    suffix = path.suffix.lower()
    if suffix in WORKBOOKS:
        return suffix[1:]
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "xls"
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError) as error:
        raise _no_workbook(path) from error
    if "mimetype" in names:
        return "ods"
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    raise _no_table(path, "ZIP")


def _no_workbook(path: Path) -> ShopUnusable:
    sentence = _("{file} is damaged or encrypted: it cannot be read as a spreadsheet.")
    return ShopUnusable(sentence.format(file=path.name), file=str(path))
