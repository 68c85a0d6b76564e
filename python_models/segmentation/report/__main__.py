"""Draws the report again from what is published, without a build.

python -m segmentation.report --published warehouse/published --output report.html
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import duckdb
import pandas as pd

from segmentation.report.render import render_report

DATABASE = "segments.duckdb"


def main(arguments: list[str] | None = None) -> int:
    """Reads a release and writes one HTML file; 2 where that cannot be done."""
    parser = argparse.ArgumentParser(
        prog="python -m segmentation.report", description=__doc__.splitlines()[0]
    )
    parser.add_argument(
        "--published",
        required=True,
        type=Path,
        help=f"a release folder, or its {DATABASE}",
    )
    parser.add_argument(
        "--output", required=True, type=Path, help="the HTML file to write"
    )
    parser.add_argument(
        "--settings",
        default="{}",
        type=json.loads,
        help='JSON, for example {"currency": "EUR", "locale": "de"}',
    )
    given = parser.parse_args(arguments)
    path = given.published
    database = path / DATABASE if path.is_dir() else path
    try:
        refuse_release(given.output, database.parent)
        settings = {**listed(database.parent), **given.settings}
        html = render_report(tables=read_tables(database), settings=settings)
    except ValueError as problem:
        print(f"The report was not drawn: {problem}", file=sys.stderr)
        return 2
    given.output.write_text(html, encoding="utf-8")
    print(f"{given.output} ({len(html.encode()) / 1000:.0f} kB)")
    return 0


def refuse_release(output: Path, release: Path) -> None:
    """A published release is never written to in place."""
    if release.resolve() in output.resolve().parents:
        raise ValueError(
            f"{output} is inside the release {release}: a release never changes. "
            "Choose another --output."
        )


def listed(release: Path) -> dict:
    """The audience lists of a release as the report's setting; {} without any."""
    manifest = release / "manifest.json"
    if not manifest.exists():
        return {}
    return {"audiences": json.loads(manifest.read_text("utf-8")).get("audiences", ())}


def read_tables(database: Path) -> dict[str, pd.DataFrame]:
    """Every table of a published database, by name.

    Raises
    ------
    ValueError
        Where there is no such file, or DuckDB cannot read it.
    """
    if not database.exists():
        raise ValueError(f"{database} does not exist: run `make build` first")
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            names = connection.execute(
                "select table_name from duckdb_tables() order by table_name"
            ).fetchall()
            return {name: connection.table(name).df() for (name,) in names}
    except duckdb.Error as problem:
        raise ValueError(f"{database} cannot be read: {problem}") from problem


if __name__ == "__main__":
    sys.exit(main())
