"""Who waits for the lock: how often one asks, who is next, and who lets others go first. The clock is made up."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from store.engine import FileCalls, lock
from store.engine.lock import WriteLock
from store.errors import ShopBusy

NEXT, SELDOM = 0.00016, 0.004
"""Seconds: who is next sleeps less than the first between two questions, the others not less than the second."""


@dataclass
class Bench:
    """A lock that somebody has until a moment, and somebody else who waits for it."""

    files: FileCalls
    folder: Path
    held_until: float = 0.3
    now: float = 1000.0
    begun: float = 1000.0
    slept: list[tuple[float, float]] = field(default_factory=list)
    followed: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        (self.folder / "journal").touch()
        self.holder = WriteLock(self.files, self.folder / "lock")
        self.waiter = WriteLock(self.files, self.folder / "lock")
        self.turns = [os.open(self.folder / "journal", os.O_RDWR) for _number in range(2)]

    def close(self) -> None:
        self.holder.close()
        self.waiter.close()
        for turn in self.turns:
            os.close(turn)

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append((self.now - self.begun, seconds))
        self.now += seconds
        if self.now - self.begun >= self.held_until:
            self.holder.release()

    def wait(self, limit: float = 10.0) -> None:
        """The waiter takes the lock, which is free at `held_until`."""
        self.holder.acquire()
        self.begun = self.now
        self.slept.clear()
        self.followed.clear()
        self.waiter.acquire(limit, lambda: self.followed.append(self.now - self.begun), lambda: self.turns[0])

    def pauses(self, begin: float, end: float) -> list[float]:
        return [pause for at, pause in self.slept if begin < at < end]


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    found = Bench(FileCalls(), tmp_path)
    monkeypatch.setattr(lock, "time", found)
    yield found
    found.close()


def test_who_has_waited_for_long_is_next_asks_often_and_follows(bench: Bench) -> None:
    bench.wait()
    assert max(bench.pauses(0.01, 0.05)) > SELDOM / 4
    assert 0 < max(bench.pauses(0.07, 0.3)) < NEXT
    assert min(bench.followed) > 0.05, "before that, lines are left to be followed many at once"
    assert len(bench.followed) > 100
    assert bench.files.lock(bench.turns[1]), "somebody else can be next now"


def test_the_others_who_have_waited_for_long_ask_seldom(bench: Bench) -> None:
    assert bench.files.lock(bench.turns[1])
    bench.wait()
    assert min(bench.pauses(0.05, 0.3)) >= SELDOM
    assert bench.followed == []
    assert not bench.files.lock(bench.turns[0]), "the turn is still the other's"


def test_a_next_one_that_is_stopped_keeps_nobody_waiting(bench: Bench) -> None:
    assert bench.files.lock(bench.turns[1])
    bench.held_until = 1.2
    bench.wait()
    assert min(bench.pauses(0.05, 0.9)) >= SELDOM
    assert 0 < max(bench.pauses(1.02, 1.2)) < NEXT


def test_the_turn_is_left_also_by_who_gives_up(bench: Bench) -> None:
    bench.held_until = 5
    with pytest.raises(ShopBusy):
        bench.wait(0.5)
    assert bench.followed
    assert bench.files.lock(bench.turns[1])


def test_who_had_to_wait_steps_aside_for_who_is_next(bench: Bench) -> None:
    def change() -> list[tuple[float, float]]:
        bench.slept.clear()
        bench.waiter.acquire(turn=lambda: bench.turns[0])
        bench.waiter.release()
        return list(bench.slept)

    assert change() == []
    bench.wait()
    bench.waiter.release()
    assert change() == [], "nobody is next"
    assert bench.files.lock(bench.turns[1])
    assert [pause for _at, pause in change()] == [0.0002]
    bench.now += 1.5
    assert change() == [], "that was long ago"
    bench.files.unlock(bench.turns[1])
