"""Files that others hold: a second build, readers, writers."""

from __future__ import annotations

import os

import duckdb
import pytest

from dbt_builds import run_dbt, said
from publish_again import publish_in_a_process
from segmentation.releases.build_lock import prepare_home, release_home
from segmentation.releases.manifest import check_files

pytestmark = [pytest.mark.build, pytest.mark.slow]

SAMPLE = {"transactions": "sample"}
ONE_SEED = {"command": "seed", "options": ("--select", "rfm_grid")}


def test_two_builds_at_once(home, unchanged):
    mask = os.umask(0o077)
    try:
        prepare_home(home)
        second = run_dbt(home=home, variables=SAMPLE, **ONE_SEED)
    finally:
        release_home(home)
        os.umask(mask)
    said(second, exit_code=75, words="Another build is writing to")
    assert str(os.getpid()) in second.output
    assert "resource_tracker" not in second.output


def test_reader_holds_the_build_database(home, unchanged, build_database):
    with duckdb.connect(str(build_database), read_only=True) as reader:
        build = run_dbt(home=home, variables=SAMPLE, **ONE_SEED)
        said(build, exit_code=0, words="this build goes on with a copy")
        assert reader.execute("from main.segments").fetchall()


def test_writer_holds_the_build_database(home, unchanged, build_database):
    with duckdb.connect(str(build_database)):
        build = run_dbt(home=home, variables=SAMPLE, **ONE_SEED)
    said(build, exit_code=75, words="open for writing in another program")


def test_reader_holds_the_published_database(home):
    before = (home / "published").resolve()
    path = str(home / "published" / "segments.duckdb")
    with duckdb.connect(path, read_only=True) as reader:
        done = publish_in_a_process(home)
        assert done.returncode == 0, done.stderr
        assert reader.execute("from segments").fetchall()
    assert (home / "published").resolve() != before
    check_files((home / "published").resolve())
