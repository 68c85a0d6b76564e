"""Whole builds for the tests: dbt's own command line, in a subprocess."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import hypothesis
import pytest

# Read when NumPy is loaded. Processors add up in other orders, and the last bits that
# differ decide a few of the fits that the snapshots hold: one order for all.
os.environ.setdefault("OPENBLAS_CORETYPE", "Haswell")

REPOSITORY = Path(__file__).parents[2]
# The same examples in every run, however busy the machine; HYPOTHESIS_PROFILE=explore
# looks for new ones.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.register_profile("explore", max_examples=1000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

# What dbt and git write themselves.
NOT_LINKED = {"target", "logs", "warehouse", ".git"}
# Unit tests look at the SQL, not at the data: a release does not wait for them.
NO_UNIT_TESTS = ("--exclude-resource-type", "unit_test")

SHARED_DATA = REPOSITORY.parent / "shared" / "data"


@dataclass(frozen=True)
class Build:
    """One `dbt` call: where it wrote, how it ended, what it said."""

    home: Path
    exit_code: int
    output: str

    @property
    def published(self) -> Path:
        return self.home / "published"

    def query(self, sql: str) -> list[tuple]:
        """Rows of a query over the published tables."""
        path = self.published / "segments.duckdb"
        with duckdb.connect(str(path), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def value(self, sql: str):
        """The one value a query returns."""
        ((value,),) = self.query(sql)
        return value


def dbt_command(
    *,
    home: Path,
    variables: Mapping[str, object],
    command: str = "build",
    options: tuple[str, ...] = (),
) -> list[str]:
    """The words of a dbt call in the repository with a build folder of its own."""
    return [
        str(Path(sys.executable).with_name("dbt")),
        command,
        "--vars",
        json.dumps(dict(variables)),
        "--target-path",
        str(home / "target"),
        "--log-path",
        str(home / "logs"),
        "--no-use-colors",
        *options,
    ]


def run_dbt(
    *,
    home: Path,
    variables: Mapping[str, object],
    command: str = "build",
    options: tuple[str, ...] = (),
    project: Path = REPOSITORY,
    environment: Mapping[str, str] | None = None,
    before: tuple[str, ...] = (),
    seconds: int = 600,
) -> Build:
    """Run dbt, behind the words of `before`, with a build folder of its own."""
    words = dbt_command(
        home=home, variables=variables, command=command, options=options
    )
    done = subprocess.run(
        [*before, *words],
        cwd=project,
        env={**os.environ, "SEGMENTATION_HOME": str(home), **(environment or {})},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    return Build(home, done.returncode, done.stdout + done.stderr)


def project_with(folder: Path, files: Mapping[str, str]) -> Path:
    """The repository by links, in `folder`, with the text of some files replaced."""
    folder.mkdir(parents=True)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for below in (Path(), *{Path(name).parent for name in files}):
        for path in (REPOSITORY / below).iterdir():
            mine = folder / below / path.name
            if not mine.exists() and path.name not in NOT_LINKED:
                mine.symlink_to(path)
    return folder


def compiled(build: Build, pattern: str) -> dict[str, str]:
    """Texts that `dbt compile` wrote, by name, of files that match a pattern."""
    folder = build.home / "target" / "compiled" / "customer_segmentation"
    return {path.stem: path.read_text() for path in folder.glob(pattern)}


def shared_file(name: str) -> Path:
    """A data set of ../shared/data; the test is skipped where it is not there."""
    path = SHARED_DATA / name
    if not path.exists():
        pytest.skip(f"../shared/data/{name} is not on this machine")
    return path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with whole builds come first: the short ones fill what two workers leave.

    That order is kept by --no-loadscope-reorder; else files with few tests, which are
    the longest, come last, and one worker waits for the other.
    """
    builds = {item.path for item in items if item.get_closest_marker("build")}
    items.sort(key=lambda item: item.path not in builds)


def network_watch(record: Path) -> dict[str, str]:
    """Variables under which Python is refused the network, and notes each attempt."""
    paths = [str(REPOSITORY / "tests" / "python" / "watched")]
    paths += filter(None, [os.environ.get("PYTHONPATH")])
    return {"PYTHONPATH": os.pathsep.join(paths), "WATCH_RECORD": str(record)}


def without_network() -> tuple[str, ...]:
    """Words that take the network away from a command; none where that is refused."""
    words = ("unshare", "--net")
    if not shutil.which("unshare"):
        return ()
    tried = subprocess.run([*words, "true"], capture_output=True, check=False)
    return words if tried.returncode == 0 else ()


@pytest.fixture(scope="session")
def sample_build(tmp_path_factory) -> Build:
    """The sample, built once for all tests that only read it, without a network.

    SEGMENTATION_SAMPLE_HOME names a build that is there (benchmarks/mutation.py).
    """
    if built := os.environ.get("SEGMENTATION_SAMPLE_HOME"):
        return Build(Path(built), 0, "")
    home = tmp_path_factory.mktemp("sample")
    # The unit tests ran before: they are in the build that `make test` begins with.
    build = run_dbt(
        home=home,
        variables={"transactions": "sample"},
        options=NO_UNIT_TESTS,
        environment=network_watch(home.with_suffix(".watched")),
        before=without_network(),
    )
    assert build.exit_code == 0, build.output
    return build
