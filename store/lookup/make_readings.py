"""Makes the table of toneless readings from pypinyin: at build time, or once in a process of its own.

Run as `python -m store.lookup.make_readings FILE`. Nothing else in the program may import this module or pypinyin.
The surnames and words below override pypinyin, which reads every character as a common word.
"""

from __future__ import annotations

import os
import sys
import unicodedata
import zlib
from collections.abc import Mapping
from pathlib import Path

FORMAT = "crm-tui readings 3"
"""First word of the file; a table of another format is made again."""

FIRST_CODE = 0x100
"""The character that stands for the first set of readings."""

BLOCKS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x323AF))
"""Ranges of characters that are looked up; 〇 is among the words."""

SURNAMES = {
    "乐": "yue", "乜": "nie", "仇": "qiu", "佴": "nai", "六": "lu", "冼": "xian", "区": "ou",
    "华": "hua", "单": "shan", "卜": "bu", "召": "shao", "句": "gou", "员": "yun", "哈": "ha",
    "啜": "chuai", "尉": "wei", "尹": "yin", "幺": "yao", "应": "ying", "折": "she", "曲": "qu",
    "曾": "zeng", "朴": "piao", "查": "zha", "柏": "bai", "洗": "xian", "燕": "yan", "牟": "mou",
    "盖": "ge", "盛": "sheng", "石": "shi", "祭": "zhai", "秘": "bi", "种": "chong", "纪": "ji",
    "繁": "po", "缪": "miao", "翟": "zhai", "能": "nai", "莘": "shen", "葛": "ge", "薄": "bo",
    "行": "xing", "覃": "qin", "解": "xie", "车": "che", "过": "guo", "那": "na", "都": "du",
    "长": "chang", "闫": "yan", "阚": "kan", "隗": "wei", "黑": "he", "齐": "qi", "沈": "shen",
    "任": "ren", "宁": "ning", "谌": "chen", "郇": "xun", "郗": "xi", "逄": "pang", "钭": "tou",
    "厍": "she", "妫": "gui", "麴": "qu", "於": "yu", "俞": "yu", "宿": "su", "瞿": "qu",
    "居": "ju", "相": "xiang", "贾": "jia", "重": "chong", "𬱖": "tui", "琚": "ju", "便": "pian",
    "戚": "qi", "撒": "sa", "仉": "zhang",
}  # fmt: skip
"""The reading of a character that starts a Chinese personal name as its surname."""

COMPOUND_SURNAMES = {
    "万俟": "mo qi", "尉迟": "yu chi", "长孙": "zhang sun", "单于": "chan yu", "子车": "zi ju", "乐正": "yue zheng",
    "皇甫": "huang fu", "闾丘": "lv qiu", "澹台": "tan tai", "令狐": "ling hu", "呼延": "hu yan", "鲜于": "xian yu",
    "夏侯": "xia hou", "夹谷": "jia gu", "宰父": "zai fu", "亓官": "qi guan", "仉督": "zhang du", "申屠": "shen tu",
    "贯丘": "guan qiu", "毌丘": "guan qiu", "拓跋": "tuo ba", "吐谷浑": "tu yu hun", "耶律": "ye lv", "尔朱": "er zhu",
    "濮阳": "pu yang", "颛孙": "zhuan sun", "宗政": "zong zheng", "榖梁": "gu liang", "谷梁": "gu liang",
    "漆雕": "qi diao", "公冶": "gong ye", "公孙": "gong sun", "欧阳": "ou yang", "上官": "shang guan",
    "司马": "si ma", "诸葛": "zhu ge", "东方": "dong fang", "独孤": "du gu", "南宫": "nan gong", "慕容": "mu rong",
    "端木": "duan mu", "轩辕": "xuan yuan", "宇文": "yu wen", "赫连": "he lian", "淳于": "chun yu", "百里": "bai li",
    "羊舌": "yang she", "叱干": "chi gan", "贺若": "he ruo", "费莫": "fei mo", "哥舒": "ge shu", "叶赫": "ye he",
}  # fmt: skip
"""Surnames of several characters, syllable by syllable."""

