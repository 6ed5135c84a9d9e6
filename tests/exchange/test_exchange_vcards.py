"""Business cards of telephones and mail programs come in as sheets do. The cards here are made up."""

from __future__ import annotations

import base64
import csv
import quopri
import tempfile
from pathlib import Path
from time import process_time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import locales
from store.exchange.customer_rows import _LABELS
from store.exchange.headers import _column
from store.exchange.importing import import_file, preview
from store.exchange.report import ImportReport
from store.exchange.sheets import open_sheet
from store.exchange.vcard_sheet import COLUMNS, _header
from store.records.customer import Customer
from store.records.kinds import ContactLabel, ContactType, CustomerKind, DateKind, Gender
from store.records.labels import label
from store.shop import Shop
from tests.exchange.table_files import contents, customers

FIELDS = {
    "name": "name", "kind": "kind", "phone": "phone", "phone_type": "phone-label", "fax": "phone",
    "email": "email", "email_type": "email-label", "wechat": "wechat", "qq": "qq", "other": "other",
    "company": "company", "department": "fact", "occupation": "occupation", "nick": "nick", "aliases": "aliases",
    "birthday": "birthday", "wedding": "date", "gender": "gender", "address": "address",
    "address_type": "address-label", "tags": "tags", "note": "note", "website": "website",
}  # fmt: skip
"""What the column of each kind has to be known as."""


def card(*lines: str, version: str = "3.0") -> str:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])


def take(shop: Shop, folder: Path, content: str | bytes, name: str = "phone.vcf") -> ImportReport:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return import_file(shop, path)


def only(shop: Shop) -> Customer:
    (found,) = customers(shop)
    return found


def qp(text: str, encoding: str = "utf-8") -> str:
    """As Android writes it: every byte of what is not ASCII, no line longer than 76."""
    return "".join(f"={byte:02X}" for byte in text.encode(encoding))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_column_is_known_for_what_it_is(language: str) -> None:
    locales.use(language)
    for column, field in FIELDS.items():
        for position in (1, 2, 11):
            found = _column(0, _header(column, position), "customers")
            assert found.field == field, (column, position, found)
    assert FIELDS.keys() == COLUMNS.keys()
    for whose in (ContactLabel.WORK, ContactLabel.HOME, ContactLabel.ASSISTANT):
        assert _LABELS.get(label(whose).casefold(), whose) is whose


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_card_with_everything(shop: Shop, tmp_path: Path, language: str) -> None:
    locales.use(language)
    report = take(
        shop,
        tmp_path,
        card(
            "N:王;五;;;",
            "FN:王五",
            "NICKNAME:老王,五哥",
            "TEL;TYPE=WORK,VOICE:0755-2600-1200",
            "TEL;TYPE=CELL;TYPE=pref:138 0013 8000",
            "TEL;TYPE=HOME,FAX:0755-26001201",
            "EMAIL;TYPE=INTERNET,WORK:wang@example.com",
            "ORG:某某商行;采购部",
            "TITLE:店长",
            "BDAY:1988-03-05",
            "ADR;TYPE=HOME:;;人民路1号;深圳市;广东省;518000;中国",
            "NOTE:爱喝大红袍\\n少糖\\, 谢谢",
            "CATEGORIES:熟客,茶会,myContacts",
            "X-QQ:12345",
            "item1.URL:https://example.com",
            "item1.X-ABLabel:_$!<HomePage>!$_",
            "ANNIVERSARY:20101010",
            "GENDER:F",
            "PHOTO;ENCODING=b;TYPE=JPEG:" + "A" * 60,
            " " + "A" * 60,
        ),
    )
    found = only(shop)
    assert (report.format, report.source, report.new, report.refused) == ("vcf", "vcf", 1, [])
    assert (found.name, found.aliases, found.company, found.occupation) == (
        "王五",
        ("老王", "五哥"),
        "某某商行",
        "店长",
    )
    points = {(p.type, p.label, p.normalized or p.value) for p in found.contacts}
    assert points == {
        (ContactType.MOBILE, ContactLabel.SELF, "+8613800138000"),
        (ContactType.LANDLINE, ContactLabel.WORK, "+8675526001200"),
        (ContactType.FAX, ContactLabel.SELF, "+8675526001201"),
        (ContactType.EMAIL, ContactLabel.WORK, "wang@example.com"),
        (ContactType.QQ, ContactLabel.SELF, "12345"),
        (ContactType.WEBSITE, ContactLabel.SELF, "https://example.com"),
        (ContactType.ADDRESS, ContactLabel.HOME, "中国广东省深圳市人民路1号 518000"),
    }
    assert found.contacts[0].normalized == "+8613800138000"  # the preferred one comes first
    assert {(d.kind, d.year, d.month, d.day) for d in found.dates} == {
        (DateKind.BIRTHDAY, 1988, 3, 5),
        (DateKind.WEDDING, 2010, 10, 10),
    }
    assert (found.gender, found.tags, found.note) == (
        Gender.FEMALE,
        ("熟客", "茶会"),
        "爱喝大红袍\n少糖, 谢谢",
    )
    assert {fact.value for fact in found.facts} == {"采购部"}
    assert any("PHOTO" in sentence for sentence in report.warnings)


