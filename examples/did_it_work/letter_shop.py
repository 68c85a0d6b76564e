"""Did a letter work? A made-up shop that holds out, with an effect that is known.

`.venv/bin/python examples/did_it_work/letter_shop.py` builds twice, minutes each: with
the orders up to the day before the letters, when it is drawn who gets one; and with
those of the quarter after, in which whoever got the autumn letter spends a fifth more.
Then it says what was found. The report is in target/did_it_work/published/.
"""

from __future__ import annotations

import csv
import os
import random
import subprocess
import sys
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
HOME = REPOSITORY / "target" / "did_it_work"
CAMPAIGNS = HERE / "campaigns.csv"
SAMPLE = REPOSITORY / "seeds" / "sample_transactions.csv"
TIMES = 12  # the sample's 150 customers are too few for two arms
STARTS_ON = date(2024, 10, 1)
CAMPAIGN, EFFECT = "autumn", 0.2


def orders(
    *, before: date | None = None, treated: Collection[str] = ()
) -> list[dict[str, str]]:
    """Return the lines of a shop: the sample's customers, twelve of each.

    Each buys up to four weeks earlier than in the sample, and more or less; the same in
    every call.

    Parameters
    ----------
    before
        Lines of that day and later are left out.
    treated
        Ids of customers who spend a fifth more from STARTS_ON on.
    """
    draw = random.Random(20241231)
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        sample = [row for row in csv.DictReader(file) if row["customer_id"].isdigit()]
    people = sorted({row["customer_id"] for row in sample})
    lines = []
    for copy in range(TIMES):
        habits = {
            one: (timedelta(weeks=draw.randrange(5)), draw.lognormvariate(0, 0.4))
            for one in people
        }
        for row in sample:
            earlier, factor = habits[row["customer_id"]]
            name = f"{row['customer_id']}-{copy + 1:02}"
            moment = datetime.fromisoformat(row["ordered_at"]) - earlier
            if before and moment.date() >= before:
                continue
            if name in treated and moment.date() >= STARTS_ON:
                factor *= 1 + EFFECT
            lines.append(
                {
                    **row,
                    "customer_id": name,
                    "ordered_at": str(moment),
                    "order_id": f"{row['order_id']}-{copy + 1:02}",
                    "amount": f"{factor * float(row['amount']):.2f}",
                    "discount": f"{factor * float(row['discount'] or 0):.2f}",
                }
            )
    return lines


def write(path: Path, rows: Iterable[Mapping[str, str]]) -> None:
    """Write lines as a CSV file."""
    rows = list(rows)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def build() -> None:
    """Build and publish in HOME."""
    subprocess.run(
        [
            str(Path(sys.executable).with_name("dbt")), "build", "--quiet",
            "--vars", (HERE / "settings.yml").read_text("utf-8"),
            "--target-path", str(HOME / "target"), "--log-path", str(HOME / "logs"),
        ],
        cwd=REPOSITORY,
        env={
            **os.environ,
            "SEGMENTATION_HOME": str(HOME),
            "PYTHONPATH": str(REPOSITORY / "python_models"),
        },
        check=True,
    )  # fmt: skip


def published(sql: str) -> list[tuple]:
    """Return the rows of a query on what is published."""
    path = str(HOME / "published" / "segments.duckdb")
    with duckdb.connect(path, read_only=True) as reader:
        return reader.execute(sql, [CAMPAIGN]).fetchall()


def main() -> None:
    """Draw, send, wait, judge."""
    HOME.mkdir(parents=True, exist_ok=True)
    if not (HOME / "published").exists():
        write(HOME / "orders.csv", orders(before=STARTS_ON))
        build()
    drawn = published(
        "select customer_id from campaign_assignments"
        " where campaign_id = ? and arm = 'treated'"
    )
    write(HOME / "orders.csv", orders(treated={one for (one,) in drawn}))
    build()
    ((name, share, low, high, treated, held_out),) = published(
        "select campaign_name, lift_share, lift_low * lift_share / lift,"
        " lift_high * lift_share / lift, treated_customers, held_out_customers"
        " from campaign_results where campaign_id = ? and segment_id = 'all'"
    )
    print(
        f"{name}: {treated:,} got it, {held_out:,} were held out. Planted: "
        f"{EFFECT:+.0%} spend. Found: {share:+.1%} (95% interval {low:+.1%} to "
        f"{high:+.1%}).\n{HOME / 'published' / 'report.html'}"
    )


if __name__ == "__main__":
    main()
