"""One row of a table of customers, read: what it says, without looking at who is known already."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import msgspec

from locales import _
from store.actions.customers import normalized
from store.errors import Refused
from store.exchange import cells, header_words
from store.exchange.addresses import compose
from store.exchange.headers import Column, Heading, is_bought, plain
from store.exchange.safe_cells import restored
from store.exchange.sample import Sample
from store.exchange.sheets import Row
from store.lookup.phones import parse_phones
from store.records.customer import ContactPoint, ImportantDate
from store.records.kinds import ContactLabel, ContactType, DateKind
from store.text import clean_text, fold

_MANGLED = re.compile(r"[*•●×✱＊]|[xX]{3,}|^\s*'?\d(?:[.．]\d+)?[eE]\+?\d+\s*$")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]")
_LABELS = {
    "work": ContactLabel.WORK, "工作": ContactLabel.WORK, "单位": ContactLabel.WORK, "office": ContactLabel.WORK,
    "business": ContactLabel.WORK, "home": ContactLabel.HOME, "住宅": ContactLabel.HOME, "家庭": ContactLabel.HOME,
    "assistant": ContactLabel.ASSISTANT, "family": ContactLabel.FAMILY, "家人": ContactLabel.FAMILY,
}  # fmt: skip
_SUMS = frozenset({"合计", "总计", "小计", "共计", "total", "totals", "sum", "subtotal"})
_COUNT = re.compile(r"[\s:(]*[\d,.]+\s*[人位名条个家]?[)\s]*$")
"""How many there are, behind the word for a sum."""

_PLAIN_TYPES = frozenset(
    {
        *("email", "wechat", "qq", "taobao", "douyin", "xhs", "weibo", "meituan"),
        *("facebook", "instagram", "website", "other"),
    }
)
_TEXTS = frozenset(
    {"company", "occupation", "note", "owner", "call_as", "reading", "usual_order", "red_note"}
)
_ENUMS = frozenset({"source", "temperament", "kind", "status"})


Parts = dict[str, dict[str, tuple[str, str]]]
"""Parts of addresses: by group, by part, with their headers."""


class CustomerDraft(msgspec.Struct, gc=False, omit_defaults=True):
    """What a row says about a customer.

    Attributes:
        problem: why the row cannot be taken; empty when it can.
        number: our own number, in a file that we have written.
        ids: of other systems, as (source, value); without a source it is the import's.
        fields: plain fields of the record, by name; empty ones are left out.
        facts: (name, value) of all other columns.
    """

    line: int
    cells: tuple[str, ...]
    problem: str = ""
    number: int = 0
    name: str = ""
    ids: tuple[tuple[str, str], ...] = ()
    contacts: tuple[ContactPoint, ...] = ()
    dates: tuple[ImportantDate, ...] = ()
    fields: dict[str, str] = {}
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing in it says who is meant."""
        return not (self.name or self.contacts or self.ids or self.fields.get("company"))


