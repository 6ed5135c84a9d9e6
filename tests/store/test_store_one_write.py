"""One edit through the app's own door is one write and one fsync, and nothing else that changes the disk."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from store.shop import open_shop

CHANGING = (
    "write", "pwrite", "writev", "pwritev", "fsync", "fdatasync", "ftruncate", "truncate", "rename", "replace",
    "unlink", "remove", "mkdir", "link", "symlink", "chmod",
)  # fmt: skip


def watch(patch: pytest.MonkeyPatch, calls: list[str]) -> None:
    """Note each call that may change something on the disk."""

    def noted(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            calls.append(name)
            return real(*arguments, **named)

        return call

    for name in CHANGING:
        if hasattr(os, name):
            patch.setattr(os, name, noted(name, getattr(os, name)))
    real_open, real_file = os.open, io.open

    def opened(path: Any, flags: int, *rest: Any, **named: Any) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            calls.append(f"open {path}")
        return real_open(path, flags, *rest, **named)

    def file(path: Any, mode: str = "r", *rest: Any, **named: Any) -> Any:
        if set(mode) & set("wax+"):
            calls.append(f"open {path}")
        return real_file(path, mode, *rest, **named)

    patch.setattr(os, "open", opened)
    patch.setattr(io, "open", file)
    patch.setattr("builtins.open", file)


def test_one_edit_is_one_write_and_one_fsync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 11, 22, 4, tzinfo=UTC)
    with open_shop(tmp_path / "shop", "mei", lambda: now, create=True, origin="screen") as shop:
        known = shop.do("customer.create", name="周五", phone="13800138000").one("customers")
        shop.lookup.search("zw", 5)
        edits: list[Callable[[], object]] = [
            lambda: shop.do("interaction.log", customer=known, text="called"),
            lambda: shop.do("customer.edit", customer=known, red_note="no peanuts"),
            lambda: shop.do("purchase.add", customer=known, total="18.00"),
            shop.undo,
        ]
        for edit in edits:
            calls: list[str] = []
            with monkeypatch.context() as patch:
                watch(patch, calls)
                edit()
                shop.watch()
                shop.card(known)
            assert calls == ["pwrite", "fsync"]
