"""Two customers made one: what goes where, what undo brings back after later edits, two people at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.errors import Conflict, CrmError, NotFound, Refused
from store.records.base import BOOKKEEPING
from store.records.customer import MERGED_SOURCE, ContactPoint, ExternalId, Fact
from store.records.kinds import ContactType, CustomerStatus
from store.shop import Done, Shop, open_shop
from tests.helpers import FrozenClock

TABLES = ("customers", "interactions", "follow_ups", "tickets", "purchases")


@pytest.fixture
def winner(shop: Shop) -> int:
    return shop.do(
        "customer.create",
        name="王五",
        phone="13800138000",
        wechat="wangwu",
        tags="熟客",
        red_note="prawns",
        company="云山商行",
        external_ids=[ExternalId(source="pos", value="8")],
        facts=[Fact(name="size", value="M")],
    ).one("customers")


@pytest.fixture
def loser(shop: Shop) -> int:
    number = shop.do(
        "customer.create",
        name="王武",
        phone="13800138000 / 13900139000",
        birthday="1988-03-05",
        tags="熟客,辣",
        red_note="rings at noon",
        company="云山",
        usual_order="oolong",
        aliases="小王",
        external_ids=[ExternalId(source="pos", value="9")],
        facts=[Fact(name="size", value="M"), Fact(name="points", value="28")],
    ).one("customers")
    shop.do("interaction.log", customer=number, text="hello", next_title="call", next_due="2026-12-01")
    shop.do("ticket.open", customer=number, subject="damp tea")
    shop.do("purchase.add", customer=number, total="45")
    shop.do("customer.create", name="brought", referrer=number)
    return number


def merge(shop: Shop, winner: int, loser: int, **fields: Any) -> Done:
    return shop.do("customer.merge", winner=winner, loser=loser, **fields)


def state(shop: Shop) -> dict[tuple[str, int], dict[str, Any]]:
    """All documents without bookkeeping."""
    return {
        (table, record.doc_id): {key: value for key, value in record.items() if key not in BOOKKEEPING}
        for table in TABLES
        for record in shop.database.table(table)
    }


def test_everything_goes_over_and_nothing_is_lost(shop: Shop, winner: int, loser: int) -> None:
    done = merge(shop, winner, loser)
    one = shop.customers.get(winner)
    assert one.name == "王五"
    assert one.aliases == ("小王", "王武")
    assert [point.normalized or point.value for point in one.contacts] == [
        "+8613800138000",
        "wangwu",
        "+8613900139000",
    ]
    assert len({point.key for point in one.contacts}) == 3
    assert [(day.year, day.month, day.day) for day in one.dates] == [(1988, 3, 5)]
    assert one.tags == ("熟客", "辣")
    assert one.red_note == "prawns; rings at noon"
    assert (one.company, one.usual_order) == ("云山商行", "oolong")
    assert [(fact.name, fact.value) for fact in one.facts] == [("size", "M"), ("points", "28")]
    assert [(entry.source, entry.value) for entry in one.external_ids] == [
        ("pos", "8"),
        ("pos", "9"),
        (MERGED_SOURCE, f"C{loser:06d}"),
    ]
    gone = shop.customers.get(loser)
    assert (gone.status, gone.merged_into, gone.name) == (CustomerStatus.MERGED, winner, "王武")
    file = shop.customers.file(winner)
    assert (len(file.interactions), len(file.follow_ups), len(file.tickets)) == (1, 1, 1)
    assert file.purchase_total == 4500
    assert shop.customers.file(loser).interaction_count == 0
    assert shop.customers.get(loser + 1).referrer == winner
    assert len([entry for entry in shop.history() if entry.kind == "customer.merge"]) == 1
    assert len(done.changed) == 7


def test_chosen_fields_from_either_side(shop: Shop, winner: int, loser: int) -> None:
    keep = "name:loser, company：loser, red_note:winner, contacts:loser, tags:winner, aliases:winner"
    merge(shop, winner, loser, keep=keep)
    one = shop.customers.get(winner)
    assert (one.name, one.company, one.red_note) == ("王武", "云山", "prawns")
    assert [point.normalized for point in one.contacts] == ["+8613800138000", "+8613900139000"]
    assert one.tags == ("熟客",)
    assert one.aliases == ()


@pytest.mark.parametrize("keep", ["shoe:loser", "company:both", "name", "company:left"])
def test_a_choice_that_is_none_is_refused(shop: Shop, winner: int, loser: int, keep: str) -> None:
    before = state(shop)
    with pytest.raises(Refused) as refused:
        merge(shop, winner, loser, keep=keep)
    assert "keep" in refused.value.details["fields"]
    assert state(shop) == before


def test_undo_at_once_brings_everything_back(shop: Shop, winner: int, loser: int) -> None:
    before = state(shop)
    merge(shop, winner, loser)
    undone = shop.undo()
    assert undone.left == ()
    assert state(shop) == before
    assert [match.id for match in shop.lookup.search("13900139000").matches] == [loser]


def test_redo_moves_what_came_in_between(shop: Shop, winner: int, loser: int) -> None:
    merge(shop, winner, loser)
    undone = shop.undo()
    shop.do("interaction.log", customer=loser, text="between")
    shop.undo(undone.action)
    assert shop.customers.get(loser).merged_into == winner
    assert {entry.text for entry in shop.customers.file(winner).interactions} == {"hello", "between"}


def test_what_was_edited_since_stays_and_is_listed(shop: Shop, winner: int, loser: int) -> None:
    done = merge(shop, winner, loser, keep="company:loser,usual_order:loser")
    moved = shop.customers.get(winner).contacts[2]
    shop.do("customer.edit", customer=winner, company="云山大店")
    points = [
        point if point.key != moved.key else ContactPoint(key=moved.key, type=moved.type, value="13900139111")
        for point in shop.customers.get(winner).contacts
    ]
    shop.do("customer.edit", customer=winner, contacts=points)
    undone = shop.undo(done.action)
    assert {(left.table, left.id, left.unit) for left in undone.left} == {
        ("customers", winner, "company"),
        ("customers", winner, f"contacts[{moved.key}]"),
    }
    one, other = shop.customers.get(winner), shop.customers.get(loser)
    assert one.company == "云山大店"
    assert [point.normalized for point in one.contacts if point.is_phone] == [
        "+8613800138000",
        "+8613900139111",
    ]
    assert one.usual_order == ""
    assert one.red_note == "prawns"
    assert (other.status, other.merged_into) == (CustomerStatus.ACTIVE, None)
    assert [point.normalized for point in other.contacts] == ["+8613800138000", "+8613900139000"]


def test_records_moved_and_edited_since_go_back_with_their_edit(shop: Shop, winner: int, loser: int) -> None:
    done = merge(shop, winner, loser)
    interaction = shop.customers.file(winner).interactions[0]
    shop.do("interaction.edit", interaction=interaction.id, text="hello again")
    shop.do("ticket.start", ticket=shop.customers.file(winner).tickets[0].id)
    shop.undo(done.action)
    file = shop.customers.file(loser)
    assert file.interactions[0].text == "hello again"
    assert file.tickets[0].working_at is not None


def test_what_came_since_stays_with_the_winner(shop: Shop, winner: int, loser: int) -> None:
    done = merge(shop, winner, loser)
    shop.do("interaction.log", customer=f"C{loser:06d}", text="to the old number")
    shop.do("interaction.log", customer=loser, text="from an open form")
    shop.do("customer.edit", customer=winner, tags="熟客,辣,批发")
    shop.undo(done.action)
    assert {entry.text for entry in shop.customers.file(winner).interactions} == {
        "to the old number",
        "from an open form",
    }
    assert [entry.text for entry in shop.customers.file(loser).interactions] == ["hello"]
    assert shop.customers.get(winner).tags == ("熟客", "批发")


def test_what_was_deleted_since_is_listed(shop: Shop, winner: int, loser: int) -> None:
    done = merge(shop, winner, loser)
    interaction = shop.customers.file(winner).interactions[0].id
    deleted = shop.do("interaction.delete", interaction=interaction)
    undone = shop.undo(done.action)
    assert [(left.table, left.id) for left in undone.left] == [("interactions", interaction)]
    shop.undo(deleted.action)
    assert [entry.id for entry in shop.customers.file(winner).interactions] == [interaction]


def test_what_was_deleted_before_comes_back_to_the_winner(shop: Shop, winner: int, loser: int) -> None:
    interaction = shop.customers.file(loser).interactions[0].id
    deleted = shop.do("interaction.delete", interaction=interaction)
    merge(shop, winner, loser)
    shop.undo(deleted.action)
    assert [entry.id for entry in shop.customers.file(winner).interactions] == [interaction]


def test_what_was_logged_before_can_still_be_taken_back(shop: Shop, winner: int, loser: int) -> None:
    logged = shop.do("interaction.log", customer=loser, text="by mistake")
    done = merge(shop, winner, loser)
    shop.undo(logged.action)
    assert [entry.text for entry in shop.customers.file(winner).interactions] == ["hello"]
    undone = shop.undo(done.action)
    assert [left.table for left in undone.left] == ["interactions"]
    assert [entry.text for entry in shop.customers.file(loser).interactions] == ["hello"]


def test_a_chain_of_merges_is_taken_back_from_its_end(shop: Shop, winner: int, loser: int) -> None:
    third = shop.do("customer.create", name="王大").one("customers")
    before = state(shop)
    first = merge(shop, winner, loser)
    second = merge(shop, third, winner)
    assert shop.customers.resolve(f"C{loser:06d}").id == third
    assert len(shop.customers.file(third).interactions) == 1
    with pytest.raises(Refused, match="take that back first"):
        shop.undo(first.action)
    shop.undo(second.action)
    assert len(shop.customers.file(winner).interactions) == 1
    shop.undo(first.action)
    assert state(shop) == before


def test_a_merge_is_not_made_again_the_other_way_round(shop: Shop, winner: int, loser: int) -> None:
    merge(shop, winner, loser)
    undone = shop.undo()
    merge(shop, loser, winner)
    with pytest.raises(Refused):
        shop.undo(undone.action)
    assert shop.customers.standing(winner).id == loser
    assert shop.customers.get(loser).merged_into is None


def test_a_merge_taken_back_twice_leaves_a_later_one_alone(shop: Shop, winner: int, loser: int) -> None:
    third = shop.do("customer.create", name="王大").one("customers")
    first = merge(shop, winner, loser)
    shop.undo()
    merge(shop, third, loser)
    before = state(shop)
    with pytest.raises(Refused) as refused:
        shop.undo(first.action)
    assert {"status", "merged_into"} <= {left["unit"] for left in refused.value.details["left"]}
    assert state(shop) == before


def test_the_winner_is_not_taken_away_from_under_the_other(shop: Shop, loser: int) -> None:
    made = shop.do("customer.create", name="王五", phone="13800138000")
    number = made.one("customers")
    bare = shop.do("customer.create", name="王五", phone="13800138000").one("customers")
    merge(shop, number, bare)
    one = shop.customers.get(number)
    shop.do("customer.edit", customer=number, external_ids=one.external_ids[:0])
    with pytest.raises(Refused) as refused:
        shop.undo(made.action)
    assert "merged" in refused.value.details["left"][0]["reason"]
    assert shop.customers.standing(bare).id == number


@pytest.mark.parametrize(
    "fields",
    [
        {"winner": "C000002", "loser": "C000001"},
        {"winner": "C000001", "loser": "C000002"},
        {"winner": "C000003", "loser": "C000002"},
        {"winner": "C000002", "loser": "C000003"},
        {"winner": "C000001", "loser": "C000001"},
    ],
)
def test_who_was_merged_is_not_merged_again(
    shop: Shop, winner: int, loser: int, fields: dict[str, str]
) -> None:
    assert (winner, loser) == (1, 2)
    merge(shop, winner, loser)
    before = state(shop)
    with pytest.raises(Refused):
        shop.do("customer.merge", **fields)
    assert state(shop) == before


def test_who_was_merged_is_not_edited_and_says_where_it_went(shop: Shop, winner: int, loser: int) -> None:
    merge(shop, winner, loser)
    for action in ("customer.edit", "customer.archive"):
        with pytest.raises(Refused, match="C000002 was merged into C000001") as refused:
            shop.do(action, customer=loser, **({"name": "x"} if action.endswith("edit") else {}))
        assert refused.value.details["merged_into"] == winner


def test_the_old_number_finds_the_winner(shop: Shop, winner: int, loser: int) -> None:
    merge(shop, winner, loser)
    assert shop.customers.resolve("C000002").id == winner
    assert shop.customers.resolve("id:2").id == winner
    assert [match.id for match in shop.lookup.search("C000002").matches] == [winner]
    assert [match.id for match in shop.lookup.search("王武").matches] == [winner]
    with pytest.raises(NotFound):
        shop.do("customer.merge", winner=winner, loser=77)


def test_the_history_of_the_one_tells_of_both(shop: Shop, winner: int, loser: int) -> None:
    shop.do("interaction.log", customer=shop.do("customer.create", name="x").one("customers"), text="other")
    own = {entry.action for number in (winner, loser) for entry in shop.history(customer=number)}
    done = merge(shop, winner, loser)
    assert {entry.action for entry in shop.history(customer=winner)} == own | {done.action}


def test_a_referrer_is_never_oneself(shop: Shop) -> None:
    first = shop.do("customer.create", name="a").one("customers")
    second = shop.do("customer.create", name="b", referrer=first).one("customers")
    third = shop.do("customer.create", name="c", referrer=second).one("customers")
    merge(shop, first, second, keep="referrer:loser")
    assert shop.customers.get(first).referrer is None
    merge(shop, third, first)
    assert shop.customers.get(third).referrer is None


def test_an_archived_winner_comes_back_when_the_loser_is_active(shop: Shop, winner: int, loser: int) -> None:
    shop.do("customer.archive", customer=winner)
    merge(shop, winner, loser)
    assert shop.customers.get(winner).status is CustomerStatus.ACTIVE
    shop.undo()
    assert shop.customers.get(winner).status is CustomerStatus.ARCHIVED


def test_a_merge_of_what_was_changed_meanwhile_is_refused(shop: Shop, winner: int, loser: int) -> None:
    seen = shop.customers.get(loser).rev
    shop.do("customer.edit", customer=loser, note="x")
    with pytest.raises(Conflict):
        merge(shop, winner, loser, loser_rev=seen)
    merge(shop, winner, loser, loser_rev=seen + 1)


def test_two_people_merge_at_once(
    shop: Shop, folder: Path, clock: FrozenClock, winner: int, loser: int
) -> None:
    third = shop.do("customer.create", name="王大").one("customers")
    plans = [(winner, loser), (loser, winner), (third, loser), (winner, third)]
    results: list[object] = []
    start = threading.Barrier(len(plans))

    def work(plan: tuple[int, int]) -> None:
        with open_shop(folder, by="li", now=clock) as own:
            start.wait()
            try:
                results.append(merge(own, *plan).action)
            except CrmError as error:
                results.append(error)

    threads = [threading.Thread(target=work, args=(plan,)) for plan in plans]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(results) == len(plans)
    assert all(isinstance(result, int | Refused) for result in results)
    shop.watch()
    standing = {shop.customers.standing(number).id for number in (winner, loser, third)}
    for number in (winner, loser, third):
        assert shop.customers.standing(number).status is CustomerStatus.ACTIVE
        if number not in standing:
            assert shop.customers.file(number).interaction_count == 0
    assert sum(shop.customers.file(number).interaction_count for number in standing) == 1


def test_told_apart_is_remembered_on_both_and_over_a_merge(shop: Shop, winner: int, loser: int) -> None:
    third = shop.do("customer.create", name="王武", phone="13900139000").one("customers")
    assert [(p.first.id, p.second.id) for p in shop.customers.duplicates()] == [
        (winner, loser),
        (loser, third),
    ]
    shop.do("customer.not_same", a=loser, b=third)
    assert shop.do("customer.not_same", a=third, b=loser).action is None
    assert [(p.first.id, p.second.id) for p in shop.customers.duplicates()] == [(winner, loser)]
    done = merge(shop, winner, loser)
    assert shop.customers.get(winner).not_same == (third,)
    assert shop.customers.duplicates() == []
    shop.undo(done.action)
    assert shop.customers.get(winner).not_same == ()
    shop.undo()
    assert len(shop.customers.duplicates()) == 2
    with pytest.raises(Refused):
        shop.do("customer.not_same", a=third, b=third)


def test_two_people_tell_different_customers_apart(
    shop: Shop, folder: Path, clock: FrozenClock, winner: int
) -> None:
    others = [shop.do("customer.create", name=f"n{number}").one("customers") for number in range(3)]
    done = shop.do("customer.not_same", a=winner, b=others[0])
    with open_shop(folder, by="li", now=clock) as colleague:
        colleague.do("customer.not_same", a=winner, b=others[1])
    shop.undo(done.action)
    assert shop.customers.get(winner).not_same == (others[1],)
    assert shop.customers.get(others[0]).not_same == ()


Act = Callable[[Shop, int, int], object]

LATER: dict[str, Act] = {
    "rename": lambda shop, winner, loser: shop.do("customer.edit", customer=winner, name="王五五"),
    "tags": lambda shop, winner, loser: shop.do("customer.edit", customer=winner, tags="新"),
    "number": lambda shop, winner, loser: shop.do("customer.edit", customer=winner, phone="13700137000"),
    "no numbers": lambda shop, winner, loser: shop.do("customer.edit", customer=winner, contacts=[]),
    "log": lambda shop, winner, loser: shop.do("interaction.log", customer=loser, text="later"),
    "buy": lambda shop, winner, loser: shop.do("purchase.add", customer=winner, total="5"),
    "edit contact": lambda shop, winner, loser: shop.do("interaction.edit", interaction=1, text="edited"),
    "close": lambda shop, winner, loser: shop.do("follow_up.done", follow_up=1, result="done"),
    "archive": lambda shop, winner, loser: shop.do("customer.archive", customer=winner),
    "note": lambda shop, winner, loser: shop.do("customer.edit", customer=winner, red_note="other"),
}


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(later=st.lists(st.sampled_from(sorted(LATER)), unique=True, max_size=5), redo=st.booleans())
def test_undo_after_any_later_edits_leaves_both_whole(
    tmp_path_factory: pytest.TempPathFactory, later: list[str], redo: bool
) -> None:
    place = tmp_path_factory.mktemp("merge") / "shop"
    with open_shop(place, by="mei", now=FrozenClock(), create=True) as shop:
        winner = shop.do("customer.create", name="王五", phone="13800138000", tags="a").one("customers")
        loser = shop.do("customer.create", name="王武", phone="13900139000", tags="b", red_note="r").one(
            "customers"
        )
        shop.do("interaction.log", customer=loser, text="old", next_title="t", next_due="2026-12-01")
        own = {key: value for key, value in state(shop).items() if key == ("customers", loser)}
        done = merge(shop, winner, loser)
        for name in later:
            LATER[name](shop, winner, loser)
        undone = shop.undo(done.action)
        after = state(shop)
        assert after["customers", loser] == own["customers", loser]
        # What hung on the loser is back, what came later stays with the winner; edits are kept.
        assert after["interactions", 1]["customer"] == after["follow_ups", 1]["customer"] == loser
        assert after["interactions", 1]["text"] == ("edited" if "edit contact" in later else "old")
        assert shop.customers.file(loser).interaction_count == 1
        assert shop.customers.file(winner).interaction_count == ("log" in later)
        one = shop.customers.get(winner)
        assert one.name == ("王五五" if "rename" in later else "王五")
        assert one.red_note == ("other" if "note" in later else "")
        assert ("red_note" in {left.unit for left in undone.left}) == ("note" in later)
        numbers = {point.normalized for point in one.contacts if point.type is ContactType.MOBILE}
        assert "+8613900139000" not in numbers
        if "no numbers" not in later:
            assert "+8613800138000" in numbers
        if redo:
            shop.undo(undone.action)
            assert shop.customers.file(loser).interaction_count == 0
            assert shop.customers.file(winner).interaction_count == 1 + ("log" in later)
            assert shop.customers.standing(loser).id == winner
