"""Killed at random moments: readers have the old release or the new one, whole.

The new one is the first to know a campaign: readers have nobody it is for, or all, and
the next build draws the same.
"""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import duckdb
import pytest

from kills import (
    Outcome,
    Shop,
    build,
    kill_build,
    kill_publication,
    note,
    operations_of_publishing,
    prepare,
    publish_new,
)
from publish_again import ERASED, publish_in_a_process
from segmentation.releases.manifest import check_files

pytestmark = [pytest.mark.build, pytest.mark.slow]


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Shop:
    return prepare(tmp_path_factory.mktemp("shop"))


def test_kill_9_and_sigterm_at_any_moment(shop):
    """20 kills: 5 anywhere in a build, 15 at a file operation of publishing."""
    assert not shop.old["assignments"]
    assert len(shop.new["assignments"]) > 100
    chance, outcome = random.Random(1), Outcome()
    for _ in range(5):
        note(shop, outcome, kill_build(shop, chance=chance, publishing=False))
    for operation in chosen(operations_of_publishing(shop), chance, count=15):
        note(shop, outcome, kill_publication(shop, operation=operation))
    assert outcome.mixed == 0, outcome.seen
    # Killed before the last rename, and after it.
    assert {"old", "new"} == set(outcome.seen[5:])
    assert sum(code < 0 for code in outcome.signals) >= 15
    # Two releases, and a draft beside the log of what was written to it: less than five
    # times one.
    assert outcome.largest_share < 5

    again = build(shop.home, shop.new_variables)
    assert again.exit_code == 0, again.output
    assert shop.state() == "new"
    assert not list((shop.home / "releases").glob("*.tmp"))


@pytest.fixture
def both(shop, tmp_path) -> Path:
    """A home whose published release is new, and the one before it old."""
    shop.restore()
    assert publish_new(shop).returncode == 0
    assert shop.state() == "new"
    return shutil.copytree(shop.home, tmp_path / "both", symlinks=True)


def test_kill_during_rollback(shop, both):
    done = publish_in_a_process(shop.home, action="roll back")
    assert shop.state() == "old", done.stderr
    seen = []
    for operation in near_renames(done.stdout.split()):
        again(shop, both)
        died = publish_in_a_process(shop.home, die_at=operation, action="roll back")
        assert died.returncode < 0
        seen.append(shop.state())
    assert set(seen) == {"old", "new"}


def test_kill_during_erase(shop, both):
    """Nothing half-erased is published, and a second call ends what was begun."""
    done = publish_in_a_process(shop.home, action="erase")
    assert done.returncode == 0, done.stderr
    had = set()
    # After each rename: what comes before it is what came after the last one.
    for operation in near_renames(done.stdout.split())[1::2]:
        again(shop, both)
        died = publish_in_a_process(shop.home, die_at=operation, action="erase")
        assert died.returncode < 0
        check_files((shop.home / "published").resolve())
        had.add(people(shop.home))
    everybody = people(both)
    assert had == {everybody, everybody - {ERASED}}
    assert publish_in_a_process(shop.home, action="erase").returncode == 0
    assert people(shop.home) == everybody - {ERASED}
    assert len(list((shop.home / "releases").iterdir())) == 1


def again(shop: Shop, both: Path) -> None:
    shutil.rmtree(shop.home)
    shutil.copytree(both, shop.home, symlinks=True)


def people(home: Path) -> frozenset[str]:
    """Customers of the published release."""
    path = str(home / "published" / "segments.duckdb")
    with duckdb.connect(path, read_only=True) as reader:
        rows = reader.execute("select customer_id from customer_segments").fetchall()
    return frozenset(one for (one,) in rows)


def near_renames(operations: list[str]) -> list[int]:
    """Numbers of the operations at and after every rename."""
    renames = [at for at, one in enumerate(operations, 1) if one == "os.rename"]
    assert renames
    near = {near for at in renames for near in (at, at + 1)}
    return sorted(near & set(range(1, len(operations) + 1)))


def chosen(operations: list[str], chance: random.Random, *, count: int) -> list[int]:
    """Numbers of operations to die at: at and after every rename, others at random."""
    assert operations.count("os.rename") == 2
    around = near_renames(operations)
    others = [at for at in range(1, len(operations) + 1) if at not in around]
    return around + chance.sample(others, count - len(around))
