"""A call comes in: who it is, what becomes of it, and that nothing of it gets lost."""

from __future__ import annotations

import pytest

from store.errors import Refused, Usage
from store.lookup.callers import Caller, known, read_caller
from store.records.customer import ContactPoint, Customer
from store.records.interaction import Interaction
from store.records.kinds import CustomerKind, Direction, InteractionType, Outcome
from store.shop import Shop
from tests.helpers import NOW, FrozenClock


@pytest.fixture
def wang(shop: Shop) -> int:
    return shop.do("customer.create", name="王五", call_as="王姐", phone="138 0013 8000").one("customers")


def rang(shop: Shop, number: str) -> Interaction:
    return shop.records.get(Interaction, shop.do("interaction.ring", number=number).one("interactions"))


@pytest.mark.parametrize(
    "spelled",
    [
        "13800138000",
        "138 0013 8000",
        "+86 138-0013-8000",
        "008613800138000",
        "013800138000",
        "１３８００１３８０００",
        "sip:8613800138000@10.0.0.7",
        '"Wang" <+8613800138000>',
        '"Wang" <sip:13800138000@pbx.example;user=phone>',
        "tel:+86-138-0013-8000",
    ],
)
def test_any_spelling_finds_the_caller(shop: Shop, wang: int, spelled: str) -> None:
    entry = rang(shop, spelled)
    assert entry.customer == wang
    assert entry.phone == "+8613800138000"
    assert (entry.direction, entry.type, entry.outcome) == (Direction.IN, InteractionType.CALL, None)
    assert entry.at == NOW
    assert entry.is_ringing


@pytest.mark.parametrize(
    "said", ["", "anonymous", "Anonymous", "unknown", "隐藏号码", '"Anonymous" <anonymous>']
)
def test_a_withheld_number_is_a_call_of_nobody(shop: Shop, said: str) -> None:
    entry = rang(shop, said)
    assert (entry.customer, entry.phone) == (0, "")
    assert shop.rings.showing()[0].known == ()


@pytest.mark.parametrize("said", ["abc", "call me", "x" * 200, "1" * 200])
def test_what_is_no_number_is_refused(shop: Shop, said: str) -> None:
    with pytest.raises(Refused):
        shop.do("interaction.ring", number=said)


def test_everybody_who_shares_a_number_is_kept(shop: Shop, wang: int) -> None:
    mother = shop.do("customer.create", name="王妈妈", phone="13800138000").one("customers")
    entry = rang(shop, "13800138000")
    assert entry.customer == 0
    (view,) = shop.rings.open()
    assert [one.id for one in view.known] == [wang, mother]
    shop.do("interaction.assign", interaction=entry.id, customer=mother)
    (view,) = shop.rings.open()
    assert view.customer is not None
    assert view.customer.id == mother
    with pytest.raises(Refused):
        shop.do("interaction.assign", interaction=entry.id, customer=wang)


def test_a_direct_line_behind_a_switchboard_is_a_guess(shop: Shop, wang: int) -> None:
    org = shop.do("customer.create", name="某某建材", kind="org", phone="0755-2600 1200 转 8").one(
        "customers"
    )
    shop.do("customer.create", name="Neighbour", phone="0755-2600 1255")
    entry = rang(shop, "0755 2600 1234")
    assert entry.customer == 0
    assert [one.id for one in shop.rings.open()[0].known] == [org]
    # The switchboard itself is sure, whatever the extension.
    assert rang(shop, "075526001200").customer == org
    assert rang(shop, "075526991234").customer == 0
    assert shop.rings.get(rang(shop, "075526991234").id).known == ()


def test_a_local_number_is_found_with_and_without_its_area(shop: Shop) -> None:
    local = shop.do("customer.create", name="Local", phone="2600 1200").one("customers")
    full = shop.do("customer.create", name="Full", phone="021 6652 1199").one("customers")
    assert rang(shop, "0755 2600 1200").customer == local
    assert rang(shop, "6652 1199").customer == full


