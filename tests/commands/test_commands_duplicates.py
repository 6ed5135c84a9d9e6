"""`duplicates`, `do customer.merge`, and what the number of a merged customer finds."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.shop import open_shop
from tests.commands.running import Runner
from tests.helpers import FrozenClock


@pytest.fixture
def run(folder: Path, clock: FrozenClock, capsys: pytest.CaptureFixture[str]) -> Runner:
    with open_shop(folder, by="mei", now=clock, create=True) as shop:
        shop.do("customer.create", name="王五", phone="13800138000")
        shop.do("customer.create", name="王武", phone="13800138000", wechat="wang5")
        shop.do("customer.create", name="李四", phone="13911112222")
        shop.do("interaction.log", customer=2, text="hello")
    return Runner(folder, clock, capsys)


def test_duplicates_lists_pairs_with_score_and_reasons(run: Runner) -> None:
    document = run.json("duplicates")
    (pair,) = document["pairs"]
    assert (pair["a"]["number"], pair["b"]["number"], pair["score"]) == ("C000001", "C000002", 95)
    assert pair["reasons"] == ["same mobile 138 0013 8000"]
    assert document["total"] == 1
    shown = run("duplicates")
    assert "C000001 王五" in shown.out
    assert "same mobile" in shown.out


def test_nobody_twice_is_said(run: Runner) -> None:
    run("do", "customer.not_same", "a=C000001", "b=C000002")
    result = run("duplicates")
    assert (result.status, result.out) == (0, "")
    assert "Nobody" in result.err
    assert run.json("duplicates")["pairs"] == []


def test_merging_by_command_and_taking_it_back(run: Runner) -> None:
    done = run.json("do", "customer.merge", "winner=C000001", "loser=C000002", "keep=name:loser")
    assert {entry["table"] for entry in done["changed"]} == {"customers", "interactions"}
    assert run.json("show", "C000001")["customer"]["name"] == "王武"
    again = run("do", "customer.merge", "winner=C000003", "loser=C000002")
    assert again.status == 1
    assert "C000002 was merged into C000001" in again.err
    undone = run.json("undo")
    assert undone["left"] == []
    assert run.json("show", "C000002")["customer"]["status"] == "active"


@pytest.mark.parametrize("number", ["C000002", "c2", "id:2"])
def test_the_number_of_a_merged_customer_finds_who_it_became(run: Runner, number: str) -> None:
    run("do", "customer.merge", "winner=1", "loser=2")
    shown = run("show", number, "--json")
    assert shown.json["customer"]["id"] == 1
    assert "C000002 was merged into C000001." in shown.err
    found = run("find", number, "--json")
    assert [match["id"] for match in found.json["matches"]] == [1]
    assert "C000002 was merged into C000001." in found.err
    run("do", "interaction.log", f"customer={number}", "text=again")
    assert len(run.json("show", "C000001")["interactions"]) == 2


def test_a_save_says_who_is_probably_known(run: Runner) -> None:
    words = ("do", "customer.create", "name=王五", "phone=13800138000")
    refused = run(*words, "check=yes", "--json")
    assert refused.status == 1
    assert [entry["id"] for entry in refused.json["error"]["details"]["similar"]] == [1, 2]
    saved = run(*words, "--json")
    assert saved.status == 0
    assert [entry["id"] for entry in saved.json["similar"]] == [1, 2]
    assert "Probably known already: C000001 王五 (same mobile 138 0013 8000)" in saved.err
