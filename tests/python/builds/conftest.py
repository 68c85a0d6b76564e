"""A home to break things in, for the tests of failing builds."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from segmentation.releases.manifest import check_files


@pytest.fixture(scope="module")
def home(sample_build, tmp_path_factory) -> Path:
    """A home with a complete build and release; each test leaves it usable."""
    copy = tmp_path_factory.mktemp("faults") / "home"
    shutil.copytree(sample_build.home, copy, symlinks=True)
    return copy


@pytest.fixture
def unchanged(home):
    """The release readers have, and that it is whole, before and after."""
    before = (home / "published").resolve()
    check_files(before)
    yield
    assert (home / "published").resolve() == before
    check_files(before)


@pytest.fixture
def build_database(home):
    """The build database, put back as it was."""
    path = home / "build.duckdb"
    copy = home.parent / "good.duckdb"
    shutil.copyfile(path, copy)
    yield path
    shutil.copyfile(copy, path)
