"""Builds killed at random moments: readers have the old release or the new one."""

from __future__ import annotations

import pytest
from conftest import run_dbt
from kills import NEW, kill_builds, prepare, state

from segmentation.publishing import read_manifest

pytestmark = pytest.mark.build


def test_fault_kill_9_and_sigterm_at_any_moment(tmp_path):
    """20 kills: 4 anywhere in a build, 16 while a release is written."""
    home = tmp_path / "home"
    seconds = prepare(home)
    publishing = (("run", "--select", "publications"), None)
    commands = [(("run",), seconds), *[publishing] * 4]
    outcome = kill_builds(home=home, kills=20, seed=1, commands=commands)
    assert outcome.mixed == 0, outcome.seen
    assert sum(code < 0 for code in outcome.signals) >= 10
    # Two releases and a draft: less than four times one.
    assert outcome.largest_share < 4

    again = run_dbt(home=home, variables=NEW, command="run")
    assert again.exit_code == 0, again.output
    as_of_date = read_manifest(home / "published")["publication"]["as_of_date"][:10]
    assert as_of_date > "2024-11-30"
    assert state(home, known={as_of_date: "new"}) == "new"
    assert not list((home / "releases").glob("*.tmp"))
