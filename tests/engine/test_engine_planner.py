"""Conditions of TinyDB's own `Query`: the same answers with and without an index, and who reads what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tinydb import Query, TinyDB, where
from tinydb.queries import QueryLike
from tinydb.storages import MemoryStorage

from store.engine import Database, codec, open_database
from store.engine.table_documents import TableDocuments

q = Query()
ODD: list[Any] = [
    None,
    True,
    False,
    0,
    1,
    1.0,
    0.0,
    -0.0,
    2,
    2.0,
    2.5,
    1 << 53,
    float(1 << 53),
    (1 << 53) + 1,
    10**30,
]
TEXTS: list[Any] = [
    "",
    "王五",
    "a\\b",
    'a"b',
    "tab\t",
    "\ud800",
    "/",
    "é",
    "x" * 300,
    [1, "王五"],
    {"name": "王五"},
]
DOCUMENTS: list[dict[str, Any]] = [
    *({"name": value, "n": number % 3, "deep": {"name": value}} for number, value in enumerate(ODD + TEXTS)),
    {"n": 1, "note": "name is 王五"},
    {"n": 2, "note": "a backslash \\ and 王五"},
    {},
]
CONDITIONS: list[QueryLike] = [
    *(q.name == value for value in ODD + TEXTS),
    *(q.n == value for value in (0, 1, 2, 3, 1.0, True, "1")),
    (q.name == "王五") & (q.n == 1),
    (q.note == "nothing") & (q.n == 1),
    (q.name == "王五") | (q.n == 1),
    (q.name == "王五") | (q.note == "name is 王五"),
    ((q.name == "王五") | (q.n == 2)) & ~(q.name == 2),
    ~(q.name == "王五"),
    q.name != "王五",
    q.name.one_of(["王五", 1, None]),
    q.name.one_of([]),
    q.name.one_of("王五"),
    q.n.one_of([1, 2]),
    q.n.one_of({1, 2}),
    q.name.any([1]),
    q.name.any(["王五"]),
    q.name.exists(),
    q.name.search("王"),
    q.name.test(bool),
    q.name.map(repr) == "1",
    q.deep.name == "王五",
    q.deep.name.one_of(["王五", "é"]),
    q.deep == {"name": "王五"},
    q.fragment({"n": 1}),
    q.deep.fragment({"name": "é"}),
    q.noop(),
    (q.n > 0) & (q.n < 2),
    (q.n > 0) & (q.note.exists()),
    where("name") == "/",
    lambda document: document.get("n") == 1,
]


def answers(table: Any, condition: QueryLike) -> object:
    """Ids and documents, or what it fails with."""
    try:
        return [(document.doc_id, repr(dict(document))) for document in table.search(condition)]
    except TypeError as error:
        return type(error)


@pytest.fixture(params=[("name", "n"), ("n",), ()], ids=["both", "one", "none"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Half of the documents in the snapshot, half in the journal; with these fields declared."""
    with open_database(tmp_path / "shop", indexes={"t": request.param}) as found:
        found.table("t").insert_multiple(DOCUMENTS[::2])
        found.compact()
        found.table("t").insert_multiple(DOCUMENTS[1::2])
        yield found


@pytest.fixture
def stock() -> TinyDB:
    """The same in stock TinyDB, as it comes back from JSON."""
    found = TinyDB(storage=MemoryStorage)
    documents = [codec.decode(codec.encode_document(one)) for one in DOCUMENTS[::2] + DOCUMENTS[1::2]]
    found.table("t").insert_multiple(documents)
    return found


def test_the_same_answers_as_stock_tinydb(database: Database, stock: TinyDB) -> None:
    ours, theirs = database.table("t"), stock.table("t")
    for condition in CONDITIONS:
        wanted = answers(theirs, condition)
        assert answers(ours, condition) == wanted, condition
        if isinstance(wanted, list):
            assert ours.count(condition) == len(wanted)
            assert ours.contains(condition) == bool(wanted)
            assert (ours.get(condition) or {}) == (theirs.get(condition) or {})


@pytest.mark.parametrize(
    "condition",
    [q.name == "王五", (q.name == "王五") | (q.n == 2), q.n.one_of([1, 7]), (q.n == 1) & q.note.exists()],
)
def test_changing_by_a_condition_is_the_same_as_in_stock_tinydb(
    database: Database, stock: TinyDB, condition: QueryLike
) -> None:
    for table in (database.table("t"), stock.table("t")):
        table.found = [  # type: ignore[attr-defined]
            table.update({"seen": True}, condition),
            table.update(lambda document: document.pop("n", None), q.seen == True),  # noqa: E712
            table.upsert({"extra": 1}, q.name == "王五"),
            table.upsert({"name": "新"}, q.name == "新"),
            table.remove(q.seen.exists()),
            table.remove(q.name == "é"),
        ]
    ours, theirs = database.table("t"), stock.table("t")
    assert ours.found == theirs.found  # type: ignore[attr-defined]
    assert [repr(dict(one)) for one in ours.all()] == [repr(dict(one)) for one in theirs.all()]


