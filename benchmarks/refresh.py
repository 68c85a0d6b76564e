"""For `scale.py`: sources that end a day before, or in another order, and what came."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import duckdb

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


def shuffle(files: str, path: Path) -> None:
    """Write the lines of a source in another order, into one file."""
    duckdb.execute(
        f"copy (select * exclude (month) from read_parquet('{files}') "
        f"order by hash(order_id, product_id, amount)) to '{path}'"
    )


def add_day(day: Path, folder: Path) -> None:
    """Put the next day's file into a source that ends before it."""
    (folder / "new").mkdir()
    shutil.copy2(day, folder / "new" / "day.parquet")


def node_seconds(home: Path) -> dict[str, float]:
    """Return what each node of the last build took, the slowest first."""
    results = json.loads((home / "target" / "run_results.json").read_text())["results"]
    times = {row["unique_id"].split(".")[2]: row["execution_time"] for row in results}
    return dict(sorted(times.items(), key=lambda row: -row[1]))


def published(home: Path) -> dict[str, dict]:
    """Return rows and checksum of every published table but the list of builds."""
    tables = json.loads((home / "published" / "manifest.json").read_text())["tables"]
    return {name: rows for name, rows in tables.items() if name != "publications"}
