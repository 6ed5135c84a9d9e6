"""Two people at one record, taking back, and history: one mechanism, by unit."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import Conflict, NotFound, Refused
from store.records.base import to_document
from store.records.customer import ContactPoint
from store.records.kinds import ContactType
from store.records.merge import merge_sets, three_way
from store.shop import Shop, open_shop
from tests.helpers import FrozenClock

WECHAT = ContactPoint(type=ContactType.WECHAT, value="wangwu")

EDITS: dict[str, dict[str, Any]] = {
    "name": {"name": "王五五"},
    "red note": {"red_note": "call after ten"},
    "company": {"company": "云山商行"},
    "new number": {"phone": "13900139000"},
    "tags": {"tags": ("熟客", "辣")},
    "birthday": {"birthday": "03-05"},
}


@pytest.fixture
def who(shop: Shop) -> int:
    return shop.do("customer.create", name="王五", phone="13800138000", tags="熟客,批发").one("customers")


@pytest.mark.parametrize(("hers", "his"), list(itertools.permutations(EDITS, 2)))
def test_two_people_change_different_units(
    shop: Shop, folder: Path, clock: FrozenClock, who: int, hers: str, his: str
) -> None:
    seen = to_document(shop.customers.get(who))
    with open_shop(folder, by="li", now=clock) as other:
        other.do("customer.edit", customer=who, base=seen, **EDITS[his])
        shop.do("customer.edit", customer=who, base=seen, **EDITS[hers])
        shop.watch(), other.watch()
        ours, theirs = shop.customers.get(who), other.customers.get(who)
    assert ours == theirs
    assert ours.rev == 3
    alone = {**EDITS[hers], **EDITS[his]}
    assert ours.name == alone.get("name", "王五")
    assert ours.red_note == alone.get("red_note", "")
    assert ours.company == alone.get("company", "")
    assert set(ours.tags) == set(alone.get("tags", ("熟客", "批发")))
    assert len(ours.contacts) == (2 if "phone" in alone else 1)
    assert len(ours.dates) == (1 if "birthday" in alone else 0)


def test_the_same_unit_asks_with_both_values(shop: Shop, folder: Path, clock: FrozenClock, who: int) -> None:
    seen = to_document(shop.customers.get(who))
    with open_shop(folder, by="li", now=clock) as other:
        other.do("customer.edit", customer=who, base=seen, name="王武")
        with pytest.raises(Conflict) as conflict:
            shop.do("customer.edit", customer=who, base=seen, name="王午", company="云山")
    (entry,) = conflict.value.details["conflicts"]
    assert (entry["unit"], entry["base"], entry["theirs"], entry["yours"]) == ("name", "王五", "王武", "王午")
    assert "li" in conflict.value.message
    assert shop.customers.get(who).company == ""


def test_a_conflict_names_who_changed_that_unit(
    shop: Shop, folder: Path, clock: FrozenClock, who: int
) -> None:
    seen = to_document(shop.customers.get(who))
    for by, fields in (("li", {"name": "王武"}), ("ann", {"company": "云山"})):
        with open_shop(folder, by=by, now=clock) as other:
            other.do("customer.edit", customer=who, **fields)
    with pytest.raises(Conflict) as conflict:
        shop.do("customer.edit", customer=who, base=seen, name="王午")
    assert conflict.value.details["by"] == "li"
    assert "li has it as" in conflict.value.message


def test_the_same_value_is_no_conflict(shop: Shop, who: int) -> None:
    seen = to_document(shop.customers.get(who))
    shop.do("customer.edit", customer=who, base=seen, name="王武")
    assert shop.do("customer.edit", customer=who, base=seen, name="王武").action is None


def test_items_of_one_list_are_units_of_their_own(shop: Shop, who: int) -> None:
    shop.do("customer.edit", customer=who, contacts=[*shop.customers.get(who).contacts, WECHAT])
    seen = shop.customers.get(who)
    first, second = seen.contacts
    base = to_document(seen)
    shop.do("customer.edit", customer=who, base=base, contacts=[first])
    shop.do(
        "customer.edit",
        customer=who,
        base=base,
        contacts=[ContactPoint(key=first.key, type=first.type, value="13900139000"), second],
    )
    (left,) = shop.customers.get(who).contacts
    assert (left.key, left.normalized) == (first.key, "+8613900139000")


def test_two_new_items_are_both_kept(shop: Shop, who: int) -> None:
    seen = shop.customers.get(who)
    for phone in ("13900139001", "13900139002"):
        shop.do("customer.edit", customer=who, base=to_document(seen), phone=phone)
    points = shop.customers.get(who).contacts
    assert [point.normalized[-4:] for point in points] == ["8000", "9001", "9002"]
    assert len({point.key for point in points}) == 3


def test_tags_merge_as_a_set(shop: Shop, who: int) -> None:
    base = to_document(shop.customers.get(who))
    shop.do("customer.edit", customer=who, base=base, tags=("熟客", "批发", "辣"))
    shop.do("customer.edit", customer=who, base=base, tags=("熟客",))
    assert shop.customers.get(who).tags == ("熟客", "辣")


def test_rev_stands_for_what_was_seen(shop: Shop, who: int) -> None:
    shop.do("customer.edit", customer=who, name="王武")
    shop.do("customer.edit", customer=who, rev=1, red_note="ring twice")
    assert shop.customers.get(who).red_note == "ring twice"
    with pytest.raises(Conflict):
        shop.do("customer.edit", customer=who, rev=1, name="王午")
    with pytest.raises(NotFound):
        shop.do("customer.edit", customer=who, rev=77, name="王午")


def test_undo_leaves_what_was_changed_since(shop: Shop, who: int) -> None:
    done = shop.do("customer.edit", customer=who, name="王武", company="云山")
    shop.do("customer.edit", customer=who, name="王午")
    undone = shop.undo(done.action)
    found = shop.customers.get(who)
    assert (found.name, found.company) == ("王午", "")
    assert [(left.table, left.id, left.unit) for left in undone.left] == [("customers", who, "name")]


def test_undo_of_an_undo_is_redo(shop: Shop, who: int) -> None:
    done = shop.do("customer.edit", customer=who, name="王武")
    undone = shop.undo()
    assert shop.customers.get(who).name == "王五"
    assert undone.action is not None
    shop.undo(undone.action)
    assert shop.customers.get(who).name == "王武"
    assert done.action is not None


def test_undo_again_goes_further_back(shop: Shop, who: int) -> None:
    shop.do("customer.edit", customer=who, name="王武")
    shop.do("customer.edit", customer=who, name="王午")
    shop.undo()
    shop.undo()
    assert shop.customers.get(who).name == "王五"
    shop.undo()
    with pytest.raises(NotFound):
        shop.customers.get(who)
    with pytest.raises(NotFound):
        shop.undo()


def test_undo_takes_only_ones_own(shop: Shop, folder: Path, clock: FrozenClock, who: int) -> None:
    with open_shop(folder, by="li", now=clock) as other:
        with pytest.raises(NotFound):
            other.undo()
        other.do("customer.edit", customer=who, name="王武")
    with pytest.raises(Refused):
        shop.undo()
    assert shop.customers.get(who).name == "王武"


def test_a_customer_with_history_is_not_taken_from_under_it(shop: Shop, folder: Path, who: int) -> None:
    created = shop.history()[-1].action
    shop.do("interaction.log", customer=who, text="hello")
    with pytest.raises(Refused) as refused:
        shop.undo(created)
    assert refused.value.details["left"][0]["id"] == who
    assert shop.customers.get(who).name == "王五"


def test_undo_of_a_tag_keeps_other_peoples_tags(shop: Shop, who: int) -> None:
    done = shop.do("customer.edit", customer=who, tags=("熟客", "批发", "辣"))
    shop.do("customer.edit", customer=who, tags=("熟客", "批发", "辣", "微辣"))
    shop.undo(done.action)
    assert shop.customers.get(who).tags == ("熟客", "批发", "微辣")


def test_history_of_a_customer_names_what_hangs_on_them(shop: Shop, who: int) -> None:
    other = shop.do("customer.create", name="李四").one("customers")
    ticket = shop.do("ticket.open", customer=who, subject="broken").one("tickets")
    shop.do("ticket.start", ticket=ticket)
    contact = shop.do("interaction.log", customer=who, text="x").one("interactions")
    shop.do("interaction.delete", interaction=contact)
    shop.do("interaction.log", customer=other, text="y")
    kinds = [entry.kind for entry in shop.history(customer=who)]
    assert kinds == [
        "interaction.delete",
        "interaction.log",
        "ticket.start",
        "ticket.open",
        "customer.create",
    ]


def test_history_tells_before_and_after_and_who_undid(shop: Shop, who: int) -> None:
    shop.do("customer.edit", customer=who, name="王武")
    shop.undo()
    undo, edit, _create = shop.history()
    assert (undo.undoes, edit.undone_by) == (edit.action, undo.action)
    (change,) = edit.changes
    assert (change.table, change.id, change.field, change.before, change.after) == (
        "customers",
        who,
        "name",
        "王五",
        "王武",
    )


def test_history_by_day_and_person(shop: Shop, clock: FrozenClock, who: int) -> None:
    clock.move(days=1)
    shop.do("interaction.log", customer=who, text="x")
    assert [entry.kind for entry in shop.history(by="mei", day=shop.today())] == ["interaction.log"]
    assert shop.history(by="li") == []


def test_what_another_does_is_seen(shop: Shop, folder: Path, clock: FrozenClock, who: int) -> None:
    shop.watch()
    with open_shop(folder, by="li", now=clock) as other:
        other.do("customer.edit", customer=who, name="赵六")
    (commit,) = shop.watch()
    assert (commit.by, commit.kind) == ("li", "customer.edit")
    assert [match.name for match in shop.lookup.search("zl").matches] == ["赵六"]
    assert shop.lookup.search("王五").matches == ()
    assert shop.watch() == []


def test_who_was_dealt_with_comes_first(shop: Shop, clock: FrozenClock) -> None:
    first, second, third = (
        shop.do("customer.create", name=name, phone=f"1390000000{number}").one("customers")
        for number, name in enumerate(("张一", "张二", "张三"))
    )
    shop.do("interaction.log", customer=second, text="x")
    clock.move(minutes=1)
    shop.do("purchase.add", customer=first, total="5")
    assert [match.id for match in shop.lookup.search("zhang").matches] == [first, second, third]
    assert [match.id for match in shop.lookup.everybody(0, 9)] == [first, second, third]
    shop.undo()
    assert shop.lookup.search("zhang").matches[0].id == second


words = st.lists(st.sampled_from("abcdef"), unique=True)


@given(words, words, words)
def test_merging_sets_keeps_both_intentions(base: list[str], mine: list[str], theirs: list[str]) -> None:
    merged = merge_sets(base, mine, theirs)
    assert len(merged) == len(set(merged))
    for word in set(mine) - set(base):
        assert word in merged
    for word in set(base) - set(mine):
        assert word not in merged
    for word in set(theirs) - set(base):
        assert word in merged


documents = st.dictionaries(st.sampled_from(["name", "company", "note"]), st.sampled_from("xyz"))


@given(documents, documents, documents)
def test_a_merge_keeps_every_change_or_says_so(
    base: dict[str, str], mine: dict[str, str], theirs: dict[str, str]
) -> None:
    merged, conflicts = three_way(base, mine, theirs)
    asked = {conflict.unit for conflict in conflicts}
    for unit in {*base, *mine, *theirs}:
        if unit in asked:
            assert merged.get(unit) == theirs.get(unit) != mine.get(unit)
        elif mine.get(unit) != base.get(unit):
            assert merged.get(unit) == mine.get(unit)
        else:
            assert merged.get(unit) == theirs.get(unit)
