"""The index of all customers, which is made in a way of its own: it is what the plain way would make, to the byte."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.dealings import DEALINGS, Dealings, all_facts, read_dealing
from store.demo.generate import write_demo
from store.engine import open_database
from store.finding import INDEXES, Finding
from store.lookup import LookupIndex, cachefile, lexicon
from store.lookup.column import DISTINCT, WITH_ENDS, WITH_WORDS, Column
from store.lookup.facts import Facts
from store.lookup.keys import BLOBS, LEXICONS, Keying, Keys, keys_of
from store.lookup.lexicon import Lexicon
from store.lookup.readings import table as readings
from store.lookup.searched import searched
from store.lookup.segment import Entry, Segment, build_segment
from tests.helpers import NOW

MANY, KEPT = 4, 3
Document = dict[str, Any]

texts = st.sampled_from(
    [
        "王五",
        "王五",
        "吕布",
        "单晓明",
        "重庆银行",
        "啊啊",
        "李 明",
        "Anna Bö",
        "",
        "José",
        "老王",
        "小吕",
        "Ｗang",
        "\n",
        "女士",
    ]
) | st.text(max_size=4)
numbers = st.sampled_from(
    [
        ("13800138000", "+8613800138000"),
        ("138 0013 8000", "+8613800138000"),
        ("010-65529988转12", "+861065529988"),
    ]
)
contacts = st.builds(
    lambda kind, number: {"type": kind, "value": number[0], "normalized": number[1]},
    st.sampled_from(["mobile", "mobile", "landline"]),
    numbers,
) | st.builds(
    lambda kind, value: {"type": kind, "value": value}, st.sampled_from(["wechat", "address", "email"]), texts
)
dates = st.fixed_dictionaries(
    {"month": st.integers(0, 13), "day": st.integers(0, 32)},
    optional={"calendar": st.just("lunar"), "kind": st.just("wedding")},
)
customers = st.fixed_dictionaries(
    {"name": texts, "contacts": st.lists(contacts, max_size=3)},
    optional={
        "kind": st.just("org"),
        "reading": st.sampled_from(["wang wu", "lü bu"]),
        "call_as": texts,
        "company": texts,
        "aliases": st.lists(texts, max_size=2),
        "tags": st.lists(texts, max_size=3),
        "owner": st.sampled_from(["mei", "Bo"]),
        "dates": st.lists(dates, max_size=2),
        "external_ids": st.lists(st.fixed_dictionaries({"value": texts}), max_size=2),
        "status": st.sampled_from(["archived", "merged"]),
    },
)
facts = st.builds(
    Facts,
    recency=st.integers(0, 3),
    warmth=st.integers(0, 3),
    spend=st.integers(-9, 9),
    tickets=st.integers(0, 1),
    promises=st.integers(0, 1),
    follow_ups=st.integers(0, 2),
)


def column_in_plain(name: str, values: Sequence[str], column: Column) -> None:
    """See that a column is what its values say."""
    text = "\n" + "".join(values)
    assert column.text.cut(0, column.text.size) == text.encode()
    entries = [(entry, position) for position, value in enumerate(values) for entry in value.split("\n")[:-1]]
    places = [1]
    for entry, _position in entries:
        places.append(places[-1] + len(entry.encode()) + 1)
    whole = sorted((entry, places[at], position) for at, (entry, position) in enumerate(entries))
    assert list(zip(column.starts.places, column.starts.positions, strict=True)) == [one[1:] for one in whole]
    ends = sorted((entry[::-1], places[at + 1] - 1, position) for at, (entry, position) in enumerate(entries))
    wanted = ends if name in WITH_ENDS else []
    assert list(zip(column.ends.places, column.ends.positions, strict=True)) == [one[1:] for one in wanted]
    words = sorted(
        (entry[at + 1 :], places[number] + len(entry[: at + 1].encode()), position)
        for number, (entry, position) in enumerate(entries)
        for at, character in enumerate(entry)
        if character == " "
    )
    wanted = words if name in WITH_WORDS else []
    assert list(zip(column.words.places, column.words.positions, strict=True)) == [one[1:] for one in wanted]


def holders_of(found: Lexicon) -> dict[str, list[int]]:
    return {
        found.word(index): list(found.places[found.firsts[index] : found.firsts[index + 1]])
        for index in range(len(found))
    }


def lexicon_in_plain(words: Sequence[tuple[str, ...]], found: Lexicon, *, is_typed: bool) -> None:
    """See that a lexicon is what the words of each position say."""
    plain: dict[str, set[int]] = {}
    for position, own in enumerate(words):
        for word in own:
            plain.setdefault(word, set()).add(position)
    assert holders_of(found) == {word: sorted(plain[word]) for word in plain}
    assert [found.word(index) for index in range(len(found))] == sorted(plain, key=str.encode)
    tops: dict[str, list[int]] = {}
    for text in {word[:length] for word in plain for length in range(1, len(word) + 1)} if is_typed else ():
        having = [positions for word, positions in plain.items() if word.startswith(text)]
        if sum(map(len, having)) >= MANY:
            tops[text] = sorted(set().union(*having))[:KEPT]
    assert (holders_of(found.tops) if found.tops else {}) == tops


def in_plain(known: Mapping[int, tuple[Keys, Facts]], segment: Segment) -> None:
    """See that a segment is what the keys and facts of each customer say."""
    order = sorted(known, key=lambda one: (known[one][0].archived, -known[one][1].recency, one))
    keys = [known[one][0] for one in order]
    assert list(segment.ids) == order
    assert segment.active == sum(not one.archived for one in keys)
    assert [segment.facts_at(at) for at in range(len(order))] == [known[one][1] for one in order]
    assert [
        segment.rows[segment.row_offsets[at] : segment.row_offsets[at + 1]] for at in range(len(order))
    ] == [one.row for one in keys]
    ranked = sorted(range(len(order)), key=segment.rank)
    assert [ranked.index(at) for at in range(len(order))] == list(segment.places)
    assert [order[at] for at in segment.by_id] == sorted(order)
    for index, name in enumerate(BLOBS):
        column_in_plain(name, [one.blobs[index] for one in keys], segment.columns[name])
    for index, name in enumerate(LEXICONS):
        words = [one.words[index] for one in keys]
        lexicon_in_plain(words, segment.lexicons[name], is_typed=name != "trait")


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.integers(1, 99), st.tuples(customers, facts), max_size=14))
def test_it_is_what_the_plain_way_makes(shop: dict[int, tuple[Document, Facts]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexicon, "MANY", MANY)
        patch.setattr(lexicon, "KEPT", KEPT)
        known = {
            identity: (keys, dealt)
            for identity, (document, dealt) in shop.items()
            if (keys := keys_of(json.dumps(document).encode()))
        }
        index = LookupIndex.build(
            [(identity, json.dumps(document).encode()) for identity, (document, _dealt) in shop.items()],
            {identity: dealt for identity, (_document, dealt) in shop.items()},
        )
        in_plain(known, index._parts[0].segment)
        in_plain(known, build_segment([Entry(one, dealt, keys) for one, (keys, dealt) in known.items()]))


@settings(max_examples=150, deadline=None)
@given(st.lists(customers, max_size=8))
def test_what_was_worked_out_for_one_is_right_for_the_next(shop: list[Document]) -> None:
    keying = Keying()
    for document in shop:
        assert keying.keys(searched(document)) == keys_of(document) == keys_of(json.dumps(document).encode())


def test_numbers_and_accounts_are_told_apart_by_hardly_anybody() -> None:
    assert set(BLOBS) >= DISTINCT
    assert WITH_ENDS <= DISTINCT, "what is compared as text must be digits or a line of text"


ODD: tuple[tuple[str, Document], ...] = (
    ("purchases", {"customer": 3, "at": "soon", "total": 5}),
    ("purchases", {"customer": 3, "at": "2026-11-01T10:00:00", "total": 7}),
    ("purchases", {"customer": 3, "at": "1961-11-01T10:00:00Z", "total": 7, "returned_amount": 2}),
    ("purchases", {"customer": 3, "at": "2026-11-02T10:00:00.5+08:00", "note": "\ud800"}),
    ("purchases", {"customer": 4, "at": "2199-11-02T10:00:00Z", "total": "much"}),
    ("interactions", {"at": "2026-11-03T10:00:00Z", "ringing": "+8613800138000"}),
    ("interactions", {"customer": "nobody"}),
    ("tickets", {"customer": 5, "state": "open", "opened_at": "2026-11-04T10:00:00Z"}),
    ("follow_ups", {"customer": 5, "state": "open", "is_promise": True, "due": "2026-12-01"}),
)


def test_of_a_shop_it_is_what_one_customer_after_the_other_makes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lexicon, "MANY", MANY)
    monkeypatch.setattr(lexicon, "KEPT", KEPT)
    with open_database(tmp_path / "shop", indexes=INDEXES) as database:
        write_demo(database, seed=3, now=NOW, customers=150)
        database.compact()
        for table, document in ODD:
            database.table(table).insert(document)
        database.table("customers").remove(doc_ids=[7])
        database.table("customers").update({"name": "改了"}, doc_ids=[8])
        database.table("purchases").remove(doc_ids=[1, 2, 9])
        known: dict[int, Dealings] = {}
        for table in DEALINGS:
            for _identity, raw in database.all_raw(table):
                dealing = read_dealing(raw)
                known.setdefault(dealing.customer, Dealings()).add(table, dealing)
        dealt = {customer: dealings.facts for customer, dealings in known.items()}
        assert all_facts(database) == dealt
        finding = Finding(database)
        for customer in (1, 3, 4, 5, 8):
            assert finding._entry(customer)[2] == dealt[customer]
        finding._build().save(tmp_path / "at_once", {})
        LookupIndex.build(database.all_raw("customers"), dealt).save(tmp_path / "one_by_one", {})
        assert (tmp_path / "at_once").read_bytes() == (tmp_path / "one_by_one").read_bytes()
        found = cachefile.read(tmp_path / "at_once", {}, readings().checksum)
        assert found is not None
        in_plain(
            {
                identity: (keys, dealt.get(identity, Facts()))
                for identity, raw in database.all_raw("customers")
                if (keys := keys_of(raw))
            },
            found[0],
        )
