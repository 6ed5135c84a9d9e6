"""Dates such as 03/04/1971 are read in one order a file, and it is said how."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.exchange.importing import import_file
from store.exchange.report import ImportReport
from store.records.customer import Customer
from store.shop import Shop


def taken(shop: Shop, tmp_path: Path, *rows: str) -> ImportReport:
    file = tmp_path / "members.csv"
    file.write_text("name,birthday,anniversary\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return import_file(shop, file)


def birthdays(shop: Shop) -> list[tuple[int | None, int, int]]:
    return [
        (entry.year, entry.month, entry.day) for one in shop.records.every(Customer) for entry in one.dates
    ]


@pytest.mark.parametrize(
    ("region", "day"), [("GB", "1971-04-03"), ("US", "1971-03-04"), ("CN", "1971-03-04")]
)
def test_without_a_sure_one_the_country_decides(shop: Shop, tmp_path: Path, region: str, day: str) -> None:
    shop.do("settings.set", region=region)
    report = taken(shop, tmp_path, "Ann,03/04/1971,")
    assert report.dates == f"03/04/1971 was read as {day}, as is usual in the shop's country ({region})."
    assert report.warnings[0] == report.dates
    assert "{:d}-{:02d}-{:02d}".format(*birthdays(shop)[0]) == day


def test_one_sure_date_decides_for_the_whole_file(shop: Shop, tmp_path: Path) -> None:
    report = taken(shop, tmp_path, "Ann,03/04/1971,", "Bob,,25/12/1999")
    assert birthdays(shop) == [(1971, 4, 3), (1999, 12, 25)]
    assert report.dates == "03/04/1971 was read as 1971-04-03: other dates of the file show the order."


def test_dates_without_a_year_follow_too(shop: Shop, tmp_path: Path) -> None:
    shop.do("settings.set", region="GB")
    report = taken(shop, tmp_path, "Ann,3/4,")
    assert birthdays(shop) == [(None, 4, 3)]
    assert "3/4 was read as 04-03" in report.dates


def test_where_nothing_is_in_doubt_nothing_is_said(shop: Shop, tmp_path: Path) -> None:
    report = taken(shop, tmp_path, "Ann,25/12/1971,", "Bob,5/5/1990,", "Cy,1988-03-05,", "Di,3月5日,")
    assert report.dates == ""
    assert report.warnings == []
