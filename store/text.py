"""What is done to text that people typed: kept as it is when stored, folded when compared, made harmless when shown."""

from __future__ import annotations

import re
import unicodedata

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_MAYBE_ACCENTED = re.compile("[\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff]")
_ACCENTED_LATIN = re.compile("([a-z])[\u0300-\u036f]+")
_BLANKS = re.compile("[\\s\x00-\x1f\x7f-\x9f]")
_IGNORED = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ŋ": "n", "ħ": "h"}
)
_PLAIN = re.compile("[\x20-\x7e\u3400-\u4dbf\u4e00-\u9fff]*")
_HARMLESS = re.compile("[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u3001-\ud7ff\uff01-\uffdc]*")
_SHOWN_MARKS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2\U000110bd\U000110cd")
_JOINERS = "\u200c\u200d"


def clean_text(text: str) -> str:
    """`text` as it may be stored: what was typed, unchanged.

    Nothing is trimmed, composed or folded, for what a person entered must come back the same from every field and file.
    Only what no file can hold is replaced by U+FFFD: NUL and lone surrogates (terminals deliver them for broken bytes).
    """
    return _UNSTORABLE.sub("\ufffd", text)


clean_line = clean_text
"""The same policy for fields of one line: whether blanks around a value count is the action's decision, not ours."""


def fold(text: str) -> str:
    """`text` as it is compared: full-width and compatibility forms, case and Latin accents do not count.

    NFKC, casefold, accents off Latin letters (José is jose), invisible characters dropped, every kind of blank or
    control character a space. Letters of other scripts keep their marks (й, が).
    """
    if text.isascii() and text.isprintable():
        return text.lower()
    if _PLAIN.fullmatch(text):
        return text.lower()
    text = _IGNORED.sub("", unicodedata.normalize("NFKC", text))
    text = _BLANKS.sub(" ", text).casefold()
    if _MAYBE_ACCENTED.search(text):
        text = _ACCENTED_LATIN.sub(r"\1", unicodedata.normalize("NFD", text.translate(_LETTERS)))
        text = unicodedata.normalize("NFC", text)
    return text


def fold_span(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the characters `start`..`end` of `fold(text)` stand in `text`.

    Characters may fold to none or to several; where that cannot be followed one by one the whole text is the answer.
    """
    if _PLAIN.fullmatch(text):
        return start, end
    lengths = [0 if "\u0300" <= character <= "\u036f" else len(fold(character)) for character in text]
    if sum(lengths) != len(fold(text)):
        return 0, len(text)
    folded = 0
    first, last = len(text), 0
    for index, length in enumerate(lengths):
        if folded < end and folded + length > start:
            first, last = min(first, index), index + 1
        folded += length
    while last < len(text) and lengths[last] == 0:
        last += 1
    return (first, last) if first < last else (0, len(text))


def visible(text: str, *, lines: bool = False) -> str:
    """`text` as it may reach a terminal: nothing in it is a command, and what cannot be seen is shown.

    Control characters become their pictures (ESC is ␛), C1 controls, bidirectional controls and zero-width characters
    become ‹U+202E›. Joiners inside an emoji or between letters of a script that needs them stay.

    Args:
        text: anything a person or a file gave.
        lines: keep line feeds, for a place that shows several lines.
    """
    if _HARMLESS.fullmatch(text):
        return text
    if lines:
        return "\n".join(visible(line) for line in text.replace("\r\n", "\n").split("\n"))
    return "".join(
        character if _HARMLESS.fullmatch(character) else _shown(text, index)
        for index, character in enumerate(text)
    )


def _shown(text: str, index: int) -> str:
    character = text[index]
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    category = unicodedata.category(character)
    hidden = category in {"Cc", "Cf", "Cs", "Zl", "Zp"} or code == 0x34F
    if not hidden or character in _SHOWN_MARKS:
        return character
    if character in _JOINERS and _joins(text, index):
        return character
    return f"‹U+{code:04X}›"


def _joins(text: str, index: int) -> bool:
    """Whether the joiner at `index` stands between two parts of an emoji or two letters of a joining script."""
    if index == 0 or index + 1 >= len(text):
        return False
    before, after = text[index - 1], text[index + 1]
    emoji_before = unicodedata.category(before) in {"So", "Sk"} or before == "\ufe0f"
    if emoji_before and unicodedata.category(after) == "So":
        return True
    emoji_sign = after in "\u2640\u2642\u2695\u2764"
    joining = "\u0600" <= before <= "\u0dff" and "\u0600" <= after <= "\u0dff"
    return joining or (emoji_before and emoji_sign)
