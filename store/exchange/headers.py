"""Recognising the columns of a table: what each is about, which row is the header, and which kind of table it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from locales import _
from store.errors import Usage
from store.exchange import header_words as words
from store.exchange.safe_cells import restored
from store.text import fold

VOCABULARY: dict[str, words.Words] = {
    "customers": words.CUSTOMER,
    "purchases": words.PURCHASE,
    "tickets": words.TICKET,
}
TABLES = tuple(VOCABULARY)
HEADER_WITHIN = 12
"""A header row is looked for in the first rows only: sheets have a title above it at most."""

_PUNCTUATION = re.compile(r"[\s_\-–—:：*.'’/\\#&“”\"()\[\]{}【】|]+")
_BRACKETS = re.compile(r"\s*[(（\[【]([^()（）\[\]【】]*)[)）\]】]\s*\d*\s*$")
_TRAILING_NUMBER = re.compile(r"\s+(\d{1,2})$")
_DATA = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|\+?[\d\s().-]{6,}|\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?.*")


@dataclass(frozen=True)
class Column:
    """One column: `field` is what it is about ("phone", "fact", "skip" …), `hint` what else its header tells."""

    index: int
    header: str
    field: str
    hint: str = ""


@dataclass(frozen=True)
class Heading:
    """The header of a table.

    Attributes:
        row: index of the header row among the rows, or -1 when there is none.
        into: the kind of table.
        own: written by our own export: cells are taken exactly as they are.
    """

    row: int
    into: str
    columns: tuple[Column, ...]
    own: bool = False

    def of(self, field: str) -> tuple[Column, ...]:
        """All columns about `field`."""
        return tuple(column for column in self.columns if column.field == field)

    @property
    def source(self) -> str:
        """The other system whose numbers these are, where the file says so: one of rows refused before."""
        return next((column.hint for column in self.columns if column.field == "skip" and column.hint), "")

    @property
    def names(self) -> tuple[str, ...]:
        """The headers, each one once: a second "备注" is "备注 (2)"."""
        found: list[str] = []
        for column in self.columns:
            name, count = column.header, 1
            while name in found:
                count += 1
                name = f"{column.header} ({count})"
            found.append(name)
        return tuple(found)


def plain(header: str) -> str:
    """A header as it is compared: small, half width, without blanks and punctuation."""
    return _PUNCTUATION.sub("", fold(header.lstrip("\ufeff")))


def find_heading(
    rows: Sequence[Sequence[str]],
    into: str | None,
    mapping: Mapping[str, str] | Iterable[tuple[str, str]] = (),
) -> Heading:
    """The header of a table that begins with these rows.

    Args:
        into: the kind of table, where the person said it.
        mapping: field to column, as the person gave it; a column is named by its header or its number.

    Raises:
        Usage: a field or a column of `mapping` does not exist.
    """
    pairs = list(mapping.items() if isinstance(mapping, Mapping) else mapping)
    row = _header_row(rows, [column for _field, column in pairs])
    if row < 0:
        width = max((len(cells) for cells in rows), default=0)
        kind = into or "customers"
        columns = _guessed(rows, width) if kind == "customers" else _nameless(width)
        return Heading(-1, kind, _mapped(columns, pairs, kind))
    cells = list(rows[row])
    below = _second_level(cells, rows[row + 1]) if row + 1 < len(rows) else None
    if below is not None:
        row, cells = row + 1, below
    kind = into or _kind(cells)
    columns = [_column(index, restored(header), kind) for index, header in enumerate(cells)]
    if kind == "customers" and _kind(cells) == "purchases":
        columns = [_unless_bought(column) for column in columns]
    columns = _one_number(columns)
    own = any(column.field == "number" for column in columns) and _own_numbers(rows[row + 1 :], columns)
    return Heading(row, kind, _mapped(columns, pairs, kind), own)


def is_fact_header(name: str) -> bool:
    """Whether a column of customers with that header is read back as a fact of that name."""
    return _column(0, name, "customers") == Column(0, name, "fact")


def _header_row(rows: Sequence[Sequence[str]], named: list[str]) -> int:
    """The first row with two known columns, or with a column that the person named; else the one with most."""
    best, most = -1, 0
    wanted = {plain(name) for name in named}
    for index, cells in enumerate(rows[:HEADER_WITHIN]):
        count = max(sum(_known(cell, kind) for cell in cells) for kind in TABLES)
        if wanted & {plain(cell) for cell in cells if cell}:
            return index
        if count >= 2:
            return index
        if count > most:
            best, most = index, count
    if best >= 0:
        return best
    first = rows[0] if rows and len(rows[0]) > 1 else ()
    below = [cell.strip() for cells in rows[1:4] for cell in cells]
    # Words that we do not know above data are still a header.
    if (
        first
        and not any(_DATA.fullmatch(cell.strip()) for cell in first)
        and any(map(_DATA.fullmatch, below))
    ):
        return 0
    return -1


def _second_level(above: Sequence[str], below: Sequence[str]) -> list[str] | None:
    """The header of two rows, the upper one with merged cells over groups of columns; None where it has one row.

    All that stands in the lower row are words we know, and with them more columns are known than without.
    """
    told = [cell for cell in below if cell.strip()]
    for kind in TABLES:
        if len(told) < 2 or not all(_known(cell, kind) for cell in told):
            continue
        width = max(len(above), len(below))
        upper = [*above, *[""] * (width - len(above))]
        both = [
            low if low.strip() else high
            for high, low in zip(upper, [*below, *[""] * (width - len(below))], strict=True)
        ]
        if sum(_known(cell, kind) for cell in both) > sum(_known(cell, kind) for cell in above):
            return both
    return None


def has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether these rows begin a table with at least two columns that we know."""
    return any(
        sum(_known(cell, kind) for cell in cells) >= 2 for cells in rows[:HEADER_WITHIN] for kind in TABLES
    )


