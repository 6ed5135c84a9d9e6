"""TinyDB's own test suite, fetched as its sdist, run against our TinyDB and Table."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "tinydb-sdist"

CACHED = "it looks into the query cache, which is off here: another process may have written since"
RESTARTS = "it expects ids to begin at 1 again once the tables were emptied: here no id is ever given twice"
ONE_FILE = "it opens one JSON file by its path, with a JSON encoder's options: a shop is a folder"
STORAGE = "it asks for TinyDB's own storage class behind the database"

EXCEPTIONS = {
    "test_storages.py::test_json_kwargs": ONE_FILE,
    "test_storages.py::test_json_read": ONE_FILE,
    "test_storages.py::test_json_invalid_directory": "it expects a missing folder to be an error: here it is made",
    "test_tables.py::test_next_id": RESTARTS,
    "test_tables.py::test_query_cache": CACHED,
    "test_tables.py::test_query_cache_size": CACHED,
    "test_tables.py::test_lru_cache": CACHED,
    "test_tables.py::test_table_repr": STORAGE,
    "test_tables.py::test_truncate_table": RESTARTS,
    "test_tinydb.py::test_insert_ids": RESTARTS,
    "test_tinydb.py::test_insert_with_doc_id": RESTARTS,
    "test_tinydb.py::test_insert_with_duplicate_doc_id": RESTARTS,
    "test_tinydb.py::test_insert_multiple_with_ids": RESTARTS,
    "test_tinydb.py::test_update_returns_ids": RESTARTS,
    "test_tinydb.py::test_search": CACHED,
    "test_tinydb.py::test_search_path": CACHED,
    "test_tinydb.py::test_doc_ids_json": RESTARTS,
    "test_tinydb.py::test_access_storage": STORAGE,
    "test_tinydb.py::test_storage_access": STORAGE,
}
"""Each test that fails here, with all its parameters, and why. One that passes must leave this list."""

CONFTEST = '''
"""Made by crm-tui's test: gives TinyDB's tests our database wherever they ask for a plain one."""

import tempfile
from pathlib import Path

import pytest
import tinydb
from tinydb.storages import JSONStorage, MemoryStorage

from store.engine import open_database
from store.engine.database import Database

STOCK = tinydb.TinyDB
OURS = (JSONStorage, MemoryStorage)


class TinyDB(Database):
    """Ours for a file or memory; stock for the storages and middlewares that the tests bring along."""

    def __new__(cls, *args, storage=JSONStorage, **kwargs):
        return object.__new__(cls) if storage in OURS else STOCK(*args, storage=storage, **kwargs)

    def __init__(self, path=None, storage=JSONStorage, **kwargs):
        folder = Path(tempfile.mkdtemp()) / "shop" if path is None else Path(str(path) + ".shop")
        super().__init__(open_database(folder)._engine)
        self.asked_for = storage


tinydb.TinyDB = tinydb.database.TinyDB = TinyDB


@pytest.fixture(params=["memory", "json"])
def db(request, tmp_path):
    """As in TinyDB's conftest, on ours."""
    found = TinyDB(tmp_path / "test.db") if request.param == "json" else TinyDB(storage=MemoryStorage)
    found.drop_tables()
    found.insert_multiple({"int": 1, "char": c} for c in "abc")
    yield found
    found.close()


@pytest.fixture
def storage():
    """As in TinyDB's conftest."""
    from tinydb.middlewares import CachingMiddleware

    return CachingMiddleware(MemoryStorage)()
'''


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tests of the TinyDB that is installed."""
    installed = version("tinydb")
    archive = CACHE / f"tinydb-{installed}.tar.gz"
    if not archive.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
        command += ["--dest", str(CACHE), f"tinydb=={installed}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=200)
        if done.returncode != 0 or not archive.exists():
            pytest.skip(f"TINYDB SUITE NOT RUN: its sdist could not be fetched: {done.stderr.strip()[-300:]}")
    target = tmp_path_factory.mktemp("tinydb")
    with tarfile.open(archive) as packed:
        packed.extractall(target, filter="data")
    tests = target / f"tinydb-{installed}" / "tests"
    if not tests.is_dir():
        pytest.skip(f"TINYDB SUITE NOT RUN: {archive.name} holds no tests")
    (tests / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    return tests


def test_tinydbs_own_suite_passes_but_for_the_named_exceptions(suite: Path) -> None:
    command = [sys.executable, "-m", "pytest", str(suite), "-q", "-rA", "--tb=line", "--rootdir", str(suite)]
    command += [
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "-p",
        "no:asyncio",
        "-p",
        "no:randomly",
        "-c",
        os.devnull,
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=suite)
    passed, failed = named("PASSED", done.stdout), named("(?:FAILED|ERROR)", done.stdout)
    assert len(passed) > 100, done.stdout[-3000:] + done.stderr[-1000:]
    assert failed == set(EXCEPTIONS), done.stdout[-4000:]
    assert not failed & passed, "with one parameter they pass: name the others one by one"


def named(outcome: str, report: str) -> set[str]:
    """The tests of that outcome, without their parameters."""
    return set(re.findall(rf"^{outcome} (?:\S*/)?(test_\w+\.py::\w+)", report, re.MULTILINE))
