"""Textual calls the handler of every class of a widget: one that calls its parent's would have it run twice."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ONCE = {"on_event"}
"""Not handlers of a message but methods of Textual's, called once."""


def calls(function: ast.AST, text: str) -> bool:
    return any(
        isinstance(node, ast.Call) and ast.unparse(node.func).endswith(text) for node in ast.walk(function)
    )


@pytest.mark.parametrize(
    "path",
    sorted([*ROOT.glob("screens/*.py"), *ROOT.glob("widgets/*.py")]),
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_no_handler_runs_twice(path: Path) -> None:
    twice = [
        f"{function.name}, line {function.lineno}"
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        and function.name.lstrip("_").startswith("on_")
        and function.name not in ONCE
        and calls(function, f"super().{function.name}")
        and not calls(function, ".prevent_default")
    ]
    assert twice == []
