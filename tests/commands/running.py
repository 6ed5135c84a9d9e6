"""Running command lines in tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import crm_tui
from tests.helpers import FrozenClock

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Result:
    """What a command line did."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Runner:
    """Runs command lines in this process, on one shop, with a frozen clock."""

    def __init__(self, folder: Path, clock: FrozenClock, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.clock = clock
        self._capsys = capsys

    def __call__(self, *words: str, by: str = "mei", lang: str = "en") -> Result:
        self._capsys.readouterr()
        status = crm_tui.main(
            ["--data", str(self.folder), "--by", by, "--lang", lang, *words], now=self.clock
        )
        captured = self._capsys.readouterr()
        return Result(status, captured.out, captured.err)

    def json(self, *words: str, by: str = "mei") -> Any:
        result = self(*words, "--json", by=by)
        assert result.status == 0, result.err
        return result.json


def in_process_of_its_own(
    *words: str, environ: Mapping[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `python crm_tui.py ...` as a person would from a bare checkout."""
    return subprocess.run(
        [sys.executable, str(ROOT / "crm_tui.py"), *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
        stdin=subprocess.DEVNULL,
        cwd=cwd,
        env={**os.environ, "CRM_TUI_LANG": "en", **(environ or {})},
    )
