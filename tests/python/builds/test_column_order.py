"""The order in which the YAML documents columns is nobody's business but a reader's."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
import yaml

from dbt_builds import REPOSITORY, project_with, run_dbt

pytestmark = pytest.mark.build

# Models whose rows are inserted into a table that is there, and the YAML of each.
KEPT = {
    "base_source_months": "models/staging/_staging__models.yml",
    "base_sampled_lines": "models/staging/_staging__models.yml",
    "int_month_orders": "models/intermediate/orders/_orders__models.yml",
    "int_category_months": "models/intermediate/orders/_orders__models.yml",
    "int_customer_months": "models/intermediate/orders/_orders__models.yml",
    "int_customer_features": "models/intermediate/features/_features__models.yml",
    "int_segment_history": "models/intermediate/over_time/_over_time__models.yml",
}
# What decides which of their rows are made again, and what is published from them.
BUILT = (
    *KEPT, "base_months", "int_month_fingerprints", "int_as_of_dates",
    "int_history_dates", "int_segment_assignments", "int_rfm_scores",
    "customer_segments", "segment_monthly", "segment_history",
)  # fmt: skip


def turned(path: str, database: Path) -> str:
    """The text of a YAML that documents all columns of these models, the last first."""
    content = yaml.safe_load((REPOSITORY / path).read_text(encoding="utf-8"))
    with duckdb.connect(str(database), read_only=True) as connection:
        for model in content["models"]:
            if model["name"] in KEPT:
                said = {one["name"]: one for one in model.get("columns", [])}
                names = connection.table(model["name"]).columns
                model["columns"] = [
                    said.get(name, {"name": name}) for name in reversed(names)
                ]
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False)


def rows(database: Path, table: str) -> list[tuple]:
    """Rows of a table by the names of its columns, whatever their order in it."""
    with duckdb.connect(str(database), read_only=True) as connection:
        names = sorted(connection.table(table).columns)
        columns = ", ".join(name for name in names if name != "fingerprint")
        return connection.execute(
            f"select {columns} from {table} order by all"
        ).fetchall()


def test_every_model_that_keeps_rows_is_tried_here():
    found = {
        path.stem
        for path in (REPOSITORY / "models").rglob("*.sql")
        if any(
            f"materialized='{kind}'" in path.read_text(encoding="utf-8")
            for kind in ("incremental", "date_by_date", "month_by_month")
        )
    }
    assert found == set(KEPT)


@pytest.mark.parametrize(
    "is_kept",
    [
        pytest.param(True, id="into tables that are there"),
        pytest.param(False, id="into new tables", marks=pytest.mark.slow),
    ],
)
def test_columns_documented_in_another_order_hold_the_same_values(
    sample_build, tmp_path, is_kept
):
    home = tmp_path / "home"
    shutil.copytree(sample_build.home, home, symlinks=True)
    database = sample_build.home / "build.duckdb"
    project = project_with(
        tmp_path / "project",
        {path: turned(path, database) for path in set(KEPT.values())},
    )
    # Another text of the project is another fingerprint: every month and date is made
    # again, into the tables that are there or into new ones.
    build = run_dbt(
        home=home,
        variables={"transactions": "sample"},
        command="run",
        options=("--select", *BUILT, *(() if is_kept else ("--full-refresh",))),
        project=project,
    )
    assert build.exit_code == 0, build.output
    for table in BUILT:
        before = rows(database, table)
        assert rows(home / "build.duckdb", table) == before, table
