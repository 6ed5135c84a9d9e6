"""What the program asks of a terminal, settled before Textual is imported and reads the environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import IO, Final

from locales import _

SMALLEST: Final = (60, 20)
"""Columns and lines below which the screens cannot be used."""

_ZONES: Final = ("/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo")

_COERCED: Final = ("C.UTF-8", "C.utf8", "UTF-8")
"""What Python sets LC_CTYPE to where the locale is C."""


def is_remote(environ: Mapping[str, str]) -> bool:
    """Whether the person sits at the other end of an SSH connection."""
    return bool(environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"))


def is_lean(environ: Mapping[str, str], *, wanted: bool | None = None) -> bool:
    """Whether to send little: as the person said (`wanted`, else CRM_TUI_LEAN=0 or 1), else over SSH."""
    if wanted is not None:
        return wanted
    said = environ.get("CRM_TUI_LEAN", "")
    return said == "1" if said in ("0", "1") else is_remote(environ)


def prepare(environ: MutableMapping[str, str]) -> None:
    """Set what Textual reads from the environment, where the person has not said otherwise.

    The Kitty key protocol is off because text from an input method arrives broken through it (longer phrases
    become dozens of bogus keys). Escape waits longer over SSH, where an arrow key may arrive in two parts.
    A key of the look-up makes one frame, so a low frame rate would save no bytes and only make it late.
    """
    remote = is_remote(environ)
    environ.setdefault("TEXTUAL_DISABLE_KITTY_KEY", "1")
    environ.setdefault("ESCDELAY", "250" if remote else "100")
    environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    environ.setdefault("TEXTUAL_FPS", "120")
    environ.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")
    if Path(_ZONES[0]).is_dir():
        # Python looks there anyhow, but asks its whole build configuration first.
        environ.setdefault("PYTHONTZPATH", os.pathsep.join(_ZONES))


def other_charset(environ: Mapping[str, str], *, utf8_mode: bool | None = None) -> tuple[str, str] | None:
    """The variable, and its value, that sets the terminal to something else than UTF-8; None where nothing does.

    Python hides it: where the locale is C or not installed it writes UTF-8 all the same (PEP 540), and sets LC_CTYPE to
    a UTF-8 locale for itself (PEP 538). What says nothing of characters, as in a container, is taken for UTF-8.

    Args:
        environ: the environment of the process.
        utf8_mode: whether Python writes UTF-8 whatever the locale; as it does, where not given.
    """
    forced = bool(sys.flags.utf8_mode) if utf8_mode is None else utf8_mode
    coerced = forced and "PYTHONUTF8" not in environ and environ.get("LC_CTYPE") in _COERCED
    for variable in ("LC_ALL", "LC_CTYPE", "LANG"):
        value = environ.get(variable, "")
        if not value or (variable == "LC_CTYPE" and coerced):
            continue
        charset = value.partition(".")[2].partition("@")[0].lower().replace("-", "")
        return (variable, value) if value in ("C", "POSIX") or charset not in ("", "utf8") else None
    return None


def problem(environ: Mapping[str, str], stream: IO[str]) -> str | None:
    """Why the full-screen app cannot run in this terminal, as a sentence; None when it can.

    Args:
        environ: the environment of the process.
        stream: where the screen would be drawn.
    """
    if not stream.isatty():
        return _("This is not a terminal. Run it in one, or use a command such as: crm-tui find QUERY")
    if environ.get("TERM", "") in ("dumb", "unknown"):
        return _("This terminal cannot show a full screen (TERM={term}).").format(
            term=environ.get("TERM", "")
        )
    setting = other_charset(environ)
    if setting:
        sentence = _(
            "This terminal is not set to UTF-8 ({setting}); set a UTF-8 locale, such as {variable}=C.UTF-8."
        )
        return sentence.format(setting="=".join(setting), variable=setting[0])
    encoding = str(getattr(stream, "encoding", "") or "")
    if encoding.lower().replace("-", "") not in ("utf8", "cp65001"):
        return _(
            "This terminal is not set to UTF-8 but to {encoding}; set a UTF-8 locale, such as LANG=C.UTF-8."
        ).format(encoding=encoding or "?")
    columns, lines = os.get_terminal_size(stream.fileno())
    if 0 < columns < SMALLEST[0] or 0 < lines < SMALLEST[1]:
        return _(
            "This window is {columns}x{lines}, but at least {least_columns}x{least_lines} is needed."
        ).format(columns=columns, lines=lines, least_columns=SMALLEST[0], least_lines=SMALLEST[1])
    return None