WORDS = {
    "重庆": "chong qing", "重阳": "chong yang", "长沙": "chang sha", "长春": "chang chun", "长安": "chang an",
    "长江": "chang jiang", "长城": "chang cheng", "长兴": "chang xing", "长宁": "chang ning", "长治": "chang zhi",
    "长乐": "chang le", "长白": "chang bai", "长虹": "chang hong", "长青": "chang qing", "成长": "cheng zhang",
    "店长": "dian zhang", "校长": "xiao zhang", "厂长": "chang zhang", "院长": "yuan zhang", "会长": "hui zhang",
    "银行": "yin hang", "商行": "shang hang", "车行": "che hang", "茶行": "cha hang", "洋行": "yang hang",
    "花行": "hua hang", "米行": "mi hang", "布行": "bu hang", "药行": "yao hang", "珠宝行": "zhu bao hang",
    "电器行": "dian qi hang", "五金行": "wu jin hang", "贸易行": "mao yi hang", "经营行": "jing ying hang",
    "分行": "fen hang", "支行": "zhi hang", "行业": "hang ye", "同行": "tong hang", "厦门": "xia men",
    "成都": "cheng du", "首都": "shou du", "都市": "du shi", "音乐": "yin yue", "乐器": "yue qi", "会计": "kuai ji",
    "西藏": "xi zang", "朝阳": "chao yang", "朝鲜": "chao xian", "六安": "lu an", "番禺": "pan yu", "蚌埠": "beng bu",
    "台州": "tai zhou", "丽水": "li shui", "东莞": "dong guan", "莘庄": "xin zhuang", "单县": "shan xian",
    "什刹海": "shi cha hai", "石家庄": "shi jia zhuang", "大厦": "da sha", "渑池": "mian chi", "亳州": "bo zhou",
    "涡阳": "guo yang", "歙县": "she xian", "黄陂": "huang pi", "洪洞": "hong tong", "莒县": "ju xian",
    "乐清": "yue qing", "乐亭": "lao ting", "百色": "bai se", "秘鲁": "bi lu", "新疆": "xin jiang", "重新": "chong xin",
    "便宜": "pian yi", "调料": "tiao liao", "调味": "tiao wei", "朝天": "chao tian", "阿胶": "e jiao",
    "阿姨": "a yi", "阿哥": "a ge", "东阿": "dong e", "燕京": "yan jing", "参茸": "shen rong", "人参": "ren shen",
    "海参": "hai shen", "朴素": "pu su", "传奇": "chuan qi", "传记": "zhuan ji", "〇": "ling",
}  # fmt: skip
"""Words inside company names, aliases and forms of address whose reading is not the usual one of their characters."""


def write_readings(path: Path) -> None:
    """Write the table to `path`, whole or not at all.

    Raises:
        OSError: the file cannot be written there.
    """
    os.environ["PYPINYIN_NO_DICT_COPY"] = "1"
    from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

    used = _readings_in_words(PHRASES_DICT)
    sets: dict[str, int] = {"": 0}
    blocks = []
    for first, last in BLOCKS:
        codes = []
        for code in range(first, last + 1):
            readings = _in_use(
                _toneless(PINYIN_DICT.get(code, "")), used.get(chr(code), {}), SURNAMES.get(chr(code))
            )
            codes.append(chr(FIRST_CODE + sets.setdefault(" ".join(readings), len(sets))))
        blocks.append(f"{first:X} " + "".join(codes).rstrip(chr(FIRST_CODE)))
    words = {**WORDS, **COMPOUND_SURNAMES}
    body = "\n".join(
        [
            ";".join(sets),
            ";".join(f"{name} {reading}" for name, reading in SURNAMES.items()),
            ";".join(f"{name} {reading}" for name, reading in COMPOUND_SURNAMES.items()),
            ";".join(f"{name} {reading}" for name, reading in sorted(words.items())),
            *blocks,
        ]
    )
    made = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        made.write_bytes(f"{FORMAT} {zlib.crc32(body.encode()):08x}\n{body}".encode())
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)


WELL_KNOWN = 5
"""Of a character in so many words the words show which readings are alive (王 is never yu); of others all are kept."""


def _readings_in_words(words: Mapping[str, list[list[str]]]) -> dict[str, dict[str, int]]:
    """How often each character has each reading in the words of the dictionary."""
    counts: dict[str, dict[str, int]] = {}
    for word, readings in words.items():
        if len(word) == len(readings):
            for character, (reading, *_others) in zip(word, readings, strict=True):
                counted = counts.setdefault(character, {})
                for plain in _toneless(reading):
                    counted[plain] = counted.get(plain, 0) + 1
    return counts


def _in_use(readings: list[str], counted: Mapping[str, int], surname: str | None) -> list[str]:
    """The readings that are alive, the usual first; a surname's own reading is one of them."""
    if sum(counted.values()) >= WELL_KNOWN:
        readings = readings[:1] + [reading for reading in readings[1:] if reading in counted]
    return [*readings, surname] if surname and surname not in readings else readings


def _toneless(readings: str) -> list[str]:
    """Readings separated by commas without their tones, each once; ü is v."""
    found: dict[str, None] = {}
    for reading in readings.split(","):
        letters = unicodedata.normalize("NFD", reading.replace("ɡ", "g"))
        letters = letters.replace("u\u0308", "v").replace("U\u0308", "v")
        plain = "".join(letter for letter in letters if "a" <= letter <= "z")
        if any(letter in "aeiouv" for letter in plain):
            found[plain] = None
    return list(found)


if __name__ == "__main__":
    write_readings(Path(sys.argv[1]))