def _known(header: str, kind: str) -> bool:
    return (
        bool(header.strip()) and len(header) <= 60 and _column(0, header, kind).field not in ("fact", "skip")
    )


def _kind(headers: Sequence[str]) -> str:
    """Which kind of table has these headers."""
    fields = {kind: {_column(0, header, kind).field for header in headers} for kind in TABLES}
    profile = (
        fields["customers"] & words.PROFILE or {plain(header) for header in headers} & words.PROFILE_WORDS
    )
    purchase, ticket = fields["purchases"], fields["tickets"]
    if "total" in purchase and ("order_no" in purchase or ("at" in purchase and not profile)):
        return "purchases"
    if {"family", "given"} & fields["customers"] and {"total", "at"} <= purchase:
        return "purchases"
    if "subject" in ticket and not profile and _tells_of_tickets(headers, ticket):
        return "tickets"
    return "customers"


def _tells_of_tickets(headers: Sequence[str], fields: set[str]) -> bool:
    """Whether a table with subjects is one of tickets. "Title" alone may be Mr, and "state" a part of an address."""
    if "ticket_no" in fields or {"at", "state"} <= fields:
        return True
    subjects = {plain(header) for header in headers if words.TICKET.get(plain(header)) == "subject"}
    return subjects != {"title"} and bool(fields & {"at", "state", "type"})


def _one_number(columns: list[Column]) -> list[Column]:
    """Of several columns of numbers those that say that they are the customer's; "ID" beside them counts the rows."""
    numbers = [column for column in columns if column.field == "id" and not column.hint]
    specific = [column for column in numbers if words.WHOSE.search(plain(column.header))]
    kept = specific or numbers[:1]
    return [
        Column(column.index, column.header, "fact") if column in numbers and column not in kept else column
        for column in columns
    ]


def _column(index: int, header: str, kind: str) -> Column:
    """What the column of that header is about."""
    text = header.strip()
    vocabulary = VOCABULARY[kind]
    if not text:
        return Column(index, _("column {number}").format(number=index + 1), "fact")
    for prefix in ("fact: ", "资料: "):
        if header.casefold().startswith(prefix):
            return Column(index, header[len(prefix) :], "fact")
    key = plain(text)
    if key in vocabulary:
        return _of_field(index, text, vocabulary[key])
    if key in words.IGNORED:
        return Column(index, text, "skip")
    found = _grouped(index, text, key) if kind == "customers" else None
    return found or _with_brackets(index, text, vocabulary) or Column(index, text, "fact")


def _of_field(index: int, header: str, field: str) -> Column:
    name, _colon, hint = field.partition(":")
    return Column(index, header, name, hint)


def _grouped(index: int, header: str, key: str) -> Column | None:
    """A column that belongs to a numbered group, or a part of an address."""
    for pattern, field in words.NUMBERED:
        match = pattern.fullmatch(key)
        if match:
            name = words.PARTS.get(match[2], "") if field == "address-part" else ""
            return Column(index, header, field, f"#{match[1]}{':' + name if name else ''}")
    part = words.ADDRESS_PART.fullmatch(key)
    if part:
        return Column(index, header, "address-part", f"{words.GROUP_LABELS[part[1]]}:{words.PARTS[part[2]]}")
    return None


