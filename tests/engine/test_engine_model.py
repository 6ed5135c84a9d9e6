"""Random operations over several handles, against plain dictionaries."""

from __future__ import annotations

import copy
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tinydb import where

from store.engine import Commit, Database, open_database
from store.engine.background import compact_beside
from store.engine.diff import apply
from store.engine.engine import Engine
from tests.engine.crash_workloads import shorten
from tests.engine.faults import WatchedFiles, content
from tests.engine.test_engine_background import Meanwhile

INDEXES = {"a": ["n"], "b": ["n", "s"]}

tables = st.sampled_from(["a", "b"])
handles = st.integers(0, 2)
ids = st.integers(1, 12)
small = st.integers(0, 4)
items = st.lists(st.builds(lambda key, v: {"key": key, "v": v}, st.sampled_from("xyz"), small), max_size=3)
values = st.one_of(small, st.text("王a\ud800\x00", max_size=3), st.booleans(), st.none(), items)
documents = st.dictionaries(st.sampled_from(["n", "s", "list", "é"]), values, max_size=4)
Tables = dict[str, dict[int, dict[str, Any]]]


class AbandonError(Exception):
    """Leaves a transaction."""


class Shops(RuleBasedStateMachine):
    """Three handles on one shop; `truth` is what it must hold, `shadows` what each handle was told by `follow`."""

    def __init__(self) -> None:
        super().__init__()
        self.base = Path(tempfile.mkdtemp())
        self.folder = self.base / "shop"
        self.truth: Tables = {}
        self.next: dict[str, int] = {}
        self.actions = 0

    @initialize()
    def begin(self) -> None:
        self.databases = [self.opened() for _handle in range(3)]
        self.shadows: list[Tables] = [{}, {}, {}]

    def opened(self, *, compact_at: int | None = None) -> Database:
        return open_database(self.folder, indexes=INDEXES, compact_at=compact_at)

    def set(self, table: str, identifier: int, document: dict[str, Any]) -> None:
        self.truth.setdefault(table, {})[identifier] = copy.deepcopy(document)
        self.next[table] = max(self.next.get(table, 1), identifier + 1)

    @rule(handle=handles, table=tables, given=st.lists(documents, min_size=1, max_size=3))
    def insert(self, handle: int, table: str, given: list[dict[str, Any]]) -> None:
        got = self.databases[handle].table(table).insert_multiple(given)
        first = self.next.get(table, 1)
        assert got == list(range(first, first + len(given)))
        for identifier, document in zip(got, given, strict=True):
            self.set(table, identifier, document)

    @rule(handle=handles, table=tables, wanted=ids, fields=documents)
    def update(self, handle: int, table: str, wanted: int, fields: dict[str, Any]) -> None:
        there = wanted in self.truth.get(table, {})
        assert self.databases[handle].table(table).update(fields, doc_ids=[wanted]) == (
            [wanted] if there else []
        )
        if there:
            self.truth[table][wanted].update(copy.deepcopy(fields))

    @rule(handle=handles, table=tables, n=small)
    def update_where(self, handle: int, table: str, n: int) -> None:
        matching = [i for i, d in sorted(self.truth.get(table, {}).items()) if "n" in d and d["n"] == n]
        found = self.databases[handle].table(table)
        assert [document.doc_id for document in found.search(where("n") == n)] == matching
        assert found.update({"s": "all"}, where("n") == n) == matching
        for identifier in matching:
            self.truth[table][identifier]["s"] = "all"

    @rule(handle=handles, table=tables, wanted=st.lists(ids, max_size=4, unique=True))
    def remove(self, handle: int, table: str, wanted: list[int]) -> None:
        there = [identifier for identifier in wanted if identifier in self.truth.get(table, {})]
        assert self.databases[handle].table(table).remove(doc_ids=wanted) == there
        for identifier in there:
            del self.truth[table][identifier]

    @rule(handle=handles, table=tables)
    def drop(self, handle: int, table: str) -> None:
        self.databases[handle].drop_table(table)
        self.truth.pop(table, None)

    @rule(
        handle=handles,
        steps=st.lists(st.tuples(tables, ids, st.none() | documents), max_size=4),
        abandon=st.booleans(),
        inner=st.booleans(),
    )
    def transaction(
        self, handle: int, steps: list[tuple[str, int, dict[str, Any] | None]], *, abandon: bool, inner: bool
    ) -> None:
        database = self.databases[handle]
        before = copy.deepcopy((self.truth, self.next))
        try:
            with database.transaction("mixed", by="mei") as transaction:
                if inner:
                    with pytest.raises(AbandonError), database.transaction():  # noqa: PT012
                        database.table("a").insert({"n": 0})
                        database.table("b").truncate()
                        raise AbandonError  # noqa: TRY301
                for table, identifier, document in steps:
                    transaction.put(table, identifier, document)
                    if document is not None:
                        self.set(table, identifier, document)
                    elif table in self.truth:
                        self.truth[table].pop(identifier, None)
                if abandon:
                    raise AbandonError  # noqa: TRY301
        except AbandonError:
            self.truth, self.next = before
        # Tables and ids that came and went inside one transaction leave no trace that others could see.
        made = [name for name in self.truth if name not in before[0] and not self.truth[name]]
        for name in made:
            del self.truth[name]
        for name in ("a", "b"):
            made_ids = self.truth.get(name, {}).keys() - before[0].get(name, {}).keys()
            self.next[name] = max([before[1].get(name, 1), *(identifier + 1 for identifier in made_ids)])

    @rule(handle=handles)
    def compact(self, handle: int) -> None:
        self.databases[handle].compact()

    @rule(handle=handles)
    def compact_beside_the_work(self, handle: int) -> None:
        """By an engine of its own, as in a process of its own; half way a handle writes."""
        files = Meanwhile(handle + 9, lambda: self.insert(handle, "a", [{"n": handle}]))
        engine = Engine(self.folder, files, indexes=INDEXES)
        before = engine.generation.number
        # A handle with a small limit may be quicker.
        done = compact_beside(engine)
        engine.close()
        self.databases[handle].tables()
        assert self.databases[handle].generation >= before + done
        files.action = None

    @rule(call=st.integers(1, 45), kind=st.sampled_from(["insert", "import", "compact", "beside"]))
    def a_process_is_killed(self, call: int, kind: str) -> None:
        """Another process dies at one of its file calls: what it did is there whole or not at all."""
        before = self.databases[0]._engine
        self.databases[0].tables()
        action = before.action
        in_a_process_that_dies(self.folder, call, kind)
        self.databases[0].tables()
        done = before.action - action
        assert done in ((0, 1) if kind in ("insert", "import") else (0,))
        if done:
            rows = 1 if kind == "insert" else 6
            first = self.next.get("b", 1)
            for row in range(rows):
                self.set("b", first + row, {"n": row, "s": "k" * 400})

    @rule(handle=handles, small_limit=st.booleans())
    def reopen(self, handle: int, *, small_limit: bool) -> None:
        self.databases[handle].close()
        self.databases[handle] = self.opened(compact_at=300 if small_limit else None)
        self.shadows[handle] = copy.deepcopy({name: docs for name, docs in self.truth.items() if docs})
        stated = self.databases[handle]._engine.documents.all_next_ids()
        assert {name: number for name, number in stated.items() if number > 1} == {
            name: number for name, number in self.next.items() if number > 1
        }

    @rule(handle=handles)
    def follow(self, handle: int) -> None:
        for commit in self.databases[handle].follow():
            replay(self.shadows[handle], commit)
        assert self.databases[handle].reloads == 0
        assert {name: docs for name, docs in self.shadows[handle].items() if docs} == {
            name: docs for name, docs in self.truth.items() if docs
        }

    @rule(handle=handles, n=st.one_of(small, st.booleans(), st.text("王a", max_size=1)))
    def indexes(self, handle: int, n: object) -> None:
        self.databases[handle].tables()
        for table, fields in INDEXES.items():
            for field in fields:
                want = [
                    identifier
                    for identifier, document in sorted(self.truth.get(table, {}).items())
                    if type(document.get(field)) is type(n) and document[field] == n
                ]
                assert list(self.databases[handle].ids(table, field, n)) == want

    @invariant()
    def every_handle_shows_the_truth(self) -> None:
        for database in getattr(self, "databases", []):
            assert content(database) == self.truth

    def teardown(self) -> None:
        for database in getattr(self, "databases", []):
            assert database.check().problems == []
            database.close()
        shutil.rmtree(self.base)


