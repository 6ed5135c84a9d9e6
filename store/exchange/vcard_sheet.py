"""A file of business cards as a table: a row a card, with columns that are known as those of other programs are.

So whatever holds for tables holds for cards: the preview, matching with who is known, the refused rows in a file that
can be corrected, and undo.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from locales import N_, _, ngettext
from store.exchange.addresses import compose
from store.exchange.cells import join_words
from store.exchange.customer_rows import joined_name
from store.exchange.encodings import detect
from store.exchange.sheets import Row, Sheet
from store.exchange.vcards import BINARY, Card, Property, Reading, read_cards
from store.records.kinds import ContactLabel, CustomerKind
from store.records.labels import label

Cells = dict[tuple[str, int], str]
"""What a card says, by column and position within it."""

COLUMNS: Final = {
    "name": N_("name"),
    "kind": N_("customer kind"),
    "phone": N_("phone {number} value"),
    "phone_type": N_("phone {number} label"),
    "fax": N_("fax {number}"),
    "email": N_("email {number} value"),
    "email_type": N_("email {number} label"),
    "wechat": N_("WeChat {number}"),
    "qq": N_("QQ {number}"),
    "other": N_("other contact {number}"),
    "company": N_("company {number}"),
    "department": N_("department"),
    "occupation": N_("job title {number}"),
    "nick": N_("nickname"),
    "aliases": N_("other names"),
    "birthday": N_("birthday"),
    "wedding": N_("wedding anniversary"),
    "gender": N_("gender"),
    "address": N_("address {number}"),
    "address_type": N_("address {number} label"),
    "tags": N_("tags"),
    "note": N_("remark"),
    "website": N_("website {number}"),
}
"""The headers, in the order of the columns; `store.exchange.headers` knows each of them in both languages."""

TYPED: Final = ("phone", "email", "address")
"""Columns with one beside them that says whose the contact point is."""

ACCOUNTS: Final = {
    "X-QQ": "qq", "QQ": "qq", "X-WECHAT": "wechat", "X-WEIXIN": "wechat", "WECHAT": "wechat", "WEIXIN": "wechat",
}  # fmt: skip
MESSENGERS: Final = frozenset(
    """X-AIM X-SKYPE X-SKYPE-USERNAME X-JABBER X-GTALK X-GOOGLE-TALK X-MSN X-YAHOO X-ICQ X-MS-IMADDRESS X-SIP
    X-TWITTER X-FACEBOOK""".split()  # noqa: SIM905 - a list of words reads better as words
)
ANNIVERSARIES: Final = frozenset(
    {
        "ANNIVERSARY",
        "X-ANNIVERSARY",
        "X-MS-ANNIVERSARY",
        "X-EVOLUTION-ANNIVERSARY",
        "X-KADDRESSBOOK-X-ANNIVERSARY",
    }
)
TECHNICAL: Final = frozenset(
    """VERSION PRODID REV UID LABEL MAILER TZ GEO CLASS LANG SORT-STRING SORT-AS SOURCE PROFILE N X-ABLABEL X-ABADR
    X-ABUID X-ABSHOWAS KIND X-ADDRESSBOOKSERVER-KIND LATESTDATE COUNTRYISO OPPO_RECENT_CALL X-PHONETIC-FIRST-NAME
    X-PHONETIC-LAST-NAME X-PHONETIC-MIDDLE-NAME CLIENTPIDMAP X-OPPO-MODIFY-DATE X-OPPO-STARRED""".split()  # noqa: SIM905 - as above
)
"""Properties that say nothing of a person, or nothing that others do not say."""

_APPLE = re.compile(r"_\$!<(.*)>!\$_")
_IN_BRACKETS = re.compile(r"<([^<>\s@]+@[^<>\s@]+)>")
_NO_YEAR = re.compile(r"--?(\d{2})-?(\d{2})")
_OWN_GROUPS = frozenset({"mycontacts", "my contacts"})
_MOST = 10
_MOST_OF_A_KIND = 100
"""So many properties of one name are taken of a card: each may be a column of the table."""

LONGEST: Final = 24
"""Cells of a property's name in a sentence."""


def open_vcards(path: Path, encoding: str | None = None) -> Sheet:
    """How a file of cards is read as a table.

    Raises:
        OSError: the file cannot be read.
    """
    reading = Reading(path, encoding or detect(path)[0])
    widest: Counter[str] = Counter()
    left_out: Counter[str] = Counter()
    count = 0
    groups: list[str] = []
    for card in read_cards(reading):
        if _is_group(card):
            groups += [prop.text for prop in card.properties if prop.name == "FN"]
            continue
        count += 1
        for column, position in cells_of(card, left_out):
            widest[column] = max(widest[column], position)
    columns = _columns(widest)

    def rows() -> Iterator[Row]:
        yield Row(1, tuple(_header(column, position) for column, position in columns))
        for card in read_cards(reading):
            if not _is_group(card):
                cells = cells_of(card, Counter())
                yield Row(card.line, tuple(cells.get(key, "") for key in columns), card.broken)

    warnings = _warnings(reading, left_out)
    if groups:
        warnings.insert(
            0, _("Groups of contacts, left out: {names}.").format(names=_(", ").join(groups[:_MOST]))
        )
    return Sheet(path, "vcf", reading.encoding, rows, count, warnings=warnings)


