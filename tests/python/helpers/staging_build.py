"""Builds the staging models alone, in a project of links: seconds, not minutes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import duckdb
import yaml

from warm_dbt import run_warm

ROOT = Path(__file__).parents[3]
LINKED = (
    "dbt_project.yml",
    "profiles.yml",
    ".dbtignore",
    "macros",
    "python_models/segmentation",
    "seeds",
    "models/columns.md",
    "tests/singular/assert_every_source_row_is_judged.sql",
    "tests/singular/sound_rows/rows_of_staging.sql",
)
# These, and what they need: no other seed is loaded.
SELECTED = (
    "+int_input_quality",
    "+rows_of_staging",
    "+stg_transactions",
    "assert_every_source_row_is_judged",
)


@dataclass(frozen=True)
class Build:
    """What dbt said, and the database it left."""

    returncode: int
    output: str
    database: Path

    def rows(self, query: str) -> list[tuple]:
        """Return the rows of a query on the build database."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def reasons(self) -> dict[str, str | None]:
        """Return, by product_id (the name of the case), why it was left out."""
        return dict(
            self.rows("select raw_product_id, reason from base_transactions_judged")
        )


def link_project(folder: Path) -> Path:
    """Make a project of the staging models in `folder`."""
    project = folder / "project"
    texts = [
        *ROOT.glob("models/staging/*"),
        *ROOT.glob("models/intermediate/quality/int_input_*.sql"),
        *ROOT.glob("models/**/*.md"),
    ]
    staging = {str(one.relative_to(ROOT)) for one in texts}
    for name in (*LINKED, *staging):
        link = project / name
        link.parent.mkdir(parents=True, exist_ok=True)
        if not link.exists():
            link.symlink_to(ROOT / name)
    return project


def build_staging(folder: Path, variables: dict) -> Build:
    """Run `dbt build` on the staging models with these vars, in `folder`."""
    home = folder / "home"
    words = [
        "--quiet",
        "--no-use-colors",
        "build",
        "--select",
        *SELECTED,
        "--exclude-resource-type",
        "unit_test",
        "--target-path",
        str(folder / "target"),
        "--log-path",
        str(folder / "logs"),
        "--vars",
        yaml.safe_dump(variables, allow_unicode=True),
    ]
    environment = {
        **os.environ,
        "SEGMENTATION_HOME": str(home),
        "OMP_NUM_THREADS": "1",
        "DO_NOT_TRACK": "1",
    }
    exit_code, output = run_warm(
        words, folder=link_project(folder), environment=environment, seconds=300
    )
    return Build(exit_code, output, home / "build.duckdb")


def judged(folder, text, *, name="orders.csv", **variables):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    built = build_staging(folder, {"transactions": str(path), **variables})
    assert built.returncode == 0, built.output
    return built
