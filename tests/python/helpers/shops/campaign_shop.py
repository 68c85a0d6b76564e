"""A shop that holds out: the sample many times over, with an effect that is known."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from pathlib import Path

from sample_shop import COLUMNS, sample_rows

TIMES = 16
STARTS_ON = date(2024, 10, 1)
EFFECT = 0.2
AT, AMOUNT = COLUMNS.index("ordered_at"), COLUMNS.index("amount")
CAMPAIGN_COLUMNS = (
    "campaign_id", "campaign_name", "starts_on", "ends_on", "outcome_days",
    "holdout_share", "audience", "cost_per_contact",
)  # fmt: skip
CAMPAIGNS = (
    ("autumn", "Autumn letter", "2024-10-01", "2024-10-31", 92, 0.5, "all", 0.5),
    ("active", "Active only", "2024-10-01", "2024-10-14", 92, 0.2,
     "recency_days < 120 and order_count >= 2", ""),
    ("christmas", "Christmas", "2024-12-24", "2024-12-31", 30, 0.5, "all", ""),
)  # fmt: skip


def write_orders(
    path: Path, *, before: date | None = None, treated: Collection[str] = ()
) -> Path:
    """Write the shop's orders; those of the treated bring more from STARTS_ON on."""
    rows = []
    for row in sample_rows(TIMES):
        if before is not None and row[AT][:10] >= str(before) and row[AT][0] == "2":
            continue
        if row[0] in treated and row[AT][:10] >= str(STARTS_ON):
            row = list(row)
            row[AMOUNT] = f"{float(row[AMOUNT]) * (1 + EFFECT):.2f}"
        rows.append(row)
    return write_rows(path, COLUMNS, rows)


def write_campaigns(path: Path, rows: Iterable[tuple] = CAMPAIGNS) -> Path:
    """Write campaigns."""
    return write_rows(path, CAMPAIGN_COLUMNS, rows)


def write_rows(path: Path, header: Iterable[str], rows: Iterable[Iterable]) -> Path:
    """Write a CSV file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    return path


def variables(folder: Path, **others: object) -> Mapping[str, object]:
    """The vars of a build of this shop."""
    return {
        "transactions": str(folder / "orders.csv"),
        "campaigns": str(folder / "campaigns.csv"),
        "source_rows_rise_maximum": 5,
        **others,
    }
