"""Going back to the release before, or a line that says why not."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from dbt_builds import REPOSITORY
from release_fixtures import NOON, write_word
from segmentation.publishing.erasure import erase
from segmentation.releases.release_folder import publish, releases_of
from segmentation.releases.rollback import roll_back


def test_what_knows_no_catalog_refuses_a_release_of_spark(tmp_path):
    def fill(folder: Path) -> dict:
        duckdb.connect(str(folder / "segments.duckdb")).close()
        return {"engine": "spark"}

    for step in range(2):
        publish(home=tmp_path, moment=NOON + timedelta(hours=step), fill=fill)
    published = (tmp_path / "published").resolve()
    seed = tmp_path / "erased.csv"
    for change in (
        lambda: roll_back(tmp_path),
        lambda: erase(customer_id="c1", home=tmp_path, seed=seed, folders=[]),
    ):
        with pytest.raises(RuntimeError, match="tables in Spark's catalog"):
            change()
    assert (tmp_path / "published").resolve() == published
    assert not seed.exists()


def test_roll_back_publishes_the_release_before_and_refuses_without_one(tmp_path):
    with pytest.raises(RuntimeError, match="no release before"):
        roll_back(tmp_path)
    for step, word in enumerate(["one", "two"]):
        moment = NOON + timedelta(hours=step)
        publish(home=tmp_path, moment=moment, fill=write_word(word))
    roll_back(tmp_path)
    assert (tmp_path / "published" / "word.txt").read_text() == "one"
    with pytest.raises(RuntimeError, match="no release before"):
        roll_back(tmp_path)
    assert (tmp_path / "published" / "word.txt").read_text() == "one"

    # The next release follows the one gone back to; the other is dropped.
    publish(home=tmp_path, moment=NOON + timedelta(days=1), fill=write_word("three"))
    assert (tmp_path / "published" / "word.txt").read_text() == "three"
    roll_back(tmp_path)
    assert (tmp_path / "published" / "word.txt").read_text() == "one"


def test_a_damaged_release_is_not_rolled_back_to(tmp_path):
    for step, word in enumerate(["one", "two"]):
        moment = NOON + timedelta(hours=step)
        publish(home=tmp_path, moment=moment, fill=write_word(word))
    (first,) = [
        path
        for path in releases_of(tmp_path)
        if path != (tmp_path / "published").resolve()
    ]
    (first / "word.txt").write_text("0ne")
    with pytest.raises(RuntimeError, match="word.txt differ"):
        roll_back(tmp_path)
    (first / "manifest.json").unlink()
    with pytest.raises(RuntimeError, match="no readable manifest"):
        roll_back(tmp_path)
    assert (tmp_path / "published" / "word.txt").read_text() == "two"


def test_make_rollback_says_in_one_line_why_it_cannot(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "segmentation.releases.rollback"],
        env={
            **os.environ,
            "PYTHONPATH": str(REPOSITORY / "python_models"),
            "SEGMENTATION_HOME": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and "no release before" in done.stderr
