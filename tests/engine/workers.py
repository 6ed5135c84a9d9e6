"""What the engine's tests run in processes of their own: `python -m tests.engine.workers NAME FOLDER …`."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path

from tinydb.operations import increment

from store.engine import open_database
from store.engine.background import compact_beside


def count(folder: Path, times: int, compact_at: int) -> None:
    """Count one document up, and insert a row with each step."""
    with open_database(folder, compact_at=compact_at, lock_timeout=120) as db:
        for _time in range(times):
            with db.transaction("count"):
                db.table("counter").update(increment("n"), doc_ids=[1])
                db.table("rows").insert({"pid": os.getpid()})


def pay(folder: Path, seed: int, compact_at: int) -> None:
    """Until killed: a purchase and the customer's total in one action, then the action's number on stdout."""
    chance = random.Random(seed)
    with open_database(folder, compact_at=compact_at, lock_timeout=60) as db:
        while True:
            amount = chance.randrange(1, 100)
            customer = chance.randrange(1, 6)
            padding = "x" * chance.choice((10, 10, 10, 1000, 100_000))
            with db.transaction("pay") as transaction:
                row = transaction.next_id("purchases")
                transaction.put(
                    "purchases", row, {"customer": customer, "amount": amount, "padding": padding}
                )
                document = db.table("customers").get(doc_id=customer) or {"total": 0}
                transaction.put("customers", customer, {"total": document["total"] + amount})
            sys.stdout.write(f"{transaction.action} {row}\n")
            sys.stdout.flush()


def watch(folder: Path, until: int) -> None:
    """Follow until that action, and see at every look that totals and purchases agree and no action is missed."""
    seen = 0
    with open_database(folder, read_only=True) as db:
        seen = db.action
        while seen < until:
            for commit in db.follow():
                if commit.action != seen + 1:
                    sys.exit(f"after {seen} came {commit.action}")
                seen = commit.action
            rows = len(list(db.all_raw("rows")))
            counter = db.raw("counter", 1)
            if counter != b'{"n":%d}' % rows:
                sys.exit(f"{rows} rows, but {counter!r}")


def hold(folder: Path) -> None:
    """Take the lock, say so, and stop until killed."""
    with open_database(folder) as db, db.transaction():
        db.insert({"held": True})
        sys.stdout.write("held\n")
        sys.stdout.flush()
        signal.pause()


def hold_lines(folder: Path) -> None:
    """Take the lock, write lines of a large action, say so, and stop until killed."""
    with open_database(folder) as db, db.transaction("import") as transaction:
        for row in range(20):
            transaction.put("large", row + 1, {"text": "x" * 100_000})
        sys.stdout.write("held\n")
        sys.stdout.flush()
        signal.pause()


def wait(folder: Path, number: int) -> None:
    """Say that it begins, insert once when the lock is free, and say when that was (seconds of the machine)."""
    with open_database(folder, lock_timeout=60) as db:
        sys.stdout.write("begun\n")
        sys.stdout.flush()
        db.table("rows").insert({"n": number})
        sys.stdout.write(f"{time.clock_gettime(time.CLOCK_MONOTONIC)}\n")


def compact(folder: Path, times: int, _seed: int) -> None:
    """Compact again and again, under the lock and beside the work in turn, until that was done so many times."""
    done = 0
    with open_database(folder, lock_timeout=120) as db:
        while done < times:
            if done % 2:
                done += compact_beside(db._engine)
            else:
                db.compact()
                done += 1


def slow(folder: Path) -> None:
    """Take the lock, say so, and end the change when stopped and woken."""
    with open_database(folder) as db, db.transaction():
        db.insert({"n": "held"})
        woken: list[int] = []
        signal.signal(signal.SIGCONT, lambda number, _frame: woken.append(number))
        sys.stdout.write("held\n")
        sys.stdout.flush()
        while not woken:
            time.sleep(0.005)


def main() -> None:
    """Run the worker that the command line names."""
    name, folder, *numbers = sys.argv[1:]
    workers = {
        "compact": compact,
        "count": count,
        "hold": hold,
        "hold_lines": hold_lines,
        "pay": pay,
        "slow": slow,
        "wait": wait,
        "watch": watch,
    }
    workers[name](Path(folder), *map(int, numbers))  # type: ignore[operator]


if __name__ == "__main__":
    main()
