"""The semantic layer by its own command line: metrics are asked of the warehouse."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from dbt_builds import REPOSITORY

pytestmark = [pytest.mark.build, pytest.mark.slow]

METRICFLOW = Path(sys.executable).with_name("mf")


@pytest.fixture(scope="module", autouse=True)
def parsed_project():
    """MetricFlow reads the project as parsed into target/, whatever else is set."""
    if METRICFLOW.exists():
        dbt = str(Path(sys.executable).with_name("dbt"))
        subprocess.run([dbt, "--quiet", "parse"], cwd=REPOSITORY, check=True)


def metricflow(build, *words: str) -> str:
    """What `mf` says of the tables of a build."""
    if not METRICFLOW.exists():
        pytest.skip(
            "dbt-metricflow is not installed: extra `metrics` of pyproject.toml"
        )
    done = subprocess.run(
        [str(METRICFLOW), *words],
        cwd=REPOSITORY,
        env={
            **os.environ,
            "SEGMENTATION_HOME": str(build.home),
            "DBT_TARGET_PATH": str(build.home / "target"),
            "DBT_LOG_PATH": str(build.home / "logs"),
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_metric_can_be_asked_of_the_warehouse(sample_build):
    said = metricflow(sample_build, "validate-configs")
    for checked in ("semantic models", "dimensions", "entities", "measures", "metrics"):
        assert f"validated {checked} against data warehouse (ERRORS: 0" in said, said


def test_metrics_are_the_figures_of_the_published_tables(sample_build, tmp_path):
    answer = tmp_path / "answer.csv"
    metrics = "customers,revenue,at_risk_revenue"
    metricflow(
        sample_build,
        *("query", "--metrics", metrics, "--csv", str(answer)),
        *("--group-by", "segment__segment_name"),
    )
    with answer.open(newline="") as handle:
        found = {
            row["segment__segment_name"]: tuple(
                Decimal(row[name] or 0) for name in metrics.split(",")
            )
            for row in csv.DictReader(handle)
        }
    published = sample_build.query(
        "select segment_name, count(*), sum(lifetime_revenue),"
        " coalesce(sum(spend_at_stake), 0)"
        " from customer_segments group by segment_name"
    )
    assert found == {name: tuple(figures) for name, *figures in published}