def test_the_extension_says_who_of_a_company_calls() -> None:
    def person(number: int, ext: str) -> Customer:
        point = ContactPoint(value="x", normalized="+8675526001200", ext=ext)
        return Customer(id=number, name=f"P{number}", kind=CustomerKind.PERSON, contacts=(point,))

    caller = read_caller("0755-26001200-802", "CN")
    assert caller == Caller("0755-26001200-802", "+8675526001200", "802")
    found = known(caller, [person(1, "801"), person(2, "802")])
    assert [one.id for one, _how in found] == [2, 1]


def test_an_unknown_number_becomes_the_new_customers_and_undo_takes_both_back(shop: Shop) -> None:
    entry = rang(shop, "13911112222")
    done = shop.do("customer.create", name="新客", phone="13911112222", ring=entry.id)
    customer = done.one("customers")
    assert shop.records.get(Interaction, entry.id).customer == customer
    shop.undo()
    assert shop.records.get(Interaction, entry.id).customer == 0
    assert shop.customers.similar(name="新客") == []


def test_a_known_customer_calls_from_a_new_number(shop: Shop, wang: int) -> None:
    entry = rang(shop, "13911112222")
    shop.do("interaction.assign", interaction=entry.id, customer=wang, add_number="yes")
    assert shop.customers.get(wang).phones == ("+8613800138000", "+8613911112222")
    assert rang(shop, "13911112222").customer == wang


def test_what_is_logged_completes_the_ring(shop: Shop, clock: FrozenClock, wang: int) -> None:
    entry = rang(shop, "13800138000")
    clock.move(seconds=95)
    done = shop.do("interaction.log", ring=entry.id, customer=wang, outcome="ordered", text="two boxes")
    assert done.created == ()
    logged = shop.records.get(Interaction, entry.id)
    assert (logged.at, logged.duration_s, logged.outcome) == (NOW, 95, Outcome.ORDERED)
    assert not logged.is_ringing
    assert shop.rings.open() == []
    assert shop.customers.file(wang).interaction_count == 1
    with pytest.raises(Refused, match="mei has logged that call already"):
        shop.do("interaction.log", ring=entry.id, text="again")
    shop.undo()
    assert [view.interaction.id for view in shop.rings.open()] == [entry.id]


def test_a_call_of_nobody_is_logged_too_but_promises_nothing(shop: Shop) -> None:
    entry = rang(shop, "13911112222")
    with pytest.raises(Refused, match="whose call"):
        shop.do("interaction.log", ring=entry.id, text="!明天 回电")
    shop.do("interaction.log", ring=entry.id, outcome="wrong")
    assert shop.rings.open() == []
    with pytest.raises(Usage):
        shop.do("interaction.log", text="whose?")


def test_nobody_logged_it_so_it_is_on_the_agenda(shop: Shop, clock: FrozenClock, wang: int) -> None:
    entry = rang(shop, "13800138000")
    assert shop.agenda.list().all == []
    clock.move(minutes=6)
    assert shop.rings.showing() == []
    (view,) = shop.agenda.list().today
    assert view.ring is not None
    assert (view.customer.id, view.follow_up.interaction, view.late) == (wang, entry.id, False)
    assert "rang at 10:00, nothing logged" in view.reasons
    clock.move(days=1)
    (late,) = shop.agenda.list().overdue
    assert late.follow_up.due == "2026-11-18"
    shop.do("interaction.log", ring=entry.id, outcome="solved", text="called back")
    assert shop.agenda.list().all == []
    assert shop.records.get(Interaction, entry.id).duration_s is None


def test_who_was_spoken_to_needs_no_call_back(shop: Shop, clock: FrozenClock, wang: int) -> None:
    first = rang(shop, "13800138000")
    clock.move(hours=3)
    second = rang(shop, "13800138000")
    assert shop.rings.open()[0].times == 2
    shop.do("interaction.log", customer=wang, direction="out", outcome="noanswer")
    assert len(shop.rings.open()) == 1
    shop.do("interaction.log", ring=second.id, text="asked for tea")
    assert shop.rings.open() == []
    assert shop.records.get(Interaction, first.id).outcome is Outcome.NO_ANSWER
    shop.undo()
    assert shop.rings.open()[0].times == 2


def test_two_callers_at_once_stand_newest_first(shop: Shop, clock: FrozenClock, wang: int) -> None:
    rang(shop, "13800138000")
    clock.move(seconds=20)
    rang(shop, "13911112222")
    assert [view.interaction.phone for view in shop.rings.showing()] == ["+8613911112222", "+8613800138000"]


