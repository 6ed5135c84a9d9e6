"""A large change worked out without the lock: what others may do meanwhile, and what becomes of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from store.engine import Database, open_database
from store.engine.preparing import Overtaken
from store.engine.transaction import SPILL
from store.errors import NoRights, NoRoom, ShopUnusable
from tests.engine.faults import FailOnce, WatchedFiles

LARGE = "x" * 3000
MANY = 3 * SPILL // len(LARGE)
"""Documents that take several lines of the journal."""


def fill(database: Database, count: int = MANY) -> None:
    table = database.table("customers")
    table.insert_multiple({"n": number, "text": LARGE} for number in range(count))


def prepare(database: Database, then: Callable[[], object] = lambda: None) -> None:
    with database.transaction("import", rests_on=["customers"]):
        fill(database)
        then()


def test_others_change_other_tables_meanwhile(tmp_path: Path) -> None:
    with open_database(tmp_path / "shop") as database, open_database(tmp_path / "shop") as colleague:
        colleague.table("customers").insert({"n": -1})
        with database.transaction("import", by="mei", rests_on=["customers"]) as transaction:
            fill(database)
            # The lock is free: nobody waits, and nobody sees anything of it.
            note = colleague.table("interactions").insert({"text": "called"})
            assert len(colleague.table("customers")) == 1
            assert len(database.table("customers")) == MANY + 1
            assert database.table("interactions").get(doc_id=note) is None
        assert transaction.action == 3
        assert database.table("interactions").get(doc_id=note) == {"text": "called"}
        assert [commit.kind for commit in database.follow()] == ["raw", "raw", "import"]
        assert [commit.kind for commit in colleague.follow()][-1] == "import"
        assert [one["n"] for one in colleague.table("customers")] == [-1, *range(MANY)]
        assert len(next(database.commits()).changes) == MANY
        assert database.check().problems == []
    with open_database(tmp_path / "shop") as again:
        assert len(again.table("customers")) == MANY + 1


@pytest.mark.parametrize("what", ["insert", "drop", "compact", "torn"])
def test_nothing_is_done_when_others_changed_what_it_rests_on(tmp_path: Path, what: str) -> None:
    with open_database(tmp_path / "shop") as database, open_database(tmp_path / "shop") as colleague:
        colleague.table("customers").insert({"n": -1})
        journal = tmp_path / "shop" / f"journal-{database.generation}.jsonl"

        def meddle() -> None:
            if what == "insert":
                colleague.table("interactions").insert({"text": "called"})
                colleague.table("customers").insert({"n": -2})
            elif what == "drop":
                colleague.drop_table("customers")
            elif what == "compact":
                colleague.compact()
            else:
                with journal.open("ab") as file:
                    file.write(b'{"crc":"')

        with pytest.raises(Overtaken):
            prepare(database, meddle)
        assert list(database.table("customers")) == list(colleague.table("customers"))
        assert all(commit.kind != "import" for commit in database.commits())
        # Nothing is left behind: the next change is the next action, with the next id.
        before = database.action
        table = database.table("customers")
        assert table.insert({"n": 5}) == (3 if what == "insert" else 2)
        assert database.action == before + 1
        assert list(table) == list(colleague.table("customers"))
        assert database.check().problems == []


def test_it_fails_whole(tmp_path: Path) -> None:
    with open_database(tmp_path / "shop") as database:
        database.table("customers").insert({"n": -1})
        size = database.journal_size
        with pytest.raises(ZeroDivisionError):
            prepare(database, lambda: 1 / 0)
        assert list(database.table("customers")) == [{"n": -1}]
        with database.transaction("nothing", rests_on=["customers"]) as transaction:
            pass
        assert transaction.action is None
        assert (tmp_path / "shop" / "journal-1.jsonl").stat().st_size == size


def test_a_full_disk_leaves_the_journal_as_it_was(tmp_path: Path) -> None:
    files = WatchedFiles()
    with open_database(tmp_path / "shop", files=files) as database:
        database.table("customers").insert({"n": -1})
        size = database.journal_size
        files.hook = FailOnce("write journal", 2)
        with pytest.raises(NoRoom):
            prepare(database)
        assert files.hook.failed
        assert list(database.table("customers")) == [{"n": -1}]
        assert (tmp_path / "shop" / "journal-1.jsonl").stat().st_size == size
        assert database.table("customers").insert({"n": 2}) == 2


def test_who_may_only_read_is_told_at_once(tmp_path: Path) -> None:
    open_database(tmp_path / "shop").close()
    with open_database(tmp_path / "shop", read_only=True) as database, pytest.raises(NoRights):
        prepare(database)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_fork_cannot_end_it(tmp_path: Path) -> None:
    with open_database(tmp_path / "shop") as database:
        with database.transaction("import", rests_on=["customers"]):
            database.table("customers").insert({"n": 1})
            child = os.fork()
            if child == 0:
                try:
                    database._engine._commit(database._engine.transaction)
                except ShopUnusable:
                    os._exit(7)
                os._exit(0)
            _pid, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 7
        assert list(database.table("customers")) == [{"n": 1}]
