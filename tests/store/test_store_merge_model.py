"""Whatever is done and taken back, in any order: nothing hangs on nobody, and every number leads to somebody."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.actions.merging import HANGING
from store.errors import CrmError
from store.records.kinds import CustomerStatus
from store.shop import Shop, open_shop
from tests.helpers import FrozenClock

Deed = tuple[str, int, int]

deeds = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), st.integers(1, 3), st.integers(1, 3)),
        st.tuples(st.just("log"), st.integers(1, 3), st.just(0)),
        st.tuples(st.just("delete"), st.integers(1, 3), st.just(0)),
        st.tuples(st.just("edit"), st.integers(1, 3), st.integers(0, 2)),
        st.tuples(st.just("create"), st.just(0), st.just(0)),
        st.tuples(st.just("not_same"), st.integers(1, 3), st.integers(1, 3)),
        # Of the last few actions, undos among them: that is what makes merges come and go.
        st.tuples(st.just("undo"), st.integers(0, 4), st.just(0)),
        st.tuples(st.just("undo"), st.integers(0, 4), st.just(0)),
    ),
    min_size=3,
    max_size=12,
)


def attempt(shop: Shop, deed: Deed) -> None:
    """Do it; a refusal is an answer too."""
    kind, one, other = deed
    edits: list[dict[str, Any]] = [
        {"name": "王五五"},
        {"phone": "13700137000"},
        {"contacts": [], "tags": "x"},
    ]
    try:
        if kind == "merge":
            shop.do("customer.merge", winner=one, loser=other)
        elif kind == "log":
            shop.do("interaction.log", customer=one, text="x")
        elif kind == "delete":
            shop.do("interaction.delete", interaction=one)
        elif kind == "edit":
            shop.do("customer.edit", customer=one, **edits[other])
        elif kind == "create":
            shop.do("customer.create", name="王五", phone="13800138000")
        elif kind == "not_same":
            shop.do("customer.not_same", a=one, b=other)
        else:
            shop.undo(shop.database.action - one)
    except CrmError:
        pass


def assert_whole(shop: Shop) -> None:
    """Every customer is one, or became one; every record hangs on a customer of its own."""
    customers = {document.doc_id: dict(document) for document in shop.database.table("customers")}
    for number, document in customers.items():
        merged = document.get("status") == CustomerStatus.MERGED.value
        assert merged == ("merged_into" in document), document
        end = shop.customers.standing(number)
        assert end.status is not CustomerStatus.MERGED
        assert document.get("referrer") != number
        assert number not in document.get("not_same", ())
        for field in ("contacts", "external_ids"):
            keys = [item["key"] for item in document.get(field, ())]
            assert len(keys) == len(set(keys)), document
    for table in HANGING:
        for record in shop.database.table(table):
            assert record["customer"] in customers, record
            assert "merged_into" not in customers[record["customer"]], record


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=deeds)
def test_nothing_is_ever_lost_to_sight(tmp_path_factory: pytest.TempPathFactory, deeds: list[Deed]) -> None:
    place = tmp_path_factory.mktemp("model") / "shop"
    with open_shop(place, by="mei", now=FrozenClock(), create=True) as shop:
        for number in range(1, 4):
            brought: dict[str, Any] = {"referrer": 1} if number > 1 else {}
            shop.do("customer.create", name="王五", phone=f"1380013800{number % 2}", **brought)
        shop.do("interaction.log", customer=1, text="x", next_title="t", next_due="2026-12-01")
        shop.do("purchase.add", customer=2, total="5")
        for deed in deeds:
            attempt(shop, deed)
            assert_whole(shop)