def _columns(widest: Counter[str]) -> list[tuple[str, int]]:
    """The columns of the file: a name and a number always, so that the header is known for one."""
    widest["name"], widest["phone"] = 1, max(1, widest["phone"])
    found: list[tuple[str, int]] = []
    for column in COLUMNS:
        if not column.endswith("_type"):
            beside = [f"{column}_type"] if column in TYPED and widest[f"{column}_type"] else []
            found += [(one, n) for n in range(1, widest[column] + 1) for one in (column, *beside)]
    return found


def _header(column: str, position: int) -> str:
    header = _(COLUMNS[column]).format(number=position)
    # The first of what is mostly one is called without a number.
    return header.removesuffix(" 1") if column in ("company", "occupation", "website") else header


def _is_group(card: Card) -> bool:
    """Whether it is a list of contacts, as Apple and others write them, and nobody."""
    kinds = ("KIND", "X-ADDRESSBOOKSERVER-KIND")
    return any(prop.name in kinds and prop.text.lower() == "group" for prop in card.properties)


def _warnings(reading: Reading, left_out: Counter[str]) -> list[str]:
    found: list[str] = []
    if left_out:
        cut = dict.fromkeys(name[:LONGEST] for name, _count in left_out.most_common())
        names = ", ".join(list(cut)[:_MOST]) + (" …" if len(cut) > _MOST else "")
        found.append(_("Left out of the cards: {names}.").format(names=names))
    unreadable = _("some of its characters cannot be read; that part of the card was left out")
    for lines, sentence in (
        (reading.odd, _("nothing of a card, left out")),
        (reading.unreadable, unreadable),
    ):
        if lines:
            shown = ", ".join(map(str, sorted(lines)[:_MOST])) + (" …" if len(lines) > _MOST else "")
            where = ngettext("line {lines}", "lines {lines}", len(lines)).format(lines=shown)
            found.append(f"{where}: {sentence}")
    return found


def cells_of(card: Card, left_out: Counter[str]) -> Cells:
    """What the card says, by column; names of properties that have none are counted in `left_out`."""
    taken = _Taken(card)
    # Of several the preferred one comes first, as a telephone shows it.
    for prop in sorted(card.properties, key=lambda found: not found.is_preferred):
        if not taken.take(prop) and prop.name not in TECHNICAL:
            left_out[prop.name] += 1
    return taken.cells()


