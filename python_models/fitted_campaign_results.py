"""One row per campaign and segment: what its arms did, and what made the difference."""

import pyarrow as pa

from segmentation.evaluating.campaigns.results import campaign_results
from segmentation.preparing.read_settings import settings
from segmentation.releases.published_campaigns import RESULTS_SCHEMA


def model(dbt, session):
    """Estimate from sums; what is final already stays as it was published."""
    dbt.config(materialized="table")
    tables = {
        "campaigns": dbt.ref("int_campaigns"),
        "sums": dbt.ref("int_campaign_sums"),
        "published": dbt.ref("published_results"),
    }
    rows = campaign_results(
        **{name: rows_of(table) for name, table in tables.items()}, settings=settings()
    )
    return pa.Table.from_pylist(rows, schema=RESULTS_SCHEMA)


def rows_of(relation):
    """Return the rows as dictionaries: decimals and dates stay what they are."""
    names = relation.columns
    return [dict(zip(names, row, strict=True)) for row in relation.fetchall()]