def test_android_s_quoted_printable_with_soft_line_ends(shop: Shop, tmp_path: Path) -> None:
    name, note = qp("欧阳小明"), qp("喜欢白茶，每月来两次")
    text = card(
        f"N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:{qp('欧阳')};{qp('小明')};;;",
        f"FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:{name}",
        "TEL;CELL;PREF:13900139001",
        f"NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:{note[:57]}=",
        note[57:],
        f"X-ANDROID-CUSTOM;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:vnd.android.cursor.item/nickname;{qp('小欧')};1;;",
        "X-ANDROID-CUSTOM:vnd.android.cursor.item/contact_event;1990-02-28;3;;",
        version="2.1",
    )
    assert quopri.decodestring(name).decode() == "欧阳小明"
    take(shop, tmp_path, text)
    found = only(shop)
    assert (found.name, found.note, found.aliases) == ("欧阳小明", "喜欢白茶，每月来两次", ("小欧",))
    assert [(d.year, d.month, d.day) for d in found.dates] == [(1990, 2, 28)]


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"), ("gb18030", b"")],
)
def test_a_file_in_another_encoding(shop: Shop, tmp_path: Path, encoding: str, mark: bytes) -> None:
    people = [
        ("王五", "13800138000"),
        ("欧阳小明", "13900139001"),
        ("李雷", "13500135000"),
        ("陈晓红", "13600136000"),
    ]
    text = "".join(card(f"FN:{name}", f"TEL:{phone}", "ORG:云山茶铺有限公司") for name, phone in people)
    take(shop, tmp_path, mark + text.encode(encoding))
    assert [(found.name, found.phones[0][3:]) for found in customers(shop)] == people


@pytest.mark.parametrize("charset", ["GBK", "GB2312", "gb18030"])
def test_a_property_in_an_encoding_of_its_own(shop: Shop, tmp_path: Path, charset: str) -> None:
    lines = (
        f"FN;CHARSET={charset};ENCODING=QUOTED-PRINTABLE:{qp('赵溁', 'gb18030')}",
        "TEL;CELL:13800138000",
    )
    take(shop, tmp_path, card(*lines, version="2.1"))
    assert only(shop).name == "赵溁"


def test_folded_lines_and_characters_cut_in_half(shop: Shop, tmp_path: Path) -> None:
    note = "NOTE:春茶到了打电话".encode()
    raw = card("FN:王五", "TEL:13800138000", "@").encode().replace(b"@", note[:12] + b"\r\n " + note[12:])
    take(shop, tmp_path, raw)
    assert only(shop).note == "春茶到了打电话"


def test_version_four(shop: Shop, tmp_path: Path) -> None:
    take(
        shop,
        tmp_path,
        card(
            "FN:Ann Smith",
            'TEL;VALUE=uri;PREF=1;TYPE="voice,work":tel:+44-20-7183-8750;ext=102',
            "BDAY:--0422",
            "IMPP;X-SERVICE-TYPE=WeChat:wechat:ann88",
            "IMPP:skype:ann.smith",
            "KIND:individual",
            version="4.0",
        ),
    )
    found = only(shop)
    assert [(p.type, p.value, p.ext) for p in found.contacts if p.type is not ContactType.MOBILE] == [
        (ContactType.LANDLINE, "+44-20-7183-8750;ext=102", "102"),
        (ContactType.WECHAT, "ann88", ""),
        (ContactType.OTHER, "skype: ann.smith", ""),
    ]
    assert [(d.year, d.month, d.day) for d in found.dates] == [(None, 4, 22)]


