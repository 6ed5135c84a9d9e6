"""Keys whose bytes arrive one after the other, as over a slow line: never Esc and then text.

A terminal sends Esc as one byte, and F5 as the same byte and four more. Esc is answered after a short wait; what comes
even later and can only be the rest of a key is made whole again. What is typed at once behind Esc is text behind Esc.
"""

from __future__ import annotations

import re
from typing import Final

from textual import constants
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual.keys import Keys

ESC: Final = "\x1b"
"""As an answer of `LateKeys`: the Esc key."""

PASTE: Final = "\x1b[200~"
"""With what an answer begins that was pasted."""

REST: Final = 0.3
"""Seconds within which the next byte of a key must come: 0.2 on the line, and what both ends take."""

STALL: Final = 2.0
"""Seconds after which a key that nobody types, and that never became whole, is given up."""

_PASTE_END: Final = "\x1b[201~"
_WHOLE: Final = re.compile(
    r"\x1b(?:\[\[[A-E]"  # F1 to F5 of the Linux console
    r"|\[\d+\$(?!y)"  # with Shift in rxvt
    r"|\[[0-?]*[ -/]*[@-Z\\-~]"
    r"|O\d*[A-Za-z])"
)
_BEGUN: Final = re.compile(r"\x1b(?:\[\[?|\[[0-?]+[ -/]*|O\d*)?")
_PAUSES: Final = re.compile(r"\x1b(?:\[\[?|O)")
"""What somebody may have typed behind Esc."""
_ARROWS: Final = re.compile(r"\x1b\[1;[39]([CD])")
"""Left and Right with Alt, which are the words of a text on a Mac."""
_KEYPAD: Final = re.compile(r"\x1bO[a-z]")
_KEYS_OF_TWO: Final = frozenset({"\x1b\x7f", "\x1b\t", "\x1bf", "\x1bb"})
_ANSWERS: Final = re.compile(
    r"\x1b\[(?:"
    r"<?[-\d;]+[mM]"  # the mouse
    r"|\d+;\d+R"  # where the cursor is
    r"|\?\d+;\d\$y"  # what the terminal can do
    r"|[IO]"  # the window is in front, or no longer
    r"|48;[\d:;]+t)"  # its size
)


class LateKeys:
    """What was read of a key that may not be whole yet.

    Args:
        delay: seconds after which a lone Esc is the Esc key.
    """

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._held = ""
        self._last = 0.0
        self._answered = False
        self._pasted: str | None = None

    def take(self, text: str, now: float) -> list[str]:
        """What is certain once `text` was read at `now` (seconds of any clock that never goes back).

        Returns:
            One after the other: `ESC` for the Esc key; what was pasted, behind `PASTE`; else text and whole keys.
        """
        certain = self.due(now)
        if not text:
            return certain
        text, in_pieces = self._held + text, bool(self._held)
        late = self._answered and now - self._last <= REST
        self._held, self._answered, self._last = "", False, now
        if late:
            in_pieces = True
            if _is_rest(text):
                text = ESC + text
            elif _BEGUN.fullmatch(ESC + text):
                self._held, self._answered = text, True
                return certain
        while text:
            if self._pasted is not None:
                text = self._paste(text, certain)
                continue
            before, escape, after = text.partition(ESC)
            if before:
                certain.append(before)
            text = self._key(escape + after, certain, in_pieces=in_pieces) if escape else ""
            in_pieces = False
        return certain

    def due(self, now: float) -> list[str]:
        """What has become certain by `now` because nothing came."""
        if not self._held or now < self._last + self._patience:
            return []
        held, self._held = self._held, ""
        self._answered = held == ESC
        if held == ESC:
            return [ESC]
        if held[0] != ESC:
            return [held]
        return [ESC, held[1:]] if _PAUSES.fullmatch(held) else []

    def wait(self, now: float) -> float | None:
        """Seconds until `due` is to be asked; None while nothing is held back."""
        return max(0.0, self._last + self._patience - now) if self._held else None

    @property
    def _patience(self) -> float:
        if self._held == ESC:
            return self._delay
        return REST if self._held[0] != ESC or _PAUSES.fullmatch(self._held) else STALL

    def _paste(self, text: str, certain: list[str]) -> str:
        """Take `text` of a paste; returns what follows it."""
        pasted, end, after = f"{self._pasted}{text}".partition(_PASTE_END)
        if not end:
            self._pasted = pasted
            return ""
        self._pasted = None
        certain.append(PASTE + _WHOLE.sub("", pasted).replace(ESC, ""))
        return after

    def _key(self, text: str, certain: list[str], *, in_pieces: bool) -> str:
        """Take the key with which `text` begins (Esc is its first character); returns what follows it."""
        whole = _WHOLE.match(text)
        if whole is None:
            return self._no_key(text, certain, in_pieces=in_pieces)
        key, after = whole[0], text[whole.end() :]
        if key == PASTE:
            self._pasted = ""
        elif arrow := _ARROWS.fullmatch(key):
            certain.append(f"\x1b[1;5{arrow[1]}")
        elif _KEYPAD.fullmatch(key) and (after or in_pieces):
            certain.extend((ESC, key[1:]))
        elif _is_key(key) or _ANSWERS.fullmatch(key):
            certain.append(key)
        elif not any(sign.isdigit() for sign in key):
            # No key that anybody knows: a name in brackets, say, typed quickly after Esc.
            certain.extend((ESC, key[1:]))
        return after

    def _no_key(self, text: str, certain: list[str], *, in_pieces: bool) -> str:
        """Take an Esc that begins no whole key; returns what follows."""
        if _BEGUN.fullmatch(text):
            self._held = text
            return ""
        if text in _KEYS_OF_TWO and not in_pieces:
            certain.append(text)
            return ""
        if text.startswith(ESC + ESC) and (alt := _WHOLE.match(text, 1)):
            return text[alt.end() :]
        certain.append(ESC)
        return text[1:]


def _is_rest(text: str) -> bool:
    """Whether `text`, which came soon after Esc was answered, begins with what can only be the rest of a key."""
    whole = _WHOLE.match(ESC + text)
    if whole is None or _KEYPAD.fullmatch(whole[0]):
        return False
    return whole[0] == PASTE or _is_key(whole[0]) or bool(_ANSWERS.fullmatch(whole[0]))


def _is_key(sequence: str) -> bool:
    """Whether this is a key; with Alt, which means nothing here, Textual would make Esc and the key of it."""
    keys = ANSI_SEQUENCES_KEYS.get(sequence)
    if isinstance(keys, tuple):
        return keys[0] is not Keys.Escape
    return keys is not None or (not constants.DISABLE_KITTY_KEY and sequence.endswith("u"))
