"""Erasing a person: digests, and when it is refused."""

from __future__ import annotations

import csv
import hashlib
import os
import subprocess
import sys
from pathlib import Path

from dbt_builds import REPOSITORY
from segmentation.publishing.erasure import remember
from segmentation.releases.build_lock import prepare_home, release_home

# Quotes, blanks, letters beyond ASCII, and what HTML and patterns have a meaning for.
PERSON = 'O\'Erased "\u017bo\u00eb" & (4711)*'


def test_the_seed_holds_digests_and_no_id_twice(tmp_path):
    seed = tmp_path / "erased.csv"
    for customer in ("a", "b", "a"):
        remember(customer, seed=seed)
    with seed.open() as handle:
        rows = list(csv.DictReader(handle))
    assert len(rows) == 2 and len({row["salt"] for row in rows}) == 1
    salted = (rows[0]["salt"] + "a").encode()
    assert rows[0]["customer_digest"] == hashlib.sha256(salted).hexdigest()


def make_erase(customer: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "segmentation.publishing.erasure", customer],
        env={
            **os.environ,
            "PYTHONPATH": str(REPOSITORY / "python_models"),
            "SEGMENTATION_HOME": str(home),
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_erasing_nobody_is_refused(tmp_path):
    done = make_erase(" ", tmp_path / "home")
    assert done.returncode == 1
    assert "Whom to erase?" in done.stderr and "Traceback" not in done.stderr


def test_nobody_is_erased_while_a_build_runs(tmp_path):
    mask = os.umask(0o077)
    try:
        prepare_home(tmp_path)
        done = make_erase(PERSON, tmp_path)
    finally:
        release_home(tmp_path)
        os.umask(mask)
    assert done.returncode == 75
    assert done.stderr.count("\n") == 1 and "Another build is writing" in done.stderr
