"""Where a shop cannot be kept: drives of other machines, on which a lock does not hold off everybody."""

from __future__ import annotations

import os
from pathlib import Path

from locales import _
from store.engine.files import READ, READ_WRITE, FileCalls
from store.engine.trouble import told
from store.errors import ShopUnusable

NETWORK = frozenset(
    {
        "9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "drvfs", "gfs2", "glusterfs", "gpfs", "lustre",
        "ncpfs", "network", "nfs", "nfs4", "ocfs2", "smb", "smb2", "smb3", "smbfs", "virtiofs", "vboxsf",
    }
)  # fmt: skip
"""File systems of other machines (and of the host of a virtual one). Their locks may hold for one machine only."""

ALLOWED = "CRM_TUI_NETWORK_DRIVE"
"""The environment variable with which somebody who alone uses a shop may have it on such a drive all the same."""


_OWN_DISKS = frozenset(
    {"bindfs", "cryfs", "encfs", "exfat", "fuse-overlayfs", "gocryptfs", "mergerfs", "ntfs", "ntfs-3g"}
)
"""What FUSE makes of a disk of this computer."""


def is_network(kind: str) -> bool:
    """Whether a file system of that kind belongs to another machine; FUSE is taken to, but for a few."""
    if kind.startswith("fuse."):
        return kind.removeprefix("fuse.") not in _OWN_DISKS
    return kind in NETWORK


def require_local(files: FileCalls, folder: Path) -> None:
    """Refuse to write to a shop on a drive of another machine.

    Raises:
        ShopUnusable: it lies on one, and nobody allowed it.
    """
    kind = files.file_system(folder)
    if is_network(kind) and not files.is_system_disk(folder) and not os.environ.get(ALLOWED):
        sentence = _(
            "{path} lies on a network drive ({kind}), where two computers could write at once and lose what was "
            "written. Keep the shop on a disk of this computer, or set {variable}=1 if nobody else ever uses it."
        )
        raise ShopUnusable(sentence.format(path=folder, kind=kind, variable=ALLOWED), file=str(folder))


def require_locks(files: FileCalls, path: Path) -> None:
    """See that the lock of `path`, which we hold, holds off whoever opens the file once more.

    Raises:
        ShopUnusable: it does not.
    """
    with told(path, writing=True):
        other = files.open(path, READ if files.tells_lock_owner else READ_WRITE)
        try:
            if not files.lock(other):
                return
            files.unlock(other)
        finally:
            files.close(other)
    sentence = _("Locks do not work where {path} lies, so a shop cannot be kept there.")
    raise ShopUnusable(sentence.format(path=path), file=str(path))
