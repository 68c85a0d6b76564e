"""One row per campaign and segment of the last publication: what was said of it."""

from segmentation.releases.published_campaigns import (
    RESULTS_SCHEMA,
    read_published_campaigns,
)


def model(dbt, session):
    """Read what was published; nothing of another business."""
    dbt.config(materialized="table")
    decision = dbt.ref("refit_decision").df()
    if decision["is_new_registry"].item():
        return RESULTS_SCHEMA.empty_table()
    return read_published_campaigns("campaign_results", RESULTS_SCHEMA)
