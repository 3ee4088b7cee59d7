"""What stops a set-up, in words for the person at the terminal."""

import errno
from pathlib import Path


class SetupError(Exception):
    """One line that says what happened and what to do about it."""


def disk_full(folder: Path, wanted: int | None = None) -> SetupError:
    need = f"{wanted / 1e6:.0f} MB are needed" if wanted else "more room is needed"
    return SetupError(
        f"The disk that holds {folder} is full: {need}. Free some space, or set HOTPIN_DEPS to a folder "
        "on another disk, and run this again: what is done is kept."
    )


def explain(error: OSError, folder: Path) -> SetupError:
    """Turns a failed file operation below `folder` into its remedy."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(folder)
    where = error.filename or folder
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return SetupError(
            f"No permission to write {where}. Give yourself the folder (sudo chown -R $USER {folder}), or set "
            "HOTPIN_DEPS to a folder of yours, and run this again."
        )
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return SetupError(f"{where} is in the way: a folder is needed there. Move it and run this again.")
    return SetupError(f"{where}: {error.strerror or error}. Mend that and run this again: what is done is kept.")
