"""All documents of a table many at a time: the same as one by one, whoever wrote them, whatever came since."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tinydb.table import Document

from store.engine import Database, open_database, snapshot
from store.errors import ShopDamaged


class Kept(msgspec.Struct):
    """Some fields of a document."""

    number: int = 0
    text: str = ""


def read(raw: bytes) -> Kept:
    """The same of what is otherwise than it should be."""
    try:
        return msgspec.json.decode(raw, type=Kept)
    except (msgspec.MsgspecError, UnicodeError):
        return Kept(-1, str(json.loads(raw).get("text")))


def by_one(database: Database) -> list[tuple[int, Kept]]:
    return [(identity, read(raw)) for identity, raw in database.all_raw("t")]


def at_once(database: Database) -> list[tuple[int, Kept]]:
    return [one for block in database.all_decoded("t", Kept, read) for one in block.items()]


documents = st.fixed_dictionaries(
    {},
    optional={
        "number": st.one_of(st.integers(-9, 9), st.just("four"), st.none()),
        "text": st.one_of(st.text(max_size=40), st.just("\ud800 alone"), st.just(5)),
        "other": st.one_of(st.text(), st.just("\udfff"), st.lists(st.integers()), st.just({"number": 7})),
    },
)
ids = st.integers(-3, 60)


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(ids, documents, max_size=40),
    st.dictionaries(ids, st.none() | documents, max_size=12),
    st.sampled_from([1 << 20, 200, 7]),
)
def test_it_is_the_same_as_one_by_one(
    tmp_path_factory: pytest.TempPathFactory,
    first: dict[int, dict[str, Any]],
    later: dict[int, dict[str, Any] | None],
    block: int,
) -> None:
    folder = tmp_path_factory.mktemp("shop")
    with open_database(folder) as database, pytest.MonkeyPatch.context() as patch:
        for number, document in first.items():
            database.table("t").insert(Document(document, number))
        database.compact()
        for number, changed in later.items():
            if changed is not None:
                database.table("t").upsert(Document(changed, number))
            elif database.table("t").contains(doc_id=number):
                database.table("t").remove(doc_ids=[number])
        patch.setattr(snapshot, "BLOCK", block)
        assert at_once(database) == by_one(database)


def test_it_shows_what_was_there_when_it_began(tmp_path: Path) -> None:
    with open_database(tmp_path) as database:
        table = database.table("t")
        table.insert_multiple({"number": number} for number in range(5))
        database.compact()
        table.insert({"number": 5})
        found = database.all_decoded("t", Kept, read)
        first = next(found)
        table.truncate()
        numbers = [kept.number for block in (first, *found) for kept in block.values()]
        assert numbers == [0, 1, 2, 3, 4, 5]
        assert at_once(database) == []
        assert list(database.all_decoded("nothing", Kept, read)) == []


@pytest.mark.parametrize("kept", [0, 30, -20, -3])
def test_a_file_that_was_cut_off_is_damage(tmp_path: Path, kept: int) -> None:
    with open_database(tmp_path) as database:
        database.table("t").insert_multiple({"number": number, "text": "好"} for number in range(9))
        database.compact()
        path = tmp_path / "shop-2.json"
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.truncate(kept if kept > 0 else size - 40 + kept)
        with pytest.raises(ShopDamaged, match=r"shop-2\.json"):
            at_once(database)
