"""Business cards as telephones and mail programs export them: vCard 2.1, 3.0 and 4.0, as it is written in the wild.

A card stays readable whatever a line of it is like: each property is decoded by itself, from the bytes of the file.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import quopri
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from locales import _
from store.exchange.encodings import byte_lines, most_likely, text_lines

SUFFIXES: Final = (".vcf", ".vcard")
BINARY: Final = frozenset({"PHOTO", "LOGO", "SOUND", "KEY"})
"""Properties whose values are not read; they may be a megabyte each."""

_HEAD = re.compile(r"(?:([\w-]+)\.)?([\w-]+)((?:;.*)?)", re.DOTALL)
_PARAMETER = re.compile(r';((?:"[^"]*"|[^;"])*)')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PART = re.compile(r"((?:\\.|[^;])*)(;|$)", re.DOTALL)
_WORD = re.compile(r"((?:\\.|[^,])*)(,|$)", re.DOTALL)
_BOUNDARIES = frozenset({b"BEGIN:VCARD", b"END:VCARD"})
_ENCODINGS = frozenset({"quoted-printable", "base64", "b", "8bit", "7bit"})
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
}
"""Encodings under whose names more is written than they have."""
_NO_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "raw-unicode-escape", "undefined"})
"""What is no character set though there is a decoder of that name; some take forever."""

LONGEST: Final = 1 << 20
"""Bytes of a value that is read: nobody writes a longer one, and to go through it takes long."""

_LONGEST_HEAD = 1 << 16
_LONGEST_BOUNDARY = 40
_MOST_PROPERTIES = 5000
"""So many properties a card may have; real ones have some dozens."""


class Property(NamedTuple):
    """One property of a card. `value` is decoded, and escaped as the card has it; `types` are in small letters."""

    name: str
    group: str
    types: frozenset[str]
    parameters: dict[str, str]
    value: str
    version: str

    @property
    def text(self) -> str:
        """The value as one text."""
        return _unescaped(self.value, self.version).strip()

    @property
    def parts(self) -> list[str]:
        """The parts of a value that has several, as a name or an address."""
        return [_unescaped(part, self.version).strip() for part in _split(_PART, self.value)]

    @property
    def words(self) -> list[str]:
        """The values of a list, as of groups or nicknames."""
        found = [_unescaped(word, self.version).strip() for word in _split(_WORD, self.value)]
        return [word for word in found if word]

    @property
    def is_preferred(self) -> bool:
        """Whether it comes before others of its kind."""
        return "pref" in self.types or "PREF" in self.parameters


@dataclass
class Card:
    """One card. `line` is where it begins in the file; `broken` why it cannot be used."""

    line: int
    properties: list[Property] = field(default_factory=list)
    broken: str = ""


NAMES: Final = ("FN", "N")
"""Without what these say nobody knows whose card it is."""


@dataclass
class Reading:
    """How a file is read, and what was noticed in it.

    Attributes:
        odd: lines that are none of a card.
        unreadable: lines whose values are not of the encoding they say; they are left out.
    """

    path: Path
    encoding: str
    odd: set[int] = field(default_factory=set)
    unreadable: set[int] = field(default_factory=set)


def is_vcard(path: Path, head: bytes) -> bool:
    """Whether the file is one of cards, told by its first bytes; they may be UTF-16."""
    plain = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").upper()
    return plain.startswith(b"BEGIN:VCARD") or (
        path.suffix.lower() in SUFFIXES and b"BEGIN:VCARD" in plain and not plain.startswith(b"BEGIN:VCAL")
    )


def read_cards(reading: Reading) -> Iterator[Card]:
    """The cards of the file in its order; one within another is a card of its own.

    Raises:
        OSError: the file cannot be read.
    """
    stack = _Stack()
    for number, raw in _unfolded(_numbered(reading)):
        found = _property(raw, stack.version, reading)
        if found is not None and (not found[1] or found[0].name in NAMES):
            yield from stack.take(number, *found)
        elif stack.is_open and raw.strip():
            (reading.odd if found is None else reading.unreadable).add(number)
    yield from stack.rest()


class _Stack:
    """The cards that have begun and not ended, one within the other.

    Attributes:
        version: of the outermost one, as far as it was told.
    """

    def __init__(self) -> None:
        self.version = ""
        self._open: list[Card] = []
        self._done: list[Card] = []

    @property
    def is_open(self) -> bool:
        """Whether a card has begun."""
        return bool(self._open)

    def take(self, line: int, prop: Property, broken: str) -> list[Card]:
        """Take one property; returns the cards that are whole with it."""
        is_boundary = prop.text.upper() == "VCARD"
        if prop.name == "BEGIN" and is_boundary:
            self.version = self.version if self._open else ""
            self._open.append(Card(line))
        elif prop.name == "END" and is_boundary and self._open:
            self._done.append(self._open.pop())
            return [] if self._open else self.rest()
        elif self._open:
            self.version = prop.text if prop.name == "VERSION" else self.version
            card = self._open[-1]
            if len(card.properties) < _MOST_PROPERTIES:
                card.properties.append(prop)
            else:
                broken = _("the card has too many lines")
            card.broken = card.broken or broken
        return []

    def rest(self) -> list[Card]:
        """All cards that were not returned yet, in their order; those without an end are cut off."""
        for card in self._open:
            card.broken = _("the card is cut off: its END:VCARD is missing")
        found = sorted([*self._done, *self._open], key=lambda card: card.line)
        self._open, self._done = [], []
        return found


def _numbered(reading: Reading) -> Iterator[tuple[int, bytes]]:
    """The lines as bytes that a card of UTF-8 would have, without their ends."""
    if reading.encoding.startswith(("utf-16", "utf-32")):
        for number, line in enumerate(text_lines(reading.path, reading.encoding), 1):
            yield number, line.text.lstrip("\ufeff").rstrip("\r\n").encode()
        return
    with reading.path.open("rb") as file:
        for number, raw in enumerate(byte_lines(file), 1):
            yield number, (raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw).rstrip(b"\r\n")


def _unfolded(lines: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    """Properties on one line each, with the number of their first. A character may be folded in half: bytes."""
    first, whole = 0, bytearray()
    is_old = is_quoted = is_binary = False
    for number, raw in lines:
        if not raw:
            # Nothing: the end of what was to go on, and of nothing else.
            if is_quoted and whole.endswith(b"="):
                del whole[-1:]
            continue
        if raw[:1] in (b" ", b"\t") and whole and not _is_boundary(whole):
            if is_quoted and whole.endswith(b"="):
                del whole[-1:]
                whole += raw.lstrip() if raw.lstrip().startswith(b"=") else raw
            elif not is_binary:
                whole += b" " + raw.lstrip() if is_old else raw[1:]
            continue
        if is_quoted and whole.endswith(b"=") and not raw.upper().startswith((b"END:VCARD", b"BEGIN:VCARD")):
            del whole[-1:]
            whole += raw
            continue
        if is_binary and b":" not in raw:
            continue  # base64 that is not indented
        yield first, bytes(whole)
        first, whole = number, bytearray(raw)
        head = raw.partition(b":")[0].upper()
        name = head.partition(b";")[0].rpartition(b".")[2].decode("ascii", "replace")
        is_binary, is_quoted = name in BINARY, b"QUOTED-PRINTABLE" in head
        if name == "VERSION":
            is_old = raw.strip().endswith(b"2.1")
    yield first, bytes(whole)


def _is_boundary(line: bytearray) -> bool:
    """Whether a card begins or ends with this line."""
    return len(line) < _LONGEST_BOUNDARY and bytes(line).strip().upper() in _BOUNDARIES


def _property(raw: bytes, version: str, reading: Reading) -> tuple[Property, str] | None:
    """The property of a line, and why its value cannot be read where it cannot; None for a line that is none."""
    at = _colon(raw)
    is_head = 0 < at < _LONGEST_HEAD
    match = _HEAD.fullmatch(raw[:at].decode("utf-8", "replace").strip()) if is_head else None
    if match is None:
        return None
    group, name, written = match[1] or "", match[2].upper(), match[3]
    parameters, types = _parameters(written)
    value = b"" if name in BINARY else raw[at + 1 :]
    if len(value) > LONGEST:
        return Property(name, group.lower(), types, parameters, "", version), _(
            "one of its lines is too long"
        )
    text, readable = _decoded(value, parameters, reading.encoding)
    broken = "" if readable else _("some of its characters are not readable as {encoding}")
    broken = broken.format(encoding=parameters.get("CHARSET") or reading.encoding)
    return Property(name, group.lower(), types, parameters, text, version), broken


def _colon(raw: bytes) -> int:
    """Where the value begins: the first colon outside quotation marks; -1 where there is none."""
    at, start, marks = raw.find(b":"), 0, 0
    while at > 0:
        marks += raw.count(b'"', start, at)
        if marks % 2 == 0:
            break
        start, end = at, raw.find(b'"', at)
        at = raw.find(b":", end) if end >= 0 else -1
    return at


def _parameters(written: str) -> tuple[dict[str, str], frozenset[str]]:
    """The parameters by name, and all types; in 2.1 a word alone is a type or an encoding."""
    parameters: dict[str, str] = {}
    types: set[str] = set()
    for part in _PARAMETER.findall(written):
        name, equals, value = part.partition("=")
        name, value = name.strip().upper(), value.strip().strip('"')
        if not equals:
            name, value = ("ENCODING" if name.lower() in _ENCODINGS else "TYPE"), name
        if name == "TYPE":
            types |= {word.strip().lower() for word in value.split(",")}
        else:
            parameters[name] = value
    return parameters, frozenset(types)


def _decoded(value: bytes, parameters: dict[str, str], encoding: str) -> tuple[str, bool]:
    """The text of a value, and whether all of it could be read."""
    how = parameters.get("ENCODING", "").lower()
    if how == "quoted-printable":
        value = quopri.decodestring(value)
    elif how in ("base64", "b"):
        try:
            value = base64.b64decode(value)
        except binascii.Error:
            return value.decode("ascii", "replace"), False
    charset = _known_charset(parameters.get("CHARSET", ""))
    wide = encoding.startswith(("utf-16", "utf-32"))
    for name in dict.fromkeys((charset, "utf-8", "utf-8" if wide else encoding)):
        try:
            return value.decode(name or "ascii"), True
        except (ValueError, LookupError):
            continue
    if not charset and how:
        name = most_likely([value])
        text = value.decode(name, "replace")
        return text, "\ufffd" not in text
    return value.decode("utf-8", "replace"), False


def _known_charset(named: str) -> str:
    """The character set that a property says it is in, as far as there is one of that name."""
    name = named.lower()
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        return named and "utf-8"
    return "utf-8" if known in _NO_CHARSETS else _WIDER.get(name, name)


def _split(pattern: re.Pattern[str], value: str) -> list[str]:
    found: list[str] = []
    for match in pattern.finditer(value):
        found.append(match[1])
        if not match[2]:
            break
    return found


def _unescaped(value: str, version: str) -> str:
    """The text without the escapes of its version: only since 3.0 has a line end one."""

    def plain(match: re.Match[str]) -> str:
        sign = match[1]
        if sign in "nN" and version != "2.1":
            return "\n"
        return sign if sign in ";:,\"'\\" else match[0]

    return _ESCAPED.sub(plain, value) if "\\" in value else value
