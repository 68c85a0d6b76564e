"""The newest date's features and RFM, by hand: in DuckDB's SQL, or in Polars.

    python benchmarks/by_hand.py duckdb 'FOLDER/*/*.parquet'
    python benchmarks/by_hand.py polars 'FOLDER/*/*.parquet'

What is left of the job where every row is clean and nothing is kept for tomorrow: the
floor that the models up to `int_rfm_scores` are held against. Both give their figures.
"""

from __future__ import annotations

import sys
from pathlib import Path

SATURDAY = 6
QUINTILES = (0.2, 0.4, 0.6, 0.8)


def by_duckdb(files: str):
    """Return the features as a DuckDB relation; features.sql holds the query."""
    import duckdb

    query = Path(__file__).with_name("features.sql").read_text()
    return duckdb.sql(query.format(files=files))


def by_polars(files: str):
    """Return the same features as a Polars frame."""
    import polars as pl

    lines = pl.scan_parquet(files).select(
        "customer_id",
        "order_id",
        "product_id",
        "category",
        "channel",
        "amount",
        "discount",
        pl.col("ordered_at").dt.date().alias("day"),
        ((pl.col("quantity") < 0) | (pl.col("amount") < 0)).alias("is_return"),
    )
    is_return, day = pl.col("is_return"), pl.col("day")
    orders = (
        lines.group_by("customer_id", "order_id")
        .agg(
            day.min(),
            pl.col("channel").min(),
            pl.col("amount").sum().alias("net"),
            pl.col("amount").filter(~is_return).sum().alias("gross"),
            pl.col("discount").sum(),
            pl.col("product_id").filter(is_return).n_unique().alias("returned"),
            pl.col("product_id").filter(~is_return).n_unique().alias("sold"),
            pl.len().alias("lines"),
        )
        .with_columns(
            items=pl.col("sold") + pl.col("returned"), is_paid=pl.col("net") > 0
        )
        .collect()
    )
    paid = orders.filter("is_paid")
    newest = paid["day"].max()
    starts = {
        name: pl.lit(newest).dt.month_start().dt.offset_by(f"-{months - 1}mo")
        for name, months in (("recent", 3), ("rfm", 12), ("window", 24))
    }
    in_window, in_rfm = day >= starts["window"], day >= starts["rfm"]
    is_recent = day >= starts["recent"]
    followed = (
        orders.filter(day < paid["day"].min() + pl.duration(days=365))
        .group_by("channel")
        .agg(pl.col("lines").sum())
        .sort("lines", descending=True)["channel"][0]
    )
    gap, is_kept = pl.col("gap"), in_window & pl.col("is_paid")
    by_day = (
        paid.group_by("customer_id", "day")
        .agg(pl.col("gross").sum())
        .sort("customer_id", "day")
        .with_columns(gap=day.diff().over("customer_id").dt.total_days())
        .group_by("customer_id")
        .agg(
            day.min().alias("first"),
            day.max().alias("last"),
            is_recent.sum().alias("recent_days"),
            pl.col("gross").filter(is_recent).sum().alias("recent_gross"),
            in_window.sum().alias("window_days"),
            gap.filter(in_window).mean().alias("gap_mean"),
            gap.filter(in_window).std(ddof=0).alias("gap_spread"),
            gap.filter(in_window).count().alias("gaps"),
        )
    )
    by_order = orders.group_by("customer_id").agg(
        (in_rfm & pl.col("is_paid")).sum().alias("order_count"),
        pl.col("net").filter(in_rfm).sum().alias("money"),
        pl.col("gross").filter(is_kept).mean().alias("order_value"),
        is_kept.sum().alias("window_orders"),
        *(
            pl.col(name).filter(in_window).sum()
            for name in ("items", "returned", "gross", "discount")
        ),
        (day.dt.weekday() >= SATURDAY).filter(is_kept).mean().alias("weekend_share"),
        (pl.col("channel") == followed).filter(is_kept).mean().alias("channel_share"),
    )
    items = pl.col("items")
    mix = (
        lines.filter(~is_return & in_window)
        .group_by("customer_id", day.dt.month_start().alias("month"), "category")
        .agg(pl.struct("order_id", "product_id").n_unique().cast(int).alias("items"))
        .group_by("customer_id", "month")
        .agg(
            (items * (items - 1)).sum().alias("same"),
            (items.sum() * (items.sum() - 1)).alias("pairs"),
        )
        .group_by("customer_id")
        .agg(pl.col("same").sum() / pl.col("pairs").sum())
        .collect()
    )
    first = pl.col("first")

    def observed(window: str):
        """Return the days of a window since its start, or since the first order."""
        begun = pl.max_horizontal(starts[window] - pl.duration(days=1), first)
        return (pl.lit(newest) - begun).dt.total_days()

    def per_month(days: str, window: str):
        """Return order days after the first order, for 30 observed days."""
        repeats = pl.col(days).cast(int) - (first >= starts[window]).cast(int)
        return 30 * repeats.clip(0) / observed(window)

    orders_in_year = pl.col("order_count").cast(int)
    once = pl.min_horizontal((first >= starts["rfm"]).cast(int), orders_in_year)
    year = (pl.lit(newest) - starts["rfm"]).dt.total_days() + 1
    whole = (year / observed("rfm").clip(90)).clip(1)
    scale = ((once + (orders_in_year - once) * whole) / orders_in_year).fill_nan(1)
    found = (
        by_day.join(by_order, on="customer_id")
        .join(mix, on="customer_id", how="left")
        .with_columns(
            recency_days=(pl.lit(newest) - pl.col("last")).dt.total_days(),
            tenure_days=(pl.lit(newest) - first).dt.total_days(),
            orders_per_month_recent=per_month("recent_days", "recent"),
            orders_per_month=per_month("window_days", "window"),
            items_per_order=items / pl.col("window_orders"),
            interpurchase_cv=pl.when(pl.col("gaps") > 1).then(
                pl.col("gap_spread") / pl.col("gap_mean")
            ),
            discount_share=pl.col("discount") / (pl.col("gross") + pl.col("discount")),
            return_share=pl.col("returned") / items,
            frequency=pl.col("order_count") * scale,
            monetary=pl.col("money") * scale,
        )
        .with_columns(
            spend_per_month_recent=pl.col("recent_gross")
            / pl.col("recent_days").clip(1)
            * pl.col("orders_per_month_recent")
        )
    )
    ordered = found.filter(pl.col("order_count") > 0)
    scores = []
    for name, frame, column in (
        ("r", found, "recency_days"),
        ("f", ordered, "frequency"),
        ("m", ordered, "monetary"),
    ):
        cuts = [frame[column].quantile(share, "equiprobable") for share in QUINTILES]
        above = pl.sum_horizontal(pl.col(column) > cut for cut in cuts).cast(int)
        scores.append((5 - above if name == "r" else 1 + above).alias(f"{name}_score"))
    return found.with_columns(*scores).rename(
        {
            "money": "monetary_value",
            "order_value": "average_order_value",
            "gap_mean": "interpurchase_days_mean",
            "same": "category_concentration",
        }
    )


def main(given: list[str] | None = None) -> None:
    """Read the command line; say how many customers there are."""
    library, files = given or sys.argv[1:]
    if library == "polars":
        print(by_polars(files).height, "customers")
    else:
        print(len(by_duckdb(files).df()), "customers")


if __name__ == "__main__":
    main()
