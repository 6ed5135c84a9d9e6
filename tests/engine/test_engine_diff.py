"""What changed in a document, unit by unit."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.engine import codec
from store.engine.diff import ABSENT, apply, diff, diff_bytes, same, split_unit, unit_value

names = st.sampled_from(["name", "contacts", "dates", "notes[old]", "\\odd", "x[y", "a]"])
atoms = st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.floats(-2, 2), st.text(max_size=2))
items = st.fixed_dictionaries({"key": st.sampled_from(["k1", "k2", "a]b[c", ""])}, optional={"value": atoms})
values = st.one_of(
    atoms, st.lists(items, max_size=4), st.lists(atoms, max_size=3), st.dictionaries(names, atoms)
)
documents = st.dictionaries(names, values, max_size=5)


@given(documents, documents)
def test_applying_a_diff_gives_the_new_document_and_undoing_it_the_old_values(old: Any, new: Any) -> None:
    before, after = diff(old, new)
    assert same(apply(old, before, after), new)
    assert (not before and not after) == same(old, new)
    back = apply(new, after, before)
    for unit in {*before, *after}:
        assert same(unit_value(back, unit), unit_value(old, unit)) or ABSENT in (
            unit_value(back, unit),
            unit_value(old, unit),
        )
    assert set(back) == set(old)


def test_contact_points_are_units_of_their_own() -> None:
    old = {"contacts": [{"key": "k1", "value": "1"}, {"key": "k2", "value": "2"}], "name": "王五"}
    new = {"contacts": [{"key": "k1", "value": "9"}, {"key": "k3", "value": "3"}], "name": "王五"}
    before, after = diff(old, new)
    assert before == {
        "contacts[k1]": {"key": "k1", "value": "1"},
        "contacts[k2]": {"key": "k2", "value": "2"},
    }
    assert after == {"contacts[k1]": {"key": "k1", "value": "9"}, "contacts[k3]": {"key": "k3", "value": "3"}}


def test_the_first_and_the_last_item_are_units_too() -> None:
    item = {"key": "k1", "value": "1"}
    assert diff({}, {"contacts": [item]}) == ({}, {"contacts[k1]": item})
    assert diff({"contacts": [item]}, {}) == ({"contacts[k1]": item}, {})


def test_another_order_of_items_is_the_whole_field() -> None:
    one, two = {"key": "k1"}, {"key": "k2"}
    assert diff({"c": [one, two]}, {"c": [two, one]}) == ({"c": [one, two]}, {"c": [two, one]})


def test_numbers_and_truth_are_told_apart() -> None:
    assert diff({"a": 1}, {"a": True}) == ({"a": 1}, {"a": True})
    assert diff({"a": 1}, {"a": 1.0}) == ({"a": 1}, {"a": 1.0})
    assert diff({"a": 0.0}, {"a": -0.0})[1] == {"a": -0.0}
    assert diff({"a": {"x": 1, "y": 2}}, {"a": {"y": 2, "x": 1}}) == ({}, {})


def test_absent_and_null_are_two_things() -> None:
    assert diff({}, {"a": None}) == ({}, {"a": None})
    assert diff({"a": None}, {}) == ({"a": None}, {})


def test_a_field_that_looks_like_an_item_is_not_taken_for_one() -> None:
    _before, after = diff({}, {"notes[old]": 1})
    assert after == {"\\notes[old]": 1}
    assert split_unit("\\notes[old]") == ("notes[old]", None)
    assert split_unit("contacts[a]b[c]") == ("contacts", "a]b[c")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'{"a":1,"b":"x"}', b'{"a":1,"b":"x"}'),
        (b'{"a":1,"b":"x"}', b'{"a":2,"b":"x"}'),
        (b'{"a":1,"b":"x"}', b'{"a":1.0,"b":"x"}'),
        (b'{"a":1,"b":"x"}', b'{"b":"x","a":1}'),
        (b'{"a":1}', b'{"a":1,"b":null}'),
        (b'{"a":{"x":1,"y":2}}', b'{"a":{"y":2,"x":1}}'),
        (b'{"a":"\\u00e9"}', '{"a":"é"}'.encode()),
        (b'{"a":"\\ud800","b":1}', b'{"a":"\\ud800","b":2}'),
        (b'{"\\ud800":1,"b":1}', b'{"\\ud800":1,"b":2}'),
        (
            b'{"contacts":[{"key":"k1","value":"1"},{"key":"k2","value":"2"}]}',
            b'{"contacts":[{"key":"k1","value":"1"},{"key":"k2","value":"3"}],"rev":2}',
        ),
        (b'{"contacts":[{"key":"k1"}]}', b"{}"),
        (b'{"notes[a]":1}', b'{"notes[a]":2}'),
    ],
)
def test_bytes_differ_by_what_documents_differ(old: bytes, new: bytes) -> None:
    before, after = diff(codec.decode(old), codec.decode(new))
    found = diff_bytes(old, new)
    if not before and not after:
        assert found is None
    else:
        assert found is not None
        assert [codec.decode(part) for part in found] == [before, after]
