"""Function keys whose bytes arrive one after the other, as over a slow line: never Esc and then text.

A terminal sends Esc as one byte, and F5 as the same byte and four more. Esc is answered after a short wait; what comes
even later and can only be the rest of a key is made whole again.
"""

from __future__ import annotations

import re
from typing import Final

ESC: Final = "\x1b"

REST: Final = 0.3
"""Seconds within which the next byte of a key must come: 0.2 on the line, and what both ends take."""

_BEGUN: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|O)?\Z")
_WHOLE_REST: Final = re.compile(r"\[[0-?]*[ -/]*[@-~]|O[A-DFHM-S]")
_BEGUN_REST: Final = re.compile(r"\[[0-?]*[ -/]*|O")


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

    @property
    def waiting(self) -> bool:
        """Whether something is held back, so that `due` is to be asked soon."""
        return bool(self._held)

    def take(self, text: str, now: float) -> str:
        """What is certain once `text` was read at `now` (seconds of any clock that never goes back)."""
        late = self._answered and now - self._last <= REST
        self._answered, self._last = False, now
        text, self._held = self._held + text, ""
        if late:
            whole = _WHOLE_REST.match(text)
            if whole is None and _BEGUN_REST.fullmatch(text):
                self._answered, self._held = True, text
                return ""
            if whole is not None:
                text = ESC + text
        begun = _BEGUN.search(text)
        if begun is not None:
            self._held = begun[0]
            return text[: begun.start()]
        return text

    def due(self, now: float) -> tuple[bool, str]:
        """Whether the Esc key is certain by now, and what else is held no longer."""
        if self._held == ESC and now - self._last >= self._delay:
            self._held, self._answered = "", True
            return True, ""
        if self._held and self._held != ESC and now - self._last > REST:
            text, self._held, self._answered = self._held, "", False
            return False, text
        return False, ""
