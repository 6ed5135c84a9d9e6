"""Text of people, made drawable: never markup, never a command to the terminal, measured in cells."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.phone_text import marked_digits, spoken
from widgets.safe_text import Cell, cut, fit, one_line, row_strip, width_of, wrap

HOSTILE = [
    "王[VIP]",
    "[/] 退货",
    "李\x1b[31m红",
    "某" * 80,
    "a\u202eb",
    "x\ny",
    "\x07\x9b2J",
    "é\u0301",
    "👨‍👩‍👧",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_row_shows_markup_as_it_is_and_no_control_character(text: str) -> None:
    drawn = row_strip((text, Cell(text, "alert")), (30, 10), chosen=True)
    assert drawn.cell_length == 41
    assert not any(unicodedata.category(sign) == "Cc" or sign == "\u202e" for sign in drawn.text)
    for tag in ("[VIP]", "[/]"):
        assert (tag in drawn.text) == (tag in text)


@given(st.text(max_size=40), st.integers(0, 30))
def test_a_cut_text_fits_and_a_fitted_one_fills(text: str, width: int) -> None:
    safe = one_line(text)
    assert width_of(cut(safe, width)) <= width
    assert width_of(fit(safe, width)) == width


def test_a_wide_character_is_never_split() -> None:
    assert cut("王五王五", 7) == "王五.."
    assert cut("王五王五", 8) == "王五王五"
    assert width_of(fit("王五王五", 7)) == 7


@given(st.text(alphabet=st.sampled_from("ab 王五，\n"), max_size=60), st.integers(2, 20))
def test_wrapping_keeps_every_sign_and_the_width(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(width_of(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_words_are_not_torn_where_a_blank_is_near() -> None:
    assert wrap("changes their mind often", 12) == ["changes", "their mind", "often"]
    assert wrap("3 天前  电话 ¥123,456.78", 16) == ["3 天前  电话", "¥123,456.78"]
    assert wrap("把它并入 C000002 王小五吗？记录都归到C000002。", 18) == [
        "把它并入 C000002",
        "王小五吗？记录都归",
        "到C000002。",
    ]
    assert wrap("先确认配料，不要推荐", 10) == ["先确认配", "料，不要推", "荐"]


def test_marks_stay_on_their_characters_in_a_text_with_hidden_signs() -> None:
    drawn = row_strip((Cell("a\x1bbc", marks=((2, 3),)),), (10,), chosen=False)
    marked = [segment.text for segment in drawn if segment.style and segment.style.underline]
    assert marked == ["b"]


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+8613800138000", "138 0013 8000"),
        ("+864008205555", "400 820 5555"),
        ("+8675526001234", "0755 2600 1234"),
        ("+861065529988", "010 6552 9988"),
        ("+442071838750", "+44 20 7183 8750"),
        ("+18605553607", "+1 860 555 3607"),
        ("95588", "95588"),
    ],
)
def test_numbers_are_grouped_as_they_are_said(number: str, shown: str) -> None:
    assert spoken(number) == shown


def test_marked_digits_skip_the_blanks_between_groups() -> None:
    shown = "138 0013 8000"
    assert marked_digits(shown, "8000") == ((9, 13),)
    assert [shown[a:b] for a, b in marked_digits(shown, "3800")] == ["3", "800"]
    assert marked_digits(shown, "77") == ()
    assert marked_digits(shown, "") == ()
