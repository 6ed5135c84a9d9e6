"""The country of a shop that a command makes, and what is told of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.records.customer import Customer
from store.shop import open_shop
from tests.commands.running import Runner
from tests.helpers import FrozenClock


@pytest.fixture
def run(folder: Path, clock: FrozenClock, capsys: pytest.CaptureFixture[str]) -> Runner:
    return Runner(folder, clock, capsys)


@pytest.fixture
def members(tmp_path: Path) -> Path:
    file = tmp_path / "members.csv"
    file.write_text("name,phone\nAda,1-860-555-0163\n", encoding="utf-8")
    return file


def test_the_first_import_takes_the_country_from_the_machine(
    run: Runner, folder: Path, members: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    done = run("import", str(members))
    assert done.status == 0
    assert "read as those of US, money is USD, the time zone America/New_York" in done.err
    with open_shop(folder, by="mei") as shop:
        assert [one.phones for one in shop.records.every(Customer)] == [("+18605550163",)]
        assert (shop.settings.currency, shop.settings.region) == ("USD", "US")
        assert not shop.is_set_up
    assert "New shop" not in run("import", str(members)).err


def test_a_machine_that_says_nothing_says_so(
    run: Runner, folder: Path, members: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TZ")
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setattr("store.place.guess_zone", lambda _environ=None: "")
    assert "read as those of CN" in run("import", str(members)).err


def test_in_china_nothing_is_said(run: Runner, members: Path) -> None:
    assert "New shop" not in run("import", str(members)).err


def test_another_country_says_how_many_numbers_changed(run: Runner, members: Path) -> None:
    run("import", str(members))
    done = run("do", "settings.set", "region=us")
    assert "1 telephone number was read anew, as one of US." in done.err


def test_a_country_that_is_none_is_named_by_its_field(run: Runner, members: Path) -> None:
    run("import", str(members))
    done = run("do", "settings.set", "region=Narnia")
    assert done.status == 1
    assert done.err.strip() == 'region: "Narnia" is not a country, such as US, GB or CN'
