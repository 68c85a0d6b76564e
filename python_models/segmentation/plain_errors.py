"""What a user is told when a Python model fails: a sentence, no traceback."""

from __future__ import annotations

import errno

import duckdb

# What to do about errors of the machine, by their type.
NEXT_STEPS = (
    (
        (MemoryError, duckdb.OutOfMemoryException),
        "Memory ran out: give the machine more, raise SEGMENTATION_MEMORY_LIMIT, or "
        "lower sample_customers.",
    ),
    (
        (PermissionError,),
        "Give this user the right to write there, or set SEGMENTATION_HOME to another "
        "folder.",
    ),
)
DISK_FULL = "The disk is full: free some space and build again."


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
    if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"{text}. {DISK_FULL}"
    for types, advice in NEXT_STEPS:
        if isinstance(error, types):
            return f"{text.splitlines()[0]}. {advice}"
    if isinstance(error, duckdb.Error):
        return text.splitlines()[0]
    # Subclasses such as KeyError's cousins and UnicodeError are not written for users.
    if type(error) in (ValueError, RuntimeError) or hasattr(error, "problem"):
        return text
    return f"{type(error).__name__}: {text} (the traceback is in logs/dbt.log)"
