"""Look-up at 10,000 and 100,000 customers: ms per kind of query beside a plain `in` scan of the same list, and fzf.

`python tests/bench/bench_lookup.py [COUNT…]`, or `python -m pytest tests/bench/bench_lookup.py -m bench -n 0 -s`.
Times never fail a run.
"""

from __future__ import annotations

import gc
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from store.lookup import LookupIndex

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任"
    "姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武单仇查解"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红飞鹏辉玲梅兰凤洁云莲真环雪荣爱妹香月莺媛艳瑞凡"
    "佳嘉琼勤珍贞莉文斌宇浩凯健俊帆帅旭宁龙林翔欣怡子涵梓轩浩然思远一诺可晨曦长乐行重"
)
TRADES = ("茶行", "商行", "五金店", "服饰有限公司", "贸易有限公司", "文具店", "花店", "科技有限公司")
PLACES = ("杭州", "上海", "重庆", "长沙", "成都", "厦门", "广州", "深圳")
TAGS = ("熟客", "辣", "批发", "VIP", "学生", "微辣", "开发票")
LATIN = ("José García", "Anna Müller", "John Smith", "Li Ming", "Maria Silva", "Tom Brown")


def made_up_customers(count: int, seed: int = 7) -> list[tuple[int, dict[str, Any]]]:
    """`count` customers as the store holds them."""
    chance = random.Random(seed)
    customers = []
    for identity in range(1, count + 1):
        name = chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.choice((1, 2, 2))))
        if chance.random() < 0.02:
            name = f"{chance.choice(LATIN)} {identity}"
        number = f"1{chance.choice('3456789')}{chance.randrange(10**9):09d}"
        contacts = [{"key": "k1", "type": "mobile", "value": number, "normalized": "+86" + number}]
        if chance.random() < 0.4:
            syllable = chance.choice(("wang", "li", "xiao", "mm"))
            handle = f"{chance.choice('abcdefghijklmnopqrstuvwxyz')}{syllable}_{chance.randrange(9999)}"
            contacts.append({"key": "k2", "type": "wechat", "value": handle, "normalized": handle})
        customer: dict[str, Any] = {"kind": "person", "name": name, "contacts": contacts}
        if chance.random() < 0.5:
            customer["call_as"] = name[0] + chance.choice(("姐", "哥", "总", "老师"))
        if chance.random() < 0.1:
            customer["company"] = (
                chance.choice(PLACES) + "".join(chance.choices(GIVEN, k=2)) + chance.choice(TRADES)
            )
        if chance.random() < 0.3:
            customer["tags"] = chance.sample(TAGS, chance.choice((1, 2)))
        if chance.random() < 0.3:
            customer["external_ids"] = [{"key": "x1", "source": "xlsx", "value": f"M{identity:06d}"}]
        customers.append((identity, customer))
    return customers


def queries(customers: list[tuple[int, dict[str, Any]]], each: int = 60) -> dict[str, list[str]]:
    """Queries of every kind, taken from the customers so that they find something."""
    from store.lookup.readings import readings_of

    chance = random.Random(11)
    chosen = [customer for _id, customer in chance.sample(customers, each) if customer["name"].isalnum()]
    han = [customer for customer in chosen if not customer["name"].isascii()]
    readings = [readings_of(customer["name"])[0] for customer in han]
    phones = [customer["contacts"][0]["value"] for customer in chosen]
    return {
        "1 character": [customer["name"][0] for customer in han],
        "whole name": [customer["name"] for customer in han],
        "full pinyin": ["".join(reading) for reading in readings],
        "pinyin start (zhangw)": [reading[0] + reading[1][0] for reading in readings],
        "surname (zhang)": [reading[0] for reading in readings],
        "initials": ["".join(syllable[0] for syllable in reading) for reading in readings],
        "1 letter": [reading[0][0] for reading in readings],
        "last 4 digits": [phone[-4:] for phone in phones],
        "4 digits inside": [phone[4:8] for phone in phones],
        "3 digits": [phone[:3] for phone in phones],
        "1 digit": [phone[1] for phone in phones],
        "whole number": [f"+86 {phone[:3]} {phone[3:7]} {phone[7:]}" for phone in phones],
        "wechat": [customer["contacts"][1]["value"] for customer in chosen if len(customer["contacts"]) > 1],
        "tag": ["#辣", "熟客", "vip", "#批"] * 5,
        "number": [f"C{chance.randrange(len(customers)):06d}" for _ in range(20)],
        "miss": ["qqzzx", "邋遢鬼", "00000000", "xvkk"] * 5,
        "mixed (张w)": [
            customer["name"][0] + reading[1][0] for customer, reading in zip(han, readings, strict=True)
        ],
        "mixed (zwei)": [reading[0][0] + reading[1] for reading in readings],
        "later syllables": ["".join(reading[1:]) for reading in readings],
        "digits as letters": ["".join(map(_key, "".join(reading)))[:7] for reading in readings],
        "a slip (zhagnwei)": ["".join(reading)[:-3] + "x" + "".join(reading)[-3:] for reading in readings],
        "wrong digit": [phone[:5] + str((int(phone[5]) + 5) % 10) + phone[6:] for phone in phones],
        "tail and initial": [
            f"{customer['contacts'][0]['value'][-4:]} {reading[0]}"
            for customer, reading in zip(han, readings, strict=True)
        ],
        "two words": [f"{customer['name'][0]} {customer['contacts'][0]['value'][-4:]}" for customer in han],
        "name and initials": [f"{customer['name'][0]} m" for customer in han],
    }


