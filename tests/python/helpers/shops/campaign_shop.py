"""A shop that holds out: the sample several times over, with a known effect."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable
from datetime import date
from pathlib import Path

from sample_shop import COLUMNS, sample_rows

TIMES = 12
STARTS_ON = date(2024, 10, 1)
EFFECT = 0.2
AT, AMOUNT = COLUMNS.index("ordered_at"), COLUMNS.index("amount")
CAMPAIGN_COLUMNS = (
    "campaign_id", "campaign_name", "starts_on", "ends_on", "outcome_days",
    "holdout_share", "audience", "cost_per_contact",
)  # fmt: skip
# What is planted in each: an effect, nothing but an overlap with it, customers who are
# lost from one arm, and nothing yet.
AUTUMN = ("autumn", "Autumn letter", "2024-10-01", "2024-10-31", 90, 0.5,
          "recency_days <= 185", 0.5)  # fmt: skip
ACTIVE = ("active", "Second letter", "2024-10-01", "2024-10-14", 90, 0.2,
          "recency_days <= 120 and order_count >= 2", "")  # fmt: skip
LAPSED = ("lapsed", "Win back", "2024-10-01", "2024-10-31", 90, 0.5,
          "recency_days > 185", "")  # fmt: skip
CHRISTMAS = ("christmas", "Christmas", "2024-12-24", "2024-12-31", 30, 0.5, "all", "")
CAMPAIGNS = (AUTUMN, ACTIVE, LAPSED, CHRISTMAS)


def write_orders(
    path: Path,
    *,
    before: date | None = None,
    treated: Collection[str] = (),
    lost: Collection[str] = (),
) -> None:
    """Write the shop's orders, or those before a day.

    The treated spend more from STARTS_ON on; nothing is left of the lost. Then the rows
    are in another order too.
    """
    rows = []
    for row in sample_rows(TIMES):
        is_date = row[AT].startswith("20")
        if row[0] in lost or before and is_date and row[AT] >= str(before):
            continue
        if row[0] in treated and row[AT] >= str(STARTS_ON):
            amount = f"{float(row[AMOUNT]) * (1 + EFFECT):.2f}"
            row = (*row[:AMOUNT], amount, *row[AMOUNT + 1 :])
        rows.append(row)
    write_rows(path, COLUMNS, reversed(rows) if treated else rows)


def write_campaigns(path: Path, rows: Iterable[tuple] = CAMPAIGNS) -> None:
    """Write campaigns."""
    write_rows(path, CAMPAIGN_COLUMNS, rows)


def write_rows(path: Path, header: Iterable[str], rows: Iterable[Iterable]) -> None:
    """Write a CSV file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def variables(folder: Path, **others: object) -> dict[str, object]:
    """The vars of a build of this shop."""
    return {
        "transactions": str(folder / "orders.csv"),
        "campaigns": str(folder / "campaigns.csv"),
        "history_months": 4,
        "source_rows_rise_maximum": 5,
        **others,
    }
