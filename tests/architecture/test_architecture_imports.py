"""One direction of knowledge, and a start that loads only what it needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def loaded_by(code: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after `code`."""
    program = f"import sys\n{code}\nprint('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.split())


def test_import_contracts() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "module", ["store.shop", "store.commands", "store.exchange", "store.demo", "crm_tui"]
)
def test_the_store_and_the_commands_load_no_terminal_library(module: str) -> None:
    loaded = loaded_by(f"import {module}")
    assert not {name for name in loaded if name.split(".")[0] in {"textual", "rich"}}


HEAVY = {"pypinyin", "python_calamine", "xlsxwriter", "charset_normalizer", "phonenumbers", "babel", "polib"}


def test_the_shop_loads_no_heavy_library() -> None:
    assert not {name.split(".")[0] for name in loaded_by("import store.shop")} & HEAVY


def test_the_app_loads_no_heavy_library() -> None:
    loaded = {name.split(".")[0] for name in loaded_by("import screens.app")}
    assert "textual" in loaded
    assert not loaded & HEAVY


def test_no_store_module_decides_anything_at_import_time(tmp_path: Path) -> None:
    """Importing reads no clock, environment or file outside the packages: it works anywhere, with nothing set."""
    program = "import sys; sys.path.insert(0, sys.argv[1]); import store.shop, store.commands, store.exchange"
    done = subprocess.run(
        [sys.executable, "-c", program, str(ROOT)],
        cwd=tmp_path,
        env={},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []
