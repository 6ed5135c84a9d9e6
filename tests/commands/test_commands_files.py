"""import, export, demo: what goes in and out of a shop as files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import crm_tui
from store.shop import open_shop
from tests.commands.running import ROOT, Runner
from tests.helpers import FrozenClock

DATA = ROOT.parent / "shared" / "data" / "contacts" / "xlsx"
MEMBERS = "姓名,手机,生日,积分\n王五,138 0013 8000,1988-03-05,28\n李四,13900139000,,5\n"


@pytest.fixture
def run(folder: Path, clock: FrozenClock, capsys: pytest.CaptureFixture[str]) -> Runner:
    return Runner(folder, clock, capsys)


@pytest.fixture
def members(tmp_path: Path) -> Path:
    path = tmp_path / "会员 表.csv"
    path.write_text(MEMBERS, encoding="utf-8")
    return path


def test_import_makes_a_shop_and_answers_with_the_shape(run: Runner, members: Path) -> None:
    report = run.json("import", str(members))
    assert set(report) >= {
        "file", "format", "encoding", "into", "read", "new", "updated", "unchanged", "duplicates", "refused",
        "refused_file", "warnings", "action", "dry_run",
    }  # fmt: skip
    assert (report["into"], report["read"], report["new"], report["action"]) == ("customers", 2, 2, 1)
    assert (report["refused"], report["refused_file"], report["dry_run"]) == ([], None, False)
    assert run.json("find", "8000")["matches"][0]["name"] == "王五"
    again = run.json("import", str(members))
    assert (again["new"], again["unchanged"], again["action"]) == (0, 2, None)
    assert run.json("undo")["undoes"] == 1
    assert run("find", "8000").status == 1


def test_refused_rows_are_1_with_the_good_ones_in(run: Runner, tmp_path: Path) -> None:
    mixed = tmp_path / "mixed.csv"
    mixed.write_text(MEMBERS + ",,,7\n", encoding="utf-8")
    result = run("import", str(mixed), "--json")
    assert result.status == 1
    report = result.json
    assert report["new"] == 2
    (refused,) = report["refused"]
    assert refused["line"] == 4
    assert refused["reason"]
    assert refused["row"]["积分"] == "7"
    assert Path(report["refused_file"]).exists()
    assert result.err.count("\n") == 1
    for_people = run("import", str(mixed))
    assert for_people.status == 1
    assert "mixed.csv, line 4" in for_people.err


def test_a_dry_run_changes_nothing_and_makes_no_shop(run: Runner, members: Path) -> None:
    report = run.json("import", str(members), "--dry-run")
    assert (report["new"], report["dry_run"], report["action"]) == (2, True, None)
    assert not run.folder.exists()
    open_shop(run.folder, by="mei", now=run.clock, create=True).close()
    assert run.json("import", str(members), "--dry-run")["new"] == 2
    assert run.json("history")["actions"] == []
    assert "dry run" in run("import", str(members), "--dry-run").out


def test_several_files_are_several_results(run: Runner, members: Path, tmp_path: Path) -> None:
    second = tmp_path / "second.csv"
    second.write_text("name,phone\nBob,13700137000\n", encoding="utf-8")
    results = run.json("import", str(members), str(second))["results"]
    assert [report["new"] for report in results] == [2, 1]
    assert [report["action"] for report in results] == [1, 2]


def test_one_file_that_cannot_be_read_does_not_keep_out_the_others(
    run: Runner, members: Path, tmp_path: Path
) -> None:
    result = run("import", str(members), str(tmp_path / "nowhere.csv"), "--json")
    assert result.status == 1
    first, second = result.json["results"]
    assert first["new"] == 2
    assert second["error"]["kind"] == "not_found"
    assert "nowhere.csv" in result.err


def test_a_file_that_is_not_there_makes_no_shop(run: Runner, tmp_path: Path) -> None:
    result = run("import", str(tmp_path / "nowhere.csv"), "--json")
    assert result.status == 1
    assert result.json["error"]["kind"] == "not_found"
    assert not run.folder.exists()


def test_map_and_source_and_policy(run: Runner, tmp_path: Path) -> None:
    odd = tmp_path / "odd.csv"
    odd.write_text("Who is it,Where to call,No\nBob,13700137000,17\n", encoding="utf-8")
    words = [
        "import",
        str(odd),
        "--map",
        "name=Who is it",
        "--map",
        "phone=Where to call",
        "--source",
        "youzan",
    ]
    assert run.json(*words, "--map", "external_id=No", "--policy", "new")["new"] == 1
    customer = run.json("show", "Bob")["customer"]
    assert customer["contacts"][0]["normalized"] == "+8613700137000"
    assert [(entry["source"], entry["value"]) for entry in customer["external_ids"]] == [("youzan", "17")]
    for wrong in (["--map", "name"], ["--map", "nonsense=No"], ["--policy", "some"], ["--into", "staff"]):
        assert run("import", str(odd), *wrong).status == 2


@pytest.mark.skipif(not DATA.is_dir(), reason="the real member sheets are not on this machine")
def test_a_real_shops_sheets(run: Runner) -> None:
    members = run.json("import", str(DATA / "nancycyzl_会员信息.xlsx"))
    assert (members["read"], members["new"]) == (13, 13)
    purchases = run("import", str(DATA / "nancycyzl_消费条目.xlsx"), "--into", "purchases", "--json")
    assert purchases.status == 1
    assert (purchases.json["new"], len(purchases.json["refused"])) == (19, 1)
    assert purchases.json["refused"][0]["row"]["ID"] == "10"
    assert run.json("import", str(DATA / "nancycyzl_会员信息.xlsx"))["action"] is None
    assert run.json("undo", str(purchases.json["action"]))["left"] == []
    assert run.json("undo", str(members["action"]))["left"] == []
    assert run("find", "").status == 1


def test_export_of_each_kind_in_each_format(run: Runner, members: Path, tmp_path: Path) -> None:
    run.json("import", str(members))
    run.json("do", "purchase.add", "customer=1", "total=12.50", "at=2026-11-01")
    run.json("do", "ticket.open", "customer=1", "subject=茶叶发霉")
    run.json("do", "follow_up.add", "customer=1", "title=回电", "due=2026-11-20")
    for what in ("customers", "purchases", "tickets", "agenda", "all"):
        for ending in ("csv", "xlsx", "json"):
            target = tmp_path / f"出 {what}.{ending}"
            report = run.json("export", what, "--to", str(target))
            assert report["format"] == ending
            assert all(Path(file).stat().st_mode & 0o777 == 0o600 for file in report["files"])
            assert sum(report["counts"].values()) >= 1
    exported = json.loads((tmp_path / "出 all.json").read_text(encoding="utf-8"))
    assert exported["customers"][0]["number"] == "C000001"
    assert exported["purchases"][0]["total"] == {"amount": 1250, "currency": "CNY"}
    result = run("export", "customers", "--to", str(tmp_path / "one.csv"), "--where", "李四")
    assert result.status == 0
    assert "one.csv" in result.out
    assert "王五" not in (tmp_path / "one.csv").read_text(encoding="utf-8-sig")


def test_export_that_cannot_be(run: Runner, members: Path, tmp_path: Path) -> None:
    run.json("import", str(members))
    inside = str(run.folder / "journal-1.jsonl")
    for status, words in (
        (2, ["customers"]),
        (2, ["nonsense", "--to", str(tmp_path / "x.csv")]),
        (2, ["customers", "--to", str(tmp_path / "x.doc")]),
        (2, ["customers", "--to", str(tmp_path / "nowhere" / "x.csv")]),
        (1, ["customers", "--to", inside]),
        (1, ["customers", "--to", str(tmp_path / "x.csv"), "--where", "没有人"]),
    ):
        result = run("export", *words)
        assert (result.status, result.out) == (status, "")
        assert result.err.count("\n") == 1
    assert not (tmp_path / "x.csv").exists()
    assert Runner(tmp_path / "no shop", run.clock, run._capsys)("export", "all", "--to", "x.csv").status == 3


def test_a_large_import_keeps_the_look_up_for_the_next_start(
    run: Runner, members: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run.json("import", str(members))
    assert not (run.folder / "cache" / "lookup").exists()
    monkeypatch.setattr("store.commands.exchange.MANY", 2)
    sheet = members.with_name("b.csv")
    sheet.write_text("姓名,手机\n赵六,13900139001\n孙七,13900139002\n", encoding="utf-8")
    run.json("import", str(sheet), "--dry-run")
    assert not (run.folder / "cache" / "lookup").exists()
    run.json("import", str(sheet))
    assert (run.folder / "cache" / "lookup").exists()
    assert [match["name"] for match in run.json("find", "孙七")["matches"]] == ["孙七"]


def test_demo_fills_an_empty_folder(run: Runner) -> None:
    document = run.json("demo", "--no-open", "--customers", "40", "--seed", "7")
    assert document["folder"] == str(run.folder)
    assert (document["customers"], document["seed"], document["language"]) == (40, 7, "en")
    assert len((run.folder / "journal-2.jsonl").read_bytes().splitlines()) == 1, (
        "nobody has to read it through"
    )
    assert run.json("agenda")["follow_ups"]
    assert run.json("tickets")["tickets"]
    assert run.json("show", "C000001")["purchases"]["count"] > 0
    assert run.json("history")["actions"][0]["kind"] == "demo.fill"
    refused = run("demo", "--no-open", "--json")
    assert refused.status == 3
    assert refused.json["error"]["kind"] == "unusable"


def test_demo_goes_on_where_a_first_start_was_cut_short(run: Runner) -> None:
    run.folder.mkdir()
    (run.folder / "lock").touch()
    (run.folder / "journal-1.jsonl").touch()
    run.json("demo", "--no-open", "--customers", "12")
    assert run.json("show", "C000001")["customer"]["name"]


def test_demo_goes_on_where_the_shop_was_made_and_not_filled(run: Runner) -> None:
    with open_shop(run.folder, by="mei", now=run.clock, create=True):
        pass
    run.json("demo", "--no-open", "--customers", "12")
    assert run("demo", "--no-open").status == 3


@pytest.mark.parametrize("name", ["notes.txt", "backups/shop.json", "shop-1.json", "people.json", "drafts/x"])
def test_demo_leaves_a_folder_alone_in_which_there_is_something(run: Runner, name: str) -> None:
    path = run.folder / name
    path.parent.mkdir(parents=True)
    path.write_text("{}", encoding="utf-8")
    assert run("demo", "--no-open").status == 3
    assert [found for found in run.folder.rglob("*") if found.is_file()] == [path]


def test_demo_is_the_same_for_the_same_seed(
    tmp_path: Path, clock: FrozenClock, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = []
    for name, seed in (("a", "7"), ("b", "7"), ("c", "8")):
        run = Runner(tmp_path / name, clock, capsys)
        run.json("demo", "--no-open", "--customers", "12", "--seed", seed)
        shown.append(run.json("show", "C000005"))
    assert shown[0] == shown[1]
    assert shown[0] != shown[2]


def test_demo_speaks_chinese(run: Runner) -> None:
    result = run("demo", "--no-open", "--customers", "12", "--json", lang="zh")
    assert result.json["language"] == "zh"
    assert any(match["name"][:1] >= "\u4e00" for match in run.json("find", "")["matches"])


def test_demo_without_a_folder_is_thrown_away(
    tmp_path: Path,
    clock: FrozenClock,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("CRM_TUI_DATA", str(tmp_path / "the real shop"))
    seen: list[Path] = []

    def opened(_app: object, folder: Path, by: str | None, **options: Any) -> int:
        seen.append(folder)
        assert (folder / "current").exists()
        assert by == "mei"
        assert options["create"] is False
        return 0

    monkeypatch.setattr(crm_tui.FullScreenApp, "require_terminal", lambda _app: None)
    monkeypatch.setattr(crm_tui.FullScreenApp, "open", opened)
    assert crm_tui.main(["demo", "--customers", "5", "--by", "mei", "--lang", "en"], now=clock) == 0
    assert len(seen) == 1
    assert list(tmp_path.iterdir()) == []
    assert crm_tui.main(["demo", "--customers", "5", "--no-open", "--lang", "en"], now=clock) == 0
    (kept,) = tmp_path.iterdir()
    assert str(kept) in capsys.readouterr().out