class _Taken:
    """Takes the properties of a card, one after the other."""

    def __init__(self, card: Card) -> None:
        self._labels = {
            prop.group: _APPLE.sub(r"\1", prop.text)
            for prop in card.properties
            if prop.name == "X-ABLABEL" and prop.group
        }
        self._lists: dict[str, list[str]] = {}
        self._types: dict[str, list[str]] = {}
        self._structured = ""
        self._counts: Counter[str] = Counter()
        self._tags: list[str] = []
        self._names: list[str] = []
        self._known: dict[str, Callable[[Property], object]] = {
            "FN": lambda prop: self._one("name", prop.text),
            "N": self._name,
            "NICKNAME": lambda prop: self._names.extend(prop.words),
            "TEL": self._phone,
            "EMAIL": self._email,
            "ADR": self._address,
            "ORG": self._organization,
            "TITLE": lambda prop: self._many("occupation", prop.text),
            "ROLE": lambda prop: self._many("occupation", prop.text),
            "BDAY": lambda prop: self._one("birthday", _day(prop)),
            "NOTE": lambda prop: self._many("note", prop.text),
            "URL": lambda prop: self._many("website", prop.text),
            "CATEGORIES": lambda prop: self._tags.extend(prop.words),
            "GENDER": lambda prop: self._one("gender", prop.parts[0]),
            "X-GENDER": lambda prop: self._one("gender", prop.text),
            "IMPP": self._messenger,
            "X-ABSHOWAS": self._shown_as,
            "KIND": self._shown_as,
            "X-ABDATE": self._labelled_day,
            "X-ANDROID-CUSTOM": self._of_android,
        }

    def take(self, prop: Property) -> bool:
        """Take it, if it is of a kind that is taken."""
        self._counts[prop.name] += 1
        if self._counts[prop.name] > _MOST_OF_A_KIND:
            return prop.name in BINARY or prop.name in TECHNICAL
        if prop.name in self._known:
            return self._known[prop.name](prop) is not False
        if prop.name in ACCOUNTS:
            self._many(ACCOUNTS[prop.name], prop.text)
        elif prop.name in MESSENGERS:
            self._many("other", f"{prop.name.removeprefix('X-').title()}: {prop.text}" if prop.text else "")
        elif prop.name in ANNIVERSARIES:
            self._one("wedding", _day(prop))
        else:
            return prop.name not in BINARY and not prop.text
        return True

    def cells(self) -> Cells:
        """What was taken, by column."""
        names = list(dict.fromkeys(self._names))
        tags = [tag for tag in dict.fromkeys(self._tags) if tag.strip("* ").casefold() not in _OWN_GROUPS]
        self._one("name", self._structured)
        self._one("nick", names[0] if names else "")
        self._one("aliases", join_words(names[1:]))
        self._one("tags", join_words(tags))
        if "note" in self._lists:
            self._lists["note"] = ["\n".join(self._lists["note"])]
        return {
            (column, position): text
            for lists, suffix in ((self._lists, ""), (self._types, "_type"))
            for name, texts in lists.items()
            for column in (name + suffix,)
            for position, text in enumerate(texts, 1)
            if text
        }

    def _one(self, column: str, text: str) -> None:
        if text and column not in self._lists:
            self._lists[column] = [text]

    def _many(self, column: str, text: str) -> None:
        if text and text not in self._lists.get(column, ()):
            self._lists.setdefault(column, []).append(text)

    def _typed(self, column: str, text: str, prop: Property) -> None:
        """A contact point, with whose it is beside it."""
        before = len(self._lists.get(column, ()))
        self._many(column, text)
        if len(self._lists.get(column, ())) > before:
            types = self._types.setdefault(column, [])
            types.extend([""] * (before - len(types)))
            types.append(self._whose(prop))

    def _whose(self, prop: Property) -> str:
        for word, whose in (("work", ContactLabel.WORK), ("home", ContactLabel.HOME)):
            if word in prop.types:
                return label(whose)
        own = self._labels.get(prop.group, "") if prop.group else ""
        return label(ContactLabel.ASSISTANT) if own.casefold().startswith("assistant") else own

    def _name(self, prop: Property) -> None:
        family, given, middle, *_rest = [*prop.parts, "", "", ""]
        self._structured = self._structured or joined_name(family, given, middle.replace(",", " "))

    def _phone(self, prop: Property) -> None:
        text = re.sub(r"^tel:", "", prop.text, flags=re.IGNORECASE)
        if "fax" in prop.types:
            self._many("fax", text)
        else:
            self._typed("phone", text, prop)

    def _email(self, prop: Property) -> None:
        text = re.sub(r"^mailto:", "", prop.text, flags=re.IGNORECASE)
        bare = _IN_BRACKETS.search(text)
        self._typed("email", bare[1] if bare else text, prop)

    def _address(self, prop: Property) -> None:
        box, second, street, city, region, code, country, *_rest = [*prop.parts, *[""] * 7]
        parts = {
            "pobox": box, "street1": street, "street2": second, "city": city, "region": region, "zip": code,
            "country": country,
        }  # fmt: skip
        self._typed(
            "address",
            compose({name: " ".join(text.split()).strip(" ,") for name, text in parts.items()}),
            prop,
        )

    def _organization(self, prop: Property) -> None:
        company, *departments = prop.parts
        self._many("company", company)
        self._one("department", ", ".join(part for part in departments if part))

    def _messenger(self, prop: Property) -> None:
        scheme, colon, handle = prop.text.partition(":")
        service = prop.parameters.get("X-SERVICE-TYPE", "") or scheme
        if not colon:
            service, handle = "", prop.text
        column = ACCOUNTS.get(service.upper(), "other")
        handle = handle.removeprefix("//")
        self._many(column, f"{service}: {handle}" if column == "other" and service else handle)

    def _shown_as(self, prop: Property) -> None:
        if prop.text.lower() in ("org", "company", "organization"):
            self._one("kind", CustomerKind.ORG.value)

    def _labelled_day(self, prop: Property) -> bool:
        is_anniversary = self._labels.get(prop.group, "").casefold() in ("anniversary", "纪念日")
        if is_anniversary:
            self._one("wedding", _day(prop))
        return is_anniversary

    def _of_android(self, prop: Property) -> bool:
        """What Android has no property for: "vnd.android.cursor.item/nickname;Lao Wang;1;…"."""
        kind, value, how, *_rest = [*prop.parts, "", "", ""]
        if kind.endswith("/nickname"):
            self._names.append(value) if value else None
        elif kind.endswith("/contact_event") and how in ("1", "3"):
            day = prop._replace(value=value)
            self._one("wedding" if how == "1" else "birthday", _day(day))
        else:
            return False
        return True


def _day(prop: Property) -> str:
    """A day as a sheet has it: 1988-03-05, or 03-05 where the year is not told."""
    text = prop.text.partition("T")[0] if re.match(r"-{0,2}\d", prop.text) else prop.text
    without = _NO_YEAR.fullmatch(text)
    if without:
        return f"{without[1]}-{without[2]}"
    # Apple writes a year that it says is none.
    omitted = prop.parameters.get("X-APPLE-OMIT-YEAR", "0000")
    return text.removeprefix(omitted).strip("-") if text.startswith(omitted) else text
