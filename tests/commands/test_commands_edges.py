"""What can be wrong around a command: folders, languages, terminals, pipes, and errors nobody foresaw."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import crm_tui
from store.commands.output import cells, fit, table, wrap
from store.commands.table import COMMANDS
from store.engine.files import FileCalls
from store.paths import data_folder, who_acts
from store.shop import open_shop
from tests.commands.running import ROOT, Runner, in_process_of_its_own
from tests.helpers import FrozenClock

READING = (["find", "王"], ["show", "C000001"], ["tickets"], ["agenda"], ["history"], ["check"])
CHANGING = (["do", "customer.create", "name=新"], ["undo"])


@pytest.fixture
def empty(folder: Path, clock: FrozenClock, capsys: pytest.CaptureFixture[str]) -> Runner:
    return Runner(folder, clock, capsys)


@pytest.fixture
def run(empty: Runner) -> Runner:
    open_shop(empty.folder, by="mei", now=empty.clock, create=True).close()
    empty.json("do", "customer.create", "name=王五", "phone=13800138000")
    return empty


def assert_one_sentence(run: Runner, words: list[str], status: int, kind: str) -> None:
    result = run(*words)
    assert (result.status, result.out) == (status, "")
    assert result.err.count("\n") == 1
    as_json = run(*words, "--json")
    assert as_json.status == status
    assert as_json.json["error"]["kind"] == kind
    assert as_json.json["error"]["message"] == result.err.strip()


def content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "cache" not in path.parts
    }


@pytest.mark.parametrize(
    "words", [*READING, *CHANGING, ["backup", "/tmp/x"], ["snapshot", "/tmp/x"]], ids=" ".join
)
def test_a_missing_folder_is_3_and_is_not_made(empty: Runner, words: list[str]) -> None:
    assert_one_sentence(empty, words, 3, "missing")
    assert not empty.folder.exists()
    empty.folder.mkdir()
    assert_one_sentence(empty, words, 3, "missing")
    assert list(empty.folder.iterdir()) == []


@pytest.mark.parametrize("words", [*READING[:-1], *CHANGING], ids=" ".join)
def test_damage_is_3_and_changes_nothing(run: Runner, words: list[str]) -> None:
    journal = next(run.folder.glob("journal-*.jsonl"))
    run.json("do", "customer.create", "name=李四")
    text = bytearray(journal.read_bytes())
    text[text.index("王五".encode())] ^= 1
    journal.write_bytes(text)
    before = content(run.folder)
    assert_one_sentence(run, words, 3, "damaged")
    assert content(run.folder) == before


@pytest.mark.parametrize("words", [*READING, *CHANGING], ids=" ".join)
def test_a_newer_format_is_3_and_changes_nothing(run: Runner, words: list[str]) -> None:
    pointer = run.folder / "current"
    pointer.write_text(pointer.read_text().replace('"format":1', '"format":99'))
    before = content(run.folder)
    if words == ["check"]:
        assert run("check").status == 3
    else:
        assert_one_sentence(run, words, 3, "newer_format")
    assert content(run.folder) == before


def deny(monkeypatch: pytest.MonkeyPatch, folder: Path, *, reading: bool) -> None:
    """Let the system refuse what a user without rights would be refused; tests may run as root."""
    real = FileCalls.open

    def refusing(self: FileCalls, path: Path, flags: int) -> int:
        writes = flags & (os.O_RDWR | os.O_WRONLY | os.O_CREAT)
        if Path(path).is_relative_to(folder) and (reading or writes):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return real(self, path, flags)

    monkeypatch.setattr(FileCalls, "open", refusing)


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_without_the_right_to_write_reading_works(
    run: Runner, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    deny(monkeypatch, run.folder, reading=False)
    before = content(run.folder)
    assert run(*words).status == 0
    assert content(run.folder) == before


def test_without_the_right_to_write_a_dry_run_says_what_would_happen(
    run: Runner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    known = run.json("find", "id:1")["matches"][0]["name"]
    sheet = tmp_path / "rows.csv"
    sheet.write_text(
        f"客户编号,姓名,手机\nC000001,{known},13900139777\n,孙七,13900139778\n", encoding="utf-8"
    )
    wanted = run.json("import", str(sheet), "--dry-run")
    deny(monkeypatch, run.folder, reading=False)
    before = content(run.folder)
    report = run.json("import", str(sheet), "--dry-run")
    assert report == wanted
    assert report["new"] >= 1
    assert content(run.folder) == before
    assert run("import", str(sheet)).status == 3


@pytest.mark.parametrize("words", CHANGING, ids=" ".join)
def test_without_the_right_to_write_changing_is_3(
    run: Runner, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    deny(monkeypatch, run.folder, reading=False)
    before = content(run.folder)
    assert_one_sentence(run, words, 3, "no_rights")
    assert content(run.folder) == before


def test_without_the_right_to_read_everything_is_3(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    deny(monkeypatch, run.folder, reading=True)
    for words in (*READING, *CHANGING):
        result = run(*words)
        assert result.status == 3, words
        assert result.err.count("\n") == 1


def test_a_path_with_spaces_and_characters(tmp_path: Path, clock: FrozenClock, capsys: Any) -> None:
    run = Runner(tmp_path / "我的 店铺 $HOME", clock, capsys)
    open_shop(run.folder, by="mei", now=clock, create=True).close()
    run.json("do", "customer.create", "name=王五")
    assert run.json("find", "wangwu")["matches"][0]["number"] == "C000001"
    assert run.json("backup", str(tmp_path / "备 份.json"))["bytes"] > 0


HOSTILE = [
    "王[VIP]",
    "[/] 退货",
    "\x1b]0;pwned\x07\x1b[2J王",
    "龘" * 80,
    "abc\u202egnp.exe\u200b\u2066",
    "\x9b31m王",
    "a\tb",
]


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_hostile_names_never_reach_the_terminal_as_commands(run: Runner, name: str) -> None:
    run.json(
        "do", "customer.create", f"name={name}", f"red_note={name}\n{name}", f"tags={json.dumps([name])}"
    )
    run.json("do", "ticket.open", "customer=2", f"subject={name}")
    run.json("do", "follow_up.add", "customer=2", f"title={name}", "due=2026-11-20")
    run.json("do", "interaction.log", "customer=2", f"text={name}")
    for words in (["show", "id:2"], ["find", ""], ["tickets"], ["agenda"], ["history"], ["undo"]):
        for extra in ([], ["--json"]):
            if words == ["undo"] and extra:
                continue
            result = run(*words, *extra)
            assert result.status == 0, result.err
            for character in result.out + result.err:
                assert character == "\n" or not (ord(character) < 32 or 0x7F <= ord(character) < 0xA0), ascii(
                    result.out
                )
                assert character not in "\u202e\u200b\u2066"
    assert run.json("show", "id:2")["customer"]["name"] == name


def test_hostile_words_on_the_command_line_are_shown_harmless(run: Runner) -> None:
    for words in (["find", "\x1b[2J"], ["\x1b[2J"], ["do", "\x1b[2J"], ["find", "x", "--\x1b[2J"]):
        result = run(*words)
        assert result.status in (1, 2)
        assert "\x1b" not in result.out + result.err


def test_help_of_everything_in_english(empty: Runner) -> None:
    main = empty("--help")
    assert main.status == 0
    for command in COMMANDS:
        assert f"  {command.name}" in main.out
        assert command.help in main.out
        own = empty(command.name, "--help")
        assert own.status == 0
        assert own.out.startswith(f"usage: crm-tui {command.name} [options]")
        for option in ("--data", "--lang", "--by", "--json"):
            assert option in own.out


def test_help_of_everything_in_chinese(empty: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for words in ([], *([command.name] for command in COMMANDS)):
        result = empty(*words, "--help", lang="zh")
        assert result.status == 0
        assert result.out.startswith(" ".join(["用法：crm-tui", *words]))
        assert max(map(cells, result.out.splitlines())) <= 80
        assert "选项" in result.out
        for english in ("usage", "options", "show this", "positional", "commands:", "the folder"):
            assert english not in result.out, words


def test_wrong_usage_in_chinese(empty: Runner) -> None:
    for words, told in (
        (["find"], "缺少参数"),
        (["find", "x", "--nonsense"], "不认识的参数"),
        (["find", "x", "--limit"], "后面要有一个值"),
        (["import", "x", "--into", "y"], "只能是"),
        (["fnd"], "没有 fnd 这个命令"),
    ):
        result = empty(*words, lang="zh")
        assert result.status == 2
        assert told in result.err


def test_the_language_is_chosen_by_option_then_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CRM_TUI_LANG", "zh")
    assert crm_tui.main(["find", "--help"]) == 0
    assert capsys.readouterr().out.startswith("用法")
    assert crm_tui.main(["find", "--help", "--lang", "en"]) == 0
    assert capsys.readouterr().out.startswith("usage")
    assert crm_tui.main(["--lang=en", "find", "--help"]) == 0
    assert capsys.readouterr().out.startswith("usage")


def test_version(empty: Runner) -> None:
    result = empty("--version")
    assert result.status == 0
    assert result.out.startswith("crm-tui 0.")


def test_where_the_shop_lies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert data_folder("a b", {"CRM_TUI_DATA": "/elsewhere"}) == Path.cwd() / "a b"
    assert data_folder(None, {"CRM_TUI_DATA": "/elsewhere"}) == Path("/elsewhere")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    if sys.platform == "linux":
        assert data_folder(None, {}) == tmp_path / "crm-tui"


def test_who_acts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert who_acts("mei", {"CRM_TUI_BY": "lin"}) == "mei"
    assert who_acts(None, {"CRM_TUI_BY": "lin"}) == "lin"
    monkeypatch.setattr("getpass.getuser", lambda: "desk")
    assert who_acts(None, {}) == "desk"

    def nobody() -> str:
        raise KeyError

    monkeypatch.setattr("getpass.getuser", nobody)
    assert who_acts(None, {}) is None


def test_without_a_command_the_app_is_opened(empty: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []

    def opened(_app: object, folder: Path, by: str | None, **options: Any) -> int:
        seen.append((folder, by, options))
        return 0

    monkeypatch.setattr(crm_tui.FullScreenApp, "open", opened)
    for words in (["--lean"], ["--no-lean"], []):
        assert empty(*words).status == 0
    common = {"named": True, "create": True, "mouse": False}
    assert seen == [(empty.folder, "mei", {**common, "lean": lean}) for lean in (True, False, None)]


def test_the_app_refuses_what_is_no_terminal(empty: Runner) -> None:
    result = empty()
    assert result.status == 2
    assert result.err.count("\n") == 1
    assert not empty.folder.exists()


def test_what_nobody_foresaw_is_a_sentence_with_a_log(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("broken\x1b[2J")

    monkeypatch.setattr("store.commands.lists.table", broken)
    run.json("do", "customer.create", "name=王五")
    result = run("tickets")
    assert result.status == 3
    assert result.err.count("\n") == 1
    assert "Traceback" not in result.err
    assert "\x1b" not in result.err
    log = run.folder / "crash.log"
    assert str(log) in result.err
    assert "RuntimeError" in log.read_text(encoding="utf-8")
    assert log.stat().st_mode & 0o777 == 0o600


def test_the_log_of_a_crash_goes_into_no_folder_that_is_no_shop(
    empty: Runner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("platformdirs.user_state_path", lambda *_, **__: tmp_path / "state" / "crm-tui")
    monkeypatch.setattr("store.commands.call.Call.open_shop", broken)
    monkeypatch.setattr("store.commands.call.Call.open_database", broken)
    empty.folder.mkdir()
    (empty.folder / "notes.txt").touch()
    result = empty("tickets")
    assert result.status == 3
    assert [path.name for path in empty.folder.iterdir()] == ["notes.txt"]
    log = tmp_path / "state" / "crm-tui" / "crash.log"
    assert str(log) in result.err
    assert log.stat().st_mode & 0o777 == 0o600
    assert log.parent.stat().st_mode & 0o777 == 0o700


def test_ctrl_c_is_130_and_nothing_is_half_done(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    before = content(run.folder)
    monkeypatch.setattr("store.actions.change.Change._touch", stopped)
    result = run("do", "customer.edit", "customer=1", "call_as=王姐")
    assert (result.status, result.out) == (130, "")
    assert "Stopped" in result.err
    assert {name: text for name, text in content(run.folder).items() if name != "lock"} == {
        name: text for name, text in before.items() if name != "lock"
    }


# In processes of their own


def test_from_any_folder_and_without_textual(run: Runner, tmp_path: Path) -> None:
    found = in_process_of_its_own("--data", str(run.folder), "find", "王", "--json", cwd=tmp_path)
    assert found.returncode == 0, found.stderr
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import crm_tui\n"
        "for words in (['find', '王'], ['show', 'C000001'], ['do', 'customer.create', 'name=李'], ['history'],\n"
        "              ['tickets'], ['agenda'], ['undo'], ['check'], ['--help']):\n"
        "    assert crm_tui.main(['--data', sys.argv[2], '--lang', 'en', *words]) == 0, words\n"
        "heavy = {'textual', 'rich', 'pypinyin', 'openpyxl', 'python_calamine', 'xlsxwriter', 'screens', 'widgets'}\n"
        "print('HEAVY', sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT), str(run.folder)],
        capture_output=True, text=True, encoding="utf-8", check=False, timeout=120, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "HEAVY []" in done.stdout


def test_find_leaves_out_the_rules_and_actions(run: Runner) -> None:
    run.json("find", "王")
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import crm_tui\n"
        "crm_tui.main(['--data', sys.argv[2], '--lang', 'en', 'find', '王'])\n"
        "print('HEAVY', sorted({'store.actions', 'store.shop', 'phonenumbers', 'dateutil'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT), str(run.folder)],
        capture_output=True, text=True, encoding="utf-8", check=True, timeout=120,
    )  # fmt: skip
    assert "HEAVY []" in done.stdout


@pytest.mark.skipif(os.name != "posix", reason="pipes of a shell")
def test_a_reader_that_leaves_is_no_error(run: Runner) -> None:
    for number in range(200):
        run.json("do", "customer.create", f"name=王{number}", "note=" + "长" * 500)
    command = f'"{sys.executable}" "{ROOT / "crm_tui.py"}" --data "{run.folder}" --by mei history --json | head -c 10'
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"],
        capture_output=True, check=False, timeout=120, env={**os.environ, "CRM_TUI_LANG": "en"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(done.stdout) == 10


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_an_answer_that_cannot_be_written_is_3(run: Runner) -> None:
    for command, status in (
        ("history --json > /dev/full", 3),
        ("history > /dev/full", 3),
        ("history >&-", 0),
        ("find nobody 2>&-", 1),
    ):
        line = f'"{sys.executable}" "{ROOT / "crm_tui.py"}" --data "{run.folder}" {command}'
        done = subprocess.run(
            ["bash", "-c", line],
            capture_output=True, check=False, timeout=120, env={**os.environ, "CRM_TUI_LANG": "en"},
        )  # fmt: skip
        assert done.returncode == status, command
        assert b"Traceback" not in done.stderr
        assert b"Exception" not in done.stderr


def test_bytes_that_are_no_text(run: Runner) -> None:
    broken = os.fsdecode(b"\xff\xfe")
    created = run.json("do", "customer.create", f"name=x{broken}", by=f"a{broken}")
    shown = run.json("show", f"id:{created['created'][0]['id']}")["customer"]
    assert shown["name"] == "x\ufffd\ufffd"
    assert shown["created_by"] == "a\ufffd\ufffd"
    assert run("find", broken).status == 1


def test_output_is_utf8_whatever_the_locale(run: Runner) -> None:
    for lang in ("C", "POSIX", "en_US.ISO-8859-1"):
        found = in_process_of_its_own(
            "--data", str(run.folder), "find", "C000001", environ={"LC_ALL": lang, "PYTHONUTF8": "0"}
        )
        assert found.returncode == 0, found.stderr
        assert "王五" in found.stdout


def test_several_at_once_all_get_in(run: Runner) -> None:
    line = [sys.executable, str(ROOT / "crm_tui.py"), "--data", str(run.folder), "--lang", "en", "do"]
    running = [
        subprocess.Popen(
            [*line, "customer.create", f"name=客{number}", "--by", f"s{number}"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for number in range(6)
    ]  # fmt: skip
    for process in running:
        _out, err = process.communicate(timeout=120)
        assert (process.returncode, err) == (0, b"")
    entries = run.json("history")["actions"]
    assert sorted(entry["by"] for entry in entries) == ["mei", *(f"s{number}" for number in range(6))]
    assert [entry["action"] for entry in entries] == list(range(7, 0, -1))
    assert len(run.json("find", "客")["matches"]) == 6


# Columns


def test_cells_are_columns_of_a_terminal() -> None:
    assert cells("abc") == 3
    assert cells("王五") == 4
    assert cells("e\u0301") == 1
    assert cells("Ａ") == 2
    assert fit("王五", 6) == "王五  "
    assert fit("王五六", 5) == "王五…"
    assert fit("王五六", 4) == "王… "
    assert wrap("one two three", 8) == ["one two", "three"]
    assert wrap("一二三四五", 6) == ["一二三", "四五"]
    assert wrap("", 6) == [""]
    assert table([("王五", "", "x"), ("ab", "", "y")]) == ["王五  x", "ab    y"]