def test_a_year_that_is_none_and_a_firm(shop: Shop, tmp_path: Path) -> None:
    text = card("FN:李雷", "TEL:13800138000", "BDAY;X-APPLE-OMIT-YEAR=1604:1604-02-29")
    text += card("FN:某某茶行", "ORG:某某茶行", "TEL:0755-26001200", "X-ABShowAs:COMPANY")
    take(shop, tmp_path, text)
    person, firm = customers(shop)
    assert [(d.year, d.month, d.day) for d in person.dates] == [(None, 2, 29)]
    assert (person.kind, firm.kind) == (CustomerKind.PERSON, CustomerKind.ORG)


def test_cards_within_cards_comments_and_lines_that_are_none(shop: Shop, tmp_path: Path) -> None:
    inner = card("N:内;人", "TEL:13900139001", version="2.1")
    text = card("N:外;人", "# a comment", "TEL:13800138000", version="2.1")
    report = take(shop, tmp_path, text.replace("END:VCARD", inner + "END:VCARD"))
    assert [found.name for found in customers(shop)] == ["外人", "内人"]
    assert any("line 4" in sentence and "nothing of a card" in sentence for sentence in report.warnings)


def test_what_cannot_come_in_is_named_and_the_rest_is_in(shop: Shop, tmp_path: Path) -> None:
    text = card("FN:王五", "TEL:13800138000")
    text += card("FN:李雷", "TEL:138****8001")
    text += card("NOTE:nobody")
    text += card("FN:茶友", "X-ADDRESSBOOKSERVER-KIND:group")
    text += "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:半截\r\nTEL:1390"
    report = take(shop, tmp_path, text)
    assert [found.name for found in customers(shop)] == ["王五"]
    assert [(row.line, row.cells[0]) for row in report.refused] == [
        (6, "李雷"),
        (11, ""),
        (20, "半截"),
    ]
    assert "hidden" in report.refused[0].reason
    assert "who it is about" in report.refused[1].reason
    assert "cut off" in report.refused[2].reason
    assert report.warnings[0] == "Groups of contacts, left out: 茶友."
    assert report.refused_file is not None
    with report.refused_file.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0][:2] == ["name", "phone 1 value"]
    # Corrected there, it comes in as a sheet.
    content = report.refused_file.read_text("utf-8-sig").replace("138****8001", "13800138001")
    again = take(shop, tmp_path, content, "corrected.csv")
    assert again.new == 2
    assert {found.name for found in customers(shop)} == {"王五", "李雷", "半截"}


def test_what_cannot_be_read_of_a_card_is_left_out_and_said(shop: Shop, tmp_path: Path) -> None:
    lines = ("FN:Wang", "TEL:13800138000", "ORG;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E8=8C=80=80=80=FF")
    report = take(shop, tmp_path, card(*lines, version="2.1"))
    assert only(shop).company == ""
    assert any("line 5" in sentence and "cannot be read" in sentence for sentence in report.warnings)


def test_base64_text_and_pictures_that_are_not_indented(shop: Shop, tmp_path: Path) -> None:
    name = base64.b64encode("韩梅梅".encode()).decode()
    picture = ["PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQ", "ABCDEFGH", "IJKL==", ""]
    lines = (f"FN;ENCODING=BASE64;CHARSET=UTF-8:{name}", *picture, "TEL;CELL:13800138000")
    report = take(shop, tmp_path, card(*lines, version="2.1"))
    assert (only(shop).name, len(only(shop).contacts)) == ("韩梅梅", 1)
    assert not any("nothing of a card" in sentence for sentence in report.warnings)


def test_again_changes_nothing_and_one_undo_takes_all_back(shop: Shop, tmp_path: Path) -> None:
    text = "".join(card(f"FN:客{n}", f"TEL:1380013{n:04d}", "CATEGORIES:a,b") for n in range(30))
    first = take(shop, tmp_path, text)
    before = contents(shop)
    again = take(shop, tmp_path, text)
    assert (first.new, again.new, again.updated, again.unchanged, again.action) == (30, 0, 0, 30, None)
    assert contents(shop) == before
    shop.undo()
    assert customers(shop) == []


