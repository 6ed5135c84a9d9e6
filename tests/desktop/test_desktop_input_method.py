"""A real input method (fcitx5 with its pinyin) in a real terminal: where it offers, and what of it reaches the program.

Space takes the first candidate, a digit another, Enter the letters as they are; Esc gives up what is composed. All of
these belong to the input method while it composes, and to the program when it does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.shop import Shop
from tests.desktop.desktop import MISSING, desktop, until
from tests.desktop.xterm import Xterm
from tests.screens.tea_house import shop_at
from tests.terminal import app

pytestmark = [pytest.mark.skipif(bool(MISSING), reason=MISSING), pytest.mark.xdist_group("desktop")]

HAN = "[\u4e00-\u9fff]"
LETTERS = "jintianxiawusandianhuidianhuageiwangxiansheng"
LONG = "今天下午三点回电话给王先生"
COMPANY_LETTERS = "zhongguoguojimaoyizhongxinyouxiangongsi"
COMPANY = "中国国际贸易中心有限公司"


@pytest.fixture
def tea_house(folder: Path, shop: Shop) -> Path:
    """A shop of three customers that asks nothing at its start."""
    shop.do("settings.set", shop_name="Tea House", currency="CNY", time_zone="Asia/Shanghai")
    shop.do("staff.add", login="mei")
    shop.do("customer.create", name="我们茶馆", tags=["熟客"])
    shop.do("customer.create", name="Ann Smith", company=COMPANY)
    shop.do("customer.create", name="王五", phone="138 0013 8000", call_as="王姐", tags=["辣"])
    return folder


@pytest.fixture
def window(tea_house: Path) -> Iterator[Xterm]:
    """The program in a terminal, with the input method on."""
    with desktop() as found, Xterm(found, app("--data", tea_house, "--lang", "en", "--by", "mei")) as opened:
        opened.wait_for("3 customers")
        opened.wait_behind("Find")
        opened.settle()
        opened.wait_answered()
        opened.mark()
        yield opened


def journals(folder: Path) -> dict[str, bytes]:
    """What was done in the shop, as it lies on the disk."""
    return {file.name: file.read_bytes() for file in folder.glob("journal-*")}


def noted(folder: Path) -> list[str]:
    """The notes about 王五."""
    with shop_at(folder) as shop:
        return [contact.text for contact in shop.customers.file(3).interactions]


def open_note(window: Xterm) -> None:
    """On to the note about 王五, with an outcome chosen."""
    window.desktop.type("138")
    window.wait_for("1 found")
    window.desktop.press("F8")
    window.wait_for("Log a contact: 王五")
    window.wait_behind("outcome")
    window.desktop.press("1")
    window.wait_behind("note")
    window.settle()
    window.mark()


def compose(window: Xterm, letters: str) -> None:
    """Type `letters`; they stay with the input method, which shows beside the cursor what it offers."""
    shown, reached = window.text, window.reached
    assert all(window.desktop.type(letters))
    try:
        until(lambda: is_beside_cursor(window), "candidates beside the cursor")
    except AssertionError as error:
        raise AssertionError(f"{error}: {window.desktop.candidates()}, {window.cursor}") from None
    window.pump(0)
    assert (window.text, window.reached) == (shown, reached)


def is_beside_cursor(window: Xterm) -> bool:
    """Whether the candidates begin where the cursor stands, at most two lines below it and two cells beside it."""
    window.pump(0)
    offered, cell = window.desktop.candidates(), window.cursor
    return (
        offered is not None
        and abs(offered.x - cell.x) <= 2 * cell.width
        and cell.y <= offered.y <= cell.y + 3 * cell.height
    )


def choose(window: Xterm, key: str, wanted: str) -> str:
    """Press a key that ends a composition and is the input method's alone: `wanted` (a pattern) reaches the program."""
    before = len(window.reached)
    assert window.desktop.press(key) == [True]
    until(lambda: window.desktop.candidates() is None, "end of the candidates")
    until(lambda: re.fullmatch(wanted, window.reached[before:]), f"{wanted} from the input method")
    return window.reached[before:]


def is_colon_typed(window: Xterm) -> bool:
    """Type a colon; False where fcitx5 missed that Shift was held, which it may learn late."""
    assert window.desktop.press("colon") == [True]
    if window.desktop.keys()[-1][0] == "colon":
        return True
    assert window.desktop.press("Escape") == [True]
    return False


