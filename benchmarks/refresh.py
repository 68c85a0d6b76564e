"""What a day's refresh costs: `dbt build` from nothing, then again with one day more.

    python benchmarks/refresh.py 10000000 /tmp/benchmark --memory-limit 1GB --compare

The data end on the 20th of their last month; the 21st, 0.3% of all rows, comes as a
file of its own. Printed are both builds and their ratio, and the same for the models
that keep what was read and summed. With --compare the day is built from nothing too,
over the same release, and every published table must be the same.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path

import duckdb
from generate import generate
from scale import HERE, measure

# What is kept of the source, and sums made of it.
STATE = (
    "base_source_months",
    "base_sampled_lines",
    "int_month_orders",
    "int_category_months",
    "int_carried_orders",
    "int_customer_months",
    "int_customer_features",
    "int_segment_history",
)
NEXT_DAY = "2025-12-21"
DAY_SHARE = 0.003


def split_last_month(source: Path, folder: Path) -> Path:
    """Link the files of a source, the last cut after a day; return the next day's."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(source, folder, copy_function=os.link)
    last = max(folder.rglob("*.parquet"))
    whole = last.rename(last.with_suffix(".whole"))
    day = folder.with_name(f"{folder.name}-day.parquet")
    with duckdb.connect() as connection:
        (lines,) = connection.execute(
            f"select count(*) from read_parquet('{source}/*/*.parquet')"
        ).fetchall()[0]
        (month,) = connection.execute(
            f"select count(*) from read_parquet('{whole}')"
        ).fetchall()[0]
        one_in = max(1, round(month / (lines * DAY_SHARE)))
        connection.execute(
            f"copy (select * from read_parquet('{whole}') where ordered_at < "
            f"timestamp '{NEXT_DAY}') to '{last}' (format parquet)"
        )
        connection.execute(
            f"copy (select * replace (order_id + 10000000000 as order_id, "
            f"date '{NEXT_DAY}' + (ordered_at - date_trunc('day', ordered_at)) "
            f"as ordered_at) from read_parquet('{whole}') "
            f"where order_id % {one_in} = 0) to '{day}' (format parquet)"
        )
    whole.unlink()
    return day


def build(home: Path, files: str, memory_limit: str | None, *options: str) -> dict:
    """Build in `home`; return what it cost, and the time of the models of the state."""
    variables = {"transactions": files, "refit": "never"}
    if memory_limit:
        variables["memory_limit"] = memory_limit
    command = [
        str(Path(sys.executable).with_name("dbt")), "build", *options,
        "--target-path", str(home / "target"), "--log-path", str(home / "logs"),
        "--vars", json.dumps(variables),
    ]  # fmt: skip
    run = measure(command, home=home)
    results = json.loads((home / "target" / "run_results.json").read_text())["results"]
    run["state"] = sum(
        row["execution_time"]
        for row in results
        if row["unique_id"].rpartition(".")[2] in STATE
    )
    return run


def published(home: Path) -> dict[str, dict]:
    """Return rows and checksum of every published table but the list of builds."""
    tables = json.loads((home / "published" / "manifest.json").read_text())["tables"]
    return {name: rows for name, rows in tables.items() if name != "publications"}


def main(given: list[str] | None = None) -> None:
    """Read the command line, build, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lines", type=int)
    parser.add_argument("folder", type=Path, help="for data and builds")
    parser.add_argument("--memory-limit")
    parser.add_argument("--compare", action="store_true")
    parser.add_argument("--select", help="build these models only, as for dbt")
    asked = parser.parse_args(given)
    folder = asked.folder.resolve()
    source = folder / f"lines-{asked.lines}"
    generate(asked.lines, source)
    os.chdir(HERE.parent)
    cut = folder / f"lines-{asked.lines}-cut"
    day = split_last_month(source, cut)
    home, copy = folder / "refresh", folder / "refresh-copy"
    for one in (home, copy):
        shutil.rmtree(one, ignore_errors=True)
    files = f"{cut}/*/*.parquet"
    # Tests that look at other models too have nothing to look at.
    untested = ("--exclude-resource-type", "test", "unit_test")
    part = ("--select", asked.select, *untested) if asked.select else ()
    first = build(home, files, asked.memory_limit, *part)
    if asked.compare:
        shutil.copytree(home, copy, symlinks=True)
    (cut / "new").mkdir()
    shutil.copy2(day, cut / "new" / "day.parquet")
    second = build(home, files, asked.memory_limit, *part)
    print("| what | from nothing | a day later | ratio |")
    print("|---|---|---|---|")
    for key in first:
        print(
            f"| {key} | {first[key]:.1f} | {second[key]:.1f} "
            f"| {second[key] / first[key]:.3f} |"
        )
    if asked.compare:
        build(copy, files, asked.memory_limit, "--full-refresh")
        one, other = published(home), published(copy)
        differ = sorted(name for name in one if one[name] != other.get(name))
        print(f"{len(one)} published tables, {len(differ)} differ: {differ}")


if __name__ == "__main__":
    main()
