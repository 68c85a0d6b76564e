"""Skewed transactions of any size, as Parquet: the same rows in every run.

    python benchmarks/generate.py 10000000 /tmp/benchmark/10m

Every number comes from a hash of a row's position, so nothing is drawn at random. There
are about as many lines as asked for, in orders of one to eight lines, by one customer
for every twenty lines. Few customers order often and most seldom (a power law);
customers come and go; each has a taste in categories, discounts, weekends and channels.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb

LINES_PER_CUSTOMER = 20
LINES_PER_ORDER = 3  # the mean of 1 to 8
FIRST_DAY = "2023-01-01"
DAYS = 1096  # three years
# Share of orders of the busiest x customers: x ^ (1 / SKEW).
SKEW = 1.7

# One folder a month, as a warehouse's loader leaves it.
ROWS = """
with

orders as (

    select
        range as order_number,
        cast(floor({customers} * power({uniform_order}, {skew})) as bigint)
            as customer_rank

    from range({orders})

),

tastes as (

    select
        order_number,
        customer_rank,
        {days} * {uniform_start} * {uniform_start} as first_day,
        greatest({days} * {uniform_start} * {uniform_start} + 1, {days} * {uniform_end})
            as last_day,
        {uniform_taste} as taste,
        {uniform_basket} as basket

    from orders

),

dated as (

    select
        *,
        cast(
            first_day
            + (least(last_day, {days}) - first_day) * {uniform_day}
            as integer
        ) as day_number,
        1 + cast(floor({uniform_lines} * (2 + 6 * basket)) as integer) as line_count

    from tastes

),

lines as (

    select
        *,
        unnest(range(line_count)) as line_number

    from dated

),

hashed as (

    select
        *,
        hash(order_number * 64 + 32 + line_number) as line_hash

    from lines

)

select
    100000 + (customer_rank * 7919) % {customers} as customer_id,
    order_number as order_id,
    date '{first_day}'
    + to_days(least(day_number, {days} - 1))
    + to_seconds(cast(28800 + order_number * 7907 % 46800 as bigint)) as ordered_at,
    cast(line_hash % 5000 as bigint) as product_id,
    'category ' || cast(
        (cast(floor(taste * 10) as integer) + (line_hash >> 16) % 7) % 20 as varchar
    ) as category,
    case when (line_hash >> 24) % 40 = 0 then -1 else 1 + (line_hash >> 32) % 3 end
        as quantity,
    round(
        case when (line_hash >> 24) % 40 = 0 then -1 else 1 end
        * exp(1 + 2 * basket + ((line_hash >> 40) % 1000) / 600.0),
        2
    ) as amount,
    case
        when (line_hash >> 48) % 100 < 60 * taste
            then round(((line_hash >> 52) % 300) / 100.0, 2)
        else 0
    end as discount,
    case when hash(order_number * 64 + 9) % 100 < 100 * basket then 'web' else 'store'
    end as channel,
    strftime(
        date '{first_day}' + to_days(least(day_number, {days} - 1)), '%Y-%m'
    ) as month

from hashed
"""


def uniform(key: str, salt: int) -> str:
    """SQL for a number in [0, 1) that depends on a key and a salt only."""
    # One number is hashed, not two: hashes of (key, 1) and (key, 2) go together.
    return f"((hash({key} * 64 + {salt}) >> 11) / 9007199254740992.0)"


def rows_query(line_count: int) -> str:
    """Return the query that makes about `line_count` lines."""
    return ROWS.format(
        customers=max(1, line_count // LINES_PER_CUSTOMER),
        orders=max(1, line_count // LINES_PER_ORDER),
        days=DAYS,
        first_day=FIRST_DAY,
        skew=SKEW,
        uniform_order=uniform("range", 1),
        uniform_start=uniform("customer_rank", 2),
        uniform_end=uniform("customer_rank", 3),
        uniform_taste=uniform("customer_rank", 4),
        uniform_basket=uniform("customer_rank", 5),
        uniform_day=uniform("order_number", 6),
        uniform_lines=uniform("order_number", 7),
    )


def generate(line_count: int, folder: Path) -> None:
    """Write the lines below `folder`, one folder a month; nothing if it is there."""
    if folder.exists():
        return
    draft = folder.with_name(folder.name + ".tmp")
    draft.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute("set preserve_insertion_order = false")
        connection.execute(
            f"copy ({rows_query(line_count)}) to '{draft}' "
            "(format parquet, partition_by (month), overwrite_or_ignore)"
        )
    draft.rename(folder)


def main(given: list[str] | None = None) -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lines", type=int)
    parser.add_argument("folder", type=Path)
    asked = parser.parse_args(given)
    generate(asked.lines, asked.folder)


if __name__ == "__main__":
    main()
