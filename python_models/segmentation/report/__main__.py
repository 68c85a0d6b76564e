"""Draws the report again from what is published, without a build.

python -m segmentation.report

The figures, the currency and the lists are those of the release; title, organisation,
number format, wording and colours are read anew from dbt_project.yml and --vars.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pandas as pd
import yaml

from segmentation.preparing.read_settings import project_vars, read_settings
from segmentation.releases.manifest import read_manifest
from segmentation.releases.pseudonyms import release_key, with_pseudonyms
from segmentation.releases.release_folder import DATABASE, PRIVATE_UMASK, home_folder
from segmentation.report.render import render_report
from segmentation.report.settings import NAMES, VARS

# Vars that change no figure: the others belong to the release.
PRESENTED = ("title", "organisation", "locale", "wording", "colours")


def main(arguments: list[str] | None = None) -> int:
    """Reads a release and writes one HTML file; 2 where that cannot be done."""
    given = _parser().parse_args(arguments)
    home = home_folder()
    path = given.published or home / "published"
    database = path / DATABASE if path.is_dir() else path
    output = given.output or home / "report.html"
    try:
        refuse_release(output, database.parent)
        manifest = read_manifest(database.parent)
        settings = {
            **released(manifest),
            **presentation(_variables(given.vars)),
            "audiences_folder": os.path.relpath(
                database.parent / "audiences", output.parent
            ),
            **given.settings,
        }
        tables = with_pseudonyms(read_tables(database), key=release_key(manifest))
        html = render_report(tables=tables, settings=settings)
    except ValueError as problem:
        print(f"The report was not drawn: {problem}", file=sys.stderr)
        return 2
    write_whole(output, html)
    print(f"{output} ({len(html.encode()) / 1000:.0f} kB)")
    opener = shutil.which("xdg-open") or shutil.which("open")
    if opener and sys.stdout.isatty():
        subprocess.run([opener, str(output)], check=False)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m segmentation.report", description=__doc__.splitlines()[0]
    )
    parser.add_argument(
        "--published",
        type=Path,
        help=f"a release folder, or its {DATABASE}; default: what is published",
    )
    parser.add_argument(
        "--output",
        type=Path,
        help="the HTML file to write; default: report.html beside published",
    )
    parser.add_argument("--vars", default="{}", help="dbt's vars, as for a build")
    parser.add_argument(
        "--settings",
        default="{}",
        type=json.loads,
        help='JSON, for example {"currency": "EUR", "locale": "de"}',
    )
    return parser


def refuse_release(output: Path, release: Path) -> None:
    """A published release is never written to in place."""
    if release.resolve() in output.resolve().parents:
        raise ValueError(
            f"{output} is inside the release {release}: a release never changes. "
            "Choose another --output."
        )


def released(manifest: Mapping) -> dict:
    """The settings of a release's own report, as far as they still exist."""
    settings = {
        "audiences": manifest.get("audiences", ()),
        **manifest.get("report", {}),
    }
    return {name: settings[name] for name in settings if name in NAMES}


def presentation(variables: Mapping) -> dict:
    """How the report looks and reads: dbt_project.yml, overridden by `variables`."""
    values = read_settings({**project_vars(), **variables}, given=variables)
    return {name: values[VARS[name]] for name in PRESENTED}


def write_whole(path: Path, text: str) -> None:
    """Writes a file for its owner only, in one move: a reader never sees half of it."""
    before = os.umask(PRIVATE_UMASK)
    try:
        draft = path.with_name(path.name + ".draft")
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    finally:
        os.umask(before)


def _variables(text: str) -> dict:
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError:
        found = None
    if not isinstance(found, dict):
        raise ValueError(f"--vars is {text!r}: write it as for dbt, {{name: value}}")
    return found


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
