"""What was drawn is read back, also from a release that was gone back from."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from segmentation.releases.published_campaigns import (
    ASSIGNMENTS_SCHEMA,
    read_published_campaigns,
)

TABLE = "campaign_assignments"


def release(home: Path, name: str, *rows: tuple[str, str, str]) -> Path:
    """A release with the columns that a first version may have had."""
    folder = home / "releases" / name
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "segments.duckdb")) as connection:
        connection.execute(
            f"create table {TABLE} (campaign_id text, customer_id text, arm text)"
        )
        for row in rows:
            connection.execute(f"insert into {TABLE} values (?, ?, ?)", row)
    return folder


def read(home: Path) -> list[tuple]:
    rows = read_published_campaigns(TABLE, ASSIGNMENTS_SCHEMA, home).to_pylist()
    return [tuple(row.values())[:4] for row in rows]


@pytest.mark.parametrize(("published", "seen"), [("2", ["b"]), ("1", ["a", "b"])])
def test_only_a_newer_release_adds_what_the_published_one_has_not(
    tmp_path, published, seen
):
    """A plan that was taken out again does not come back from an older one."""
    release(tmp_path, "1", ("a", "7", "treated"))
    release(tmp_path, "2", ("b", "7", "held_out"))
    (tmp_path / "published").symlink_to(tmp_path / "releases" / published)

    assert [row[0] for row in read(tmp_path)] == seen


def test_what_is_published_goes_first_and_a_missing_column_is_null(tmp_path):
    release(tmp_path, "1", ("a", "7", "treated"))
    release(tmp_path, "2", ("a", "7", "held_out"))
    (tmp_path / "published").symlink_to(tmp_path / "releases" / "1")

    assert read(tmp_path) == [("a", "7", "treated", None)]


def test_a_release_from_before_there_were_campaigns_has_none(tmp_path):
    folder = tmp_path / "releases" / "1"
    folder.mkdir(parents=True)
    duckdb.connect(str(folder / "segments.duckdb")).close()
    (tmp_path / "published").symlink_to(folder)

    assert read(tmp_path) == []
    assert read(tmp_path / "nowhere") == []
