"""What an interrupted write leaves is dropped; what was confirmed and damaged since is refused, with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.engine import open_database
from store.errors import ShopDamaged
from tests.engine.faults import content, reopened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A shop with three actions."""
    folder = tmp_path / "shop"
    with open_database(folder) as database:
        for number in range(3):
            database.table("t").insert({"number": number, "name": "王五"})
    return folder


def journal(folder: Path) -> Path:
    return next(folder.glob("journal-*.jsonl"))


def last_line(text: bytes) -> int:
    return text.rstrip(b"\n").rindex(b"\n") + 1


def after_next_write(folder: Path) -> list[int]:
    """Writes once more, and returns the numbers that a fresh process then reads."""
    with open_database(folder) as database:
        database.table("t").insert({"number": 99})
    return [document["number"] for document in reopened(folder)["t"].values()]  # type: ignore[index]


def test_a_line_torn_at_any_byte_is_dropped(folder: Path) -> None:
    whole = journal(folder).read_bytes()
    for cut in range(last_line(whole), len(whole)):
        journal(folder).write_bytes(whole[:cut])
        assert list(reopened(folder)["t"]) == [1, 2], cut
        assert journal(folder).read_bytes() == whole[:cut], "reading changes nothing"
        assert after_next_write(folder) == [0, 1, 99], cut


@pytest.mark.parametrize(
    "tail",
    [
        bytes(1),
        bytes(600),
        b"\x93garbage\x00\x01\x02",
        b'{"crc":"',
        b"x" * 5000,
        bytes(range(256)) + b"\n",
        b"\n",
    ],
    ids=["zero", "zeros", "garbage", "head", "long", "all bytes and a line break", "line break"],
)
def test_what_a_crash_leaves_behind_the_last_line_is_dropped(folder: Path, tail: bytes) -> None:
    whole = journal(folder).read_bytes()
    journal(folder).write_bytes(whole + tail)
    assert list(reopened(folder)["t"]) == [1, 2, 3]
    assert after_next_write(folder) == [0, 1, 2, 99]
    assert journal(folder).read_bytes().startswith(whole + b'{"crc"')


def test_the_last_line_with_a_page_of_zeros_is_dropped(folder: Path) -> None:
    whole = journal(folder).read_bytes()
    journal(folder).write_bytes(
        whole[: last_line(whole) + 30] + bytes(len(whole) - last_line(whole) - 31) + b"\n"
    )
    assert list(reopened(folder)["t"]) == [1, 2]