def test_text_arrives_whole_in_the_look_up_with_its_answers(window: Xterm) -> None:
    compose(window, "wo")
    choose(window, "space", "我")
    window.wait_for("Find 我 .*1 found")
    window.wait_for("^ 我们茶馆")
    assert window.desktop.press("Escape") == [False]
    window.wait_for("Find .*3 customers")
    compose(window, COMPANY_LETTERS)
    choose(window, "space", COMPANY)
    window.wait_for(f"Find {COMPANY} .*1 found")
    window.wait_for("^ Ann Smith")
    window.wait_behind(f"Find {COMPANY}")


def test_text_arrives_whole_in_a_note_and_is_stored(window: Xterm, tea_house: Path) -> None:
    open_note(window)
    compose(window, "wo")
    choose(window, "space", "我")
    window.wait_behind("note 我")
    compose(window, LETTERS)
    choose(window, "space", LONG)
    window.wait_behind(f"note 我{LONG}")
    assert noted(tea_house) == []
    window.desktop.press("ctrl+s")
    window.wait_for("Logged")
    assert noted(tea_house) == [f"我{LONG}"]


def test_text_composed_at_the_answers_goes_into_the_note_whole(window: Xterm) -> None:
    window.desktop.press("F8")
    window.wait_behind("outcome")
    window.settle()
    window.mark()
    compose(window, LETTERS)
    choose(window, "space", LONG)
    window.wait_behind(f"note {LONG}")


def test_keys_that_choose_open_no_row(window: Xterm, tea_house: Path) -> None:
    before = journals(tea_house)
    compose(window, "wangwu")
    choose(window, "Return", "wangwu")
    window.wait_for("Find wangwu .*1 found")
    assert window.desktop.press("Escape") == [False]
    window.wait_for("3 customers")
    compose(window, "wo")
    chosen = choose(window, "2", HAN)
    window.wait_behind(f"Find {chosen}")
    assert window.desktop.press("Escape") == [False]
    window.wait_for("3 customers")
    compose(window, "wangwu")
    choose(window, "space", "王五")
    window.wait_for("Find 王五 .*1 found")
    window.wait_behind("Find 王五")
    assert journals(tea_house) == before
    assert window.desktop.press("Return") == [False]
    window.wait_for("王姐 +王五")


def test_keys_that_choose_save_no_form(window: Xterm, tea_house: Path) -> None:
    before = journals(tea_house)
    open_note(window)
    compose(window, "wangwu")
    choose(window, "Return", "wangwu")
    window.wait_behind("note wangwu")
    compose(window, "wo")
    chosen = choose(window, "2", HAN)
    window.wait_behind(f"note wangwu{chosen}")
    compose(window, "wangwu")
    choose(window, "space", "王五")
    window.wait_behind(f"note wangwu{chosen}王五")
    assert window.desktop.press("Return") == [False]
    window.wait_behind("")
    compose(window, "ni")
    choose(window, "space", "你")
    window.wait_behind("你")
    assert window.reached == f"wangwu{chosen}王五\r你"
    assert "Log a contact: 王五" in window.text
    assert journals(tea_house) == before
    window.desktop.press("ctrl+s")
    window.wait_for("Logged")
    assert noted(tea_house) == [f"wangwu{chosen}王五\n你"]


def test_esc_that_ends_a_composition_leaves_the_text_in_the_look_up(window: Xterm) -> None:
    compose(window, "wangwu")
    choose(window, "space", "王五")
    window.wait_for("Find 王五 .*1 found")
    window.wait_behind("Find 王五")
    compose(window, "wo")
    choose(window, "Escape", "")
    compose(window, "wo")
    choose(window, "space", "我")
    window.wait_behind("Find 王五我")
    assert window.reached == "王五我"
    assert window.desktop.press("Escape") == [False]
    window.wait_for("Find .*3 customers")


def test_esc_that_ends_a_composition_leaves_no_form(window: Xterm) -> None:
    open_note(window)
    compose(window, "wangwu")
    choose(window, "space", "王五")
    window.wait_behind("note 王五")
    compose(window, "wo")
    choose(window, "Escape", "")
    compose(window, "wo")
    choose(window, "space", "我")
    window.wait_behind("note 王五我")
    assert window.reached == "王五我"
    assert window.desktop.press("Escape") == [False]
    window.wait_for("Not saved: .*王五")
    window.wait_for("Go on typing")


def test_a_filter_with_the_punctuation_of_the_input_method(window: Xterm) -> None:
    compose(window, "tag")
    choose(window, "Return", "tag")
    until(lambda: is_colon_typed(window), "colon")
    window.wait_behind("Find tag：")
    compose(window, "lajiao")
    choose(window, "space", "辣椒")
    assert window.desktop.press("BackSpace") == [False]
    window.wait_for("Find tag：辣 .*1 found")
    window.wait_for("^ 王五")
    assert window.reached == "tag：辣椒\x7f"
