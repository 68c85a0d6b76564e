"""One row per fact noted at the fit, for later builds to compare with."""

import json
from dataclasses import asdict

import numpy as np
import pyarrow as pa

from segmentation.assigning.model_rows import kept_table, matrix
from segmentation.over_time.chance import (
    LAG_DAYS,
    Chance,
    movement_by_chance,
    noted_chance,
)
from segmentation.preparing.current_customers import (
    newest_customers,
    sample_days_before,
    sample_with_vectors,
)
from segmentation.preparing.preprocessing import label_settings
from segmentation.preparing.read_settings import model_settings, settings
from segmentation.releases.published_model import read_published

SCHEMA = pa.schema([("item", pa.string()), ("item_value", pa.string())])


def model(dbt, session):
    """Note settings, distances and bins of the fit; those of a kept model stay."""
    dbt.config(materialized="table")
    clustered = dbt.ref("int_clustered_features")
    behaviour = dbt.ref("int_customer_features")
    vectors = dbt.ref("int_customer_vectors")
    segments = dbt.ref("fitted_segments")
    fitted_features = dbt.ref("fitted_features")
    labels = dbt.ref("feature_labels")
    decision = dbt.ref("refit_decision").df()
    published = read_published(with_customers=False)
    if not decision["is_refit"].item():
        return kept_table(published.reference, schema=SCHEMA)
    # For a fit alone: a kept model is read without scikit-learn.
    from segmentation.over_time.fit_figures import fit_facts

    drift_features = settings()["drift_features"]
    sample = sample_with_vectors(
        customers=newest_customers(
            clustered=clustered, behaviour=behaviour, columns=drift_features
        ),
        vectors=vectors,
        limit=settings()["drift_sample_size"],
    )
    centroids = segments.filter("centroid is not null").order("segment_number")
    facts = fit_facts(
        features=sample,
        vectors=np.stack(sample["vector"].to_numpy()),
        centroids=matrix(centroids.df()["centroid"]),
        drift_features=drift_features,
        settings=model_settings()
        | label_settings(labels.df(), segment_features=settings()["segment_features"]),
    )
    # With another reach of memory a refit would take customers out of their segments.
    kept = published.facts if decision["starts_from_published"].item() else {}
    chance = noted_chance(kept) or chance_of(behaviour, fitted_features.df())
    facts |= asdict(chance)
    rows = [
        {"item": item, "item_value": json.dumps(facts[item], sort_keys=True)}
        for item in sorted(facts)
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def chance_of(behaviour, fitted_features) -> Chance:
    """Return what chance explains of how sampled customers moved in half a year."""
    limit = settings()["drift_sample_size"]
    bought = behaviour.filter("first_order_date is not null")
    # By hash of the key: those of then are among those of now.
    before = sample_days_before(relation=bought, days=LAG_DAYS, limit=limit)
    if before is None:
        return Chance()
    return movement_by_chance(
        now=sample_days_before(relation=bought, days=0, limit=limit),
        before=before,
        fitted=fitted_features,
        settling_days=settings()["settling_days"],
    )
