"""A copy of the repository to damage, and what is tried on it, each in a fork.

A fork has dbt, scikit-learn and pytest imported, which is most of the time of a small
call; what it does to modules, to the environment and to DuckDB is gone with it.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sys
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import dbt.adapters.duckdb  # noqa: F401
import duckdb  # noqa: F401
import pandas  # noqa: F401
import pytest
import sklearn.cluster  # noqa: F401
import sklearn.mixture  # noqa: F401
from dbt.cli.main import dbtRunner
from faults import HELPER_FOLDERS, REPOSITORY

LEFT_OUT = {".git", ".venv", "target", "logs", "warehouse", "__pycache__"}
# Of one process: a fault may make a join of everybody with everybody. The time on the
# clock is long, as a busy machine is no fault.
LIMITS = {
    resource.RLIMIT_CPU: 300,  # seconds
    resource.RLIMIT_FSIZE: 1 << 30,  # bytes of a file
}
LONGEST_SECONDS = 3600


def in_a_fork(trial: Callable[[], bool]) -> bool:
    """Whether a trial, in a fork of this process, ends well and does not hang."""
    child = os.fork()
    if not child:
        try:
            for one, limit in LIMITS.items():
                resource.setrlimit(one, (limit, limit))
            signal.alarm(LONGEST_SECONDS)
            silence = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silence, 1)
            os.dup2(silence, 2)
            is_good = trial()
        except BaseException:
            is_good = False
        os._exit(0 if is_good else 1)
    _, status = os.waitpid(child, 0)
    return status == 0


class Copy:
    """A copy of the repository; the environment is shared.

    Homes are built once, by the undamaged copy, and copied for each trial.
    """

    def __init__(self, folder: Path, *, has_slow_tests: bool = True) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(
            REPOSITORY, folder, ignore=lambda _, names: LEFT_OUT.intersection(names)
        )
        (folder / ".venv").symlink_to(REPOSITORY / ".venv", target_is_directory=True)
        self.folder = folder
        self.has_slow_tests = has_slow_tests
        self.home = folder / "target" / "home"
        self.kept = folder.with_name(f"{folder.name}-kept")

    def _enter(self) -> None:
        os.chdir(self.folder)
        os.environ |= {
            "DO_NOT_TRACK": "1",
            "OMP_NUM_THREADS": "1",
            "PYTHONPATH": str(self.folder / "python_models"),
            "SEGMENTATION_HOME": str(self.home),
            "SEGMENTATION_SAMPLE_HOME": str(self.home),
        }
        helpers = [folder.relative_to(REPOSITORY) for folder in HELPER_FOLDERS]
        sys.path[:0] = [str(self.folder / one) for one in (*helpers, "python_models")]

    def dbt(self, command: str, *options: str, variables: Mapping) -> bool:
        """Whether a dbt call ends well."""

        def call() -> bool:
            self._enter()
            values = json.dumps({"memory_limit": "2GB", **variables})
            words = ["--quiet", command, *options, "--vars", values]
            # What is parsed is kept for the next call with the same vars.
            target = self.folder / "target" / f"{zlib.crc32(values.encode()):08x}"
            return dbtRunner().invoke([*words, "--target-path", str(target)]).success

        return in_a_fork(call)

    def pytest(self, *tests: str, marks: str = "not browser") -> bool:
        """Whether tests of tests/python pass."""

        chosen = marks if self.has_slow_tests else f"{marks} and not slow"

        def call() -> bool:
            self._enter()
            options = ["-x", "-q", "-p", "no:cacheprovider", "-m", chosen]
            files = [f"tests/python/{name}" for name in tests]
            # A file whose tests are all slow has none left to run.
            ends = {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}
            return pytest.main([*options, *files]) in ends

        return in_a_fork(call)

    def is_as_before(self, name: str) -> bool:
        """Whether what the home would publish is as in a snapshot.

        But for the table that tells of the release, which `dbt run` does not make.
        """

        def compare() -> bool:
            self._enter()
            from snapshots import FOLDER, database_words

            held = json.loads((FOLDER / f"{name}.json").read_text())["published"]
            found = database_words(self.home / "build.duckdb")
            return all(
                words == found.get(table)
                for table, words in held.items()
                if table != "publications"
            )

        return in_a_fork(compare)

    def keep(self, name: str) -> None:
        """Keep the home that was just built, to begin trials from."""
        shutil.rmtree(self.kept / name, ignore_errors=True)
        shutil.copytree(self.home, self.kept / name, symlinks=True)

    def begin(self, name: str | None = None, *, with_release: bool = False) -> None:
        """Begin with an empty home, or with one that was kept."""
        shutil.rmtree(self.home, ignore_errors=True)
        if name:
            shutil.copytree(self.kept / name, self.home, symlinks=True)
            if not with_release:
                (self.home / "published").unlink()
                shutil.rmtree(self.home / "releases")
