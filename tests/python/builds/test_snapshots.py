"""The same data is published as the same rows, column by column.

What is held, and how it is written anew where a change is meant: `snapshots.py`.
"""

from __future__ import annotations

import pytest

import rich_shop
from dbt_builds import Build, project_with, run_dbt
from snapshots import build_words, hold, hold_text, page_words


def hold_build(name: str, build: Build) -> None:
    """Hold all that a build left, and the words of its report."""
    hold(name, build_words(build.home))
    report = (build.published / "report.html").read_text(encoding="utf-8")
    hold_text(f"{name}_report", page_words(report))


@pytest.mark.build
def test_the_sample_is_as_it_was(sample_build):
    hold_build("sample", sample_build)


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """Builds the rich shop in one home, the seeds filled."""
    folder = tmp_path_factory.mktemp("rich")
    paths = {name: str(path) for name, path in rich_shop.write(folder).items()}
    project = project_with(folder / "project", rich_shop.seeds())

    def build(home: str, variables: dict) -> Build:
        done = run_dbt(
            home=folder / home,
            variables={**paths, **variables},
            project=project,
        )
        assert done.exit_code == 0, done.output
        return done

    return build


@pytest.mark.slow
@pytest.mark.build
def test_a_rich_shop_is_as_it_was_on_two_days(shop):
    hold("rich_first", build_words(shop("orders", rich_shop.FIRST).home))
    hold_build("rich_second", shop("orders", rich_shop.SECOND))


@pytest.mark.slow
@pytest.mark.build
def test_customers_alone_are_as_they_were(shop):
    hold_build("customers_alone", shop("customers", rich_shop.ALONE))
