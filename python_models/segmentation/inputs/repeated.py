"""The same orders in several exports: found before anything is counted twice."""

from __future__ import annotations

from pathlib import Path

import duckdb

from .relation import FILE_COLUMN, paths_in

# Bytes of all files up to which their orders are compared.
COMPARED_BYTES = 512 << 20
MOST_FILES = 400
# Orders in several files, and the share of them with the same lines in each.
ENOUGH = 3
SAME_SHARE = 0.5


def overlapping_files(part, *, is_asked: bool = False) -> tuple[list[str], int]:
    """Return the files in their order, if later ones hold orders again, and how many.

    An order that a later file only takes back from is no copy: its rows are negative.

    Parameters
    ----------
    part
        A `describe.Part`: its FROM item and SQL for our columns.
    is_asked
        Whether the latest state counts however few orders are in several files.
    """
    if "order_id" not in part.columns or part.source_file is None:
        return [], 0
    paths = paths_in(part.relation)
    if not 1 < len(paths) <= MOST_FILES or not all(Path(one).exists() for one in paths):
        return [], 0
    if sum(Path(one).stat().st_size for one in paths) > COMPARED_BYTES:
        return [], 0
    product = part.columns.get("product_id", "''")
    money = [part.columns[our] for our in ("amount", "quantity", "order_amount")
             if our in part.columns]  # fmt: skip
    back = " or ".join(
        f"regexp_matches(cast({one} as varchar), '^\\s*[-(−]|-\\s*$')" for one in money
    )
    with duckdb.connect() as connection:
        ((several, same),) = connection.execute(
            f"""
            with lines as (
                select
                    cast({part.columns['order_id']} as varchar) as order_id,
                    cast({product} as varchar) as product_id,
                    {FILE_COLUMN} as file
                from {part.relation} where not coalesce({back or 'false'}, false)
            ),
            keys as (
                select order_id, product_id, count(distinct file) as files
                from lines where order_id is not null group by all
            ),
            orders as (
                select order_id, count(distinct file) as files from lines
                where order_id is not null group by all
            )
            select
                (select count(*) from orders where files > 1),
                (select count(distinct order_id) from keys where files > 1)
            """
        ).fetchall()
    if not is_asked and (several < ENOUGH or same < SAME_SHARE * several):
        return [], 0
    return paths, several
