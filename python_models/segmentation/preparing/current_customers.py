"""Customers of today in raw units, and what is measured beside them."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import pandas as pd

from segmentation.preparing.sampling import fetch_sample


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
