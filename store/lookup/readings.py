"""Toneless readings of Chinese names: every reading of every character, a surname's own reading first.

The table is made from pypinyin by `make_readings`, at build time or once in a process of its own; the program itself
never imports pypinyin.
"""

from __future__ import annotations

import os
import re
import sys
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations
from pathlib import Path

from locales import _
from store.errors import CrmError
from store.text import fold

FORMAT = "crm-tui readings 3"
FIRST_CODE = 0x100
MOST_READINGS = 8
"""Readings of one name that are kept: the usual one, then those that differ in one syllable, in two …"""
LONGEST_NAME = 4
"""Longer names are read word by word like a company's: they hold more than a person's name."""

TOKEN = re.compile("[a-z0-9]+|[\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af]")
"""What is read as one syllable in folded text: a character, or a whole Latin word or number."""

_FAMILIAR = "小老阿大"
_HERE = Path(__file__).resolve().parent


class ReadingsMissing(CrmError):  # noqa: N818 - named like the sentences of store.errors
    """The table of readings is missing and could not be made: Chinese names are not found by letters."""

    kind = "readings_missing"


@dataclass(frozen=True, slots=True)
class Table:
    """The table as loaded: codes by character, decoded when asked for."""

    checksum: str
    sets: tuple[str, ...]
    blocks: tuple[tuple[int, str], ...]
    surnames: dict[str, str]
    compounds: dict[str, tuple[str, ...]]
    words: dict[str, tuple[str, ...]]
    known: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, character: str) -> tuple[str, ...]:
        """All readings of one character, the usual first; of anything else the text itself."""
        found = self.known.get(character)
        if found is None:
            if character.isascii():
                return (character,)
            found = self.known[character] = self._look_up(character)
        return found

    def _look_up(self, character: str) -> tuple[str, ...]:
        code = ord(character) if len(character) == 1 else 0
        for first, codes in self.blocks:
            if first <= code < first + len(codes):
                return tuple(self.sets[ord(codes[code - first]) - FIRST_CODE].split())
        return self.words.get(character, ())


def table() -> Table:
    """The table of this installation; made first, in another process, where it is missing.

    Raises:
        ReadingsMissing: it is missing and cannot be made (pypinyin is not installed, nothing can be written).
    """
    return _load()


@cache
def _load() -> Table:
    for path in _places():
        found = read_table(path)
        if found:
            return found
    reason = ""
    for path in _places():
        reason = _make(path) or reason
        found = read_table(path)
        if found:
            return found
    raise ReadingsMissing(
        _("The table of Chinese readings could not be made: {reason}").format(reason=reason or "pypinyin"),
        reason=reason,
    )


def _places() -> Iterator[Path]:
    """Where the table may lie; that the second is asked for is rare, and finding it takes as long as reading one."""
    yield _HERE / "readings.txt"
    from platformdirs import user_cache_path

    yield user_cache_path("crm-tui") / "readings.txt"


def _make(path: Path) -> str:
    """Make the table at `path` in a process of its own; returns why it failed, empty when it did not."""
    environment = dict(os.environ, PYTHONPATH=str(_HERE.parent.parent), PYTHONUTF8="1")
    command = [sys.executable, "-m", "store.lookup.make_readings", str(path)]
    import subprocess

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        made = subprocess.run(  # noqa: S603 - our own module
            command, env=environment, capture_output=True, text=True, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    lines = made.stderr.strip().splitlines()
    return lines[-1] if made.returncode and lines else ""


def read_table(path: Path) -> Table | None:
    """The table in `path`; None when it is missing, damaged or of another format."""
    try:
        head, _newline, body = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    checksum = f"{zlib.crc32(body):08x}"
    if head.decode("ascii", "replace") != f"{FORMAT} {checksum}":
        return None
    sets, surnames, compounds, words, *blocks = body.decode().split("\n")
    split = [block.partition(" ") for block in blocks]
    return Table(
        checksum=checksum,
        sets=tuple(sets.split(";")),
        blocks=tuple((int(first, 16), codes) for first, _space, codes in split),
        surnames={name: reading for name, (reading,) in _pairs(surnames).items()},
        compounds=_pairs(compounds),
        words=_pairs(words),
    )


def _pairs(line: str) -> dict[str, tuple[str, ...]]:
    entries = (entry.split() for entry in line.split(";"))
    return {entry[0]: tuple(entry[1:]) for entry in entries}


def readings_of(
    name: str, *, surname: bool = True, corrected: str = "", most: int = MOST_READINGS
) -> tuple[tuple[str, ...], ...]:
    """The readings of `name`, syllable by syllable, the most likely first, at most `most`.

    Args:
        name: as it is written; characters are syllables, Latin words and numbers one syllable each, the rest is silent.
        surname: the name is a person's, so its first characters are read as a surname.
        corrected: the reading a person typed; it comes first. Syllables are told apart by blanks.

    Returns:
        (("shan", "xiao", "ming"), ("dan", "xiao", "ming"), …); ü is v; nothing for a name without readable characters.
    """
    tokens = TOKEN.findall(fold(name))
    own = _syllables_typed(corrected) if corrected else ()
    if not tokens:
        return (own,) if own else ()
    readings = _combine(_choices(tokens, surname=surname), most)
    if own:
        readings = tuple(dict.fromkeys((own, *readings)))[:most]
    return readings


def _syllables_typed(corrected: str) -> tuple[str, ...]:
    letters = unicodedata.normalize("NFD", corrected.casefold()).replace("u\u0308", "v")
    return tuple(TOKEN.findall(fold(letters)))


def _choices(tokens: list[str], *, surname: bool) -> list[tuple[str, ...]]:
    """For each token its readings, the one that is likely at this place first."""
    known = table()
    cached = known.known.get
    choices = [cached(token) or known.of(token) for token in tokens]
    if not surname or len(tokens) > LONGEST_NAME:
        joined = "".join(token if len(token) == 1 else " " for token in tokens)
        for at in range(len(joined) - 1):
            for size in (2, 3):
                _prefer(choices, at, known.words.get(joined[at : at + size], ()))
    if surname:
        start = 1 if len(tokens) == 2 and tokens[0] in _FAMILIAR else 0
        own = known.surnames.get(tokens[start])
        if own and choices[start][0] != own:
            _prefer(choices, start, (own,))
        for size in (2, 3) if len(tokens) > start + 1 else ():
            compound = known.compounds.get("".join(tokens[start : start + size]))
            if compound:
                _prefer(choices, start, compound)
    return choices


def _prefer(choices: list[tuple[str, ...]], start: int, readings: tuple[str, ...]) -> None:
    """Put `readings` first among the choices from `start` on, one for each."""
    for index, reading in enumerate(readings, start):
        choices[index] = (reading, *(other for other in choices[index] if other != reading))


def _combine(choices: list[tuple[str, ...]], most: int) -> tuple[tuple[str, ...], ...]:
    """The likely reading of each token, then readings that differ from it in one token, in two … Silent tokens go."""
    choices = [options for options in choices if options]
    usual = tuple([options[0] for options in choices])
    if most == 1 or max(map(len, choices), default=1) == 1:
        return (usual,) if usual else ()
    others = [(index, reading) for index, options in enumerate(choices) for reading in options[1:]]
    found = {usual: None}
    for count in range(1, len(choices) + 1):
        for changes in combinations(others, count):
            if len({index for index, _reading in changes}) < count:
                continue
            changed = list(usual)
            for index, reading in changes:
                changed[index] = reading
            found[tuple(changed)] = None
            if len(found) >= most:
                return tuple(found)
        if count >= 3:
            break
    return tuple(found)
