"""Customers of today in raw units, and what is measured beside them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import duckdb
import pandas as pd

from segmentation.preparing.sampling import fetch_sample

# Days before, from which the quarters that recent rates look at do not overlap.
QUARTER_DAYS = 90


def newest_customers(
    *,
    clustered: duckdb.DuckDBPyRelation,
    behaviour: duckdb.DuckDBPyRelation,
    columns: Iterable[str] = (),
) -> duckdb.DuckDBPyRelation:
    """Return the newest rows of the clustered features, with some columns more.

    Parameters
    ----------
    clustered
        int_clustered_features.
    behaviour
        int_customer_features: none for customers of an attribute table.
    columns
        Columns of `behaviour` that are wanted; those clustered on are there anyway.
    """
    ((newest,),) = clustered.max("as_of_date").fetchall()
    is_newest = f"as_of_date = date '{newest or '1970-01-01'}'"
    extra = [name for name in columns if name not in clustered.columns]
    if not extra:
        return clustered.filter(is_newest)
    more = behaviour.filter(is_newest).project(", ".join(["customer_id", *extra]))
    return clustered.filter(is_newest).join(more, "customer_id", how="left")


def sample_with_vectors(
    *, customers: duckdb.DuckDBPyRelation, vectors: duckdb.DuckDBPyRelation, limit: int
) -> pd.DataFrame:
    """Return a sample, by hash of the key, of customers with their newest `vector`."""
    ((newest,),) = vectors.max("as_of_date").fetchall()
    newest_vectors = vectors.filter(f"as_of_date = date '{newest}'")
    return fetch_sample(
        relation=customers.join(
            newest_vectors.project("customer_id, vector"), "customer_id"
        ),
        key="customer_id",
        limit=limit,
    )


def published_customers(
    *,
    features: duckdb.DuckDBPyRelation,
    history: duckdb.DuckDBPyRelation,
    vectors: duckdb.DuckDBPyRelation,
    predictions: duckdb.DuckDBPyRelation,
    limit: int,
) -> pd.DataFrame:
    """Return a sample, by hash of the key, of customers as they are published.

    Parameters
    ----------
    features
        int_customer_features, or int_clustered_features of an attribute table.
    history
        int_segment_history: the segment of each customer.
    vectors
        int_customer_vectors: none for customers who are never clustered.
    predictions
        customer_predictions: silence_probability is taken from it.
    limit
        Customers at most.

    Returns
    -------
    The newest features in raw units, `segment_id`, `silence_probability`, `vector`.
    """
    ((newest,),) = history.max("as_of_date").fetchall()
    is_newest = f"as_of_date = date '{newest}'"
    sides = (
        vectors.filter(is_newest).project("customer_id, vector"),
        predictions.project("customer_id, silence_probability"),
    )
    customers = history.filter(is_newest).project("customer_id, segment_id")
    customers = customers.join(features.filter(is_newest), "customer_id", how="left")
    for side in sides:
        customers = customers.join(side, "customer_id", how="left")
    return fetch_sample(relation=customers, key="customer_id", limit=limit)


def sample_days_before(
    *, relation: duckdb.DuckDBPyRelation, days: int, limit: int
) -> pd.DataFrame | None:
    """Return a sample, by hash of the key, as of a date before the newest.

    Parameters
    ----------
    relation
        Rows by customer_id and as_of_date.
    days
        How long before the newest date, at least; the last date of those is taken.
    limit
        Most customers.

    Returns
    -------
    DataFrame or None
        None where no date is as old as that.
    """
    ((newest,),) = relation.max("as_of_date").fetchall()
    if newest is None:
        return None
    day = f"date '{newest - timedelta(days)}'"
    ((then,),) = relation.filter(f"as_of_date <= {day}").max("as_of_date").fetchall()
    if then is None:
        return None
    return fetch_sample(
        relation=relation.filter(f"as_of_date = date '{then}'"),
        key="customer_id",
        limit=limit,
    )
