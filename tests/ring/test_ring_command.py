"""`crm-tui ring NUMBER`: quick, one sentence, no terminal library, no backup."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from store import backups
from store.shop import Shop
from tests.commands.running import ROOT, Runner
from tests.helpers import FrozenClock


@pytest.fixture
def crm(shop: Shop, folder: Path, clock: FrozenClock, capsys: pytest.CaptureFixture[str]) -> Runner:
    shop.do("customer.create", name="王五", call_as="王姐", phone="138 0013 8000", red_note="Prawns!")
    shop.do("follow_up.add", customer=1, title="send samples", due="tomorrow", is_promise=True)
    return Runner(folder, clock, capsys)


def test_a_known_caller(crm: Runner, shop: Shop) -> None:
    answer = crm.json("ring", "138 0013 8000")
    assert answer["action"] is not None
    assert answer["ring"]["number"] == "+8613800138000"
    (match,) = answer["ring"]["matches"]
    assert match == {
        "id": 1,
        "number": "C000001",
        "name": "王五",
        "phones": ["+8613800138000"],
        "matched": {"field": "phone", "text": "+8613800138000"},
        "score": 1000,
    }
    assert shop.watch()
    assert shop.rings.showing()[0].interaction.id == answer["ring"]["interaction"]
    said = crm("ring", "13800138000")
    assert said.status == 0
    assert "王五" in said.out
    assert "1 promise" in said.out
    assert "Prawns!" in said.out


def test_an_unknown_caller_is_no_failure(crm: Runner) -> None:
    said = crm("ring", "0755-12345678")
    assert (said.status, said.err) == (0, "")
    assert "is nobody's number yet" in said.out
    assert crm.json("ring", "13911112222")["ring"]["matches"] == []


@pytest.mark.parametrize("words", [(), ("",), ("anonymous",), ("unknown",)])
def test_a_withheld_number_is_said_in_one_sentence(crm: Runner, words: tuple[str, ...]) -> None:
    said = crm("ring", *words)
    assert said.status == 0
    assert said.out == "The caller does not show their number.\n"


def test_what_is_no_number_is_refused(crm: Runner, shop: Shop) -> None:
    said = crm("ring", "hello")
    assert said.status == 1
    assert said.err == '"hello" is no telephone number.\n'
    assert shop.rings.open() == []


def test_the_telephone_does_not_wait_for_a_backup(crm: Runner, folder: Path) -> None:
    assert crm("ring", "13800138000").status == 0
    assert not backups.backup_folder(folder).exists()


def test_the_missed_call_is_on_the_agenda_and_goes_into_every_export(
    crm: Runner, clock: FrozenClock, tmp_path: Path
) -> None:
    ring = crm.json("ring", "13911112222")["ring"]["interaction"]
    clock.move(minutes=10)
    entries = crm.json("agenda")["follow_ups"]
    assert [entry["ring"] for entry in entries] == [ring, None]
    assert entries[0]["customer"]["name"] == "+8613911112222"
    assert "call back +8613911112222" in crm("agenda").out
    for name in ("all.xlsx", "all.json"):
        assert crm("export", "all", "--to", str(tmp_path / name)).status == 0
    assert crm("check").status == 0
    assert "call came in" in crm("history").out
    assert crm("do", "interaction.log", f"ring={ring}", "outcome=wrong").status == 0
    assert len(crm.json("agenda")["follow_ups"]) == 1


def test_it_loads_no_terminal_library_and_writes_no_backup_code() -> None:
    code = "import sys, store.commands.ring, store.shop; print('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    loaded = set(done.stdout.split())
    assert not {name for name in loaded if name.split(".")[0] in {"textual", "rich"}}
    assert "store.backups" not in loaded
