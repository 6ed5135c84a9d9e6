"""What all tests share: a frozen clock, English words, a shop in a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import locales
from store.shop import Shop, open_shop
from tests.helpers import FrozenClock

# Times never fail a test, those of a busy machine neither.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many states after a power cut were looked at."""
    passed = [
        report for report in terminalreporter.stats.get("passed", ()) if hasattr(report, "user_properties")
    ]
    states = sum(
        number for report in passed for name, number in report.user_properties if name == "crash states"
    )
    if states:
        terminalreporter.write_line(f"{states:,} states after a power cut were looked at")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Tests read English unless they ask for another language."""
    locales.use("en")
    yield
    locales.use("en")


@pytest.fixture(autouse=True)
def in_china(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shops are made on a machine in Shanghai unless a test says otherwise, wherever the tests run."""
    monkeypatch.setenv("TZ", "Asia/Shanghai")


@pytest.fixture
def clock() -> FrozenClock:
    """The frozen clock."""
    return FrozenClock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the shop of the test lies."""
    return tmp_path / "shop"


@pytest.fixture
def shop(folder: Path, clock: FrozenClock) -> Iterator[Shop]:
    """A new, empty shop, with mei at the counter."""
    with open_shop(folder, by="mei", now=clock, create=True) as opened:
        yield opened