def _with_brackets(index: int, header: str, vocabulary: words.Words) -> Column | None:
    """A known word with brackets that add to it: "电话(必填)", "mobile (work) 2", "id (xlsx)"."""
    hint = ""
    base = _TRAILING_NUMBER.sub("", header)
    brackets = _BRACKETS.search(base)
    if brackets:
        hint, base = brackets[1].strip(), base[: brackets.start()]
    if plain(base) in words.REASONS:
        return Column(index, header, "skip", hint)
    field = vocabulary.get(plain(base))
    if field is None or base == header:
        return None
    name, _colon, own_hint = field.partition(":")
    return Column(index, header, name, own_hint if not hint else (f"{own_hint},{hint}" if own_hint else hint))


def is_bought(column: Column) -> bool:
    """Whether the column was left out because it tells of a purchase."""
    return column.field == "skip" and _column(0, column.header, "purchases").field in words.BOUGHT


def _unless_bought(column: Column) -> Column:
    """In a table of purchases that is read for its customers, what was bought is left out."""
    if column.field == "fact" and _column(0, column.header, "purchases").field in words.BOUGHT:
        return Column(column.index, column.header, "skip")
    return column


def _own_numbers(rows: Sequence[Sequence[str]], columns: Sequence[Column]) -> bool:
    index = next(column.index for column in columns if column.field == "number")
    values = [cells[index] for cells in rows[:20] if len(cells) > index and cells[index]]
    return bool(values) and all(re.fullmatch(r"[CT]\d{6,}", value) for value in values)


def _nameless(width: int) -> list[Column]:
    return [Column(index, _("column {number}").format(number=index + 1), "fact") for index in range(width)]


def _guessed(rows: Sequence[Sequence[str]], width: int) -> list[Column]:
    """Columns of a table of customers without a header, told from what stands in them."""
    columns = _nameless(width)
    for index in range(width):
        values = [cells[index].strip() for cells in rows if len(cells) > index and cells[index].strip()]
        if not values:
            continue
        if all("@" in value for value in values):
            field = "email"
        elif all(re.fullmatch(r"\+?[\d\s().-]{7,}", value) for value in values):
            field = "phone"
        elif all(_DATA.fullmatch(value) for value in values):
            field = "fact"
        elif not any(column.field == "name" for column in columns) and not any(
            re.fullmatch(r"[\d.,]+", value) for value in values
        ):
            # Nobody is called 3: such a column begins with a header that we do not know.
            field = "name"
        else:
            continue
        columns[index] = Column(index, columns[index].header, field)
    return columns


def _mapped(columns: list[Column], pairs: list[tuple[str, str]], kind: str) -> tuple[Column, ...]:
    """The columns with what the person said about them; a column may be given two meanings.

    Raises:
        Usage: a field or a column does not exist.
    """
    added: list[Column] = []
    named: set[int] = set()
    for field, name in pairs:
        column = _named(columns, name)
        meaning = _field(field, kind)
        where = _of_field(column.index, column.header, meaning)
        # What the person says about a field stands in place of what we thought.
        if meaning not in ("fact", "skip"):
            columns = [
                Column(other.index, other.header, "fact") if other.field == where.field != "phone" else other
                for other in columns
            ]
        if column.index in named:
            added.append(where)
        else:
            columns[column.index] = where
        named.add(column.index)
    return (*columns, *added)


def _named(columns: Sequence[Column], name: str) -> Column:
    for column in columns:
        if column.header.strip() == name.strip():
            return column
    for column in columns:
        if plain(column.header) == plain(name):
            return column
    if name.strip().isdecimal() and 1 <= int(name) <= len(columns):
        return columns[int(name) - 1]
    raise Usage(
        _("The file has no column {name}. It has: {columns}.").format(
            name=name, columns=", ".join(column.header for column in columns)
        )
    )


def _field(name: str, kind: str) -> str:
    """The field that a person means by `name`: one of ours, or a header word."""
    fields = set(VOCABULARY[kind].values()) | {"fact", "skip"}
    simple = {
        "customer": "id",
        "customer_id": "id",
        "external_id": "id",
        "amount": "total",
        "date": "at",
        "time": "at",
        "address": "address",
    }
    wanted = name.strip().casefold()
    if wanted in fields:
        return wanted
    if simple.get(wanted) in fields:
        return simple[wanted]
    found = VOCABULARY[kind].get(plain(name))
    if found is not None:
        return found
    known = sorted({field.partition(":")[0] for field in fields})
    raise Usage(
        _("There is no field {name}. There are: {fields}.").format(name=name, fields=", ".join(known))
    )
