"""The real files of cards beside the project, where they are there, against what independent readers found in them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from store.exchange.encodings import detect
from store.exchange.importing import import_file
from store.exchange.vcards import Reading, read_cards
from store.records.kinds import ContactType
from store.shop import Shop
from tests.exchange.table_files import DATA, contents, customers, real_file

CARDS = "contacts/vcard"
ENCODINGS = ("v21_qp_gb18030", "v21_qp_gbk", "v30_lf_only", "v30_raw_gbk", "v30_utf16le_bom", "v30_utf8_bom")


def expected(name: str) -> Any:
    return json.loads(real_file(f"{CARDS}/{name}").read_text("utf-8"))


def suite() -> list[str]:
    file = DATA / CARDS / "expected.json"
    return sorted(json.loads(file.read_text("utf-8"))) if file.exists() else ["(not on this machine)"]


@pytest.mark.parametrize("name", suite())
def test_the_suites_of_other_parsers(name: str) -> None:
    path, told = real_file(f"{CARDS}/{name}"), expected("expected.json")[name]
    cards = list(read_cards(Reading(path, detect(path)[0])))
    assert len(cards) == told["cards"]
    for card, wanted in zip(cards, told["contacts"], strict=True):
        assert card.broken == ""
        for kind in ("fn", "tel", "email", "bday", "note"):
            found = [prop.text for prop in card.properties if prop.name == kind.upper()]
            assert [text for text in found if text] == [
                text.strip() for text in wanted.get(kind, []) if text.strip()
            ]
        names = [prop.parts for prop in card.properties if prop.name == "N" and prop.value]
        assert names == wanted.get("n", [])


def test_a_telephone_with_354_contacts(shop: Shop, tmp_path: Path) -> None:
    told = expected("oppo_zh/expected_oppo.json")
    path = Path(shutil.copy(real_file(f"{CARDS}/oppo_zh/{told['file']}"), tmp_path))
    report = import_file(shop, path)
    found = customers(shop)
    assert (report.read, report.new, report.refused) == (354, 354, [])
    assert [customer.name for customer in found] == [entry["fn"] for entry in told["all"]]

    def with_one(kind: ContactType) -> int:
        return sum(any(point.type is kind for point in customer.contacts) for customer in found)

    assert sum(bool(customer.dates) for customer in found) == told["with_birthday"]
    assert with_one(ContactType.EMAIL) == told["with_email"]
    assert with_one(ContactType.ADDRESS) == told["with_address"]
    assert sum(bool(customer.company) for customer in found) == told["with_org"]
    assert sum(len(customer.phones) for customer in found) == told["distinct_phones_after_plus86_strip"]
    before = contents(shop)
    again = import_file(shop, path)
    assert (again.new, again.updated, again.unchanged) == (0, 0, 354)
    assert contents(shop) == before


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_same_twenty_in_six_encodings(shop: Shop, tmp_path: Path, encoding: str) -> None:
    path = Path(shutil.copy(real_file(f"{CARDS}/oppo_zh/zh20_{encoding}.vcf"), tmp_path))
    told = expected("oppo_zh/expected_zh20.json")["cards"]
    assert import_file(shop, path).new == 20
    found = [(c.name, [point.value for point in c.phone_points]) for c in customers(shop)]
    assert found == [(entry["fn"], entry["tel"]) for entry in told]
