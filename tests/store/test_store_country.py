"""The shop's country: suggested by the machine, read as people write it, and numbers read anew when it changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.actions.reading_again import NumbersRead
from store.errors import Refused
from store.place import Place, guess_place
from store.records.countries import country_code, country_of_zone, zone_of_city, zone_of_country
from store.shop import Shop


@pytest.mark.parametrize(
    ("language", "environ", "place"),
    [
        ("en", {"TZ": "America/New_York"}, Place("America/New_York", "US", "USD")),
        ("zh", {"TZ": "America/New_York"}, Place("America/New_York", "US", "USD")),
        ("en", {"TZ": "Europe/London", "LANG": "en_US.UTF-8"}, Place("Europe/London", "GB", "GBP")),
        ("en", {"TZ": "Asia/Shanghai", "LANG": "en_US.UTF-8"}, Place("Asia/Shanghai", "CN", "CNY")),
        ("en", {"TZ": "US/Pacific"}, Place("US/Pacific", "US", "USD")),
        ("en", {"LANG": "en_GB.UTF-8"}, Place("Europe/London", "GB", "GBP")),
        ("en", {"LANG": "zh_CN.UTF-8"}, Place("Asia/Shanghai", "CN", "CNY")),
        ("en", {"LANG": "C.UTF-8"}, Place()),
        ("zh", {"LANG": "C.UTF-8"}, Place("Asia/Shanghai", "CN", "CNY")),
        ("zh", {"LANG": "en_US.UTF-8"}, Place("Asia/Shanghai", "CN", "CNY")),
        ("zh", {"LANG": "zh_TW.UTF-8"}, Place("Asia/Taipei", "TW", "TWD")),
    ],
)
def test_zone_then_locale_then_language_say_where_a_shop_is(
    monkeypatch: pytest.MonkeyPatch, language: str, environ: dict[str, str], place: Place
) -> None:
    monkeypatch.setattr(Path, "resolve", lambda _self: Path("/usr/share/zoneinfo/Etc/UTC"))
    assert guess_place(language, environ) == place


@pytest.mark.parametrize(
    ("text", "code"),
    [("us", "US"), ("UK", "GB"), (" gb ", "GB"), ("美国", "US"), ("Narnia", None), ("ZZ", None)],
)
def test_a_country_is_read_as_people_write_it(text: str, code: str | None) -> None:
    assert country_code(text) == code


def test_without_a_table_of_zones_the_large_ones_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    from store.records import countries

    monkeypatch.setattr(countries, "_zone_table", lambda: "")
    countries._zones.cache_clear()
    try:
        assert country_of_zone("Europe/London") == "GB"
        assert zone_of_country("US") == "America/New_York"
        assert country_of_zone("Etc/UTC") == ""
    finally:
        countries._zones.cache_clear()
    assert zone_of_city("new york") == "America/New_York"
    assert zone_of_country("AU") == "Australia/Sydney"


def test_settings_are_stored_as_they_are_meant(shop: Shop) -> None:
    shop.do("settings.set", region="uk", currency="gbp", time_zone="London")
    assert (shop.settings.region, shop.settings.currency, shop.settings.time_zone) == (
        "GB",
        "GBP",
        "Europe/London",
    )


@pytest.mark.parametrize(
    ("field", "text", "example"),
    [("region", "XY", "US, GB or CN"), ("currency", "EST", "USD or CNY"), ("currency", "$", "USD or CNY"),
     ("time_zone", "Moon", "America/New_York")],
)  # fmt: skip
def test_what_is_none_is_named_with_an_example(shop: Shop, field: str, text: str, example: str) -> None:
    with pytest.raises(Refused) as refused:
        shop.do("settings.set", **{field: text})
    assert f'"{text}" is not a' in refused.value.details["fields"][field]
    assert example in refused.value.message


def test_numbers_are_read_anew_under_another_country_and_undone_at_once(shop: Shop) -> None:
    ada = shop.do("customer.create", name="Ada", phone="(212) 736-5000").one("customers")
    bob = shop.do("customer.create", name="Bob", phone="+86 138 0013 8000").one("customers")
    cyd = shop.do("customer.create", name="Cyd", phone="13800138001").one("customers")
    assert shop.customers.get(ada).phones == ("+862127365000",)
    before = shop.customers.get(ada)
    done = shop.do("settings.set", region="us")
    assert done.report == NumbersRead("US", 1, 1)
    assert shop.customers.get(ada).phones == ("+12127365000",)
    assert shop.customers.get(bob).phones == ("+8613800138000",)
    assert shop.customers.get(cyd).phones == ("+8613800138001",)
    assert [match.id for match in shop.lookup.search("2127365000").matches] == [ada]
    shop.undo()
    assert shop.settings.region == "CN"
    assert shop.customers.get(ada).contacts == before.contacts


def test_a_uk_mobile_is_a_mobile_when_it_is_read_anew(shop: Shop) -> None:
    one = shop.do("customer.create", name="Ann", phone="07700 900505").one("customers")
    shop.do("settings.set", region="UK")
    point = shop.customers.get(one).contacts[0]
    assert (point.normalized, point.type.value) == ("+447700900505", "mobile")


def test_nothing_is_read_anew_where_the_country_stays(shop: Shop) -> None:
    shop.do("customer.create", name="Ada", phone="13800138000")
    assert shop.do("settings.set", region="CN", shop_name="Tea").report is None
