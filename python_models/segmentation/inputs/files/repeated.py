"""The same orders in several exports: found before anything is counted twice."""

from __future__ import annotations

import functools
from pathlib import Path

import duckdb

from .relation import FILE_COLUMN, paths_in, states_of

# Bytes of all files up to which their orders are compared.
COMPARED_BYTES = 2 << 30
MOST_FILES = 400
# Of larger sources only one order in so many is looked for in other files.
BYTES_EACH = 8 << 20
MONEY = ("amount", "quantity", "order_amount")
# Orders in several files, and the share of them with the same lines in each.
ENOUGH = 3
SAME_SHARE = 0.5


def overlapping_files(part, *, is_asked: bool = False) -> tuple[list[str], str]:
    """Return the files in their order, if later ones hold orders again, and how many
    orders those are, in words: of large files it is an estimate.

    An order that a later file only takes back from is no copy: its rows are negative.

    Parameters
    ----------
    part
        A `source.Part`: its FROM item and SQL for our columns.
    is_asked
        Whether the latest state counts however few orders are in several files.
    """
    if "order_id" not in part.columns or part.source_file is None:
        return [], "0"
    paths = paths_in(part.relation)
    if not 1 < len(paths) <= MOST_FILES or not all(Path(one).exists() for one in paths):
        return [], "0"
    size = sum(Path(one).stat().st_size for one in paths)
    if size > COMPARED_BYTES:
        return [], "0"
    one_in = 1 + size // BYTES_EACH
    several, same = _counted(
        part.relation,
        str(part.columns["order_id"]),
        str(part.columns.get("product_id", "''")),
        tuple(str(part.columns[our]) for our in MONEY if our in part.columns),
        one_in,
        states_of(part.relation),
    )
    if not is_asked and (several < ENOUGH or same < SAME_SHARE * several):
        return [], "0"
    return paths, f"{'about ' if one_in > 1 else ''}{several * one_in:,}"


# One check asks several times about the same files.
@functools.lru_cache(maxsize=4)
def _counted(
    relation: str,
    order: str,
    product: str,
    money: tuple[str, ...],
    one_in: int,
    _states: tuple,
) -> tuple[int, int]:
    """Return orders in several files, and those with the same lines in each."""
    back = " or ".join(
        f"regexp_matches(cast({one} as varchar), '^\\s*[-(−]|-\\s*$')" for one in money
    )
    with duckdb.connect() as connection:
        connection.execute("set memory_limit = '1GB'")
        ((several, same),) = connection.execute(
            f"""
            with lines as (
                select
                    cast({order} as varchar) as order_id,
                    cast({product} as varchar) as product_id,
                    {FILE_COLUMN} as file
                from {relation}
                where hash({order}) % {one_in} = 0
                    and not coalesce({back or "false"}, false)
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
    return int(several), int(same)
