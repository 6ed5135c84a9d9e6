"""Keep the catalogues complete: `python -m locales.update [MORE.po ...]`.

Extracts every message of the source with Babel (a development tool), keeps the translations there are, takes further
ones from the `.po` files named, drops what is no longer said, and lists what is still untranslated.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib
from babel.messages.extract import extract_from_dir

from locales import DOMAIN, HERE

ROOT = HERE.parent
PLACES = ("crm_tui.py", "locales", "screens", "store", "widgets")
KEYWORDS: dict[str, Any] = {
    "_": None,
    "N_": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
Message = tuple[str | None, str, str | None]
"""Context, message, plural."""


def source_messages(root: Path = ROOT) -> set[Message]:
    """Every message of the source: those in calls, and the words of the enumerations."""
    return set(_extracted(root)) | set(_enumeration_words())


def _extracted(root: Path) -> Iterator[Message]:
    found = extract_from_dir(
        str(root),
        method_map=[(f"{place}/**.py" if "." not in place else place, "python") for place in PLACES],
        keywords=KEYWORDS,
        directory_filter=lambda folder: not Path(folder).name.startswith((".", "__", "tests", "docs")),
    )
    for _file, _line, message, _comments, context in found:
        one, many = message if isinstance(message, tuple) else (message, None)
        yield context, one, many


def _enumeration_words() -> Iterator[Message]:
    from store.records.labels import WORDS

    for enumeration, words in WORDS.items():
        for word in words.values():
            yield enumeration, word, None


def placeholders(text: str) -> set[str]:
    """The names in braces that `str.format` will fill."""
    return set(re.findall(r"\{(\w*)", text))


def catalogue(language: str = "zh_CN") -> Path:
    """The `.po` file of a language."""
    return HERE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def update(language: str, more: list[Path]) -> list[Message]:
    """Rewrite the catalogue of `language`; returns the messages without a translation."""
    path = catalogue(language)
    known: dict[tuple[str | None, str], polib.POEntry] = {}
    for source in [*([path] if path.exists() else []), *more]:
        for entry in polib.pofile(str(source)):
            if not entry.obsolete:
                known[entry.msgctxt, entry.msgid] = entry
    fresh = polib.POFile(wrapwidth=100)
    fresh.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    missing: list[Message] = []
    for context, one, many in sorted(source_messages(), key=lambda message: (message[1], message[0] or "")):
        old = known.get((context, one))
        entry = polib.POEntry(msgctxt=context, msgid=one)
        if many is None:
            entry.msgstr = old.msgstr if old else ""
        else:
            entry.msgid_plural = many
            entry.msgstr_plural = {0: old.msgstr_plural.get(0, "") or old.msgstr if old else ""}
        if not (entry.msgstr or (many and entry.msgstr_plural[0])):
            missing.append((context, one, many))
        fresh.append(entry)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh.save(str(path))
    return missing


if __name__ == "__main__":
    untranslated = update("zh_CN", [Path(name) for name in sys.argv[1:]])
    for context, message, _plural in untranslated:
        print(f"[{context}] {message!r}" if context else repr(message))
    print(f"{len(untranslated)} untranslated", file=sys.stderr)
    raise SystemExit(bool(untranslated))
