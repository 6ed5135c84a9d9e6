"""What a column does not need goes to the one that would be cut."""

from __future__ import annotations

from widgets.cells import Column, share_fitting, share_out

COLUMNS = (Column(width=5), Column(share=2), Column(share=1), Column(share=1))


def test_a_column_leaves_what_it_does_not_need() -> None:
    rows = [("09:00", "x" * 50, "Jo", "")]
    assert share_out(COLUMNS, 80) == (5, 36, 18, 18)
    # Three blanks between; what nobody needs is left at the end.
    assert share_fitting(COLUMNS, rows, 80) == (5, 50, 2, 20)


def test_where_all_need_more_each_has_its_share() -> None:
    rows = [("09:00", "x" * 99, "y" * 99, "z" * 99)]
    assert share_fitting(COLUMNS, rows, 80) == share_out(COLUMNS, 80)


def test_what_is_left_goes_to_the_last() -> None:
    rows = [("09:00", "name", "Jo", "note"), ("10:00", "n", "Jo", "客户")]
    widths = share_fitting(COLUMNS, rows, 80)
    assert widths[:3] == (5, 4, 2)
    assert sum(widths) + 3 == 80


def test_a_narrow_list_and_one_without_rows() -> None:
    assert share_fitting(COLUMNS, [], 80)[:1] == (5,)
    assert all(width >= 0 for width in share_fitting(COLUMNS, [("a", "b" * 9, "c", "d")], 7))
