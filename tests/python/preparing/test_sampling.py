"""The same customers in the same order, however the rows arrive."""

from __future__ import annotations

import duckdb
import numpy as np

from segmentation.preparing.sampling import canonical_order, fetch_sample, hash_rank


def test_hash_rank_depends_on_the_keys_alone():
    keys = ["a", "b", "c", "d", "e"]
    ranked = [keys[row] for row in hash_rank(keys)]
    backwards = keys[::-1]
    assert [backwards[row] for row in hash_rank(backwards)] == ranked


def test_hash_rank_is_the_order_of_duckdb():
    keys = [f"C{i}" for i in range(50)]
    relation = duckdb.connect().sql(
        "select 'C' || i as customer_id from range(50) as numbers (i)"
    )
    fetched = fetch_sample(relation=relation, key="customer_id", limit=10)
    assert fetched["customer_id"].tolist() == [keys[i] for i in hash_rank(keys)[:10]]


def test_canonical_order_is_by_values_then_key():
    matrix = np.array([[2.0, 1.0], [1.0, 5.0], [1.0, 5.0], [1.0, 2.0]])
    assert canonical_order(matrix, ["a", "c", "b", "d"]).tolist() == [3, 2, 1, 0]


def test_canonical_order_overlooks_the_last_bits_and_the_sign_of_zero():
    matrix = np.array([[0.1 + 0.2, 0.0], [0.3, -0.0]])
    assert canonical_order(matrix, ["b", "a"]).tolist() == [1, 0]
