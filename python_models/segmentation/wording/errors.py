"""What a user is told when a Python model fails: a sentence, no traceback."""

from __future__ import annotations

import errno
import os

import duckdb

# What to do about errors of the machine.
OUT_OF_MEMORY = (
    "Memory ran out: give the machine more, raise the var memory_limit, or lower "
    "sample_size."
)
DISK_FULL = "The disk is full: free some space and build again."
READ_ONLY = (
    "Give this user the right to write there, or set SEGMENTATION_HOME to another "
    "folder."
)
NEXT_STEPS = {
    errno.ENOSPC: DISK_FULL,
    errno.EDQUOT: DISK_FULL,
    errno.EFBIG: DISK_FULL,
    errno.EACCES: READ_ONLY,
    errno.EPERM: READ_ONLY,
    errno.EROFS: READ_ONLY,
}


def plain_message(error: BaseException) -> str:
    """Return one message for the user: what happened, and what to do next.

    A `ValueError` or `RuntimeError` of this project is already written for the user
    and stays as it is. Anything else gets its type in front, and its next step.

    Examples
    --------
    >>> plain_message(ValueError("column 'a' is empty"))
    "column 'a' is empty"
    >>> plain_message(KeyError("a"))
    "KeyError: 'a' (the traceback is in logs/dbt.log)"
    """
    text = str(error).strip() or type(error).__name__
    line = text.splitlines()[0]
    if isinstance(error, OSError) and error.errno in NEXT_STEPS:
        return f"{line}. {NEXT_STEPS[error.errno]}"
    if isinstance(error, MemoryError | duckdb.OutOfMemoryException):
        return f"{line}. {OUT_OF_MEMORY}"
    if os.strerror(errno.ENOSPC) in text:
        return f"{line}. {DISK_FULL}"
    if isinstance(error, duckdb.Error):
        return line
    # Subclasses such as KeyError's cousins and UnicodeError are not written for users.
    if type(error) in (ValueError, RuntimeError) or hasattr(error, "problem"):
        return text
    return f"{type(error).__name__}: {text} (the traceback is in logs/dbt.log)"