class CustomerRows:
    """Reads the rows of one table of customers."""

    def __init__(self, heading: Heading, region: str, today: date, sample: Sample) -> None:
        """Args: sample tells the order of day and month."""
        self.warnings: dict[str, list[int]] = {}
        self._heading = heading
        self._region = region
        self._today = today
        self._own = heading.own
        self._columns = self._readable(heading.columns)
        bought = [column.header for column in heading.columns if is_bought(column)]
        if bought:
            sentence = _(
                "These columns tell of purchases and were left out; "
                "import the file again with --into purchases: {columns}."
            )
            self.warnings[sentence.format(columns=", ".join(bought))] = []
        self._labels = {
            (column.field.removesuffix("-label"), column.hint): column.index
            for column in heading.columns
            if column.field.endswith("-label")
        }
        self.dates = sample.date_order(
            column.index for column in self._columns if column.field in ("birthday", "date")
        )

    @property
    def says_who(self) -> bool:
        """Whether any column can say who a row is about."""
        return any(
            column.field in ("name", "family", "given", "phone", "id", "company", "nick")
            or column.field in _PLAIN_TYPES
            for column in self._columns
        )

    def read(self, row: Row) -> CustomerDraft:
        """What the row says."""
        draft = CustomerDraft(row.line, row.cells)
        if row.broken:
            draft.problem = row.broken
            return draft
        names: dict[str, str] = {}
        parts: Parts = {}
        for column in self._columns:
            text = self._text(row.cells, column.index, keep=column.field in ("name", "family", "given"))
            if text:
                if column.field in ("name", "family", "given", "middle"):
                    self._once(draft, names, column, text)
                elif column.field == "address-part":
                    group, _colon, part = column.hint.partition(":")
                    parts.setdefault(group, {})[part] = (column.header, text)
                elif column.field.startswith("birth_"):
                    names[column.field] = text
                else:
                    self._take(draft, column, text, row)
        self._finish(draft, names, parts)
        return draft

    def _text(self, row: Sequence[str], index: int, *, keep: bool = False) -> str:
        if index >= len(row) or not row[index]:
            return ""
        text = clean_text(restored(row[index]))
        if self._own:
            return text
        text = text.strip()
        return "" if not keep and cells.nothing(text) else text

    def _take(self, draft: CustomerDraft, column: Column, text: str, row: Row) -> None:
        field = column.field
        if field == "phone":
            self._phone(draft, column, text, row)
        elif field in _PLAIN_TYPES or field == "address":
            self._contact(draft, ContactType(field), text, self._label(column, row))
        elif field in _TEXTS or field in _ENUMS:
            self._once(draft, draft.fields, column, text)
        elif field == "birthday" or (field == "date" and cells.member(DateKind, column.hint)):
            self._date(draft, column, text)
        elif field in ("tags", "aliases", "nick"):
            self._words(draft, field, text)
        elif field in ("fact", "date"):
            amount = not self._own and plain(column.header) in header_words.AMOUNTS
            draft.facts += ((column.header, cells.number_text(text) if amount else text),)
        else:
            self._identity(draft, column, text)

    def _identity(self, draft: CustomerDraft, column: Column, text: str) -> None:
        if column.field == "id":
            value = text if self._own else text.lstrip("'")
            draft.ids += (("" if column.hint in ("", "必填", "required") else column.hint, value),)
        elif column.field == "gender":
            draft.fields["gender"] = cells.gender(text).value
        elif column.field == "number":
            draft.number = int(text[1:]) if re.fullmatch(r"C\d{6,17}", text) else 0

    def _phone(self, draft: CustomerDraft, column: Column, text: str, row: Row) -> None:
        label = self._label(column, row)
        kind = column.hint.partition(",")[0]
        if self._own:
            known = kind if kind in ("landline", "virtual", "fax", "whatsapp") else "mobile"
            point = ContactPoint(type=ContactType(known), value=text, label=label)
            draft.contacts += (normalized(point, self._region),)
            return
        for phone in parse_phones(text, self._region):
            raw = phone.raw.strip()
            if not phone.valid and _MANGLED.search(raw):
                draft.problem = phone.problem or _("This is not a phone number: {number}").format(number=raw)
                return
            if phone.problem:
                self.warn(_odd(valid=phone.valid), draft.line)
            if not any(character.isdigit() for character in raw):
                self._contact(draft, ContactType.OTHER, raw, label)
                continue
            mobile = phone.kind == "mobile" or (phone.kind == "unknown" and len(phone.normalized) == 11)
            guessed = "virtual" if phone.kind == "virtual" else "mobile" if mobile else "landline"
            forced = kind in ("fax", "whatsapp")
            point = ContactPoint(
                type=ContactType(kind if forced else guessed),
                value=raw,
                normalized=phone.normalized,
                ext=phone.ext or "",
                label=label,
            )
            if all(
                (point.normalized, point.ext) != (other.normalized, other.ext) for other in draft.contacts
            ):
                draft.contacts += (point,)

    def _contact(self, draft: CustomerDraft, kind: ContactType, text: str, label: ContactLabel) -> None:
        values = (
            [text]
            if self._own or kind in (ContactType.ADDRESS, ContactType.OTHER)
            else re.split(r"\s*:::\s*", text)
        )
        for value in values:
            point = normalized(ContactPoint(type=kind, value=value, label=label), self._region)
            if self._own or all((kind, value) != (other.type, other.value) for other in draft.contacts):
                draft.contacts += (point,)

    def _label(self, column: Column, row: Row) -> ContactLabel:
        """Whose contact point it is: told by the header, or by the column of labels beside it."""
        index = self._labels.get((column.field, column.hint))
        if index is None and not column.hint:
            return ContactLabel.SELF
        words = [column.hint.partition(",")[0], column.hint.rpartition(",")[2]]
        if index is not None and index < len(row.cells):
            words.append(row.cells[index])
        for word in words:
            key = word.strip("* ").casefold()
            found = _LABELS.get(key) or cells.member(ContactLabel, key)
            if found:
                return found
        return ContactLabel.SELF

    def _date(self, draft: CustomerDraft, column: Column, text: str) -> None:
        kind = cells.member(DateKind, column.hint) or DateKind.BIRTHDAY
        self.dates.notice(text)
        try:
            found = cells.birthday(text, self._today, day_comes_first=self.dates.day_first, kind=kind)
        except Refused as error:
            # Kept as it is written: a person can still read it.
            self.warn(error.message, draft.line)
            draft.facts += ((column.header, text),)
            return
        if found is not None:
            draft.dates += (found,)

    def _words(self, draft: CustomerDraft, field: str, text: str) -> None:
        if field == "tags":
            words = cells.split_words(text)
            # "* My Contacts" is Google's own group, not a person's.
            draft.tags += tuple(word for word in words if self._own or not word.startswith("*"))
        elif field == "nick":
            draft.aliases += (text,)
        else:
            draft.aliases += tuple(cells.split_words(text))

    def _once(self, draft: CustomerDraft, into: dict[str, str], column: Column, text: str) -> None:
        """Fill a field; a second column that has something else to say about it becomes a fact."""
        if into.setdefault(column.field, text) != text:
            draft.facts += ((column.header, text),)

    def _finish(self, draft: CustomerDraft, names: dict[str, str], parts: Parts) -> None:
        draft.name = names.get("name") or joined_name(
            names.get("family", ""), names.get("given", ""), names.get("middle", "")
        )
        if "birth_month" in names and "birth_day" in names:
            text = "-".join([names.get("birth_year") or "-", names["birth_month"], names["birth_day"]])
            self._date(draft, Column(-1, _("birthday"), "birthday"), text)
        for group, found in parts.items():
            self._address(draft, group, found)
        draft.aliases = tuple(
            alias for alias in dict.fromkeys(draft.aliases) if self._own or alias != draft.name
        )
        if self._heading.row < 0:
            draft.facts = tuple(fact for fact in draft.facts if fold(fact[1]) not in fold(draft.name))
        if not draft.problem and draft.is_empty:
            draft.problem = _("nothing in the row says who it is about")
        elif not self._own and _is_sum(draft):
            draft.problem = _("this looks like a line of sums, not like a customer")

    def _address(self, draft: CustomerDraft, group: str, found: dict[str, tuple[str, str]]) -> None:
        """An address out of its parts. What only tells the town is no address but a fact."""
        parts = {part: text for part, (_header, text) in found.items()}
        whole = [point for point in draft.contacts if point.type is ContactType.ADDRESS]
        if (
            group.startswith("#")
            and whole
            and group in {column.hint for column in self._heading.of("address")}
        ):
            return
        if group == "self" and "street1" not in parts and len(whole) == 1:
            if any(
                text in whole[0].value
                for part, text in parts.items()
                if part in ("region", "city", "district")
            ):
                return
            draft.contacts = tuple(point for point in draft.contacts if point is not whole[0])
            parts["street1"] = whole[0].value
        if group == "self" and not {"street1", "district"} & parts.keys():
            draft.facts += tuple(found.values())
            return
        self._contact(draft, ContactType.ADDRESS, compose(parts), _LABELS.get(group, ContactLabel.SELF))

    def warn(self, sentence: str, line: int) -> None:
        """Note something worth telling that does not stop the row."""
        self.warnings.setdefault(sentence, []).append(line)

    def _readable(self, columns: Sequence[Column]) -> list[Column]:
        """The columns that are read, Thunderbird's "Birth Day" told from a birthday."""
        apart = any(column.field == "birth_month" for column in columns)
        found: list[Column] = []
        for column in columns:
            if column.field == "skip" or column.field.endswith("-label"):
                continue
            split = apart and column.field == "birthday" and plain(column.header) == "birthday"
            found.append(Column(column.index, column.header, "birth_day", "") if split else column)
        return found


