"""What a user is told when something fails: one message, no traceback."""

from __future__ import annotations

import duckdb
import pytest

from segmentation.wording.errors import plain_message


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValueError("column 'a' is empty"), "column 'a' is empty"),
        (KeyError("a"), "KeyError: 'a' (the traceback is in logs/dbt.log)"),
        (OSError(28, "No space left on device"), "free some space"),
        (PermissionError(13, "Permission denied"), "set SEGMENTATION_HOME"),
        (MemoryError(), "Memory ran out"),
        (duckdb.IOException("IO Error: No space left on device\nmore"), "free some"),
        (duckdb.BinderException("Binder Error: no column\nLINE 1"), "no column"),
    ],
)
def test_errors_are_one_message(error, words):
    assert words in plain_message(error)
    assert "Traceback" not in plain_message(error)
