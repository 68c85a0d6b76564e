"""Whether customers who do not change stay where they are, and those who do move.

    python benchmarks/steadiness.py completejourney [--segment-count 6] [--splice]
    python benchmarks/steadiness.py online_retail
    python benchmarks/steadiness.py unchanging --rate 1 --shape 1 --seed 0 [--arriving]
    python benchmarks/steadiness.py superstore --days-earlier 364

Everything is read from tables that a build made. *Steady* did in the later quarter what
they had done in the earlier one, *changed* at least doubled or halved both spend and
order days; both were first seen 90 days before the earlier quarter ended. Complete
Journey: April to June against October to December, spend within 20%, days within 25%;
Online Retail, whose first half is at hand: January to March against April to June, 33%.

*Unchanging* is a shop of customers who order at a constant rate of their own (Gamma:
mean orders in 30 days, shape) over two years: whoever moves there moves by chance.

With --splice steady customers are continued, from July on, by other steady ones at
twice or half their level, and placed by the same model: half of them should have left
their segment within three months.

With --days-earlier the same lines are built once more, on days so much earlier: months
end on other days of the shop. Printed is the share of customers whose segment, matched
one to one, is the same: the nearest one, and the one with memory.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import yaml
from planted import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "python_models"))

from segmentation.clustering.measures import renamed

EXAMPLES = REPOSITORY / "examples"
# Last days of the quarters, and how far spend and order days of steady ones may differ.
QUARTERS = {
    "completejourney": ("2017-06-30", "2017-12-31", 0.20, 0.25),
    "online_retail": ("2011-03-31", "2011-06-30", 0.33, 0.33),
    "unchanging": ("2023-06-30", "2023-12-31", 0.33, 0.33),
}
COLUMNS = {
    "customer_id": "customer_id",
    "ordered_at": "ordered_at",
    "order_id": "order_id",
    "amount": "net_amount",
    "category": "category",
    "quantity": "quantity",
    "discount": "discount_amount",
    "channel": "channel",
}
SPLICES = 200
FIRST_DAY = pd.Timestamp("2022-01-01")
DAYS = 730


def main(given: list[str] | None = None) -> None:
    """Build, and print what moved."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", choices=[*QUARTERS, "superstore"])
    parser.add_argument("--segment-count", type=int)
    parser.add_argument("--rate", type=float, default=1.0)
    parser.add_argument("--shape", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--customers", type=int, default=2000)
    parser.add_argument("--arriving", action="store_true")
    parser.add_argument("--splice", action="store_true")
    parser.add_argument("--days-earlier", type=int)
    parser.add_argument("--vars", default="{}", help="more dbt vars, as JSON")
    asked = parser.parse_args(given)
    if asked.data not in QUARTERS and not asked.days_earlier:
        parser.error(f"{asked.data} has no quarters here: --days-earlier")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        variables = source(asked, home) | json.loads(asked.vars)
        if asked.segment_count:
            variables["segment_count"] = asked.segment_count
        build(home, variables, is_published=asked.splice)
        if asked.days_earlier:
            print(*same_segments(home, asked.days_earlier), sep="\n")
            return
        with duckdb.connect(str(home / "build.duckdb"), read_only=True) as built:
            figures = measured(built, *QUARTERS[asked.data])
            spliced = spliced_lines(built) if asked.splice else None
        if spliced is not None:
            path = home / "spliced.parquet"
            spliced.to_parquet(path, index=False)
            build(
                home,
                {
                    **variables,
                    "transactions": str(path),
                    "transaction_columns": COLUMNS,
                    "refit": "never",
                },
                is_published=False,
            )
            with duckdb.connect(str(home / "build.duckdb"), read_only=True) as built:
                figures |= left_after(built)
    for name, value in figures.items():
        print(f"{name}: {value}")


def source(asked, home: Path) -> dict:
    """Return the vars of the data."""
    if asked.data != "unchanging":
        return yaml.safe_load((EXAMPLES / f"{asked.data}.yml").read_text())
    path = home / "unchanging.parquet"
    unchanging(
        customers=asked.customers,
        rate=asked.rate,
        shape=asked.shape,
        seed=asked.seed,
        is_arriving=asked.arriving,
    ).to_parquet(path, index=False)
    return {
        "transactions": str(path),
        "transaction_columns": COLUMNS,
        "as_of_date": str((FIRST_DAY + pd.Timedelta(days=DAYS - 1)).date()),
    }


def unchanging(
    *, customers: int, rate: float, shape: float, seed: int, is_arriving: bool = False
) -> pd.DataFrame:
    """Return the order lines of customers who order at constant rates for two years.

    Parameters
    ----------
    customers
        How many; those without an order in the two years have no line.
    rate, shape
        Mean orders in 30 days, and the shape of the Gamma distribution of rates.
    seed
        Of every draw.
    is_arriving
        Whether they begin on days spread over the two years, with an order; else all
        are there from before the first day.
    """
    rng = np.random.default_rng(seed)
    rates = rng.gamma(shape, rate / shape, customers) / 30
    level = rng.normal(3.5, 0.6, customers)
    tastes = rng.dirichlet(np.full(6, 0.5), customers)
    online, discounted = rng.beta(1.5, 1.5, customers), rng.beta(0.6, 3, customers)
    weekend = rng.beta(2, 4, customers)
    begins = rng.integers(0, DAYS - 60, customers) * is_arriving
    count = rng.poisson(rates * (DAYS - begins)) + is_arriving
    who = np.repeat(np.arange(customers), count)
    day = rng.integers(begins[who], DAYS)
    # The same week, but on the days that the customer shops on.
    is_weekend = rng.random(len(who)) < weekend[who]
    weekday = np.where(
        is_weekend, rng.integers(5, 7, len(who)), rng.integers(0, 5, len(who))
    )
    monday = day - (day + FIRST_DAY.weekday()) % 7
    day = np.clip(monday + weekday, begins[who], DAYS - 1)
    if is_arriving:
        day[np.r_[0, np.cumsum(count)[:-1]]] = begins
    lines = 1 + rng.poisson(1.5, len(who))
    order = np.repeat(np.arange(len(who)), lines)
    value = rng.lognormal(level[who], 0.5)[order] / lines[order]
    off = value * 0.2 * (rng.random(len(order)) < discounted[who[order]])
    chosen = (rng.random((len(order), 1)) > tastes[who[order]].cumsum(axis=1)).sum(1)
    channel = np.where(rng.random(len(who)) < online[who], "web", "shop")
    return pd.DataFrame(
        {
            "customer_id": [f"c{number:05d}" for number in who[order]],
            "ordered_at": FIRST_DAY + pd.to_timedelta(day[order], unit="D"),
            "order_id": order,
            "net_amount": np.round(value - off, 2),
            "category": [f"category {number}" for number in chosen],
            "quantity": 1,
            "discount_amount": np.round(off, 2),
            "channel": channel[order],
        }
    )


def build(home: Path, variables: dict, *, is_published: bool) -> None:
    """Build all tables; with the tests that a publication rests on, or with none."""
    parts = ["--exclude-resource-type", "unit_test"]
    if not is_published:
        parts += ["test", "--exclude", "publications"]
    words = [
        str(Path(sys.executable).with_name("dbt")), "--quiet", "build", *parts,
        "--target-path", str(home / "target"), "--log-path", str(home / "logs"),
        "--vars", json.dumps(variables),
    ]  # fmt: skip
    subprocess.run(
        words,
        cwd=REPOSITORY,
        env={**os.environ, "SEGMENTATION_HOME": str(home)},
        check=True,
    )


def quarters(built, first: str, second: str) -> pd.DataFrame:
    """Return spend and order days of two quarters, by customer."""
    found = built.execute(
        """
        select
            customer_id,
            min(first_order_date) as first_order_date,
            coalesce(sum(net_amount) filter (month_start between
                date_trunc('month', $1::date) - interval 2 month and $1), 0)::double
                as spend_1,
            coalesce(sum(net_amount) filter (month_start between
                date_trunc('month', $2::date) - interval 2 month and $2), 0)::double
                as spend_2,
            coalesce(sum(bit_count(order_day_mask)) filter (month_start between
                date_trunc('month', $1::date) - interval 2 month and $1), 0) as days_1,
            coalesce(sum(bit_count(order_day_mask)) filter (month_start between
                date_trunc('month', $2::date) - interval 2 month and $2), 0) as days_2
        from int_customer_months
        group by customer_id
        having days_1 > 0 and spend_1 > 0
        order by customer_id
        """,
        [first, second],
    ).df()
    age = pd.Timestamp(first) - pd.to_datetime(found["first_order_date"])
    return found[age.dt.days >= 90].set_index("customer_id")


def measured(built, first, second, spend_share, day_share) -> dict:
    """Return how many moved, of whom and when."""
    history = built.execute(
        "select * from segment_history order by customer_id, as_of_date"
    ).df()
    history["as_of_date"] = pd.to_datetime(history["as_of_date"])
    ends = history[history["as_of_date"].dt.is_month_end]
    people = quarters(built, first, second)
    spend = people["spend_2"] / people["spend_1"]
    days = people["days_2"] / people["days_1"]
    groups = {
        "steady": ((spend - 1).abs() <= spend_share) & ((days - 1).abs() <= day_share),
        "changed": ((spend <= 0.5) & (days <= 0.5)) | ((spend >= 2) & (days >= 2)),
    }
    facts = dict(
        built.execute(
            "select item, item_value from model_reference where item like 'chance%'"
        ).fetchall()
    )
    found = {"segments": ends["segment_id"].nunique(), **facts}
    for column in ("segment_id", "rfm_group", "held_rfm_group"):
        table = ends.pivot(index="customer_id", columns="as_of_date", values=column)
        then, later = table[pd.Timestamp(first)], table[pd.Timestamp(second)]
        for name, is_in in groups.items():
            ids = people.index[is_in]
            moved = (then[ids] != later[ids]).mean()
            found[f"{column}, {name} who moved"] = f"{moved:.1%} of {len(ids)}"
        settled = ends.pivot(
            index="customer_id", columns="as_of_date", values="is_settled"
        ).astype("boolean")
        settled = settled.fillna(False).to_numpy(bool)
        values = table.to_numpy(object)
        monthly = [
            (values[:, at] != values[:, at - 1])[settled[:, at]].mean()
            for at in range(1, values.shape[1])
            if settled[:, at].any()
        ][-12:]
        found[f"{column}, settled who move in a month"] = (
            f"mean {np.mean(monthly):.1%}, most {np.max(monthly):.1%}"
        )
        # The same customers at each end: who comes later is slower than who is there.
        there = table.loc[settled[:, -12:].all(axis=1)].iloc[:, -12:]
        if there.empty:  # In a single year nobody is settled at all of its month ends.
            continue
        shares = there.apply(lambda one: one.value_counts(normalize=True)).fillna(0)
        apart = shares.sub(shares.mean(axis=1), axis=0).abs().to_numpy().max()
        found[f"{column}, a share's farthest from its mean in a year"] = (
            f"{100 * apart:.1f} points of {len(there)}"
        )
    variance = built.execute(
        "select method, outcome, explained_variance from segment_usefulness "
        "where method = 'segments' order by outcome"
    ).fetchall()
    found |= {f"R2 of {outcome}": f"{value:.3f}" for _, outcome, value in variance}
    return found


def spliced_lines(built) -> pd.DataFrame:
    """Return all lines, and those of steady customers who become others in July."""
    lines = built.execute(
        "select customer_id, ordered_at, order_id, net_amount, category, quantity, "
        "discount_amount, channel from stg_transactions order by all"
    ).df()
    people = quarters(built, *QUARTERS["completejourney"][:2])
    spend = people["spend_2"] / people["spend_1"]
    days = people["days_2"] / people["days_1"]
    steady = people[((spend - 1).abs() <= 0.2) & ((days - 1).abs() <= 0.25)]
    rng = np.random.default_rng(1)
    pairs = []
    while len(pairs) < SPLICES:
        one, other = steady.iloc[rng.choice(len(steady), 2, replace=False)].iloc
        by = (other[["spend_1", "days_1"]] / one[["spend_1", "days_1"]]).to_numpy(float)
        if (by >= 2).all() or (by <= 0.5).all():
            pairs.append((one.name, other.name))
    turn = pd.Timestamp("2017-07-01")
    by_customer = dict(iter(lines.groupby("customer_id")))
    parts = [lines]
    for number, (one, other) in enumerate(pairs):
        before, after = by_customer[one], by_customer[other]
        part = pd.concat(
            [before[before["ordered_at"] < turn], after[after["ordered_at"] >= turn]]
        )
        parts.append(
            part.assign(
                customer_id=f"splice/{number}/{one}/{other}",
                order_id=part["order_id"].astype(str) + f"/{number}",
            )
        )
    return pd.concat(parts, ignore_index=True)


def same_segments(home: Path, days: int) -> Iterator[str]:
    """Build the accepted lines of a build, on their days and so many days earlier."""
    tables = []
    with duckdb.connect(str(home / "build.duckdb"), read_only=True) as built:
        lines = built.execute("from stg_transactions order by all").df()
    lines = lines.dropna(axis="columns", how="all")
    names = {**COLUMNS, "product_id": "product_id"}
    given = {name: column for name, column in names.items() if column in lines}
    lines = lines[list(given.values())]
    for earlier in (0, days):
        folder = home / f"{earlier}-days-earlier"
        folder.mkdir()
        lines["ordered_at"] -= pd.Timedelta(days=earlier)
        lines.to_parquet(folder / "lines.parquet", index=False)
        variables = {
            "transactions": str(folder / "lines.parquet"),
            "transaction_columns": given,
        }
        build(folder, variables, is_published=False)
        with duckdb.connect(str(folder / "build.duckdb"), read_only=True) as built:
            tables.append(
                built.execute(
                    "select customer_id, assignments.segment_id as nearest, "
                    "history.segment_id as segment from int_segment_history as history "
                    "inner join int_segment_assignments as assignments "
                    "using (customer_id, as_of_date) inner join int_as_of_dates "
                    "using (as_of_date) where is_newest"
                ).df()
            )
    both = tables[0].merge(tables[1], on="customer_id", suffixes=("", "_earlier"))
    for column in ("nearest", "segment"):
        now, earlier = (
            pd.factorize(both[name])[0] for name in (column, f"{column}_earlier")
        )
        share = (renamed(now, earlier) == now).mean()
        yield f"same {column}: {share:.1%} of {len(both)}"


def left_after(built) -> dict:
    """Return how many spliced customers left their segment, where the two differ."""
    ends = built.execute(
        "select customer_id, cast(as_of_date as varchar) as as_of_date, segment_id "
        "from segment_history where as_of_date >= date '2017-06-30'"
    ).df()
    table = ends.pivot(index="customer_id", columns="as_of_date", values="segment_id")
    months = [day for day in table.columns if day > "2017-06-30"]
    waits = []
    for key in table.index[table.index.str.startswith("splice/")]:
        _, _, one, other = key.split("/")
        start = table.loc[key, "2017-06-30"]
        if table.loc[one, "2017-06-30"] == table.loc[other, "2017-12-31"]:
            continue
        has_left = (table.loc[key, months] != start).to_numpy()
        waits.append(has_left.argmax() + 1 if has_left.any() else np.inf)
    waits = np.array(waits)
    return {
        "spliced": len(waits),
        "spliced who left within 3 months": f"{(waits <= 3).mean():.1%}",
        "spliced who left within 6 months": f"{(waits <= 6).mean():.1%}",
    }


if __name__ == "__main__":
    main()
