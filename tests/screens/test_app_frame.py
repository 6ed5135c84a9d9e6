"""What is the same on every screen: places, keys, help, commands, history, who is working, the first start."""

from __future__ import annotations

from pathlib import Path

import pytest

import locales
from screens.choose import ChooseDialog
from screens.customers import CustomersScreen
from screens.first_start import FirstStartForm
from screens.help import HelpScreen
from screens.history import HistoryScreen
from screens.new_customer import NewCustomerForm
from screens.phone_large import PhoneLargeDialog
from screens.who import WhoDialog
from tests.screens.tea_house import running, screen_text, shop_at, until


async def test_help_lists_the_keys_of_the_screen_it_was_asked_from(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        text = screen_text(app)
        assert "Type a name or its first letters" in text
        assert "F5" in text
        await pilot.press("escape")
        assert isinstance(app.screen, CustomersScreen)


async def test_f10_and_a_digit_do_what_the_f_key_does(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.press("f10")
        assert isinstance(app.screen, ChooseDialog)
        await pilot.press("0")
        assert isinstance(app.screen, CustomersScreen)
        await pilot.press("f10", "５")
        await until(pilot, lambda: isinstance(app.screen, NewCustomerForm))


async def test_commands_are_found_by_a_part_of_their_name(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.press("ctrl+p", *"backup")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, HistoryScreen))
        await until(pilot, lambda: "no backup yet" in screen_text(app))


async def test_history_shows_ones_own_day_and_takes_back(tea_house: Path) -> None:
    with shop_at(tea_house, "bo") as other:
        other.do("customer.edit", customer=2, company="Bo's")
    async with running(tea_house) as (app, pilot):
        await pilot.press("ctrl+l")
        await until(pilot, lambda: "ticket opened" in screen_text(app))
        assert "customer edited" not in screen_text(app)
        await pilot.press("space")
        await until(pilot, lambda: "customer edited" in screen_text(app))
        await pilot.press("home", "delete")
        await until(pilot, lambda: isinstance(app.screen, ChooseDialog))
        await pilot.press("enter")
        await pilot.press("delete")
        await until(pilot, lambda: isinstance(app.screen, ChooseDialog))
        await pilot.press("y")
        await until(pilot, lambda: "Taken back: customer edited" in screen_text(app))
    with shop_at(tea_house) as shop:
        assert shop.customers.get(2).company == "某某茶行"


async def test_undo_names_what_it_took_back(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.press("ctrl+z")
        await until(
            pilot, lambda: "Taken back: ticket opened, T000001, C000001 王五, damp tea" in screen_text(app)
        )


async def test_ctrl_c_says_how_to_leave(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.press("ctrl+c")
        assert "Ctrl+Q leaves" in screen_text(app)
        app.tell("")
        await pilot.press("f10", "ctrl+c")
        assert isinstance(app.screen, ChooseDialog)
        await pilot.press("escape")
        assert "Ctrl+Q leaves" in screen_text(app)


async def test_the_number_is_shown_large_and_copied(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.press("f9")
        await until(
            pilot, lambda: isinstance(app.screen, PhoneLargeDialog) and app.clipboard == "13800138000"
        )
        await until(pilot, lambda: "Copied" in screen_text(app))
        await pilot.press("escape")
        assert isinstance(app.screen, CustomersScreen)


async def test_without_a_customer_the_keys_say_why(tmp_path: Path) -> None:
    with shop_at(tmp_path / "new", create=True) as shop:
        shop.do("settings.set", shop_name="New")
    async with running(tmp_path / "new") as (app, pilot):
        assert "F5 adds the first one" in screen_text(app)
        await pilot.press("f9")
        assert "Choose a customer first." in screen_text(app)


async def test_the_first_start_asks_and_offers(tmp_path: Path) -> None:
    async with running(tmp_path / "new") as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, FirstStartForm) and bool(app.screen._base))
        await pilot.press(*"Tea")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, ChooseDialog))
        await pilot.press("1")
        await until(pilot, lambda: isinstance(app.screen, NewCustomerForm))
    with shop_at(tmp_path / "new") as shop:
        assert shop.settings.shop_name == "Tea"


async def test_an_unknown_login_is_asked_who_it_is(tea_house: Path) -> None:
    async with running(tea_house, by="counter") as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, WhoDialog))
        await pilot.press("escape")
        assert isinstance(app.screen, WhoDialog)
        await pilot.press("b", "o", "enter")
        await until(pilot, lambda: isinstance(app.screen, CustomersScreen))
        assert app.desk.shop.by == "bo"
        assert screen_text(app).splitlines()[0].rstrip().endswith("bo")


