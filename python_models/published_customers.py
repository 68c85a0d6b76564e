"""One row per customer of a published date: where the last publication placed it."""

import pyarrow as pa

from segmentation.releases.published_model import (
    PUBLISHED_DATE_SCHEMA,
    read_published_date,
)


def model(dbt, session):
    """Read the newest date that the last publication and this build both know."""
    dbt.config(materialized="table")
    dates = dbt.ref("int_as_of_dates").project("as_of_date").fetchall()
    decision = dbt.ref("refit_decision").df()
    if decision["is_new_registry"].item():
        return PUBLISHED_DATE_SCHEMA.empty_table()
    customers = read_published_date([date for (date,) in dates])
    return pa.Table.from_pandas(
        customers, schema=PUBLISHED_DATE_SCHEMA, preserve_index=False
    )
