"""Compiled catalogues, made from the `.po` files when they are missing or older."""

from __future__ import annotations

import os
from pathlib import Path

from locales import DOMAIN, HERE


def compile_catalogues(source: Path, target: Path) -> None:
    """Compile every `<language>/LC_MESSAGES/*.po` under `source` to a `.mo` in the same place under `target`."""
    import polib

    for po in sorted(source.glob(f"*/LC_MESSAGES/{DOMAIN}.po")):
        mo = (target / po.relative_to(source)).with_suffix(".mo")
        mo.parent.mkdir(parents=True, exist_ok=True)
        made = mo.with_suffix(f".{os.getpid()}.tmp")
        polib.pofile(str(po)).save_as_mofile(str(made))
        made.replace(mo)


def catalogue_folder() -> Path:
    """The folder that holds usable `.mo` files: this package, or the user's cache where it cannot be written."""
    if not _stale(HERE):
        return HERE
    try:
        compile_catalogues(HERE, HERE)
    except OSError:
        from platformdirs import user_cache_path

        cache = user_cache_path("crm-tui") / "locales"
        if _stale(cache):
            compile_catalogues(HERE, cache)
        return cache
    return HERE


def _stale(target: Path) -> bool:
    for po in HERE.glob(f"*/LC_MESSAGES/{DOMAIN}.po"):
        mo = (target / po.relative_to(HERE)).with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime_ns < po.stat().st_mtime_ns:
            return True
    return False
