"""Damaged and outdated files: what the user is told, what readers still see."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from dbt_builds import REPOSITORY, run_dbt, said
from segmentation.releases.build_folder import ready_release
from segmentation.releases.manifest import check_files
from segmentation.releases.published_model import read_published
from segmentation.releases.release_folder import point_to

pytestmark = [pytest.mark.build, pytest.mark.slow]

SAMPLE = {"transactions": "sample"}
OLD_CLIENT = REPOSITORY / ".venv" / "duckdb-1.4"
ONE_SEED = {"command": "seed", "options": ("--select", "rfm_grid")}


def test_truncated_build_database(home, unchanged, build_database):
    os.truncate(build_database, build_database.stat().st_size // 3)
    build = run_dbt(home=home, variables=SAMPLE, **ONE_SEED)
    said(build, exit_code=0, words="is rebuilt from the source")


@pytest.fixture
def two_releases(home, tmp_path) -> tuple[Path, Path]:
    """A home with the release twice; the one published, and the one before it."""
    copy = tmp_path / "home"
    last = (home / "published").resolve()
    older = shutil.copytree(last, copy / "releases" / last.name)
    newer = shutil.copytree(older, older.with_name("99991231T000000000000Z"))
    point_to(home=copy, release=newer)
    return newer, older


def damage(release: Path, how: str) -> None:
    home, path = release.parents[1], release / "segments.duckdb"
    if how == "truncated database":
        os.truncate(path, path.stat().st_size // 2)
    elif how == "garbled database":
        data = bytearray(path.read_bytes())
        for offset in range(3 * 4096, len(data), 4096):
            data[offset : offset + 64] = b"\xa5" * 64
        path.write_bytes(data)
    elif how == "broken link":
        shutil.rmtree(release)
    else:
        (home / "published").unlink()
        shutil.copytree(release, home / "published")
        shutil.rmtree(release)


@pytest.mark.parametrize(
    "how", ["truncated database", "garbled database", "broken link", "a copy"]
)
def test_published_release_is_damaged(two_releases, how):
    """Readers and the next build get the release before it; without one, none."""
    newer, older = two_releases
    home = newer.parents[1]
    assert ready_release(home) is None
    damage(newer, how)
    assert f"{older} is published again" in ready_release(home)
    assert (home / "published").resolve() == older.resolve()
    check_files((home / "published").resolve())
    damage(older, "truncated database")
    assert "starts without a release" in ready_release(home)
    assert not os.path.lexists(home / "published")
    assert ready_release(home) is None


def test_build_over_a_damaged_release(two_releases):
    newer, older = two_releases
    damage(newer, "truncated database")
    home = newer.parents[1]
    build = run_dbt(home=home, variables=SAMPLE, **ONE_SEED)
    said(build, exit_code=0, words="is published again")
    assert (home / "published").resolve() == older.resolve()


def test_model_of_an_older_release(two_releases):
    """Its logarithms had names; the model goes on, and so do the segments' ids."""
    home = two_releases[0].parents[1]
    now = read_published(home).features
    with duckdb.connect(str(home / "published" / "segments.duckdb")) as connection:
        connection.execute(
            "alter table model_features add column transform varchar;"
            "update model_features set transform = case log_offset when 1 then 'log1p'"
            " when 30 then 'log_shifted' else 'identity' end;"
            "alter table model_features drop column log_offset"
        )
    before = read_published(home).features
    are_named = now["log_offset"].isin([1, 30]) | now["log_offset"].isna()
    columns = ["feature", "log_offset"]
    assert before[are_named][columns].equals(now[are_named][columns])


def test_build_database_of_an_older_duckdb(home, unchanged, build_database):
    if not OLD_CLIENT.exists():
        pytest.skip("DuckDB 1.4 is not installed beside: make test does it")
    build_database.unlink()
    subprocess.run(
        [
            sys.executable,
            "-c",
            "import duckdb, sys; c = duckdb.connect(sys.argv[1]);"
            "c.execute('create table segments as select 1 as n')",
            str(build_database),
        ],
        env={**os.environ, "PYTHONPATH": str(OLD_CLIENT)},
        check=True,
    )
    build = run_dbt(home=home, variables=SAMPLE, **ONE_SEED)
    assert build.exit_code == 0, build.output
