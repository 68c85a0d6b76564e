"""The notebook a user would write: features and segments in pandas and scikit-learn.

    python benchmarks/notebook.py FOLDER 3,4,5,6,7,8
    python benchmarks/notebook.py FOLDER 3,4,5,6,7,8 --lists OUT

With --lists it also predicts the next 90 days, as `lifetimes` does, on a sample as
large as ours, and writes a CSV per segment. What it still leaves out: history, bad
rows, names, rules, tests, a report.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

COLUMNS = [
    "customer_id",
    "order_id",
    "ordered_at",
    "category",
    "amount",
    "quantity",
    "discount",
    "channel",
]
HORIZON_DAYS, FITTED_ON = 90, 20_000
LOGGED = ["recency", "orders", "money", "order_value", "lines_per_order", "rate"]


def pandas_features(folder: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row per customer, features as of the newest day; and their paid orders."""
    lines = pd.read_parquet(folder, columns=COLUMNS)
    lines["day"] = lines["ordered_at"].dt.normalize()
    lines["is_return"] = (lines["quantity"] < 0) | (lines["amount"] < 0)
    lines["sold"] = lines["amount"].where(~lines["is_return"], 0.0)
    orders = lines.groupby(["customer_id", "order_id"], as_index=False).agg(
        day=("day", "min"),
        net=("amount", "sum"),
        sold=("sold", "sum"),
        discount=("discount", "sum"),
        lines=("amount", "size"),
        returns=("is_return", "sum"),
        channel=("channel", "first"),
    )
    paid = orders[orders["net"] > 0].sort_values(["customer_id", "day"])
    paid = paid.assign(
        weekend=paid["day"].dt.day_of_week >= 5,
        web=paid["channel"] == "web",
        gap=paid.groupby("customer_id")["day"].diff().dt.days,
    )
    found = paid.groupby("customer_id").agg(
        first=("day", "min"),
        last=("day", "max"),
        orders=("net", "size"),
        order_value=("sold", "mean"),
        gap_mean=("gap", "mean"),
        gap_spread=("gap", "std"),
        weekend_share=("weekend", "mean"),
        channel_share=("web", "mean"),
    )
    totals = orders.groupby("customer_id")[
        ["net", "sold", "discount", "lines", "returns"]
    ].sum()
    found["money"] = totals["net"]
    found["lines_per_order"] = totals["lines"] / found["orders"]
    found["discount_share"] = totals["discount"] / (totals["sold"] + totals["discount"])
    found["return_share"] = totals["returns"] / totals["lines"]
    mix = lines.groupby(["customer_id", "category"], observed=True).size()
    mix = mix.to_frame("lines").reset_index()
    mix["pairs"] = mix["lines"] * (mix["lines"] - 1)
    mix = mix.groupby("customer_id")[["lines", "pairs"]].sum()
    found["concentration"] = mix["pairs"] / (mix["lines"] * (mix["lines"] - 1))
    newest = lines["day"].max()
    found["recency"] = (newest - found["last"]).dt.days
    found["tenure"] = (newest - found["first"]).dt.days
    months = ((found["last"] - found["first"]).dt.days / 30).clip(lower=1)
    found["rate"] = found["orders"] / months
    found["gap_cv"] = found["gap_spread"] / found["gap_mean"]
    return found.drop(columns=["first", "last", "gap_mean", "gap_spread"]), paid


def segments(features: pd.DataFrame, segment_counts: list[int]) -> np.ndarray:
    """k-means on scaled features; k by the silhouette of a sample."""
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score
    from sklearn.preprocessing import StandardScaler

    table = features.replace([np.inf, -np.inf], np.nan)
    table = table.fillna(table.median())
    table[LOGGED] = np.log1p(table[LOGGED].clip(lower=0))
    scaled = StandardScaler().fit_transform(table)
    best, labels = -1.0, None
    for count in segment_counts:
        found = KMeans(count, n_init=10, random_state=0).fit_predict(scaled)
        score = silhouette_score(scaled, found, sample_size=10_000, random_state=0)
        if score > best:
            best, labels = score, found
    return labels


def with_predictions(features: pd.DataFrame, paid: pd.DataFrame) -> pd.DataFrame:
    """Add what customers will spend in the next 90 days, and the chance of no order."""
    from peer import expect_spend

    days = paid.groupby(["customer_id", "day"], as_index=False)["net"].sum()
    found = days.groupby("customer_id").agg(
        first=("day", "min"),
        last=("day", "max"),
        days=("day", "size"),
        net=("net", "sum"),
    )
    # In any order, so that the first are a sample.
    found = found.sample(frac=1, random_state=0)
    spend, silent = expect_spend(
        x=found["days"].to_numpy(float) - 1,
        last=(found["last"] - found["first"]).dt.days.to_numpy(float),
        age=(days["day"].max() - found["first"]).dt.days.to_numpy(float),
        money=found["net"].to_numpy(float),
        horizon=HORIZON_DAYS,
        most=FITTED_ON,
    )
    found = found.assign(expected_spend=spend, silence_probability=silent)
    return features.join(found[["expected_spend", "silence_probability"]])


def main(given: list[str] | None = None) -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("segment_counts")
    parser.add_argument("--lists", type=Path)
    asked = parser.parse_args(given)
    features, paid = pandas_features(asked.folder)
    counts = [int(count) for count in asked.segment_counts.split(",")]
    labels = segments(features, counts)
    print(len(features), "customers,", len(set(labels)), "segments")
    if asked.lists:
        asked.lists.mkdir(parents=True, exist_ok=True)
        for name, listed in with_predictions(features, paid).groupby(labels):
            listed.to_csv(asked.lists / f"segment-{name}.csv")


if __name__ == "__main__":
    main()