def test_undo_of_the_clerk_never_takes_a_call_back(shop: Shop, wang: int) -> None:
    shop.do("customer.edit", customer=wang, note="likes tea")
    rang(shop, "13800138000")
    shop.undo()
    assert shop.customers.get(wang).note == ""
    assert len(shop.rings.open()) == 1


def test_a_ring_lasts_through_a_merge_and_an_export(shop: Shop, wang: int) -> None:
    other = shop.do("customer.create", name="小王", phone="13700001111").one("customers")
    entry = rang(shop, "13700001111")
    nobody = rang(shop, "13911112222")
    shop.do("customer.merge", winner=wang, loser=other)
    assert shop.records.get(Interaction, entry.id).customer == wang
    assert {view.interaction.id for view in shop.rings.open()} == {entry.id, nobody.id}


def test_a_word_written_in_the_file_logs_the_call_too(shop: Shop, wang: int) -> None:
    entry = rang(shop, "13800138000")
    shop.do("interaction.edit", interaction=entry.id, mood=1)
    assert len(shop.rings.open()) == 1
    shop.do("interaction.edit", interaction=entry.id, text="asked for tea")
    assert shop.rings.open() == []


def test_a_day_before_the_call_knows_nothing_of_it(shop: Shop, clock: FrozenClock, wang: int) -> None:
    rang(shop, "13800138000")
    clock.move(days=1)
    assert len(shop.agenda.list().all) == 1
    assert shop.agenda.list(day=NOW.date()).all == []
    assert len(shop.agenda.list(day=clock().date()).all) == 1


def test_open_rings_are_found_in_an_index_of_their_own(shop: Shop, wang: int) -> None:
    for number in range(30):
        shop.do("interaction.log", customer=wang, text=str(number))
    entry = rang(shop, "13800138000")
    assert list(shop.records.ids(Interaction, "ringing", 1)) == [entry.id]
    assert shop.database.raw("interactions", entry.id) is not None


def test_a_ring_of_the_clock_gone_wrong_is_not_shown_for_ever(shop: Shop, clock: FrozenClock) -> None:
    shop.do("interaction.ring", number="13911112222")
    clock.move(minutes=-20)
    assert shop.rings.showing() == []
    clock.move(minutes=20)
    assert len(shop.rings.showing()) == 1


def american(shop: Shop) -> None:
    shop.do("settings.set", region="US")


def test_a_direct_line_of_a_firm_abroad_is_a_guess(shop: Shop) -> None:
    american(shop)
    ann = shop.do("customer.create", name="Ann", phone="860-555-0100 x12").one("customers")
    shop.do("customer.create", name="Private", phone="860-555-0208")
    entry = rang(shop, "860-555-0107")
    assert entry.customer == 0
    assert [one.id for one in shop.rings.get(entry.id).candidates] == [ann]
    assert shop.rings.get(rang(shop, "860-555-0207").id).candidates == ()


def test_a_direct_line_of_a_british_company_is_a_guess_and_a_mobile_is_none(shop: Shop) -> None:
    shop.do("settings.set", region="GB")
    firm = shop.do("customer.create", kind="org", name="Nails", phone="020 7946 0100").one("customers")
    shop.do("customer.create", name="Bob", company="Nails", phone="07700 900505")
    line, mobile = rang(shop, "020 7946 0123"), rang(shop, "07700 900506")
    assert [one.id for one in shop.rings.get(line.id).candidates] == [firm]
    assert shop.rings.get(mobile.id).candidates == ()


def test_a_number_without_its_area_is_one_of_the_shops_country(shop: Shop) -> None:
    american(shop)
    ann = shop.do("customer.create", name="Ann", phone="(860) 555-0142").one("customers")
    assert rang(shop, "555-0142").customer == ann
    bob = shop.do("customer.create", name="Bob", phone="(212) 555-0142").one("customers")
    shop.do("customer.create", name="Far", phone="+44 20 7555 0142")
    entry = rang(shop, "5550142")
    assert entry.customer == 0
    assert [one.id for one in shop.rings.get(entry.id).candidates] == [ann, bob]
