"""The package inside another dbt project: its own model is the source."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from dbt_builds import REPOSITORY

pytestmark = [pytest.mark.build, pytest.mark.slow]

EXAMPLE = REPOSITORY / "examples" / "inside_your_project"
# A model of theirs that is called as one of ours, and reads that.
NAMESAKE = "select count(*) from {{ ref('customer_segmentation', 'segments') }}"


def dbt(folder: Path, *words: str) -> str:
    """What dbt says in a folder, without the settings of our own builds."""
    ours = ("PYTHONPATH", "SEGMENTATION_HOME", "SEGMENTATION_POSTGRES")
    done = subprocess.run(
        [str(Path(sys.executable).with_name("dbt")), "--no-use-colors", *words],
        cwd=folder,
        env={name: one for name, one in os.environ.items() if name not in ours},
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    return said if done.returncode == 0 else f"FAILED {said}"


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """A copy of the example, its package installed."""
    folder = tmp_path_factory.mktemp("host") / "shop"
    shutil.copytree(EXAMPLE, folder)
    packages = (folder / "packages.yml").read_text()
    (folder / "packages.yml").write_text(packages.replace("../..", str(REPOSITORY)))
    (folder / "models" / "segments.sql").write_text(NAMESAKE)
    assert "Installed from" in dbt(folder, "deps")
    return folder


def without(project: Path, file: str, line: str) -> str:
    """What a build says where a file of the project ends before a line."""
    path = project / file
    whole = path.read_text()
    try:
        path.write_text(whole[: whole.index(line)])
        return dbt(project, "build")
    finally:
        path.write_text(whole)


def test_the_lines_that_the_profile_lacks_are_printed(project):
    said = without(project, "profiles.yml", "      # What the segments need")
    assert said.startswith("FAILED")
    profile = (project / "profiles.yml").read_text()
    for line in profile.partition("plugin that macros ask.\n")[2].splitlines():
        assert line.strip() in said


def test_a_model_of_theirs_is_not_read_in_place_of_ours(project):
    path = project / "dbt_project.yml"
    whole = path.read_text()
    try:
        path.write_text(whole.replace("before_root: true", "before_root: false"))
        said = dbt(project, "build")
    finally:
        path.write_text(whole)
    assert said.startswith("FAILED")
    assert "they would read segments" in said
    assert "require_ref_searches_node_package_before_root: true" in said


def test_the_example_builds_twice_in_its_own_folder(project):
    before = {path.name for path in project.iterdir()}
    outside = {path: path.stat().st_mtime_ns for path in REPOSITORY.glob("*")}
    for _ in range(2):
        said = dbt(project, "build")
        assert "Completed successfully" in said, said
    manifest = json.loads((project / "target" / "manifest.json").read_text())
    parents = manifest["parent_map"]["model.customer_segmentation.base_transactions"]
    assert parents == ["model.shop.fct_order_lines"]
    assert {path: path.stat().st_mtime_ns for path in REPOSITORY.glob("*")} == outside
    written = {path.name for path in project.iterdir()} - before
    assert written <= {"shop.duckdb", "warehouse", "target", "logs", ".user.yml"}

    with duckdb.connect(str(project / "shop.duckdb"), read_only=True) as connection:
        relations = connection.execute(
            "select schema_name, table_name from duckdb_tables() union all"
            " select schema_name, view_name from duckdb_views() where not internal"
        ).fetchall()
        ((segments,),) = connection.execute("from main.segments").fetchall()
        ((lines,),) = connection.execute(
            "select count(*) from fct_order_lines"
        ).fetchall()
    theirs = {name for schema, name in relations if schema == "main"}
    assert theirs == {"fct_order_lines", "segments"}
    published = project / "warehouse" / "published" / "segments.duckdb"
    with duckdb.connect(str(published), read_only=True) as connection:
        rows = connection.execute(
            "select source_rows, (select count(*) from segments) from publications"
        ).fetchall()
    assert rows == [(lines, segments)] * 2
