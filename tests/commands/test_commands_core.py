"""do, find, show, tickets, agenda, history, undo: statuses and JSON shapes."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.commands.output import cells
from store.shop import open_shop
from tests.commands.running import Runner
from tests.helpers import FrozenClock


@pytest.fixture
def run(folder: Path, clock: FrozenClock, capsys: pytest.CaptureFixture[str]) -> Runner:
    open_shop(folder, by="mei", now=clock, create=True).close()
    return Runner(folder, clock, capsys)


def with_wang(run: Runner) -> Runner:
    run.json(
        "do", "customer.create", "name=王五", "phone=138 0013 8000", "wechat=wangwu88", "company=某某商行"
    )
    return run


def test_do_creates_and_answers_with_the_shape(run: Runner) -> None:
    done = run.json("do", "customer.create", "name=王五", "phone=138 0013 8000")
    assert done["action"] == 1
    assert done["changed"] == [{"table": "customers", "id": 1, "number": "C000001"}]
    assert done["created"] == done["changed"]
    assert done["left"] == []


def test_do_for_people_names_what_was_done(run: Runner) -> None:
    result = run("do", "customer.create", "name=王五")
    assert result.status == 0
    assert "new customer (action 1)" in result.out
    assert "C000001" in result.out
    assert "王五" in result.out


def test_options_may_stand_anywhere(run: Runner) -> None:
    result = run("do", "customer.create", "--json", "name=王五", "--by", "lin", "phone=13800138000")
    assert result.status == 0
    assert result.json["action"] == 1
    assert run.json("history")["actions"][0]["by"] == "lin"


def test_do_refuses_a_bad_value_and_names_the_field(run: Runner) -> None:
    with_wang(run)
    result = run("do", "interaction.log", "customer=1", "outcome=reached", "--json")
    assert result.status == 1
    assert result.json["error"]["kind"] == "refused"
    assert "outcome" in result.json["error"]["details"]["fields"]
    assert result.err.count("\n") == 1


def test_do_names_a_field_as_it_was_typed(run: Runner) -> None:
    run("do", "customer.create", "name=Li Lei")
    result = run("do", "interaction.log", "customer=1", "text=x", "next_due=whenever")
    assert result.status == 1
    assert result.err.startswith('next_due: "whenever"')
    error = run("do", "interaction.log", "customer=1", "next_due=whenever", "--json").json["error"]
    assert error["details"]["field"] == "next_due"
    assert list(error["details"]["fields"]) == ["next_due"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["do"], "Name an action"),
        (["do", "interaction.lg"], "interaction.log"),
        (["do", "interaction.log", "text=x"], "needs customer"),
        (["do", "interaction.log", "customer=1", "nonsense=1"], "no field nonsense"),
        (["do", "customer.create", "name"], "FIELD=VALUE"),
        (["do", "customer.create", "name=a", "name=b"], "twice"),
        (["do", "customer.create", "note=@/nowhere/at/all"], "@@"),
        (["find"], "QUERY"),
        (["find", "x", "--limit", "0"], "number from 1"),
        (["find", "x", "--nonsense"], "--nonsense"),
        (["fnd", "x"], "Did you mean find?"),
        (["zzz"], "--help"),
        (["undo", "x"], "number from 1"),
        (["agenda", "--day", "nonsense"], "--day"),
        (["--by", "", "find", "x"], "--by"),
        (["find", "x", "--data", ""], "--data"),
        (["find", "x", "--lang", "fr"], "--lang"),
    ],
)
def test_wrong_usage_is_2_with_a_sentence_and_a_json_error(run: Runner, words: list[str], told: str) -> None:
    result = run(*words)
    assert result.status == 2
    assert told in result.err.splitlines()[0]
    assert result.out == ""
    as_json = run(*words, "--json")
    assert as_json.status == 2
    assert as_json.json["error"]["kind"] == "usage"
    assert told in as_json.json["error"]["message"]


def test_a_wrong_field_lists_the_fields_of_the_action(run: Runner) -> None:
    result = run("do", "follow_up.add", "nonsense=1")
    assert "* customer" in result.err
    assert "is_promise" in result.err


def test_do_reads_values_from_files_and_at_signs(run: Runner, tmp_path: Path) -> None:
    text = tmp_path / "备注 1.txt"
    text.write_text("第一行\n第二行\n", encoding="utf-8")
    run.json("do", "customer.create", "name=@@home", f"note=@{text}")
    customer = run.json("show", "C000001")["customer"]
    assert customer["name"] == "@home"
    assert customer["note"] == "第一行\n第二行"


def test_do_list_names_every_action_with_its_fields(run: Runner) -> None:
    from store.actions import catalogue

    listing = run("do", "--list")
    assert listing.status == 0
    for name in catalogue:
        assert f"\n{name}  " in "\n" + listing.out
        assert f"  {name}  " in run("do", "--help").out
    assert "* customer" in listing.out
    document = run.json("do", "--list")
    assert {entry["name"] for entry in document["actions"]} == set(catalogue)
    one = run.json("do", "--list", "follow_up.add")["actions"]
    assert [entry["name"] for entry in one] == ["follow_up.add"]
    assert {field["name"]: field["required"] for field in one[0]["fields"]}["customer"] is True
    assert "interaction.log" in run("do", "interaction.log", "--help").out


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_do_list_fits_a_terminal_and_says_what_each_field_takes(run: Runner, lang: str) -> None:
    listing = run("do", "--list", lang=lang).out
    assert max(cells(line) for line in listing.splitlines()) <= 80
    for internal in ("annotated", "contactpoint", "externalid", "datetime", ", ..."):
        assert internal not in listing
    if lang == "en":
        lines = [" ".join(line.split()) for line in listing.splitlines()]
        assert "contacts list as JSON, of key, type, value" in " ".join(lines)
        assert "ring number: the call in which they became known" in lines
        assert "aliases text; several with commas between" in lines
        assert "* number text: the customer's number typed again, such as C000012" in lines
    kinds = {field["type"] for entry in run.json("do", "--list")["actions"] for field in entry["fields"]}
    assert "list as JSON" in kinds
    assert not {"annotated", "contactpoint, ..."} & kinds


def test_find_has_the_shape(run: Runner) -> None:
    with_wang(run)
    document = run.json("find", "138-0013-8000")
    assert document["query"] == "138-0013-8000"
    (match,) = document["matches"]
    assert match["id"] == 1
    assert match["number"] == "C000001"
    assert match["name"] == "王五"
    assert match["phones"] == ["+8613800138000"]
    assert match["matched"]["field"] == "phone"
    assert isinstance(match["score"], int)


def test_find_takes_words_apart_or_together_and_queries_that_look_like_options(run: Runner) -> None:
    with_wang(run)
    assert run.json("find", "138", "0013", "8000")["query"] == "138 0013 8000"
    assert run.json("find", "wangwu")["matches"][0]["id"] == 1
    assert run("find", "--json", "--", "-8000").json["query"] == "-8000"


def test_find_nothing_is_1_with_an_empty_list(run: Runner) -> None:
    result = run("find", "谁也不是", "--json")
    assert result.status == 1
    assert result.json["matches"] == []
    assert "谁也不是" in result.err


def test_find_limit(run: Runner) -> None:
    for name in ("王一", "王二", "王三"):
        run.json("do", "customer.create", f"name={name}")
    assert len(run.json("find", "王", "--limit", "2")["matches"]) == 2
    assert [match["name"] for match in run.json("find", "")["matches"]] != []


def test_find_after_a_change_brings_the_kept_index_up_to_date(
    run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_wang(run)
    run.json("do", "customer.create", "name=王六")
    assert [match["id"] for match in run.json("find", "王")["matches"]] == [1, 2]

    def built(*_: object) -> None:
        raise AssertionError("built anew")

    monkeypatch.setattr("store.lookup.index.LookupIndex.build", built)
    run.json("do", "customer.edit", "customer=1", "name=张五")
    run.json("do", "customer.create", "name=王七")
    run.json("do", "interaction.log", "customer=3")
    assert [match["id"] for match in run.json("find", "王")["matches"]] == [3, 2]
    run.json("undo", "3")
    assert [match["id"] for match in run.json("find", "王")["matches"]] == [3, 1, 2]


def test_show_has_every_field_and_everything_that_hangs_on_the_customer(run: Runner) -> None:
    with_wang(run)
    run.json("do", "customer.edit", "customer=C000001", "birthday=1988-03-05", "tags=辣,熟客")
    run.json("do", "interaction.log", "customer=1", "text=要一箱", "at=2026-11-17 15:00")
    run.json("do", "ticket.open", "customer=1", "subject=茶叶发霉")
    run.json("do", "follow_up.add", "customer=1", "title=回电", "due=2026-11-20 15:00", "is_promise=yes")
    run.json("do", "follow_up.add", "customer=1", "title=寄样", "due=2026-11-21")
    run.json("do", "purchase.add", "customer=1", "total=1234.50", "at=2026-11-01")
    shown = run.json("show", "王五")
    customer = shown["customer"]
    assert (customer["id"], customer["number"], customer["kind"]) == (1, "C000001", "person")
    assert (
        customer["contacts"][0].items()
        >= {
            "type": "mobile",
            "value": "138 0013 8000",
            "normalized": "+8613800138000",
            "label": "self",
        }.items()
    )
    assert customer["contacts"][1]["type"] == "wechat"
    assert all(point["key"] for point in customer["contacts"])
    (birthday,) = customer["dates"]
    assert {name: birthday[name] for name in ("kind", "calendar", "year", "month", "day", "leap")} == {
        "kind": "birthday",
        "calendar": "solar",
        "year": 1988,
        "month": 3,
        "day": 5,
        "leap": False,
    }
    assert customer["tags"] == ["辣", "熟客"]
    assert customer["status"] == "active"
    assert customer["rev"] == 2
    for name in ("aliases", "external_ids", "facts", "red_note", "created_at", "updated_by"):
        assert name in customer
    assert {line["kind"] for line in shown["card"]["lines"]} >= {"name", "promise", "ticket", "last_contact"}
    assert all(set(line) >= {"kind", "text", "reasons", "ref"} for line in shown["card"]["lines"])
    (ticket,) = shown["tickets"]
    assert ticket["number"] == "T000001"
    assert ticket["state"] == "new"
    assert ticket["customer"] == {"id": 1, "number": "C000001", "name": "王五"}
    assert {entry["title"]: entry["all_day"] for entry in shown["follow_ups"]} == {
        "回电": False,
        "寄样": True,
    }
    assert shown["follow_ups"][0]["due"] == "2026-11-20T07:00:00Z"
    assert shown["follow_ups"][0]["customer"]["number"] == "C000001"
    (interaction,) = shown["interactions"]
    assert interaction["text"] == "要一箱"
    assert interaction["at"] == "2026-11-17T07:00:00Z"
    assert interaction["type"] == "call"
    assert shown["purchases"]["count"] == 1
    assert shown["purchases"]["total"] == {"amount": 123450, "currency": "CNY"}
    assert shown["purchases"]["last_at"] == "2026-10-31T16:00:00Z"
    assert shown["purchases"]["rows"][0]["total"] == {"amount": 123450, "currency": "CNY"}


def test_show_for_people_has_card_and_file(run: Runner) -> None:
    with_wang(run)
    run.json("do", "ticket.open", "customer=1", "subject=茶叶发霉")
    result = run("show", "id:1")
    assert result.status == 0
    for words in ("C000001", "王五", "138 0013 8000", "wangwu88", "T000001", "茶叶发霉"):
        assert words in result.out
    assert result.err == ""


def test_show_of_several_is_1_with_the_list(run: Runner) -> None:
    run.json("do", "customer.create", "name=王一", "phone=13800138001")
    run.json("do", "customer.create", "name=王二")
    result = run("show", "王", "--json")
    assert result.status == 1
    assert result.json["error"]["kind"] == "ambiguous"
    assert {match["number"] for match in result.json["error"]["details"]["matches"]} == {"C000001", "C000002"}
    for_people = run("show", "王")
    assert for_people.out == ""
    assert "C000001" in for_people.err
    assert "+8613800138001" in for_people.err


@pytest.mark.parametrize("who", ["C000099", "id:99", "没有人"])
def test_show_of_nobody_is_1(run: Runner, who: str) -> None:
    result = run("show", who, "--json")
    assert result.status == 1
    assert result.json["error"]["kind"] == "not_found"


def test_tickets_and_agenda_have_the_shape(run: Runner) -> None:
    with_wang(run)
    run.json("do", "ticket.open", "customer=1", "subject=茶叶发霉")
    run.json("do", "follow_up.add", "customer=1", "title=回电", "due=2026-11-18 11:00")
    (ticket,) = run.json("tickets")["tickets"]
    assert ticket["id"] == 1
    assert ticket["customer"] == {"id": 1, "number": "C000001", "name": "王五"}
    assert ticket["state"] == "new"
    assert ticket["due"] is None
    assert ticket["reasons"]
    (entry,) = run.json("agenda")["follow_ups"]
    assert entry["id"] == 1
    assert entry["customer"]["number"] == "C000001"
    assert entry["state"] == "open"
    assert entry["due"] == "2026-11-18T03:00:00Z"
    assert entry["section"] == "today"
    run.clock.move(hours=2)
    assert run.json("agenda")["follow_ups"][0]["section"] == "overdue"
    assert "茶叶发霉" in run("tickets").out
    assert "Overdue" in run("agenda").out


def test_lists_of_a_day(run: Runner) -> None:
    with_wang(run)
    run.json("do", "ticket.open", "customer=1", "subject=茶叶发霉")
    run.json("do", "follow_up.add", "customer=1", "title=回电", "due=2026-11-20")
    assert run.json("tickets", "--day", "2026-11-18")["tickets"]
    assert run.json("tickets", "--day", "2026-11-17")["tickets"] == []
    assert run.json("agenda", "--day", "2026-11-20")["follow_ups"][0]["section"] == "today"
    assert run.json("agenda", "--day", "2026-11-21")["follow_ups"][0]["section"] == "overdue"


def test_closed_tickets_are_listed_when_asked_for(run: Runner) -> None:
    with_wang(run)
    run.json("do", "ticket.open", "customer=1", "subject=茶叶发霉")
    run.json("do", "ticket.void", "ticket=T000001", "reason=误开")
    assert run.json("tickets")["tickets"] == []
    assert run.json("tickets", "--all")["tickets"][0]["state"] == "void"
    nothing = run("tickets")
    assert (nothing.status, nothing.out) == (0, "")
    assert nothing.err


def test_history_has_the_shape_and_undo_takes_back(run: Runner) -> None:
    with_wang(run)
    run.json("do", "customer.edit", "customer=1", "call_as=王姐", by="lin")
    newest, oldest = run.json("history")["actions"]
    assert (newest["action"], newest["kind"], newest["by"]) == (2, "customer.edit", "lin")
    assert newest["at"] == "2026-11-18T02:00:00Z"
    assert newest["undone_by"] is None
    assert newest["undoes"] is None
    assert newest["changes"] == [
        {"table": "customers", "id": 1, "field": "call_as", "before": None, "after": "王姐"}
    ]
    assert oldest["changes"][0]["before"] is None
    undone = run.json("undo", "2")
    assert undone["action"] == 3
    assert undone["undoes"] == 2
    assert undone["changed"] == [{"table": "customers", "id": 1, "number": "C000001"}]
    assert undone["left"] == []
    actions = run.json("history", "C000001")["actions"]
    assert actions[0]["undoes"] == 2
    assert actions[1]["undone_by"] == 3
    assert run.json("show", "id:1")["customer"]["call_as"] == ""


def test_undo_without_a_number_takes_back_ones_own(run: Runner) -> None:
    with_wang(run)
    run.json("do", "customer.edit", "customer=1", "call_as=王姐", by="lin")
    run.json("do", "customer.edit", "customer=1", "company=新商行")
    result = run("undo", by="lin")
    assert result.status == 0
    assert "customer edited" in result.out
    assert "action 2" in result.out
    customer = run.json("show", "id:1")["customer"]
    assert (customer["call_as"], customer["company"]) == ("", "新商行")


def test_undo_lists_what_it_had_to_leave(run: Runner) -> None:
    with_wang(run)
    run.json("do", "customer.edit", "customer=1", "call_as=王姐", "company=新商行", by="lin")
    run.json("do", "customer.edit", "customer=1", "company=老商行")
    result = run("undo", "2", "--json")
    assert result.status == 1
    (left,) = result.json["left"]
    assert left.items() >= {"table": "customers", "id": 1, "unit": "company"}.items()
    customer = run.json("show", "id:1")["customer"]
    assert (customer["call_as"], customer["company"]) == ("", "老商行")
    assert run("undo", "2").status == 1


def test_undo_gives_back_what_was_emptied(run: Runner) -> None:
    with_wang(run)
    run.json("do", "customer.edit", "customer=1", "company=", "tags=熟客")
    run.json("do", "customer.edit", "customer=1", "tags=")
    run.json("undo", "3")
    assert run.json("show", "id:1")["customer"]["tags"] == ["熟客"]
    assert run.json("undo", "2")["left"] == []
    customer = run.json("show", "id:1")["customer"]
    assert (customer["company"], customer["tags"]) == ("某某商行", [])


def test_undo_of_nothing_is_1(run: Runner) -> None:
    assert run("undo", "--json").json["error"]["kind"] == "not_found"
    assert run("undo").status == 1
    assert run("undo", "77").status == 1


def test_a_conflict_is_1_with_both_values(run: Runner) -> None:
    with_wang(run)
    run.json("do", "customer.edit", "customer=1", "company=新商行", by="lin")
    result = run("do", "customer.edit", "customer=1", "rev=1", "company=老商行", "--json")
    assert result.status == 1
    assert result.json["error"]["kind"] == "conflict"
    (conflict,) = result.json["error"]["details"]["conflicts"]
    assert conflict["theirs"] == "新商行"
    assert conflict["yours"] == "老商行"
    assert "新商行" in result.err
    assert "老商行" in result.err


def test_history_in_words(run: Runner) -> None:
    with_wang(run)
    run.json("do", "customer.edit", "customer=1", "phone=13900000000", "temperament=hot", by="lin")
    run.json("undo", "2")
    result = run("history")
    assert result.status == 0
    assert "taken back by action 3" in result.out
    assert "hot-tempered" in result.out
    assert "mobile: (nothing) → 139 0000 0000" in result.out
    assert run("history", "--day", "2026-11-18").out == result.out
    nothing = run("history", "--day", "2026-11-17")
    assert (nothing.status, nothing.out) == (0, "")
    assert nothing.err
