"""The shop of examples/did_it_work/, in a folder of the test's."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable
from pathlib import Path

from letter_shop import CAMPAIGNS, STARTS_ON, orders, write

with CAMPAIGNS.open(encoding="utf-8", newline="") as file:
    ROWS = {row["campaign_id"]: row for row in csv.DictReader(file)}


def write_orders_before(folder: Path) -> None:
    """Write the shop's orders up to the day before the letters."""
    write(folder / "orders.csv", orders(before=STARTS_ON))


def write_orders_after(
    folder: Path, *, treated: Collection[str], lost: Collection[str]
) -> None:
    """Write all of its orders, in another order of rows.

    The treated spend more from STARTS_ON on; nothing is left of the lost.
    """
    rows = [row for row in orders(treated=treated) if row["customer_id"] not in lost]
    write(folder / "orders.csv", reversed(rows))


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
        "campaigns": str(CAMPAIGNS),
        "history_months": 4,
        **others,
    }
