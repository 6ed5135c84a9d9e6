"""Words a person sees, in their language: `_` and its kin, over gettext catalogues.

The language is chosen once a process (`use`) and asked at each call, so nothing is decided at import time.
English is the language of the source; every other language has a `.po` file here, compiled to `.mo` when missing.
"""

from __future__ import annotations

import gettext as _gettext
import os
from pathlib import Path

DOMAIN = "crm_tui"
LANGUAGES = {"en": "en", "zh": "zh_CN"}
"""What `--lang` takes, and the catalogue each stands for."""

_chosen: _gettext.NullTranslations = _gettext.NullTranslations()
_language = "en"


def use(language: str) -> None:
    """Speak `language` ("en" or "zh") from now on in this process.

    Makes the compiled catalogue first where it is missing (a bare checkout).
    """
    global _chosen, _language  # noqa: PLW0603 - the process has one language, as it has one locale
    if language not in LANGUAGES:
        raise ValueError(language)
    _language = language
    if language == "en":
        _chosen = _gettext.NullTranslations()
        return
    from locales.compile import catalogue_folder

    _chosen = _gettext.translation(DOMAIN, catalogue_folder(), [LANGUAGES[language]])


def language() -> str:
    """The language in use: "en" or "zh"."""
    return _language


def guess_language(environ: dict[str, str] | None = None) -> str:
    """The language of this machine's user: CRM_TUI_LANG, then the locale variables, then the system's own setting.

    Anything Chinese is "zh", anything else "en".
    """
    env = os.environ if environ is None else environ
    for name in ("CRM_TUI_LANG", "LC_ALL", "LC_MESSAGES", "LANGUAGE", "LANG"):
        value = env.get(name, "").strip().lower()
        if value.split(".")[0] in ("", "c", "posix"):
            continue
        return "zh" if value.startswith("zh") else "en"
    return _system_language()


def _system_language() -> str:
    """What Windows or macOS shows its own windows in; "en" where that cannot be told."""
    import sys

    if sys.platform == "win32":
        import ctypes
        import locale

        name = locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")
    elif sys.platform == "darwin":
        import subprocess

        command = ["/usr/bin/defaults", "read", "-g", "AppleLocale"]
        found = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        name = found.stdout.strip()
    else:
        name = ""
    return "zh" if name.lower().startswith("zh") else "en"


def _(message: str) -> str:
    """`message` in the language in use."""
    return _chosen.gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """`one` or `many`, as `count` asks, in the language in use."""
    return _chosen.ngettext(one, many, count)


def pgettext(context: str, message: str) -> str:
    """`message` as meant in `context`, in the language in use."""
    return _chosen.pgettext(context, message)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark `message` for translation and return it unchanged: it is translated where it is shown."""
    return message


HERE = Path(__file__).parent
