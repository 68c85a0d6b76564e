"""One row per published customer: the segment published, and by the data of today."""

import pyarrow as pa

from segmentation.over_time.movement import RESCORED_SCHEMA, rescore
from segmentation.preparing.read_settings import settings
from segmentation.releases.published_model import read_published, read_published_date


def model(dbt, session):
    """Place customers by the published model, on a date that both builds know."""
    dbt.config(materialized="table")
    dates = dbt.ref("int_as_of_dates").project("as_of_date").fetchall()
    features = dbt.ref("int_customer_features")
    decision = dbt.ref("refit_decision").df()
    published = read_published(with_customers=False)
    if published is None or decision["is_new_registry"].item():
        return RESCORED_SCHEMA.empty_table()
    before = read_published_date([date for (date,) in dates])
    if before.empty:
        return RESCORED_SCHEMA.empty_table()
    is_refit = decision["is_refit"].item()
    if is_refit:
        day = before["as_of_date"].iloc[0]
        features = features.filter(f"as_of_date = date '{day}'").df()
    rescored = rescore(
        before=before,
        published=published,
        features=features if is_refit else None,
        hysteresis=settings()["hysteresis_margin_share"],
    )
    return pa.Table.from_pandas(rescored, schema=RESCORED_SCHEMA, preserve_index=False)