def in_a_process_that_dies(folder: Path, call: int, kind: str) -> None:
    """Do something in a process that ends at its `call`-th file call that changes anything."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    left = [call]

    def die(called: str, _files: WatchedFiles) -> None:
        left[0] -= called.split(" ", 1)[0] not in ("lock", "unlock")
        if left[0] <= 0:
            os._exit(1)

    try:
        with open_database(folder, files=WatchedFiles(die)) as database:
            rows = {"insert": 1, "import": 6}.get(kind, 0)
            if rows:
                with database.transaction(kind) as transaction:
                    for row in range(rows):
                        transaction.put("b", transaction.next_id("b"), {"n": row, "s": "k" * 400})
            elif kind == "compact":
                database.compact()
            else:
                compact_beside(database._engine)
    finally:
        os._exit(0)


def replay(shadow: Tables, commit: Commit) -> None:
    """Apply one commit as a follower that keeps decoded documents would."""
    for change in commit.changes:
        table = shadow.setdefault(change.table, {})
        if change.after is None:
            assert table.pop(change.id) == change.before
        elif change.before is None:
            assert change.id not in table
            table[change.id] = copy.deepcopy(change.after)
        else:
            table[change.id] = apply(table[change.id], change.before, change.after)


Shops.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)


@pytest.fixture(autouse=True)
def short_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bulk actions of many small lines."""
    shorten(monkeypatch)


TestShops = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")(Shops.TestCase)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_many_more_random_operations() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        Shops,
        settings=settings(
            max_examples=250, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