def test_the_preview_and_a_dry_run(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "phone.vcf"
    path.write_text(card("FN:王五", "TEL:13800138000") * 2, "utf-8")
    sheet, heading, rows = preview(path)
    assert (sheet.format, sheet.lines, heading.into) == ("vcf", 2, "customers")
    assert rows[0].cells == ("王五", "13800138000")
    report = import_file(shop, path, dry_run=True)
    assert (report.new, report.unchanged, report.action) == (1, 1, None)
    assert customers(shop) == []


def test_a_file_of_cards_is_known_by_what_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "contacts.txt"
    path.write_text("\r\n" + card("FN:王五"), "utf-8")
    assert open_sheet(path).format == "vcf"
    sheet = tmp_path / "cards.csv"
    sheet.write_text("name,phone\nBEGIN:VCARD,13800138000\n", "utf-8")
    assert open_sheet(sheet).format == "csv"


@given(
    st.lists(
        st.sampled_from(
            [
                "BEGIN:VCARD",
                "END:VCARD",
                "VERSION:2.1",
                "VERSION:3.0",
                "N:王;五",
                "N;CHARSET=none:=\\",
                "TEL;;=;:138",
                " x",
                "=",
                "NOTE;ENCODING=QUOTED-PRINTABLE:=E8=",
                "PHOTO:x",
                "ADR:;",
                "ORG:",
                "X-ANDROID-CUSTOM:",
                "IMPP:",
                "BDAY:--",
                "",
            ]
        )
        | st.text(max_size=20),
        max_size=30,
    ),
    st.sampled_from(["utf-8", "gb18030", "utf-16"]),
)
@example([" x"], "utf-8")
@example(["\tx", "N:王;五"], "utf-16")
def test_whatever_is_in_it_ends_in_rows(lines: list[str], encoding: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "odd.vcf"
        path.write_bytes("\n".join(["BEGIN:VCARD", "TITLE:x", *lines]).encode(encoding, "replace"))
        sheet = open_sheet(path)
        header, *rows = sheet.rows()
        assert len(rows) == sheet.lines >= 1
        assert all(len(row.cells) == len(header.cells) for row in rows)


@pytest.mark.parametrize(
    "charset", ["punycode", "idna", "undefined", "utf-7", "unicode_escape", "zlib", "a\0b", "x"]
)
def test_an_encoding_that_is_none_of_a_card(shop: Shop, tmp_path: Path, charset: str) -> None:
    take(shop, tmp_path, card("FN:王五", f"NOTE;CHARSET={charset}:名=\xa0-", "TEL:13800138000"))
    assert only(shop).name == "王五"


@pytest.mark.parametrize(
    "line",
    [
        "NOTE:" + "a\r\n " * 300_000,
        "X-PICTURE:" + "a\r\n " * 300_000,
        "NOTE;ENCODING=QUOTED-PRINTABLE:" + "=41=\r\n" * 200_000,
        'TEL;X="' + ":" * 1_000_000,
        'TEL;X="' + ':"":"' * 300_000,
        "EMAIL:<" + "a@" * 400_000,
        "ORG:" + ";" * 3_000_000,
        "a" * 3_000_000 + ":1",
    ],
    ids=["folded", "unknown", "quoted", "colons", "marks", "mail", "parts", "head"],
)
def test_a_line_of_megabytes_is_soon_read(tmp_path: Path, line: str) -> None:
    """Each of these took minutes: what was read of the line was copied, or gone through, with each part of it."""
    path = tmp_path / "phone.vcf"
    path.write_text(card("FN:王五", "TEL:13800138000", line), "utf-8")
    before = process_time()
    (_header, row) = open_sheet(path).rows()
    assert process_time() - before < 20
    assert row.cells[:2] == ("王五", "13800138000")


def test_a_card_of_thousands_of_numbers(shop: Shop, tmp_path: Path) -> None:
    many = card("FN:王五", *(f"TEL:{13800000000 + n}" for n in range(300)))
    endless = card("FN:李四", *(f"TEL:{13900000000 + n}" for n in range(6000)))
    path = tmp_path / "phone.vcf"
    path.write_text(many + endless, "utf-8")
    sheet = open_sheet(path)
    header, first, second = sheet.rows()
    assert len(header.cells) < 110
    assert (first.broken, second.broken) == ("", "the card has too many lines")
    assert any("TEL" in sentence for sentence in sheet.warnings)