def _is_sum(draft: CustomerDraft) -> bool:
    """Whether a row adds up the others: it says so where the name stands, and nothing in it reaches anybody.

    In the column of telephones there may be how many there are, or what a program made of adding them up.
    """
    named = draft.name or next((value for _source, value in draft.ids), "")
    if _COUNT.sub("", fold(named)).strip(" :") not in _SUMS:
        return False
    numbers = (
        ContactType.MOBILE,
        ContactType.LANDLINE,
        ContactType.VIRTUAL,
        ContactType.FAX,
        ContactType.WHATSAPP,
        ContactType.OTHER,
    )
    return not any(
        point.normalized.startswith("+")
        or (point.type not in numbers and any(character.isalpha() for character in point.value))
        for point in draft.contacts
    )


def _odd(*, valid: bool) -> str:
    """What is said of a telephone number that is written in an odd way."""
    if valid:
        return _("a telephone number was written as a decimal number; its digits were taken")
    return _("what is in the telephone column is no telephone number; it was kept as it is written")


def joined_name(family: str, given: str, middle: str) -> str:
    """A name from its parts: 王芳 in Chinese order without a blank, John Smith in western order."""
    parts = [part for part in (family, given, middle) if part]
    if all(_CJK.search(part) for part in parts):
        return family + middle + given
    return " ".join(part for part in (given, middle, family) if part)
