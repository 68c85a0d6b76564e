"""What all tests share: repeatable examples, and the sample built once."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import hypothesis
import pytest

from dbt_builds import (
    Build,
    network_watch,
    run_dbt,
    without_network,
)

# Read when NumPy is loaded. Processors add up in other orders, and the last bits that
# differ decide a few of the fits that the snapshots hold; so do ties, which are sorted
# otherwise with AVX-512. One order for all.
os.environ.setdefault("OPENBLAS_CORETYPE", "Haswell")
os.environ.setdefault("NPY_DISABLE_CPU_FEATURES", "X86_V4 AVX512_ICL AVX512_SPR")

# The same few examples in every run, however busy the machine;
# HYPOTHESIS_PROFILE=explore looks for new ones.
hypothesis.settings.register_profile(
    "repeatable", max_examples=20, derandomize=True, deadline=None
)
hypothesis.settings.register_profile("explore", max_examples=1000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with whole builds come first: the short ones fill what two workers leave.

    That order is kept by --no-loadscope-reorder; else files with few tests, which are
    the longest, come last, and one worker waits for the other.
    """
    builds = {item.path for item in items if item.get_closest_marker("build")}
    items.sort(key=lambda item: item.path not in builds)


@pytest.fixture(scope="session")
def sample_build(tmp_path_factory) -> Build:
    """The sample, built once for all tests that only read it, without a network.

    SEGMENTATION_SAMPLE_HOME names a build that is there, as `make test` makes it: each
    worker reads a copy of its own.
    """
    home = tmp_path_factory.mktemp("sample") / "home"
    if built := os.environ.get("SEGMENTATION_SAMPLE_HOME"):
        shutil.copytree(built, home, symlinks=True)
        watched = Path(built).with_suffix(".watched")
        if watched.exists():
            shutil.copy(watched, home.with_suffix(".watched"))
        return Build(home, 0, "")
    build = run_dbt(
        home=home,
        variables={"transactions": "sample"},
        environment=network_watch(home.with_suffix(".watched")),
        before=without_network(),
    )
    assert build.exit_code == 0, build.output
    return build


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL server, started when the first test asks for it."""
    # Only who runs such a test needs its driver.
    from private_postgres import private_postgres

    with private_postgres() as server:
        yield server
