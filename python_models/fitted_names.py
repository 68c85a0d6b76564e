"""One row per segment: its name and how well its rule tells it, by who is in it now."""

import pyarrow as pa

from segmentation.preparing.current_customers import published_customers
from segmentation.preparing.read_settings import settings
from segmentation.releases.kept_answers import kept_answer
from segmentation.releases.published_model import read_published


def model(dbt, session):
    """Judge names on the newest date's customers, on a sample by hash where many."""
    dbt.config(materialized="table")
    clustered = dbt.ref("int_clustered_features")
    behaviour = dbt.ref("int_customer_features")
    vectors = dbt.ref("int_customer_vectors")
    history = dbt.ref("int_segment_history")
    predictions = dbt.ref("customer_predictions")
    segments = dbt.ref("fitted_segments").df()
    fitted_features = dbt.ref("fitted_features").df()
    names = dbt.ref("segment_names").df()
    feature_labels = dbt.ref("feature_labels").df()
    decision = dbt.ref("refit_decision").df()
    published = read_published()
    if decision["is_new_registry"].item():
        published = None
    has_orders = settings()["transactions"] is not None
    return kept_answer(
        "fitted_names",
        named,
        segments=segments,
        customers=published_customers(
            features=behaviour if has_orders else clustered,
            history=history,
            vectors=vectors,
            predictions=predictions,
            limit=settings()["sample_size"],
        ),
        fitted_features=fitted_features,
        names=names,
        feature_labels=feature_labels,
        previous_segments=None if published is None else published.segments,
    )


def named(**made_from):
    """Return the names as a table; SciPy is loaded here."""
    from segmentation.explaining.published_names import NAMES_SCHEMA, name_published

    names = name_published(**made_from)
    return pa.Table.from_pandas(names, schema=NAMES_SCHEMA, preserve_index=False)
