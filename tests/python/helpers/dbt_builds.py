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
import pytest
import yaml

from warm_dbt import run_warm

HELPERS = Path(__file__).parent
REPOSITORY = HELPERS.parents[2]
# What dbt and git write themselves.
NOT_LINKED = {"target", "logs", "warehouse", ".git"}
# With --select dbt forgets the default selector, which leaves the unit tests out.
DATA_TESTS_ONLY = ("--exclude-resource-type", "unit_test")
# Types that every BI tool knows.
BI_TYPES = {
    "VARCHAR",
    "BIGINT",
    "INTEGER",
    "DOUBLE",
    "DECIMAL(18,2)",
    "DATE",
    "TIMESTAMP",
    "BOOLEAN",
}

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
    """Run dbt, behind the words of `before`, with a build folder of its own.

    What is in `environment` may be read when Python starts, so it starts anew then.
    """
    words = dbt_command(
        home=home, variables=variables, command=command, options=options
    )
    surroundings = {**os.environ, "SEGMENTATION_HOME": str(home), **(environment or {})}
    if before or environment:
        done = subprocess.run(
            [*before, *words],
            cwd=project,
            env=surroundings,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        return Build(home, done.returncode, done.stdout + done.stderr)
    exit_code, output = run_warm(
        words[1:], folder=project, environment=surroundings, seconds=seconds
    )
    return Build(home, exit_code, output)


def project_with(folder: Path, files: Mapping[str, str]) -> Path:
    """The repository by links, in `folder`, with the text of some files replaced."""
    folder.mkdir(parents=True)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    changed = {Path(name).parts[0] for name in files}
    for path in REPOSITORY.iterdir():
        if path.name in NOT_LINKED or path.is_file() and path.name in changed:
            continue
        # dbt follows no link to a folder below those that the settings name.
        one_by_one = path.is_dir() and path.name in changed
        for linked in path.rglob("*.*") if one_by_one else [path]:
            mine = folder / linked.relative_to(REPOSITORY)
            if not mine.exists() and (linked.is_file() or not one_by_one):
                mine.parent.mkdir(parents=True, exist_ok=True)
                mine.symlink_to(linked)
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


def example(name: str) -> dict:
    """The vars of an example, with paths that do not depend on the folder."""
    variables = yaml.safe_load((REPOSITORY / "examples" / f"{name}.yml").read_text())
    for key in ("transactions", "customers"):
        value = variables.get(key)
        if isinstance(value, str) and value.startswith("../shared/data/"):
            variables[key] = str(shared_file(value.rsplit("/", 1)[-1]))
    return variables


def network_watch(record: Path) -> dict[str, str]:
    """Variables under which Python is refused the network, and notes each attempt."""
    paths = [str(HELPERS / "watched")]
    paths += filter(None, [os.environ.get("PYTHONPATH")])
    return {"PYTHONPATH": os.pathsep.join(paths), "WATCH_RECORD": str(record)}


def without_network() -> tuple[str, ...]:
    """Words that take the network away from a command; none where that is refused."""
    words = ("unshare", "--net")
    if not shutil.which("unshare"):
        return ()
    tried = subprocess.run([*words, "true"], capture_output=True, check=False)
    return words if tried.returncode == 0 else ()


def said(build: Build, *, exit_code: int, words: str) -> None:
    """The user is told in words, without a traceback, and the exit code tells too."""
    assert build.exit_code == exit_code, build.output
    assert words in build.output
    assert "Traceback" not in build.output