def test_every_flipped_bit_of_the_journal_is_refused(folder: Path) -> None:
    whole = journal(folder).read_bytes()
    for place in range(len(whole)):
        for bit in (0, 3, 5, 7):
            changed = bytearray(whole)
            changed[place] ^= 1 << bit
            journal(folder).write_bytes(bytes(changed))
            with pytest.raises(ShopDamaged) as caught:
                open_database(folder, create=False).close()
            assert caught.value.details["file"] == str(journal(folder)), place
            line = whole.rfind(b"\n", 0, place) + 1
            assert caught.value.details["byte"] in (line, 0), (place, bit)
            assert journal(folder).read_bytes() == bytes(changed), "nothing may be changed"


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts descriptors the Linux way")
def test_damage_leaves_no_file_open(folder: Path) -> None:
    with open_database(folder) as database:
        for number in range(5):
            database.table("notes").insert({"n": number})
        changed = bytearray(journal(folder).read_bytes())
        before = len(list(Path("/proc/self/fd").iterdir()))
        changed[len(changed) // 2] ^= 1
        journal(folder).write_bytes(bytes(changed))
        for _attempt in range(5):
            with pytest.raises(ShopDamaged):
                open_database(folder, create=False)
            database.follow()
        assert len(list(Path("/proc/self/fd").iterdir())) <= before + 2


def test_every_flipped_bit_of_the_snapshot_is_refused(folder: Path) -> None:
    with open_database(folder) as database:
        database.compact()
    snapshot = next(folder.glob("shop-*.json"))
    whole = snapshot.read_bytes()
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1 << (place % 8)
        snapshot.write_bytes(bytes(changed))
        with pytest.raises(ShopDamaged):
            open_database(folder, create=False).close()


def test_an_open_shop_meets_damage_without_changing_anything(folder: Path) -> None:
    with open_database(folder) as database:
        whole = bytearray(journal(folder).read_bytes())
        whole[last_line(bytes(whole)) - 5] ^= 1
        journal(folder).write_bytes(bytes(whole) + b'{"crc":"00000000"}\n')
        with pytest.raises(ShopDamaged):
            database.table("t").insert({"number": 4})
        assert journal(folder).read_bytes().startswith(bytes(whole))


def bulk(folder: Path) -> int:
    """One action of several lines; returns where it begins."""
    size = journal(folder).stat().st_size
    with open_database(folder) as database, database.transaction("bulk") as transaction:
        for number in range(40):
            transaction.put("b", transaction.next_id("b"), {"text": "x" * 100_000, "number": number})
    assert journal(folder).read_bytes()[size:].count(b'"more":true') >= 3
    return size


def test_a_bulk_action_without_its_closing_line_never_happened(folder: Path) -> None:
    size = bulk(folder)
    whole = journal(folder).read_bytes()
    lines = whole[size:].splitlines(keepends=True)
    assert all(len(line) <= 1 << 20 for line in lines)
    for kept in range(1, len(lines)):
        journal(folder).write_bytes(whole[:size] + b"".join(lines[:kept]))
        assert set(reopened(folder)) == {"t"}
    assert after_next_write(folder) == [0, 1, 2, 99]
    assert journal(folder).read_bytes()[size:].count(b"\n") == 1, "the uncommitted lines are cut away"


def test_a_bulk_action_with_lost_pages_is_dropped_but_a_damaged_one_is_refused(folder: Path) -> None:
    size = bulk(folder)
    whole = journal(folder).read_bytes()
    hole = bytearray(whole)
    hole[size + 8192 : size + 12288] = bytes(4096)
    journal(folder).write_bytes(bytes(hole))
    assert set(reopened(folder)) == {"t"}
    flipped = bytearray(whole)
    flipped[size + 8192] ^= 1
    journal(folder).write_bytes(bytes(flipped))
    with pytest.raises(ShopDamaged):
        open_database(folder).close()


def test_damage_before_later_actions_is_refused_even_with_zeros(folder: Path) -> None:
    whole = bytearray(journal(folder).read_bytes())
    second = bytes(whole).index(b'"seq":2') + 20
    whole[second : second + 40] = bytes(40)
    journal(folder).write_bytes(bytes(whole))
    with pytest.raises(ShopDamaged):
        open_database(folder).close()


def test_files_of_two_shops_or_generations_are_never_mixed(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    with open_database(other) as database:
        database.table("t").insert({"number": 7})
    mine = journal(folder).read_bytes()
    journal(folder).write_bytes(journal(other).read_bytes())
    with pytest.raises(ShopDamaged, match="do not belong together"):
        open_database(folder).close()
    journal(folder).write_bytes(mine)
    older = (folder / "shop-1.json").read_bytes()
    with open_database(folder) as database:
        database.compact()
    (folder / "shop-2.json").write_bytes(older)
    with pytest.raises(ShopDamaged):
        open_database(folder).close()


def test_a_lost_pointer_or_file_is_said_and_nothing_is_made_over_it(folder: Path) -> None:
    pointer = (folder / "current").read_bytes()
    (folder / "current").unlink()
    with pytest.raises(ShopDamaged, match="current"):
        open_database(folder).close()
    (folder / "current").write_bytes(pointer)
    (folder / "shop-1.json").rename(folder / "elsewhere")
    with pytest.raises(ShopDamaged, match=r"shop-1\.json"):
        open_database(folder).close()
    (folder / "elsewhere").rename(folder / "shop-1.json")
    (folder / "current").write_bytes(b"{}")
    with pytest.raises(ShopDamaged):
        open_database(folder).close()


def test_a_reader_goes_on_when_a_torn_tail_is_replaced(folder: Path) -> None:
    with open_database(folder) as reader:
        whole = journal(folder).read_bytes()
        journal(folder).write_bytes(whole + b'{"crc":"12345678","seq":4,"act')
        assert len(content(reader)["t"]) == 3
        with open_database(folder) as writer:
            writer.table("t").insert({"number": 3})
        assert [commit.action for commit in reader.follow()] == [4]
        assert len(content(reader)["t"]) == 4


def test_a_torn_tail_replaced_by_a_line_of_the_same_length_is_read(folder: Path) -> None:
    with open_database(folder) as writer, open_database(folder) as reader:
        whole = journal(folder).read_bytes()
        length = len(whole) - last_line(whole)
        journal(folder).write_bytes(whole + b"x" * length)
        assert len(content(reader)["t"]) == 3
        writer.table("t").insert({"number": 3, "name": "王五"})
        assert journal(folder).stat().st_size == len(whole) + length
        assert len(content(reader)["t"]) == 4


def test_check_finds_what_another_program_did_to_the_snapshot(folder: Path) -> None:
    with open_database(folder) as database:
        database.compact()
        path = next(folder.glob("shop-*.json"))
        text = path.read_bytes()
        path.write_bytes(text.replace(b'"number":1', b'"number":8'))
        assert [problem.file for problem in database.check().problems] == [path]
        path.write_bytes(text.replace(b'"number":1', b'"number:1'))
        assert {problem.file for problem in database.check().problems} == {path}
        path.write_bytes(text[:-9])
        with pytest.raises(ShopDamaged):
            list(content(database)["t"].items()) if database.check().problems == [] else open_database(folder)


def test_check_names_file_and_byte(folder: Path) -> None:
    with open_database(folder) as database:
        database.compact()
        assert database.check().problems == []
        assert database.check().actions == 3
        closed = folder / "journals" / "journal-1.jsonl"
        text = bytearray(closed.read_bytes())
        place = bytes(text).index(b'"seq":2') - 18
        text[place + 30] ^= 1
        closed.write_bytes(bytes(text))
        problem = database.check().problems[0]
        assert (problem.file, problem.byte) == (closed, place)
