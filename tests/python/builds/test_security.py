"""Vars are fenced, the engine is locked, nothing unsafe is read or written."""

from __future__ import annotations

import csv
import html
import re

import pytest

from dbt_builds import REPOSITORY, project_with, run_dbt
from segmentation.publishing.spreadsheet import FORMULA_STARTS


@pytest.mark.build
def test_a_release_holds_no_pickle_no_raw_markup_and_no_formula(sample_build):
    # Every file of a release is one of these kinds, by its first bytes and its name.
    for path in sample_build.published.resolve().rglob("*"):
        if path.is_file():
            assert path.suffix in {".duckdb", ".html", ".csv", ".json", ".parquet"}, (
                path
            )
            assert not path.read_bytes().startswith(b"\x80"), path
    for path in (sample_build.published / "audiences").rglob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as handle:
            for row in csv.reader(handle):
                for cell in row:
                    number = re.fullmatch(r"-?[0-9.]+(e-?[0-9]+)?", cell)
                    assert number or not cell.startswith(FORMULA_STARTS), cell
    report = html.unescape((sample_build.published / "report.html").read_text())
    assert "default-src 'none'" in report
    assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//", report)
    assert not re.search(r"url\(\s*[\"']?(?:https?:)?//|@import", report)


@pytest.mark.build
def test_a_whole_build_uses_no_network(sample_build):
    record = sample_build.home.with_suffix(".watched")
    if not record.exists():
        pytest.skip("this build was made by another program")
    assert set(record.read_text().splitlines()) == {"watched"}


@pytest.mark.build
@pytest.mark.parametrize(
    "statement",
    ["copy (select 1) to '{folder}/written.csv'", "set enable_external_access = true"],
    ids=["write", "unlock"],
)
def test_the_engine_is_locked_once_its_inputs_are_known(tmp_path, statement):
    """A statement that runs after the hooks of a build, as a model's would."""
    lock = '  - "{{ lock_engine() }}"\n'
    text = (REPOSITORY / "dbt_project.yml").read_text()
    assert lock in text
    statement = statement.format(folder=tmp_path)
    settings = text.replace(lock, f'{lock}  - "{statement}"\n')
    build = run_dbt(
        home=tmp_path / "home",
        variables={"transactions": "sample"},
        command="run",
        options=("--select", "int_as_of_dates"),
        project=project_with(tmp_path / "project", {"dbt_project.yml": settings}),
    )
    assert build.exit_code != 0, build.output
    assert re.search("disabled by configuration|has been locked", build.output)
    assert not (tmp_path / "written.csv").exists()
