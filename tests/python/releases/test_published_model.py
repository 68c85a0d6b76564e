"""The published model, where there is a release and where there is none."""

from __future__ import annotations

from segmentation.releases.published_model import read_published


def test_no_release_is_no_model(tmp_path):
    assert read_published(tmp_path) is None
    (tmp_path / "published").mkdir()
    (tmp_path / "published" / "segments.duckdb").write_text("not a database")
    assert read_published(tmp_path) is None
