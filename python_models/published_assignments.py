"""One row per campaign and customer drawn before: as the last publication has it."""

from segmentation.releases.published_campaigns import (
    ASSIGNMENTS_SCHEMA,
    read_published_campaigns,
)


def model(dbt, session):
    """Read what was drawn; nothing of another business."""
    dbt.config(materialized="table")
    decision = dbt.ref("refit_decision").df()
    if decision["is_new_registry"].item():
        return ASSIGNMENTS_SCHEMA.empty_table()
    return read_published_campaigns("campaign_assignments", ASSIGNMENTS_SCHEMA)
