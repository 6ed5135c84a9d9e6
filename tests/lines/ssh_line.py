"""A real sshd of our own on this machine, and a slow line to it: own port, own keys, own settings, in a folder."""

from __future__ import annotations

import getpass
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.terminal import ROOT, Terminal, app

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")

MISSING = (
    "no sshd and ssh on this machine (Debian: openssh-server)"
    if SSHD is None or shutil.which("ssh") is None
    else ""
)
"""Why this cannot be tried here; "" where it can."""

RELAY = Path(__file__).with_name("relay.py")


@dataclass
class SshLine:
    """An sshd, and a line to it.

    Attributes:
        folder: where keys, settings and the log of the sshd lie.
        port: of the line; connections to it arrive at the sshd late.
        relay: the process that delays.
        delay: seconds each way.
    """

    folder: Path
    port: int
    relay: subprocess.Popen[str]
    delay: float

    def command(self, *words: str | Path) -> list[str | Path]:
        """The ssh that runs `words` at the other end, in a terminal."""
        told = self.folder / "remote.pid"
        told.unlink(missing_ok=True)
        remote = f"echo $$ > {shlex.quote(str(told))}; cd {shlex.quote(str(ROOT))}; exec {shlex.join(map(str, words))}"
        return [
            *("ssh", "-tt", "-F", "none", "-q", "-p", str(self.port), "-i", self.folder / "user_key"),
            *("-o", f"UserKnownHostsFile={self.folder / 'known_hosts'}", "-o", "StrictHostKeyChecking=no"),
            *("-o", "IdentitiesOnly=yes", "-o", "ControlMaster=no", "-e", "none"),
            *(f"{getpass.getuser()}@127.0.0.1", remote),
        ]

    def app(self, folder: Path, *options: str) -> Terminal:
        """The program at the other end, on the shop in `folder`."""
        command = app("--data", folder, "--lang", "en", "--by", "mei", *options)
        return Terminal(self.command(*command))

    @property
    def remote(self) -> int:
        """The process at the other end."""
        return int((self.folder / "remote.pid").read_text(encoding="ascii"))

    def fall_silent(self) -> None:
        """Deliver nothing any more, as where a cable is pulled."""
        self.relay.send_signal(signal.SIGUSR1)

    def break_off(self) -> None:
        """Let both ends know that the line broke."""
        self.relay.send_signal(signal.SIGUSR2)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _make_keys(folder: Path) -> None:
    for name in ("host_key", "user_key"):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name],
            check=True,
            stdin=subprocess.DEVNULL,
        )
    shutil.copy(folder / "user_key.pub", folder / "authorized_keys")


def _settings(folder: Path, port: int, alive: int) -> str:
    return f"""
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/authorized_keys
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
PrintMotd no
PrintLastLog no
SetEnv LANG=C.UTF-8 LC_ALL=C.UTF-8
ClientAliveInterval {alive}
ClientAliveCountMax 1
"""


@contextmanager
def ssh_line(folder: Path, delay: float = 0.05, alive: int = 0) -> Iterator[SshLine]:
    """Run an sshd with its keys in `folder`, `delay` seconds away.

    Args:
        folder: an empty one.
        delay: seconds each way.
        alive: seconds of silence after which the sshd asks whether anybody is there, 0 for never.
    """
    assert SSHD is not None
    _make_keys(folder)
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    near, far = _free_port(), _free_port()
    (folder / "sshd_config").write_text(_settings(folder, far, alive), encoding="ascii")
    with (folder / "sshd.log").open("wb") as log:
        daemon = subprocess.Popen(
            [SSHD, "-D", "-e", "-f", folder / "sshd_config"], stderr=log, stdin=subprocess.DEVNULL
        )
    relay = subprocess.Popen(
        [sys.executable, RELAY, str(near), str(far), str(delay)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert relay.stdout is not None
        assert relay.stdout.readline().strip() == "ready"
        _wait_for(far, daemon, folder / "sshd.log")
        yield SshLine(folder, near, relay, delay)
    finally:
        for process in (relay, daemon):
            process.kill()
            process.wait()
        if relay.stdout is not None:
            relay.stdout.close()


def _wait_for(port: int, daemon: subprocess.Popen[bytes], log: Path) -> None:
    limit = time.monotonic() + 10
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            assert daemon.poll() is None, log.read_text(encoding="utf-8")
            assert time.monotonic() < limit
            time.sleep(0.02)


def gone_after(process: int, since: float, limit: float = 5.0) -> float:
    """Seconds from `since` (of the monotonic clock) until `process` had ended; `limit` where it had not."""
    while time.monotonic() - since < limit:
        if not _runs(process):
            return time.monotonic() - since
        time.sleep(0.005)
    return limit


def _runs(process: int) -> bool:
    """Whether it runs; one that ended and that nobody asked about yet (a zombie) does not."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    with suppress(OSError):
        about = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
        return about.rpartition(")")[2].split()[0] != "Z"
    return True
