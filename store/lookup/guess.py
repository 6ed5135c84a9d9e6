"""What may have been meant: digits pressed for letters as on a telephone, and one slip of the keys.

The answers are words that somebody has, found by walking the sorted words; nothing is scanned.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from store.lookup.lexicon import Lexicon

KEYS = {"2": "abc", "3": "def", "4": "ghi", "5": "jkl", "6": "mno", "7": "pqrs", "8": "tuv", "9": "wxyz"}
"""The letters on the keys of a telephone (ITU-T E.161)."""

FEWEST_DIGITS = 3
FEWEST_LETTERS = 4
FEWEST_IN_NUMBER = 7
_LONGEST = 24
_MOST_SPELLINGS = 300


def spellings_of_digits(digits: str, lexicon: Lexicon) -> list[str]:
    """The letters that `digits` may stand for, of those that somebody's reading or initials begin with."""
    if not FEWEST_DIGITS <= len(digits) <= _LONGEST or not all(digit in KEYS for digit in digits):
        return []
    found = [""]
    for digit in digits:
        longer = [text + letter for text in found for letter in KEYS[digit]]
        found = [text for text in longer if _has(lexicon, text)][:_MOST_SPELLINGS]
    return found


def _has(lexicon: Lexicon, text: str) -> bool:
    at = lexicon.find(text)
    return at < len(lexicon) and lexicon.word(at).startswith(text)


class SortedWords(Protocol):
    """Words in order."""

    def next_word(self, text: str) -> str | None:
        """The first word that is not before `text`."""


def slips_of_letters(letters: str, words: SortedWords) -> dict[str, bool]:
    """What may have been meant by `letters`, of what one of `words` begins with.

    One letter is wrong, missing or too many, or two are exchanged. With each whether the slip is before the last
    letter: a slip there would be found in everything that begins with the others.
    """
    found: dict[str, bool] = {}
    size = len(letters)
    for at in range(size + 1):
        before, rest = letters[:at], letters[at:]
        if not _begins(words, before):
            break
        meant = [before + rest[1:], before + rest[1:2] + rest[:1] + rest[2:]] if rest else []
        for letter in _next_letters(words, before):
            meant += [before + letter + rest, *([before + letter + rest[1:]] if rest else ())]
        for text in meant:
            if text != letters and len(text) >= FEWEST_LETTERS - 1 and _begins(words, text):
                found[text] = found.get(text, False) or at < size - 1
    return found


def _begins(words: SortedWords, text: str) -> bool:
    word = words.next_word(text)
    return word is not None and word.startswith(text)


def _next_letters(words: SortedWords, before: str) -> Iterator[str]:
    """The letters that stand after `before` in some word."""
    size = len(before)
    word = words.next_word(before + "a")
    while word is not None and word.startswith(before) and word[size] <= "z":
        yield word[size]
        word = words.next_word(before + chr(ord(word[size]) + 1))


def slips_of_digits(digits: str) -> Iterator[str]:
    """Numbers of the same length that differ in one digit, or in the order of two that stand side by side."""
    for at in range(len(digits)):
        for digit in "0123456789":
            if digit != digits[at]:
                yield digits[:at] + digit + digits[at + 1 :]
    for at in range(len(digits) - 1):
        if digits[at] != digits[at + 1]:
            yield digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]


def may_slip(text: str) -> bool:
    """Whether a slip is looked for: in four and more letters, in seven and more digits of a number."""
    if not text.isascii() or len(text) > _LONGEST:
        return False
    if text.isdigit():
        return len(text) >= FEWEST_IN_NUMBER
    return text.isalpha() and len(text) >= FEWEST_LETTERS
