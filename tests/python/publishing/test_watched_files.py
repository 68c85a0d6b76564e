"""The files a build reads are as they were, or it stops."""

from __future__ import annotations

import pytest

from segmentation.publishing.watched_files import watch, watched_files


def test_watched_files_are_as_they_were_or_an_error(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("a\n")
    assert watch([str(path), "sample", None]) == [str(path)]
    assert watched_files()[str(path)]["bytes"] == 2
    path.write_text("ab\n")
    with pytest.raises(RuntimeError, match="orders.csv"):
        watched_files()
    path.unlink()
    with pytest.raises(RuntimeError, match="orders.csv"):
        watched_files()
    watch([])
