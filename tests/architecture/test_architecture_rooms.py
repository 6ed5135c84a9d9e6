"""Small rooms: files and functions that fit in a head, and public things that say what they do."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIMITS = {"screens": 300, "widgets": 250, "store": 400, "locales": 200}
FUNCTION = 50


def modules() -> Iterator[Path]:
    for place in LIMITS:
        yield from sorted((ROOT / place).rglob("*.py"))
    yield ROOT / "crm_tui.py"


@pytest.mark.parametrize("path", list(modules()), ids=lambda path: str(path.relative_to(ROOT)))
def test_rooms_are_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    limit = LIMITS.get(path.relative_to(ROOT).parts[0], 150)
    assert text.count("\n") <= limit
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            assert lines <= FUNCTION, f"{node.name} has {lines} lines"


def test_every_screen_with_a_stylesheet_has_it_beside_itself() -> None:
    for sheet in (ROOT / "screens").glob("*.tcss"):
        assert sheet.with_suffix(".py").exists(), sheet.name
