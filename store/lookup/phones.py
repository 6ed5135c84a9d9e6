"""Phone numbers as people write them: split, cleaned, and E.164 where they can be.

Mainland mobile numbers, hot lines and local numbers are read here; `phonenumbers` is imported only for the rest
(numbers with an area code, numbers of other countries). What cannot be a number is said, never changed into one.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Literal

from locales import _

PhoneKind = Literal["mobile", "landline", "virtual", "service", "unknown"]

_PLAIN_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_HOT_LINE = re.compile(r"[48]00\d{7}", re.ASCII)
_SHORT_SERVICE = re.compile(
    r"11\d|12[0-2]|1[02]\d{3}|12\d{3,7}|106\d{5,17}|1[01]\d{3,6}|9[56]\d{3,7}", re.ASCII
)
_LOCAL = re.compile(r"[2-9]\d{6,7}", re.ASCII)
_IDENTITY_CARD = re.compile(r"[1-9]\d{16}[\dxX]", re.ASCII)
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?e\+?\d{1,3}", re.ASCII | re.IGNORECASE)
_DECIMAL = re.compile(r"(\d{5,})\.0+", re.ASCII)
_HIDDEN = re.compile(r"\d[^\d]{0,2}(?:\*{2,}|[•●×✱]{2,}|[xX]{3,})|(?:\*{2,}|[•●×✱]{2,}|[xX]{3,})[^\d]{0,2}\d")

_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufe0f]")
_DASHES = re.compile("[\u2010-\u2015\u2212\u30fc\u2500\u2043\ufe58\ufe63~_]")
_SEPARATOR = re.compile(
    r"[/、|\n\r\\]|;(?!\s*(?:ext|isub|phone-context)\b)|,(?=\s*[+(]?\d[\d\s().-]{6,})|\s(?:或|和|or|and|&)\s|[或和](?=\d)",
    re.IGNORECASE,
)
_SIDE_BY_SIDE = re.compile(
    r"((?<!\d)(?:86[\s-]?)?1[3-9]\d{9})(?!\d)[^\d,;/*]{1,12}(?=(?:86[\s-]?)?1[3-9]\d{9}(?!\d))", re.ASCII
)
_NORTH_AMERICAN = re.compile(r"1[\s.-]?\(\d{3}\)[\s.-]?\d{3}[\s.-]?\d{4}", re.ASCII)
_NOTE_IN_BRACKETS = re.compile(r"[(\[{<【〔][^()\[\]{}<>【】〔〕\d]*[)\]}>】〕]")
_LABEL = re.compile(r"^[^\d+(*#]*?(?=[\d+(])")
_LABEL_WORDS = re.compile(
    r"(?:tel|telephone|phone|mobile|mob|cell|fax|call|home|work|office|no|number|wechat|whatsapp|sms|m|t|p|h|o|"
    r"[^\x00-\x7f]+|[\s.:\-'\"=#])+",
    re.IGNORECASE,
)
_TRAILING_WORDS = re.compile(r"(?<=\d)\s*[^\x00-\x7f][^\d]*$")
_EXTENSION_WORD = re.compile(
    r"(?:\s*[,;-]?\s*(?:转接?|轉|分机号?|分機|内线|內線|ext(?:ension|n)?\b\.?|x)\s*[:.=-]?|\s*[,;]\s*(?:ext\s*=)?|\s*#)"
    r"\s*(\d{1,7})\s*$",
    re.IGNORECASE,
)
_EXTENSION_DASH = re.compile(
    r"^\s*(\(?0\d{2,3}\)?[\s-]?\d{3,4}[\s-]?\d{4}|(?:\+?86[\s-]?)?1[3-9]\d{9}|[48]00-?\d{3}-?\d{4})-(\d{1,6})\s*$"
)
_EXTENSION_BRACKETS = re.compile(r"\s*(1[3-9]\d{9})\s*\((\d{1,6})\)\s*", re.ASCII)
_RESERVED = re.compile(r"44(?:(7700900)|1632960)\d{3}", re.ASCII)
"""Numbers that Ofcom keeps for films: in trials they stand for any other."""
_FILLING = re.compile(r"[\s().\-·]+")


@dataclass(frozen=True, slots=True)
class Phone:
    """One number out of what somebody wrote.

    Attributes:
        raw: that part of the text, as it was written.
        normalized: E.164 where it can be; a local or service number: its digits; what is no number: `raw` trimmed.
        ext: the digits after 转, ext, `,` or `#`; never part of `normalized`.
        kind: virtual is a mobile number with an extension, as platforms hand out.
        valid: may be stored and dialled. False: nothing was guessed, ask the person.
        problem: a sentence for people. With `valid` it tells how the text was read, without it why it was refused.
    """

    raw: str
    normalized: str
    ext: str | None = None
    kind: PhoneKind = "unknown"
    valid: bool = False
    problem: str | None = None


def parse_phones(raw: str, region: str = "CN") -> list[Phone]:
    """All numbers in `raw`, in the order they are written; empty when nothing is.

    Args:
        raw: a cell, a form field or a pasted line: several numbers, labels and notes may stand in it.
        region: ISO country of the shop, for numbers written without a country.
    """
    if region == "CN" and _PLAIN_MOBILE.fullmatch(raw):
        return [Phone(raw, "+86" + raw, None, "mobile", valid=True)]
    text = unicodedata.normalize("NFKC", raw)
    text = _DASHES.sub("-", _INVISIBLE.sub("", text)).strip()
    text = _SIDE_BY_SIDE.sub(r"\1/", text)
    parts = [part.strip() for part in _SEPARATOR.split(text) if any(map(str.isalnum, part))]
    phones = [_parse_one(part, region) for part in parts]
    if len(phones) == 1:
        return [replace(phones[0], raw=raw)]
    return list({(phone.normalized, phone.ext): phone for phone in reversed(phones)}.values())[::-1]


def normalize_phone(raw: str, region: str = "CN") -> str:
    """The first number of `raw` as `Phone.normalized`; what is no number comes back trimmed, as it was written."""
    phones = parse_phones(raw, region)
    return phones[0].normalized if phones else raw.strip()


def _parse_one(raw: str, region: str) -> Phone:
    text = raw.strip("'\"= ")
    if _HIDDEN.search(text):
        return Phone(raw, raw, problem=_("Part of the number is hidden: {number}").format(number=raw))
    if _SCIENTIFIC.fullmatch(text):
        return Phone(
            raw,
            raw,
            problem=_("A spreadsheet rounded this number, its digits are lost: {number}").format(number=raw),
        )
    decimal = _DECIMAL.fullmatch(text)
    if decimal:
        phone = _read(raw, decimal[1], None, region)
        if phone.valid:
            note = _("Written as a decimal number, read as {number}").format(number=decimal[1])
            return Phone(raw, phone.normalized, None, phone.kind, valid=True, problem=note)
        return Phone(raw, raw, problem=phone.problem)
    core, ext = _take_extension(_without_words(text))
    return _read(raw, core, ext, region)


def _without_words(text: str) -> str:
    """`text` without the label before a number and the notes after it."""
    text = _NOTE_IN_BRACKETS.sub(" ", text).strip()
    label = _LABEL.match(text)
    if label and label[0] and _LABEL_WORDS.fullmatch(label[0]):
        text = text[label.end() :]
    if not _EXTENSION_WORD.search(text):
        text = _TRAILING_WORDS.sub("", text)
    return text.strip(" '\":.,;-")


def _take_extension(text: str) -> tuple[str, str | None]:
    dashed = _EXTENSION_DASH.match(text) or _EXTENSION_BRACKETS.fullmatch(text)
    if dashed:
        return dashed[1], dashed[2]
    found = _EXTENSION_WORD.search(text)
    if found and sum(character.isdigit() for character in text[: found.start()]) >= 5:
        return text[: found.start()], found[1]
    return text, None


def _read(raw: str, core: str, ext: str | None, region: str) -> Phone:
    """The number whose text is `core`: digits, a plus, brackets, dashes and blanks; anything else is refused."""
    if _NORTH_AMERICAN.fullmatch(core):
        core = "+" + core
    digits = _FILLING.sub("", core)
    if digits.startswith("+"):
        international, digits = True, digits[1:]
    elif digits.startswith("00") and len(digits) > 8:
        international, digits = True, digits[2:]
    else:
        international = False
    if _IDENTITY_CARD.fullmatch(digits):
        return Phone(
            raw, raw, problem=_("This looks like an identity card number: {number}").format(number=raw)
        )
    if not (digits.isascii() and digits.isdigit()):
        return _read_foreign(raw, "+" + digits if international else core, ext, region)
    mainland = _mainland(digits, region, international=international)
    if mainland:
        normalized, kind = mainland
        return Phone(raw, normalized, ext, "virtual" if ext and kind == "mobile" else kind, valid=True)
    return _read_foreign(raw, "+" + digits if international else digits, ext, region)


def _mainland(digits: str, region: str, *, international: bool) -> tuple[str, PhoneKind] | None:
    """E.164 and kind of a mainland number that needs no tables; None when it is another sort of number."""
    if international:
        if not digits.startswith("86"):
            return None
        digits = digits[2:]
    elif region != "CN":
        return None
    elif digits.startswith("86") and len(digits) == 13:
        digits = digits[2:]
    if _PLAIN_MOBILE.fullmatch(digits.removeprefix("0")):
        return "+86" + digits.removeprefix("0"), "mobile"
    if _HOT_LINE.fullmatch(digits):
        return "+86" + digits, "service"
    if international:
        return None
    if _LOCAL.fullmatch(digits) and not digits.startswith(("95", "96")):
        return digits, "landline"
    if _SHORT_SERVICE.fullmatch(digits):
        return digits, "service"
    return (digits, "landline") if _LOCAL.fullmatch(digits) else None


def _read_foreign(raw: str, text: str, ext: str | None, region: str) -> Phone:
    import phonenumbers

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return Phone(raw, raw, problem=_("This is not a phone number: {number}").format(number=raw))
    valid = phonenumbers.is_valid_number(number)
    reserved = _RESERVED.fullmatch(f"{number.country_code}{number.national_number}")
    valid = valid or reserved is not None
    if not valid and region == "CN" and re.fullmatch(r"86\d{10,11}", text):
        number = phonenumbers.parse("+" + text)
        valid = phonenumbers.is_valid_number(number)
    if not valid or not (text.startswith("+") or re.fullmatch(r"\d+", text)):
        digits = "".join(character for character in text if character.isdigit())
        kept = digits if re.fullmatch(r"[+\d\s().-]+", text) and digits else raw
        return Phone(raw, kept, ext, problem=_why_not(raw, digits, region))
    kinds: dict[int, PhoneKind] = {
        phonenumbers.PhoneNumberType.MOBILE: "mobile",
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE: "mobile",
        phonenumbers.PhoneNumberType.FIXED_LINE: "landline",
        phonenumbers.PhoneNumberType.TOLL_FREE: "service",
        phonenumbers.PhoneNumberType.SHARED_COST: "service",
        phonenumbers.PhoneNumberType.PREMIUM_RATE: "service",
        phonenumbers.PhoneNumberType.UAN: "service",
    }
    kind = kinds.get(phonenumbers.number_type(number), "unknown")
    if reserved:
        kind = "mobile" if reserved[1] else "landline"
    normalized = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(raw, normalized, ext or number.extension, kind, valid=True)


def _why_not(raw: str, digits: str, region: str) -> str:
    if region == "CN" and re.fullmatch(r"1[3-9]\d{8,10}", digits) and len(digits) != 11:
        sentence = _("A mobile number has 11 digits, this one has {count}: {number}")
        return sentence.format(count=len(digits), number=raw)
    return _("This is not a phone number: {number}").format(number=raw)


def search_digits(normalized: str) -> str:
    """The digits by which a stored number is found: as it is dialled in the mainland, with the country elsewhere.

    `+8613800138000` gives 13800138000, `+861065529988` 01065529988, `+864008208820` 4008208820, `+85291234567`
    85291234567.
    """
    digits = "".join(character for character in normalized if "0" <= character <= "9")
    if not normalized.startswith("+86"):
        return digits
    digits = digits[2:]
    return digits if _PLAIN_MOBILE.fullmatch(digits) or _HOT_LINE.fullmatch(digits) else "0" + digits


_QUERY = re.compile(r"\+?[\d\s().\-·'\"=]*\d[\d\s().\-·'\"]*", re.ASCII)


def phone_digits(query: str) -> tuple[tuple[str, ...], str | None]:
    """What to look for when `query` may be (part of) a phone number.

    Returns:
        The spellings of its digits, the most likely first (none when it is no number), and the extension typed with it.
    """
    text = _DASHES.sub("-", _INVISIBLE.sub("", unicodedata.normalize("NFKC", query))).strip()
    core, ext = _take_extension(text)
    if not _QUERY.fullmatch(core):
        return (), None
    digits = "".join(character for character in core if character.isdigit())
    if core.startswith("+") or (digits.startswith("00") and len(digits) > 4):
        digits = digits if core.startswith("+") else digits[2:]
        if digits.startswith("86") and len(digits) > 2:
            national = digits[2:]
            full = search_digits("+86" + national)
            partial = re.match(r"1[3-9]|[48]00", national) and full != national
            return ((national, full) if partial else tuple(dict.fromkeys((full, national)))), ext
        return (digits,), ext
    spellings = [digits]
    if digits.startswith("86") and len(digits) > 4:
        spellings.append(digits[2:] if digits[2] == "1" and digits[3] != "0" else "0" + digits[2:])
        if _PLAIN_MOBILE.fullmatch(digits[2:]):
            spellings = [digits[2:]]
    elif digits.startswith("0") and len(digits) > 7:
        spellings.append(digits[1:])
    return tuple(spellings), ext
