"""A desktop of our own: an X server without a screen, a session bus, fcitx5 with its pinyin; nothing of the user's.

Everything lies in one folder: HOME, what XDG keeps elsewhere, the bus. The X server finds a free number by itself.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple, TypeVar

_PROGRAMS = {
    "Xvfb": "xvfb",
    "dbus-daemon": "dbus-daemon",
    "fcitx5": "fcitx5",
    "script": "bsdutils",
    "xdotool": "xdotool",
    "xprop": "x11-utils",
    "xterm": "xterm",
}
_SHARED = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"


def _missing() -> str:
    packages = {package for program, package in _PROGRAMS.items() if shutil.which(program) is None}
    if not any(Path(place, "fcitx5/inputmethod/pinyin.conf").exists() for place in _SHARED.split(":")):
        packages.add("fcitx5-pinyin")
    return f"no desktop to try an input method on (Debian: {' '.join(sorted(packages))})" if packages else ""


MISSING = _missing()
"""What this machine lacks to try an input method; "" where it can be tried."""

_BUS = """
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
"""A bus that starts no services."""

_SETTINGS = {
    "profile": """
[Groups/0]
Name=Default
Default Layout=us
DefaultIM=pinyin

[Groups/0/Items/0]
Name=keyboard-us
Layout=

[Groups/0/Items/1]
Name=pinyin
Layout=

[GroupOrder]
0=Default
""",
    "config": "[Behavior]\nActiveByDefault=True\n",
    # Otherwise it sets the layout anew at the first key, and may miss that Shift is held then.
    "conf/xcb.conf": "Allow Overriding System XKB Settings=False\n",
    # English words among the candidates: a digit would not always stand for a character.
    "conf/pinyin.conf": "SpellEnabled=False\n",
    # Otherwise the colon behind `tag` has half width, which is no test.
    "conf/punctuation.conf": "HalfWidthPuncAfterLetterOrNumber=False\n",
}
_WITHOUT = "wayland,waylandim,cloudpinyin,notifications,notificationitem,kimpanel"
"""What fcitx5 leaves out; cloudpinyin asks the network."""

_KEY = re.compile(r"KeyEvent: Key\((\S+) .* Release:0\n.*KeyEvent handling time: .* result:([01])")
"""A key that fcitx5 was asked about, and whether it took it, in its log."""

Found = TypeVar("Found")


def until(look: Callable[[], Found], what: str, seconds: float = 20.0) -> Found:
    """Look again and again until something is found; returns it."""
    limit = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < limit, f"no {what}"
        time.sleep(0.01)
    return found


class Place(NamedTuple):
    """Where a window stands: pixels from the left and the top of the screen, and its size."""

    x: int
    y: int
    width: int
    height: int


class Desktop:
    """What runs, and the keys of it.

    Args:
        folder: where everything of it lies; its path is short, the bus has an address in it.
        display: the name of the screen.
    """

    def __init__(self, folder: Path, display: str) -> None:
        self.folder = folder
        self.env = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            "XDG_DATA_DIRS": _SHARED,
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={folder}/bus",
            "DISPLAY": display,
            "XMODIFIERS": "@im=fcitx",
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
        }

    def start(self, *words: str | Path) -> subprocess.Popen[bytes]:
        """Start a program here; what it says goes to a file with its name."""
        with self.folder.joinpath(f"{Path(words[0]).name}.log").open("wb") as log:
            return subprocess.Popen(
                words,
                env=self.env,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def ask(self, *words: str) -> str:
        """What a tool of the X server answers; "" where it finds nothing."""
        asked = subprocess.run(words, env=self.env, capture_output=True, text=True, timeout=30, check=False)
        return asked.stdout

    def logs(self) -> str:
        """What the programs here said, the end of it."""
        return "\n".join(
            f"--- {log.name}\n{log.read_text(encoding='utf-8', errors='replace')[-6000:]}"
            for log in sorted(self.folder.glob("*.log"))
        )

    def window(self, name: str) -> str:
        """The number of the window of the class `name`; "" while none of that class can be seen."""
        found = self.ask("xdotool", "search", "--onlyvisible", "--class", f"^{name}$")
        return found.split()[-1] if found else ""

    def place(self, window: str) -> Place | None:
        """Where a window stands; None where there is none."""
        told = self.ask("xdotool", "getwindowgeometry", "--shell", window) if window else ""
        found = dict(line.split("=") for line in told.splitlines())
        return Place(*(int(found[name]) for name in ("X", "Y", "WIDTH", "HEIGHT"))) if found else None

    def candidates(self) -> Place | None:
        """Where the input method shows what it offers; None where it shows nothing."""
        return self.place(self.window("fcitx"))

    def keys(self) -> list[tuple[str, bool]]:
        """The keys that were pressed so far, and whether the input method took them, without Shift and Ctrl."""
        log = self.folder.joinpath("fcitx5.log").read_text(encoding="utf-8", errors="replace")
        return [(key, taken == "1") for key, taken in _KEY.findall(log) if not key.endswith(("_L", "_R"))]

    def press(self, *keys: str) -> list[bool]:
        """Press keys (X's names); for each, whether the input method took it."""
        return self._send(len(keys), "key", *keys)

    def type(self, letters: str) -> list[bool]:
        """Press the keys of `letters`; for each, whether the input method took it."""
        return self._send(len(letters), "type", letters)

    def _send(self, count: int, *words: str) -> list[bool]:
        before = len(self.keys())
        self.ask("xdotool", words[0], "--delay", "8", *words[1:])
        until(lambda: len(self.keys()) >= before + count, f"answer of the input method to {words}")
        return [taken for _key, taken in self.keys()[before:]]


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and wait until it has ended."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def _screen(folder: Path) -> Iterator[str]:
    """An X server; the name of its screen."""
    told, tells = os.pipe()
    # Without -noreset it forgets everything when its only client goes, and the first ones are tools that ask and go.
    with os.fdopen(told, "rb") as answer, folder.joinpath("Xvfb.log").open("wb") as log:
        words = ["Xvfb", "-displayfd", str(tells), "-noreset", "-screen", "0", "1280x1024x24"]
        try:
            server = subprocess.Popen(
                words, pass_fds=[tells], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        finally:
            os.close(tells)
        try:
            number = answer.readline().decode("ascii").strip()
            assert number, folder.joinpath("Xvfb.log").read_text(encoding="utf-8", errors="replace")
            yield f":{number}"
        finally:
            end(server)


@contextmanager
def desktop() -> Iterator[Desktop]:
    """Run a desktop; everything of it has ended and is gone when this is left."""
    with ExitStack() as stack:
        # Not pytest's own folder: the name of a socket has at most about a hundred bytes.
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="ime-", ignore_cleanup_errors=True))
        )
        (folder / "bus.conf").write_text(_BUS.format(socket=folder / "bus"), encoding="utf-8")
        for name, text in _SETTINGS.items():
            file = folder / ".config/fcitx5" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        found = Desktop(folder, stack.enter_context(_screen(folder)))
        # Shown by pytest where a test fails.
        stack.callback(lambda: print(found.logs()))
        bus = found.start("dbus-daemon", "--nofork", "--nopidfile", f"--config-file={folder / 'bus.conf'}")
        stack.callback(end, bus)
        until((folder / "bus").exists, "session bus")
        stack.callback(end, found.start("fcitx5", "--verbose=key_trace=5", f"--disable={_WITHOUT}"))
        until(lambda: "@server=fcitx" in found.ask("xprop", "-root", "XIM_SERVERS"), "fcitx5")
        yield found
