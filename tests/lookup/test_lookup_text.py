"""What is done to text that people typed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.text import clean_line, clean_text, fold, fold_span, visible


@given(st.text())
def test_what_can_be_stored_is_kept_as_it_is(text: str) -> None:
    kept = clean_text(text)
    assert kept.replace("\ufffd", "") == text.replace("\ufffd", "").replace("\0", "")
    assert len(kept) == len(text)


def test_what_no_file_holds_is_replaced() -> None:
    assert clean_line("a\ud800b\0c") == "a\ufffdb\ufffdc"
    assert clean_line(" \te\u0301\u202e ") == " \te\u0301\u202e "


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("José GARCÍA", "jose garcia"),
        ("Jose\u0301", "jose"),
        ("ＡＢＣ１３８", "abc138"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("Ångström Øre Æble", "angstrom ore aeble"),
        ("İstanbul ılık", "istanbul ilik"),
        ("王\u200b五", "王五"),
        ("王\n五\t六", "王 五 六"),
        ("が", "が"),
        ("й", "й"),
        ("王[VIP]", "王[vip]"),
        ("Lǚ", "lu"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more_for_plain_letters(text: str) -> None:
    assert "\n" not in fold(text)
    assert fold(fold("Zhāng" + "王")) == "zhang王"


@given(st.text(), st.data())
def test_a_span_of_folded_text_is_a_span_of_the_text(text: str, data: st.DataObject) -> None:
    folded = fold(text)
    start = data.draw(st.integers(0, len(folded)))
    end = data.draw(st.integers(start, len(folded)))
    first, last = fold_span(text, start, end)
    assert 0 <= first <= last <= len(text)


def test_spans_where_letters_fold_to_several() -> None:
    assert fold_span("Straße 7", 7, 9) == (6, 8)
    assert fold_span("e\u0301Xab", 1, 2) == (2, 3)
    assert fold_span("José", 0, 4) == (0, 4)


@given(st.text())
def test_nothing_visible_is_a_command(text: str) -> None:
    for character in visible(text):
        assert unicodedata.category(character) not in {"Cc", "Cs", "Zl", "Zp"}
        assert (
            character
            not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\u200b\ufeff"
        )


def test_visible() -> None:
    assert visible("a\x1b[31mb\x7f\x85") == "a␛[31mb␡‹U+0085›"
    assert visible("x\u202ey\u200bz\ud800") == "x‹U+202E›y‹U+200B›z‹U+D800›"
    assert visible("王五 é 👍 [/] م") == "王五 é 👍 [/] م"
    assert visible("👨\u200d👩\u200d👧 ❤\ufe0f") == "👨\u200d👩\u200d👧 ❤\ufe0f"
    assert visible("a\u200db") == "a‹U+200D›b"
    assert visible("a\r\nb\n") == "a␍␊b␊"
    assert visible("a\r\nb\x1b\n", lines=True) == "a\nb␛\n"
