"""Which encoding a text file is in, and its lines.

A ladder: byte order marks, NUL bytes, strict UTF-8; then the code pages of East Asia and of western Europe, by how
many of the characters they give are everyday ones. Where two are close, charset-normalizer decides between them.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

CHUNK = 1 << 18
SAMPLE = 1 << 18
"""So many bytes of lines with other than ASCII in them are looked at."""

SURE, PLAUSIBLE = 0.85, 0.3
"""Shares of everyday characters at which text is East Asian: with single high bytes inside words, and without."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_SINGLE_IN_WORD = re.compile(
    rb"(?<=[A-Za-z])[\x80-\xff](?![\x80-\xff])|(?<![\x80-\xff])[\x80-\xff](?=[A-Za-z])"
)
_STRAY_UTF8 = re.compile(rb"(?:[\xe2-\xef][\x80-\xbf][\x80-\xbf]){2,}")


@dataclass(frozen=True)
class TextLine:
    """One physical line with its line end. `broken` when its bytes are not of the file's encoding."""

    text: str
    broken: bool = False


def detect(path: Path) -> tuple[str, int]:
    """The encoding of a text file, as Python names it, and how many lines it has.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(4096)
        for mark, name in _MARKS:
            if head.startswith(mark):
                return name, _count_lines(file, head)
        wide = _without_mark(head)
        if wide:
            return wide, _count_lines(file, head)
        file.seek(0)
        sample, size, lines, all_utf8 = [], 0, 0, True
        for raw in byte_lines(file):
            lines += 1
            if raw.isascii():
                continue
            if all_utf8:
                all_utf8 = _decodes(raw, "utf-8")
            if size < SAMPLE:
                sample.append(raw)
                size += len(raw)
    if all_utf8:
        return "utf-8", lines
    return most_likely(sample), lines


def text_lines(path: Path, encoding: str) -> Iterator[TextLine]:
    """The lines of a file, their ends kept. Bytes that do not fit become U+FFFD and the line is marked as broken."""
    if encoding.startswith(("utf-16", "utf-32")):
        with path.open("r", encoding=encoding, errors="replace", newline="") as text:
            for line in text:
                yield TextLine(line, "\ufffd" in line)
        return
    with path.open("rb") as file:
        first = True
        for raw in byte_lines(file):
            if first and encoding == "utf-8-sig":
                raw = raw.removeprefix(codecs.BOM_UTF8)  # noqa: PLW2901 - the mark is no part of the line
            first = False
            yield _decoded(raw, "utf-8" if encoding == "utf-8-sig" else encoding)


def byte_lines(file: BinaryIO) -> Iterator[bytes]:
    r"""Lines that end in \n, \r or \r\n, their ends kept."""
    rest = b""
    while chunk := file.read(CHUNK):
        parts = (rest + chunk).splitlines(keepends=True)
        # The last one may go on in the next chunk, as may a \r\n that is cut in half.
        rest = parts.pop()
        yield from parts
    yield from rest.splitlines(keepends=True)


def _decoded(raw: bytes, encoding: str) -> TextLine:
    if raw.isascii():
        return TextLine(raw.decode("ascii"))
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        return TextLine(raw.decode(encoding, "replace"), broken=True)
    stray = encoding != "utf-8" and _STRAY_UTF8.search(raw) is not None and _decodes(raw, "utf-8")
    return TextLine(text, broken=stray)


def _decodes(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _count_lines(file: BinaryIO, head: bytes) -> int:
    count = max(head.count(b"\n"), head.count(b"\r"))
    while chunk := file.read(CHUNK):
        count += max(chunk.count(b"\n"), chunk.count(b"\r"))
    return count + 1


def _without_mark(head: bytes) -> str:
    """UTF-16 without a byte order mark: every second byte of ASCII text is NUL."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) * 10 < len(head):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def most_likely(lines: list[bytes]) -> str:
    """The encoding under which most of these lines make sense."""
    if sum(_decodes(line, "utf-8") for line in lines) * 2 > len(lines):
        return "utf-8"
    text = b"".join(lines)
    runs = _HIGH_RUN.findall(text)
    alone = len(_SINGLE_IN_WORD.findall(text)) * 2 > len(runs)
    # Between equals the mainland's own is meant.
    prior = {"gb18030": 0.1, "big5hkscs": 0.0, "cp932": 0.0}
    scores = sorted(((_score(lines, name) + bonus, name) for name, bonus in prior.items()), reverse=True)
    (best, name), (second, other) = scores[0], scores[1]
    if best < (SURE if alone else PLAUSIBLE):
        return _western(text)
    return _closer(text, name, other) if best - second < 0.05 and len(text) > 64 else name


def _western(text: bytes) -> str:
    """Windows or the old Macintosh: they keep their accented letters in different places."""
    singles = b"".join(_SINGLE_IN_WORD.findall(text))
    mac = sum(0x80 <= byte <= 0x9F for byte in singles)
    windows = sum(byte >= 0xC0 for byte in singles)
    return "mac_roman" if mac > windows or not _decodes(text, "cp1252") else "cp1252"


def _score(lines: list[bytes], encoding: str) -> float:
    """The share of characters that are everyday ones in that encoding; lines that do not decode count against it."""
    common = total = 0
    for line in lines:
        try:
            text = line.decode(encoding)
        except UnicodeDecodeError:
            total += len(line) // 2
            continue
        for character in text:
            if not character.isascii():
                total += 1
                common += _is_common(character, encoding)
    return common / total if total else 0.0


def _is_common(character: str, encoding: str) -> bool:
    """Whether the character is in the first level of its character set, or everyday punctuation."""
    if character in "，。、；：？！（）《》“”‘’—…　￥·":
        return True
    if "\uff61" <= character <= "\uff9f" or "\ue000" <= character <= "\uf8ff":
        return False
    if encoding == "cp932" and "\u3040" <= character <= "\u30ff":
        return True
    levels = {
        "gb18030": ("gb2312", 0xB0, 0xD7),
        "big5hkscs": ("big5", 0xA4, 0xC6),
        "cp932": ("cp932", 0x88, 0x97),
    }
    name, first, last = levels[encoding]
    try:
        raw = character.encode(name)
    except UnicodeEncodeError:
        return False
    return len(raw) == 2 and first <= raw[0] <= last


def _closer(text: bytes, first: str, second: str) -> str:
    """What charset-normalizer says when it may choose between two."""
    from charset_normalizer import from_bytes

    found = from_bytes(text[:65536], cp_isolation=[first, second]).best()
    name = found.encoding if found is not None else first
    return second if name == codecs.lookup(second).name.replace("-", "_") else first
