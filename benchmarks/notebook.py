"""The notebook a user would write: the same features and segments in pandas or polars.

    python benchmarks/notebook.py pandas FOLDER SEGMENTS   features and k-means
    python benchmarks/notebook.py polars FOLDER            the features alone

What it leaves out: history, bad rows, names, rules, tests, a report.
"""

from __future__ import annotations

import sys

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
LOGGED = ["recency", "orders", "money", "order_value", "lines_per_order", "rate"]


def pandas_features(folder: str) -> pd.DataFrame:
    """One row per customer: what `segment_features` names, as of the newest day."""
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
    return found.drop(columns=["first", "last", "gap_mean", "gap_spread"])


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


def polars_features(folder: str):
    """Return the same features, as polars' own expressions."""
    import polars as pl

    lines = (
        pl.scan_parquet(f"{folder}/**/*.parquet")
        .select(COLUMNS)
        .with_columns(
            day=pl.col("ordered_at").dt.date(),
            is_return=(pl.col("quantity") < 0) | (pl.col("amount") < 0),
        )
        .with_columns(sold=pl.when(~pl.col("is_return")).then("amount").otherwise(0.0))
    )
    orders = lines.group_by("customer_id", "order_id").agg(
        pl.col("day").min(),
        pl.col("amount").sum().alias("net"),
        pl.col("sold").sum(),
        pl.col("discount").sum(),
        pl.len().alias("lines"),
        pl.col("is_return").sum().alias("returns"),
        pl.col("channel").first(),
    )
    is_paid = pl.col("net") > 0
    gaps = pl.col("day").filter(is_paid).sort().diff().dt.total_days()
    mix = (
        lines.group_by("customer_id", "category")
        .agg(pl.len().alias("n"))
        .group_by("customer_id")
        .agg(
            (pl.col("n") * (pl.col("n") - 1)).sum().alias("pairs"),
            pl.col("n").sum(),
        )
    )
    return (
        orders.group_by("customer_id")
        .agg(
            pl.col("day").filter(is_paid).min().alias("first"),
            pl.col("day").filter(is_paid).max().alias("last"),
            is_paid.sum().alias("orders"),
            pl.col("net").sum().alias("money"),
            pl.col("sold").filter(is_paid).mean().alias("order_value"),
            gaps.mean().alias("gap_mean"),
            gaps.std().alias("gap_spread"),
            (pl.col("day").dt.weekday() >= 6).filter(is_paid).mean().alias("weekend"),
            (pl.col("channel") == "web").filter(is_paid).mean().alias("web"),
            pl.col("lines").sum(),
            pl.col("returns").sum(),
            pl.col("discount").sum(),
            pl.col("sold").sum(),
        )
        .join(mix, on="customer_id", how="left")
        .collect()
    )


def main(given: list[str] | None = None) -> None:
    """Read the command line."""
    library, folder, *rest = given or sys.argv[1:]
    if library == "polars":
        print(len(polars_features(folder)), "customers")
        return
    features = pandas_features(folder)
    counts = [int(count) for count in rest[0].split(",")] if rest else [6]
    labels = segments(features, counts)
    print(len(features), "customers,", len(set(labels)), "segments")


if __name__ == "__main__":
    main()
