"""What the last build published, in a few lines."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from segmentation.releases.other_places import postgres_schema
from segmentation.releases.release_folder import DATABASE, REPORT, home_folder
from segmentation.releases.release_tables import read_tables


def summary_lines(*, tables: Mapping[str, pd.DataFrame], folder: Path) -> list[str]:
    """Return the lines printed at the end of `make build`.

    Parameters
    ----------
    tables
        The published tables `segments` and `publications`.
    folder
        The folder that `published` names.
    """
    segments = tables["segments"].sort_values("display_order")
    last = tables["publications"].sort_values("published_at").iloc[-1]
    width = max(len(name) for name in segments["segment_name"])
    date = last["as_of_date"]
    when = "" if pd.isna(date) else f"As of {date:%Y-%m-%d}: "
    lines = [
        f"{when}{last['customer_count']:,} customers "
        f"in {segments['is_clustered'].sum()} segments "
        f"({segments['structure'].dropna().iloc[0]})",
    ]
    lines += [
        f"  {row.segment_name:<{width}}  {row.customer_count:>9,} customers "
        f"{row.customer_share:>6.1%}{_revenue(row.revenue_share)}"
        for row in segments.itertuples()
    ]
    lines += [
        f"Rows left out: {last['rejected_rows']:,} of {last['source_rows']:,}"
        " (table rejected_transactions says why)",
        f"Report: {folder / REPORT}",
        f"Tables: {folder / DATABASE}",
    ]
    checks = tables.get("data_quality")
    if checks is not None:
        books = checks.loc[checks["check_name"] == "books", "detail"]
        lines += [f"{one[0].upper()}{one[1:]}." for one in books]
    return lines


def _revenue(share: float) -> str:
    """A share of revenue as text, nothing where there is no revenue."""
    if pd.isna(share):
        return ""
    # A hair below zero is zero, not minus zero.
    return f"   {round(share, 3) + 0.0:>6.1%} of revenue"


def main() -> int:
    """Print the summary; 1 where nothing is published."""
    folder = home_folder() / "published"
    if not (folder / DATABASE).exists():
        print(f"Nothing is published in {folder} yet: run make build", file=sys.stderr)
        return 1
    names = ("segments", "publications", "data_quality")
    tables = read_tables(folder / DATABASE, names=names)
    print("\n".join(summary_lines(tables=tables, folder=folder)))
    if schema := postgres_schema():
        print(f"PostgreSQL: schema {schema}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
