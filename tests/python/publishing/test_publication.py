"""The table of publications: it grows, and its checksum is of the rows alone."""

from __future__ import annotations

from datetime import timedelta

import duckdb

from release_fixtures import NOON
from segmentation.publishing.publication import add_publication


def test_publications_accumulate_and_checksums_do_not_depend_on_time():
    query = "select date '2024-03-31' as as_of_date, 5 as n, 8057463.08::{} as revenue"
    facts = duckdb.sql(query.format("decimal(18, 2)")).to_arrow_table()
    written = {"segments": {"row_count": 3, "checksum": "7"}}
    first = add_publication(previous=None, facts=facts, written=written, moment=NOON)
    second = add_publication(
        previous=first, facts=facts, written=written, moment=NOON + timedelta(days=1)
    )
    assert len(set(second["publication_id"].to_pylist())) == second.num_rows == 2
    assert len(set(second["checksum"].to_pylist())) == 1
    moments = second["published_at"].to_pylist()
    assert moments == sorted(moments)
    # A release of before had a date with a time, and money as a float.
    older = duckdb.sql(
        "select * replace (as_of_date::timestamp as as_of_date, revenue::double as"
        " revenue) from first"
    ).to_arrow_table()
    third = add_publication(previous=older, facts=facts, written=written, moment=NOON)
    assert third.schema == first.schema and third.slice(0, 1).equals(first)
