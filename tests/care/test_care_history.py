"""The history and undo over the whole life of a shop: through kept journals, and how far they are kept."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from store import retention
from store.errors import NotFound, Refused
from store.shop import Shop, open_shop
from tests.commands.running import Runner
from tests.helpers import FrozenClock


def live(shop: Shop, clock: FrozenClock, years: int) -> None:
    """Years of a shop, compacted each quarter: one call a month to the first customer, others besides."""
    shop.do("settings.set", shop_name="茶馆")
    shop.do("customer.create", name="王五", phone="13800138000")
    shop.do("customer.create", name="李四")
    for month in range(12 * years):
        clock.move(days=30)
        shop.do("interaction.log", customer=1, text=f"第{month}个月")
        shop.do("customer.edit", customer=2, note=f"{month}")
        if month % 3 == 2:
            shop.database.compact()


def test_the_history_of_a_customer_goes_back_years(shop: Shop, clock: FrozenClock) -> None:
    live(shop, clock, 5)
    found = shop.history(customer=1, limit=1000)
    assert [entry.kind for entry in found] == ["interaction.log"] * 60 + ["customer.create"]
    assert [entry.changes[0].after["text"] for entry in found[:-1]] == [
        f"第{n}个月" for n in range(59, -1, -1)
    ]
    assert (found[0].at - found[-1].at).days == 1800
    assert len(list((shop.folder / "journals").iterdir())) == 20


def test_undo_reaches_through_compactions(shop: Shop, clock: FrozenClock) -> None:
    live(shop, clock, 1)
    first = next(entry for entry in reversed(shop.history(limit=1000)) if entry.kind == "interaction.log")
    done = shop.undo(first.action)
    assert [(ref.table, ref.id) for ref in done.changed] == [("interactions", 1)]
    entry = next(entry for entry in shop.history(limit=1000) if entry.action == first.action)
    assert entry.undone_by == done.action
    shop.database.compact()
    assert done.action is not None
    shop.undo(done.action)
    assert shop.database.table("interactions").get(doc_id=1)["text"] == "第0个月"


def test_a_process_that_stayed_reads_on_through_foreign_compactions(
    shop: Shop, clock: FrozenClock, folder: Path
) -> None:
    live(shop, clock, 1)
    with open_shop(folder, by="bo", now=clock) as other:
        entries = iter(other.database.commits())
        head = [commit.action for commit in itertools.islice(entries, 3)]
        shop.do("customer.edit", customer=2, note="x")
        shop.database.compact()
        rest = [commit.action for commit in entries]
        assert head + rest == list(range(head[0], 0, -1))


def test_what_is_older_than_the_setting_is_removed_and_a_line_says_so(
    shop: Shop, clock: FrozenClock, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    live(shop, clock, 5)
    assert retention.remove_old_journals(shop) is None
    assert len(list((folder / "journals").iterdir())) == 20
    shop.do("settings.set", keep_journals_months=24)
    action = retention.remove_old_journals(shop)
    assert action is not None
    assert retention.remove_old_journals(shop) is None
    entries = shop.history(limit=1000)
    assert entries[0].kind == "shop.forget"
    assert entries[0].title == "history before this removed, as the settings say"
    oldest = entries[-1]
    assert oldest.action == shop.settings.history_from
    assert (clock() - oldest.at).days < 24 * 31 + 100
    assert (clock() - oldest.at).days > 24 * 28
    with pytest.raises(Refused):
        shop.undo(action)
    with pytest.raises(NotFound):
        shop.undo(5)
    # What is there now is as it was, and check knows why the older journals are missing.
    assert len(shop.customers.file(1).interactions) == 60
    shop.close()
    run = Runner(folder, clock, capsys)
    assert run("check").status == 0
    assert run("history", "C000001", "--json").status == 0
    next(iter(sorted((folder / "journals").iterdir()))).unlink()
    assert run("check").status == 3
