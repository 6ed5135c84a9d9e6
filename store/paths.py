"""Where this user's shop lies, and who is using it: what the command line, the environment and the system say."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from locales import _
from store.errors import Usage
from store.text import clean_text

NOBODY: Final = "staff"
"""Who acts when neither the command, the environment nor the system can tell."""


def data_folder(named: str | None = None, environ: Mapping[str, str] | None = None) -> Path:
    """The folder of the shop: `named`, else CRM_TUI_DATA, else the platform's folder for a user's data.

    Raises:
        Usage: a folder was named, but with an empty name.
    """
    env = os.environ if environ is None else environ
    if named is not None and not named.strip():
        raise Usage(_("--data needs the name of a folder."))
    chosen = named or env.get("CRM_TUI_DATA", "")
    if chosen:
        return Path(chosen).expanduser().absolute()
    from platformdirs import user_data_path

    return user_data_path("crm-tui", appauthor=False)


def who_acts(named: str | None = None, environ: Mapping[str, str] | None = None) -> str | None:
    """The login of who acts: `named`, else CRM_TUI_BY, else the login of the system; None where none can be told.

    Raises:
        Usage: a login was named, but an empty one.
    """
    env = os.environ if environ is None else environ
    if named is not None and not named.strip():
        raise Usage(_("--by needs the login of a member of staff."))
    return clean_text(named or env.get("CRM_TUI_BY", "")).strip() or _system_login()


def is_named(named: str | None = None, environ: Mapping[str, str] | None = None) -> bool:
    """Whether a person has said who acts, with `named` or CRM_TUI_BY; a login of the system may be shared."""
    env = os.environ if environ is None else environ
    return bool(clean_text(named or env.get("CRM_TUI_BY", "")).strip())


def _system_login() -> str | None:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        # A process without a user entry (a bare container), which each version of Python tells in its own way.
        return None
