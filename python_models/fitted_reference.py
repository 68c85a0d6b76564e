"""One row per fact noted at the fit, for later builds to compare with."""

import json
from dataclasses import asdict
from datetime import timedelta

import numpy as np
import pyarrow as pa

from segmentation.assigning.model_rows import kept_table, matrix
from segmentation.over_time.chance import LAG_DAYS, Chance, movement_by_chance
from segmentation.over_time.fit_figures import fit_facts
from segmentation.preparing.current_customers import (
    newest_customers,
    sample_with_vectors,
)
from segmentation.preparing.read_settings import model_settings, settings
from segmentation.preparing.sampling import fetch_sample
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
    decision = dbt.ref("refit_decision")
    if not decision.df()["is_refit"].item():
        published = read_published(with_customers=False)
        return kept_table(published.reference, schema=SCHEMA)
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
        settings=model_settings(),
    )
    facts |= asdict(chance_of(behaviour, fitted_features.df()))
    rows = [
        {"item": item, "item_value": json.dumps(facts[item], sort_keys=True)}
        for item in sorted(facts)
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def chance_of(behaviour, fitted_features) -> Chance:
    """Return what chance explains of how sampled customers moved in half a year."""
    bought = behaviour.filter("first_order_date is not null")
    ((newest,),) = bought.max("as_of_date").fetchall()
    if newest is None:
        return Chance()
    day = f"date '{newest - timedelta(LAG_DAYS)}'"
    ((then,),) = bought.filter(f"as_of_date <= {day}").max("as_of_date").fetchall()
    if then is None:
        return Chance()
    # By hash of the key: those of then are among those of now.
    now, before = (
        fetch_sample(
            relation=bought.filter(f"as_of_date = date '{date}'"),
            key="customer_id",
            limit=settings()["drift_sample_size"],
        )
        for date in (newest, then)
    )
    return movement_by_chance(
        now=now,
        before=before,
        fitted=fitted_features,
        settling_days=settings()["settling_days"],
    )
