"""Phone numbers as people write them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from store.lookup.phones import normalize_phone, parse_phones, phone_digits, search_digits

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "names" / "expected_phones.json"

ONE_NUMBER = [
    "13800138000",
    "138 0013 8000",
    "138-0013-8000",
    "+86 138 0013 8000",
    "+8613800138000",
    "8613800138000",
    "008613800138000",
    "86-138-0013-8000",
    "(+86)13800138000",
    "１３８００１３８０００",
    "０１３８００１３８０００",
    "13800138000 ",
    "\u202d13800138000\u202c",
    "\xa013800138000",
    "138\u20110013\u20118000",
    "+86 138 0013 8000 (微信同号)",
    "手机：13800138000",
    "13800138000微信同号",
    "王先生13800138000",
    "'13800138000",
    '="13800138000"',
    "1 3 8 0 0 1 3 8 0 0 0",
]


@pytest.mark.parametrize("raw", ONE_NUMBER)
def test_every_spelling_of_a_mobile_number_is_the_same_number(raw: str) -> None:
    (phone,) = parse_phones(raw)
    assert (phone.normalized, phone.kind, phone.valid, phone.ext) == ("+8613800138000", "mobile", True, None)
    assert phone.raw == raw
    assert normalize_phone(raw) == "+8613800138000"


@pytest.mark.parametrize(
    ("raw", "normalized", "ext", "kind"),
    [
        ("010-62345678转801", "+861062345678", "801", "landline"),
        ("010-62345678-801", "+861062345678", "801", "landline"),
        ("010-62345678分机801", "+861062345678", "801", "landline"),
        ("010-62345678 ext. 801", "+861062345678", "801", "landline"),
        ("010-62345678#801", "+861062345678", "801", "landline"),
        ("(010)62345678", "+861062345678", None, "landline"),
        ("86-10-62345678", "+861062345678", None, "landline"),
        ("0571-88157808(前台)", "+8657188157808", None, "landline"),
        ("13800138000,8012", "+8613800138000", "8012", "virtual"),
        ("13800138000-8012", "+8613800138000", "8012", "virtual"),
        ("13800138000;ext=12", "+8613800138000", "12", "virtual"),
        ("13800138000(8012)", "+8613800138000", "8012", "virtual"),
        ("4008208820-1", "+864008208820", "1", "service"),
        ("106980095566", "106980095566", None, "service"),
        ("1 (408) 881-4767", "+14088814767", None, "mobile"),
        ("400-820-8820转1", "+864008208820", "1", "service"),
        ("800-820-8820", "+868008208820", None, "service"),
        ("95588", "95588", None, "service"),
        ("10086", "10086", None, "service"),
        ("62345678", "62345678", None, "landline"),
        ("+852 9123 4567", "+85291234567", None, "mobile"),
        ("+1 (408) 881-4767", "+14088814767", None, "mobile"),
        ("tel:+1-418-656-9254;ext=102", "+14186569254", "102", "mobile"),
    ],
)
def test_extensions_landlines_and_other_countries(
    raw: str, normalized: str, ext: str | None, kind: str
) -> None:
    (phone,) = parse_phones(raw)
    assert (phone.normalized, phone.ext, phone.kind, phone.valid, phone.problem) == (
        normalized,
        ext,
        kind,
        True,
        None,
    )


@pytest.mark.parametrize("between", ["/", "、", "；", ";", " ", ",", "，", "\n", " 或 ", " 备用", "；妻："])
def test_two_numbers_in_one_cell_are_two(between: str) -> None:
    phones = parse_phones(f"13800138000{between}13900139000")
    assert [phone.normalized for phone in phones] == ["+8613800138000", "+8613900139000"]


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        ("138****8000", "hidden"),
        ("138××××8000", "hidden"),
        ("1.38E+10", "spreadsheet"),
        ("110101199003078515", "identity card"),
        ("11010119900307851X", "identity card"),
        ("1380013800", "11 digits"),
        ("138001380001", "11 digits"),
        ("12345678901", "not a phone number"),
        ("p1234p5678w9", "not a phone number"),
        ("abc", "not a phone number"),
        ("0", "not a phone number"),
    ],
)
def test_what_is_no_number_is_reported_and_not_changed_into_one(raw: str, word: str) -> None:
    (phone,) = parse_phones(raw)
    assert not phone.valid
    assert phone.normalized == raw
    assert word in (phone.problem or "")


def test_a_number_written_as_a_decimal_is_read_and_reported() -> None:
    (phone,) = parse_phones("13800138000.0")
    assert (phone.normalized, phone.valid) == ("+8613800138000", True)
    assert phone.problem


@pytest.mark.parametrize("raw", ["", "  ", "-", "()"])
def test_nothing_written_is_no_number(raw: str) -> None:
    assert parse_phones(raw) == []
    assert normalize_phone(raw) == raw.strip()


def test_the_same_number_twice_is_one() -> None:
    assert [phone.normalized for phone in parse_phones("13800138000 / 138-0013-8000")] == ["+8613800138000"]


def test_numbers_of_a_shop_elsewhere_are_read_for_its_country() -> None:
    (phone,) = parse_phones("(408) 881-4767", region="US")
    assert phone.normalized == "+14088814767"


def test_the_digits_that_are_searched() -> None:
    assert search_digits("+8613800138000") == "13800138000"
    assert search_digits("+861065529988") == "01065529988"
    assert search_digits("+864008208820") == "4008208820"
    assert search_digits("+85291234567") == "85291234567"
    assert search_digits("62345678") == "62345678"


@pytest.mark.parametrize(
    ("query", "spellings", "extension"),
    [
        ("8000", ("8000",), None),
        ("138 0013", ("1380013",), None),
        ("+86 138", ("138", "0138"), None),
        ("0086138", ("138", "0138"), None),
        ("8613800138000", ("13800138000",), None),
        ("010-65529988转8012", ("01065529988", "1065529988"), "8012"),
        ("张三", (), None),
        ("+", (), None),
        ("", (), None),
    ],
)
def test_what_a_typed_number_may_mean(query: str, spellings: tuple[str, ...], extension: str | None) -> None:
    assert phone_digits(query) == (spellings, extension)


def test_mobile_numbers_do_not_import_phonenumbers() -> None:
    program = (
        "import sys; from store.lookup.phones import parse_phones; "
        f"[parse_phones(raw) for raw in {ONE_NUMBER!r}]; print('phonenumbers' in sys.modules)"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_the_agreed_spellings_of_real_files() -> None:
    if not SHARED.exists():
        pytest.skip(f"no shared data at {SHARED}")
    expected = json.loads(SHARED.read_text("utf-8"))
    for raw in expected["same_person_as_13800138000"]:
        assert normalize_phone(raw) == "+8613800138000", raw
    for variant in expected["variants"]:
        if variant.get("valid"):
            (phone,) = parse_phones(variant["raw"])
            assert (phone.valid, phone.normalized, phone.ext) == (True, variant["e164"], variant["ext"]), (
                variant["raw"]
            )