async def test_who_was_named_is_not_asked(tea_house: Path) -> None:
    async with running(tea_house, by="counter", ask_who=False) as (app, pilot):
        await until(pilot, lambda: bool(app.desk.shop) and isinstance(app.screen, CustomersScreen))
        await pilot.pause(0.2)
        await pilot.press(*"wang")
        assert isinstance(app.screen, CustomersScreen)
        assert app.desk.shop.by == "counter"


async def test_a_new_name_is_added_to_the_staff(tea_house: Path) -> None:
    async with running(tea_house, by="counter") as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, WhoDialog))
        await pilot.press(*"9103", "enter")
        await until(pilot, lambda: "9103 is a number" in screen_text(app))
        await pilot.press("ctrl+u", *"lan", "enter")
        await until(pilot, lambda: "Enter again adds" in screen_text(app))
        assert isinstance(app.screen, WhoDialog)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CustomersScreen))
    with shop_at(tea_house) as shop:
        assert "lan" in [member.login for member in shop.staff]


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_the_key_bar_fits_in_both_languages(tea_house: Path, language: str) -> None:
    locales.use(language)
    async with running(tea_house) as (app, _pilot):
        bar = screen_text(app).splitlines()[-1]
    assert bar.startswith("F1 ")
    assert "F10 " in bar
    assert "Ctrl+Q" in bar


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({}, None),
        ({"LC_CTYPE": "C.UTF-8"}, None),  # nothing was set, and Python set this
        ({"LANG": "zh_CN.UTF-8"}, None),
        ({"LANG": "de_DE.utf8@euro"}, None),
        ({"LANG": "en_US"}, None),
        ({"LC_CTYPE": "UTF-8"}, None),  # as macOS has it
        ({"LC_ALL": "C.UTF-8", "LANG": "zh_CN.GBK"}, None),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8", "PYTHONUTF8": "1"}, None),
        ({"LANG": "zh_CN.GBK", "LC_CTYPE": "C.UTF-8"}, ("LANG", "zh_CN.GBK")),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, ("LANG", "C")),
        ({"LC_ALL": "POSIX", "LANG": "C.UTF-8"}, ("LC_ALL", "POSIX")),
        ({"LC_CTYPE": "de_DE.ISO-8859-15@euro"}, ("LC_CTYPE", "de_DE.ISO-8859-15@euro")),
        ({"LANG": "zh_CN.GB18030"}, ("LANG", "zh_CN.GB18030")),
    ],
)
def test_the_charset_that_the_locale_names_counts_though_python_writes_utf_8(
    environ: dict[str, str], said: tuple[str, str] | None
) -> None:
    from screens.terminal import other_charset

    assert other_charset(environ, utf8_mode=True) == said


def test_lc_ctype_counts_where_python_did_not_set_it() -> None:
    from screens.terminal import other_charset

    assert other_charset({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, utf8_mode=False) is None


def test_a_terminal_that_cannot_do_it_gets_a_sentence() -> None:
    import io
    import os

    from screens.terminal import is_lean, is_remote, prepare, problem

    assert "not a terminal" in str(problem({"TERM": "xterm"}, io.StringIO()))
    environ = {"SSH_CONNECTION": "x", "ESCDELAY": "42"}
    prepare(environ)
    assert environ["ESCDELAY"] == "42"
    assert environ["TEXTUAL_DISABLE_KITTY_KEY"] == "1"
    ssh = {"SSH_TTY": "y"}
    assert [is_remote(where) for where in (ssh, {"SSH_CONNECTION": "x"}, {})] == [True, True, False]
    assert [is_lean(where) for where in (ssh, {}, {"CRM_TUI_LEAN": "1"})] == [True, False, True]
    assert not is_lean({"CRM_TUI_LEAN": "0", **ssh})
    assert is_lean({"CRM_TUI_LEAN": "0"}, wanted=True)
    assert not is_lean(ssh, wanted=False)
    master, slave = os.openpty()
    with os.fdopen(slave, "w", encoding="utf-8") as terminal:
        assert "dumb" in str(problem({"TERM": "dumb"}, terminal))
        assert "not set to UTF-8 (LC_ALL=C)" in str(problem({"TERM": "xterm", "LC_ALL": "C"}, terminal))
        import fcntl
        import struct
        import termios

        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 19, 80, 0, 0))
        assert "80x19" in str(problem({"TERM": "xterm"}, terminal))
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 20, 60, 0, 0))
        assert problem({"TERM": "xterm"}, terminal) is None
    with os.fdopen(
        os.open(os.ttyname(master) if os.isatty(master) else os.devnull, os.O_RDWR), "w", encoding="gbk"
    ) as old:
        assert problem({"TERM": "xterm"}, old) is not None
    os.close(master)