def _key(letter: str) -> str:
    """The key of a telephone that has `letter`."""
    from store.lookup.guess import KEYS

    return next(key for key, letters in KEYS.items() if letter in letters)


def measure(call: Callable[[str], object], asked: list[str]) -> tuple[float, float]:
    """Median and 99th percentile of `call` over the queries, in ms; the best of three runs of each, against noise."""
    times = sorted(min(taken(partial(call, query)) for _run in range(3)) for query in asked)
    return statistics.median(times), times[min(len(times) - 1, int(len(times) * 0.99))]


def taken(call: Callable[[], object]) -> float:
    """How long one call takes, in ms."""
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def memory() -> float:
    """Private memory of this process in MiB, where the system tells."""
    try:
        lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private")) / 1024


def report(count: int, say: Callable[[str], object]) -> None:
    """Build, save, load, change and ask; print each figure."""
    import msgspec

    from store.lookup import LookupIndex

    customers = made_up_customers(count)
    gc.collect()
    gc.freeze()
    recency = {identity: identity * 7919 % 1_000_003 for identity, _customer in customers}
    raw = [(identity, msgspec.json.encode(customer)) for identity, customer in customers]
    index = LookupIndex.build([])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "lookup"

        def build() -> None:
            nonlocal index
            index = LookupIndex.build(raw, recency)

        def load() -> None:
            nonlocal index
            index = LookupIndex.load(file, {"seq": 1}) or index

        say(f"{count} customers: build {taken(build):.0f} ms")
        say(
            f"save {taken(lambda: index.save(file, {'seq': 1})):.0f} ms, {file.stat().st_size / 2**20:.1f} MiB"
        )
        index = LookupIndex.build([])
        gc.collect()
        before = memory()
        say(
            f"load {taken(load):.1f} ms, {memory() - before:.1f} MiB; again {min(taken(load) for _ in range(5)):.1f} ms"
        )
    say(f"update of one {taken(lambda: index.update([(1, customers[0][1], 2_000_000)])):.1f} ms")
    thousand = [(identity, customer, 2_000_000) for identity, customer in customers[:1000]]
    say(f"update of 1000 {taken(lambda: index.update(thousand)):.1f} ms")
    say(f"touch beside 1000 changed {taken(lambda: index.touch(1, 2_000_001)):.1f} ms")
    say(f"rows 50,000 to 50,024 of everybody {taken(lambda: index.everybody(50_000, 24)):.2f} ms")
    lines = [
        " ".join([c["name"], c.get("company", ""), *(k["value"] for k in c["contacts"])])
        for _id, c in customers
    ]
    print_queries(index, queries(customers), lines, say)


def print_queries(
    index: LookupIndex, asked: dict[str, list[str]], lines: list[str], say: Callable[[str], object]
) -> None:
    """One line for each kind of query: 24 rows of the answer, the plain scan of the same list, fzf as a process."""
    fzf = shutil.which("fzf")
    text = "\n".join(lines)

    def ask_first(query: str) -> object:
        return index.search_first(query).found.matches[:24]

    def ask(query: str) -> object:
        return index.search_first(query).later().matches[:24]

    def scan(query: str) -> object:
        return [line for line in lines if query in line]

    def filtered(query: str) -> object:
        command = [fzf or "fzf", "-e", "+s", "--filter", query]
        return subprocess.run(command, input=text, text=True, capture_output=True, check=False)

    say(
        f"{'':24}{'first p50':>10}{'p99':>7}{'whole p50':>10}{'p99':>7}{'scan p50':>9}{'ratio':>6}{'fzf --filter':>13}"
    )
    for kind, typed in asked.items():
        first, first_worst = measure(ask_first, typed)
        middle, worst = measure(ask, typed)
        plain, _worst = measure(scan, typed)
        outside = f"{measure(filtered, typed[:3])[0]:13.0f}" if fzf else ""
        ratio = first / plain
        say(
            f"{kind:24}{first:10.2f}{first_worst:7.2f}{middle:10.2f}{worst:7.2f}{plain:9.2f}{ratio:6.2f}{outside}"
        )


@pytest.mark.bench
@pytest.mark.parametrize("count", [10_000, 100_000])
def test_print_figures(count: int) -> None:
    report(count, print)


if __name__ == "__main__":
    for asked_count in map(int, sys.argv[1:] or ["10000", "100000"]):
        report(asked_count, print)
