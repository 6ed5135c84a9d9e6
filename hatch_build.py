"""Build hook: makes the translation catalogues and the table of readings that the wheel ships."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class MakeDerivedFiles(BuildHookInterface[Any]):
    """Runs the same two makers that a bare checkout runs at its first start."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make `*.mo` and `readings.txt` beside their sources."""
        del version, build_data
        root = Path(self.root)
        sys.path.insert(0, str(root))
        from locales.compile import compile_catalogues
        from store.lookup.make_readings import write_readings

        compile_catalogues(root / "locales", root / "locales")
        write_readings(root / "store" / "lookup" / "readings.txt")
