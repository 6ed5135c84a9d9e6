"""Who acts: named on the command line or in the environment, or only the system's login, which may be shared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import crm_tui


@pytest.mark.parametrize(
    ("words", "environ", "by", "named"),
    [
        (["--by", "lin"], "", "lin", True),
        ([], "lin", "lin", True),
        (["--by", "lin"], "mei", "lin", True),
        ([], "", "counter", False),
        ([], "  ", "counter", False),
    ],
)
def test_the_app_is_told_whether_somebody_was_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], environ: str, by: str, named: bool
) -> None:
    told: list[tuple[str | None, object]] = []

    def opened(_app: object, _folder: Path, by: str | None, **options: Any) -> int:
        told.append((by, options["named"]))
        return 0

    monkeypatch.setattr(crm_tui.FullScreenApp, "open", opened)
    monkeypatch.setattr("getpass.getuser", lambda: "counter")
    monkeypatch.setenv("CRM_TUI_BY", environ)
    assert crm_tui.main(["--data", str(tmp_path), *words]) == 0
    assert told == [(by, named)]
