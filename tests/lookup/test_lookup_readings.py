"""Readings of Chinese names."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from store.lookup import readings
from store.lookup.make_readings import write_readings
from store.lookup.readings import MOST_READINGS, ReadingsMissing, readings_of

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "names" / "expected_surname_readings.json"

TRAPS = {
    "秘": "bi", "种": "chong", "繁": "po", "覃": "qin", "缪": "miao", "曾": "zeng", "解": "xie", "折": "she",
    "佴": "nai", "翟": "zhai", "都": "du", "六": "lu", "薄": "bo", "查": "zha", "朴": "piao", "乜": "nie",
    "乐": "yue", "阚": "kan", "区": "ou", "仇": "qiu", "单": "shan", "卜": "bu", "子车": "ziju", "乐正": "yuezheng",
    "能": "nai", "员": "yun", "句": "gou", "召": "shao", "尉迟": "yuchi", "长孙": "zhangsun", "单于": "chanyu",
    "万俟": "moqi", "盖": "ge", "吕": "lv", "王": "wang", "欧阳": "ouyang",
}  # fmt: skip


@pytest.mark.parametrize(("surname", "reading"), TRAPS.items())
def test_a_surname_is_first_read_as_a_surname(surname: str, reading: str) -> None:
    assert "".join(readings_of(surname + "小红")[0]) == reading + "xiaohong"


def test_485_agreed_surnames() -> None:
    if not SHARED.exists():
        pytest.skip(f"no shared data at {SHARED}")
    agreed = json.loads(SHARED.read_text("utf-8"))
    for surname, reading in agreed["all"].items():
        assert "".join(readings_of(surname + "小红")[0]) == reading + "xiaohong", surname
    for disputed in agreed["sources_disagree"]:
        found = {"".join(reading) for reading in readings_of(disputed["surname"] + "小红")}
        for reading in set(disputed["votes"].values()) - {"luqiu"}:
            assert reading + "xiaohong" in found, disputed


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("单晓", {"shan xiao", "dan xiao", "chan xiao"}),
        ("重庆", {"chong qing", "zhong qing"}),
        ("曾乐", {"zeng le", "ceng le", "zeng yue"}),
        ("小解", {"xiao xie", "xiao jie"}),
        ("Tony王", {"tony wang"}),
        ("José García", {"jose garcia"}),
        ("3号桌", {"3 hao zhuo"}),
    ],
)
def test_every_living_reading_is_known(name: str, expected: set[str]) -> None:
    assert expected <= {" ".join(reading) for reading in readings_of(name)}


@pytest.mark.parametrize(
    ("company", "reading"),
    [
        ("重庆银行长春分行", "chong qing yin hang chang chun fen hang"),
        ("厦门商行", "xia men shang hang"),
        ("单县人参", "shan xian ren shen"),
    ],
)
def test_companies_are_read_word_by_word(company: str, reading: str) -> None:
    assert " ".join(readings_of(company, surname=False)[0]) == reading


def test_a_corrected_reading_is_first_and_the_others_stay() -> None:
    assert readings_of("单晓", corrected="Dān xiǎo")[0] == ("dan", "xiao")
    assert ("shan", "xiao") in readings_of("单晓", corrected="dan xiao")
    assert readings_of("☎", corrected="wang wu") == (("wang", "wu"),)


@pytest.mark.parametrize("name", ["", "!!", "👍", "王" * 400, "行长乐重单都会" * 9])
def test_odd_names_have_few_readings_soon(name: str) -> None:
    assert len(readings_of(name)) <= MOST_READINGS


def test_the_program_never_imports_pypinyin(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from store.lookup import LookupIndex; "
        "index = LookupIndex.build([(1, {'name': '单晓明', 'company': '重庆银行'})], {}); "
        "index.update([(2, {'name': '曾乐'}, 5)]); "
        f"index.save(Path({str(tmp_path / 'cache')!r}), {{}}); "
        "print(len(index.search('shanx').matches), len(index.search('z乐').matches), "
        "[name for name in ('pypinyin', 'phonenumbers', 'textual', 'rich') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "1 1 []"


def test_a_missing_table_is_made_once_in_another_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "deeper" / "readings.txt"
    monkeypatch.setattr(readings, "_places", lambda: [place])
    readings._load.cache_clear()
    try:
        assert readings_of("单晓")[0] == ("shan", "xiao")
        assert place.exists()
    finally:
        readings._load.cache_clear()


def test_a_table_that_cannot_be_made_is_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(readings, "_places", lambda: [tmp_path / "file" / "readings.txt"])
    readings._load.cache_clear()
    try:
        with pytest.raises(ReadingsMissing, match="could not be made"):
            readings_of("单晓")
    finally:
        readings._load.cache_clear()


def test_a_damaged_table_is_not_read(tmp_path: Path) -> None:
    place = tmp_path / "readings.txt"
    write_readings(place)
    assert readings.read_table(place) is not None
    whole = place.read_bytes()
    place.write_bytes(whole[:-3])
    assert readings.read_table(place) is None
    place.write_bytes(whole.replace(b"readings", b"readinks", 1))
    assert readings.read_table(place) is None
