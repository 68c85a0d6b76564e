"""Builds killed at random moments: readers have the old release or the new one."""

from __future__ import annotations

import random

import pytest
from kills import (
    NEW,
    Outcome,
    build,
    kill_build,
    kill_publication,
    note,
    operations_of_publishing,
    prepare,
)

pytestmark = pytest.mark.build


def test_fault_kill_9_and_sigterm_at_any_moment(tmp_path):
    """20 kills: 5 anywhere in a build, 15 at a file operation of publishing."""
    shop = prepare(tmp_path)
    chance, outcome = random.Random(1), Outcome()
    for _ in range(5):
        note(shop, outcome, kill_build(shop, chance=chance, publishing=False))
    for operation in chosen(operations_of_publishing(shop), chance, count=15):
        note(shop, outcome, kill_publication(shop, operation=operation))
    assert outcome.mixed == 0, outcome.seen
    # Killed before the last rename, and after it.
    assert {"old", "new"} == set(outcome.seen[5:])
    assert sum(code < 0 for code in outcome.signals) >= 15
    # Two releases and a draft: less than four times one.
    assert outcome.largest_share < 4

    again = build(shop.home, NEW)
    assert again.exit_code == 0, again.output
    assert shop.state() == "new"
    assert not list((shop.home / "releases").glob("*.tmp"))


def chosen(operations: list[str], chance: random.Random, *, count: int) -> list[int]:
    """Numbers of operations to die at: at and after every rename, others at random."""
    renames = [at for at, one in enumerate(operations, 1) if one == "os.rename"]
    assert len(renames) == 2
    around = {near for at in renames for near in (at, at + 1)}
    others = [at for at in range(1, len(operations) + 1) if at not in around]
    return sorted(around) + chance.sample(others, count - len(around))
