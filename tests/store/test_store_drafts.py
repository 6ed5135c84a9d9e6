"""Drafts: private, whole or not there, and no obstacle when one is broken."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from store.drafts import Drafts


def test_a_draft_comes_back_as_it_was_and_goes_when_removed(folder: Path) -> None:
    drafts = Drafts(folder)
    drafts.save("customer.edit", "12-99-1", {"values": {"name": "王五\n\x1b"}})
    drafts.save("customer.edit", "12-99-1", {"values": {"name": "later"}})
    drafts.save("log_contact", "../../evil", {"values": {}})
    assert {(draft.kind, draft.key) for draft in drafts.list()} == {
        ("customer.edit", "12-99-1"),
        ("log_contact", "../../evil"),
    }
    assert next(d.data for d in drafts.list() if d.kind == "customer.edit") == {"values": {"name": "later"}}
    assert all(path.parent == folder / "drafts" for path in folder.rglob("*.json"))
    drafts.remove("customer.edit", "12-99-1")
    drafts.remove("customer.edit", "12-99-1")
    assert [draft.kind for draft in drafts.list()] == ["log_contact"]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes")
def test_drafts_are_private(folder: Path) -> None:
    before = os.umask(0)
    try:
        Drafts(folder).save("a", "b", {})
    finally:
        os.umask(before)
    [file] = (folder / "drafts").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert (folder / "drafts").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"format": 99, "kind": "a", "key": "b", "data": {}}',
        '{"format": 1, "data": 5}',
        "\udcff",
    ],
)
def test_a_broken_draft_is_not_offered_and_stays(folder: Path, text: str) -> None:
    drafts = Drafts(folder)
    drafts.save("a", "whole", {})
    broken = folder / "drafts" / "broken.json"
    broken.write_text(text, encoding="utf-8", errors="surrogateescape")
    assert [draft.key for draft in drafts.list()] == ["whole"]
    assert broken.exists()


def test_a_draft_that_cannot_be_written_leaves_the_earlier_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts = Drafts(folder)
    drafts.save("a", "b", {"n": 1})

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        drafts.save("a", "b", {"n": 2})
    assert [draft.data for draft in drafts.list()] == [{"n": 1}]
    assert [path.suffix for path in (folder / "drafts").iterdir()] == [".json"]