@pytest.mark.parametrize(
    ("ask", "reads"),
    [
        (lambda table: table.search(q.name == "n7"), 1),
        (lambda table: table.search((q.name == "n7") & (q.note == "x")), 1),
        (lambda table: table.search((q.name == "n7") | (q.name == "n9")), 2),
        (lambda table: table.search(q.name.one_of(["n7", "n8", "n9"])), 3),
        (lambda table: table.get(q.name == "n7"), 1),
        (lambda table: table.contains(q.name == "n7"), 1),
        (lambda table: table.count((q.name == "n7") & (q.group == 7)), 1),
        (lambda table: table.search(q.note == "note 7"), 1),
        (lambda table: table.search((q.note == "note 7") & (q.number > 3)), 1),
        (lambda table: table.search(q.number == 7), 1),
        (lambda table: table.update({"seen": 1}, q.name == "n7"), 1),
        (lambda table: table.remove(q.name == "n7"), 1),
    ],
)
def test_only_what_matches_is_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ask: Callable[[Any], object], reads: int
) -> None:
    read: list[int] = []
    decoded, document, documents = TableDocuments.decoded, TableDocuments.document, TableDocuments.documents

    def counted(self: TableDocuments, identifier: int, raw: bytes) -> dict[str, Any]:
        read.append(identifier)
        return decoded(self, identifier, raw)

    def counted_too(self: TableDocuments, identifier: int) -> dict[str, Any] | None:
        read.append(identifier)
        return document(self, identifier)

    def counted_all(self: TableDocuments, ids: Iterable[int]) -> Iterator[tuple[int, dict[str, Any]]]:
        for identifier, found in documents(self, ids):
            read.append(identifier)
            yield identifier, found

    with open_database(tmp_path / "shop", indexes={"t": ("name", "group")}) as database:
        rows = [{"name": f"n{n}", "group": n % 10, "note": f"note {n}", "number": n} for n in range(100)]
        database.table("t").insert_multiple(rows)
        database.compact()
        monkeypatch.setattr(TableDocuments, "decoded", counted)
        monkeypatch.setattr(TableDocuments, "document", counted_too)
        monkeypatch.setattr(TableDocuments, "documents", counted_all)
        ask(database.table("t"))
    assert len(set(read)) == reads


def test_an_index_of_whole_numbers_meets_other_numbers_later(tmp_path: Path) -> None:
    """While there are whole numbers only, no other is looked for; from the first other one on, it is."""
    wanted = {value: [n + 1 for n in range(100) if n % 4 == value] for value in range(4)}
    with open_database(tmp_path / "shop", indexes={"t": ("n",)}) as database:
        table = database.table("t")
        table.insert_multiple([{"n": number % 4} for number in range(100)])
        for _generation in range(2):
            for whole in range(4):
                for same in (whole, float(whole)):
                    assert [one.doc_id for one in table.search(q.n == same)] == wanted[whole]
            database.compact()
        assert [one.doc_id for one in table.search(q.n == True)] == wanted[1]  # noqa: E712 - the condition as asked
        others: list[float] = [1.0, True, 2.0]
        for value in others:
            wanted[int(value)].append(table.insert({"n": value}))
            for same in (1, 1.0, True, 2, 2.0):
                assert [one.doc_id for one in table.search(q.n == same)] == wanted[int(same)]
        database.compact()
        for same in (1, 1.0, True, 2, 2.0):
            assert [one.doc_id for one in table.search(q.n == same)] == wanted[int(same)]


@pytest.mark.parametrize("condition", [q.group == 3, q.group.one_of([3]), (q.group == 3) & (q.name == "n3")])
def test_an_index_that_names_others_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, condition: QueryLike
) -> None:
    """Which documents an index names is a hint; what they say decides."""
    with open_database(tmp_path / "shop", indexes={"t": ("name", "group")}) as database:
        table = database.table("t")
        table.insert_multiple([{"name": f"n{n}", "group": n} for n in range(10)])
        monkeypatch.setattr(TableDocuments, "find_equal", lambda *_asked: [2, 4, 5, 9])
        assert [one.doc_id for one in table.search(condition)] == [4]
        assert table.count(condition) == 1
