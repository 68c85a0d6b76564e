"""Vars are fenced, the engine is locked, nothing unsafe is read or written."""

from __future__ import annotations

import csv
import html
import os
import re
from pathlib import Path

import pytest

from dbt_builds import REPOSITORY, project_with, run_dbt
from segmentation.publishing.spreadsheet import FORMULA_STARTS


@pytest.mark.build
def test_a_release_holds_no_pickle_no_raw_markup_and_no_formula(sample_build):
    # Every file of a release is one of these kinds, by its first bytes and its name.
    for path in sample_build.published.resolve().rglob("*"):
        if path.is_file():
            assert path.suffix in {".duckdb", ".html", ".csv", ".json"}, path
            assert not path.read_bytes().startswith(b"\x80"), path
    for path in (sample_build.published / "audiences").glob("*.csv"):
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


EVERY_ONE = os.environ.get("SEGMENTATION_RELATIONS") == "all"
HOSTILE_TEXT = "x'); copy (select 1) to '/tmp/never.csv'; --"


FENCED = (
    {"as_of_date": "2024-01-01' as date)); drop table segments; --"},
    {"segment_features": ["recency_days", "(select 1)"]},
    {"history_months": "24) or true --"},
    {"transactions": "orders.csv'); drop table segments; --.csv"},
    # By hand: each costs a start of dbt.
    {"minimum_cell_size": HOSTILE_TEXT},
    {"smallest_segment_share": "0 or true"},
    {"frequency_bands": [1, 2, 4, "8 end; drop table segments; --"]},
    {"rfm_window_months": "(select 1)"},
    {"time_zone": HOSTILE_TEXT},
    {"earliest_date": HOSTILE_TEXT},
    {"largest_amount": HOSTILE_TEXT},
    {"currency": HOSTILE_TEXT},
    {"exchange_rates": {"USD": "1 end; drop table segments"}},
    {"transactions": "/etc/passwd"},
    {"transactions": "main.orders; drop table segments"},
)


@pytest.mark.build
@pytest.mark.parametrize(
    "variables", FENCED if EVERY_ONE else FENCED[:4], ids=lambda one: "-".join(one)
)
def test_hostile_vars_are_refused_or_quoted(variables, hostile_runs):
    build = hostile_runs(variables)
    assert build.exit_code != 0, build.output
    assert "Traceback" not in build.output
    (name,) = variables
    assert name in build.output
    # Refused before any model was built.
    assert "OK created" not in build.output
    assert not Path("/tmp/never.csv").exists()


@pytest.fixture(scope="module")
def hostile_runs(tmp_path_factory):
    """Runs dbt on one small model, with the sample where nothing else is said."""
    home = tmp_path_factory.mktemp("hostile")

    def run(variables):
        return run_dbt(
            home=home,
            variables={"transactions": "sample", **variables},
            command="run",
            options=("--select", "int_as_of_dates"),
        )

    return run


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
