"""The same customers in the same order, however the rows arrive."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import numpy as np

# Decimals that order rows. Sums over threads may differ in the last bits.
ORDER_DECIMALS = 9


def fetch_sample(*, relation, key: str, limit: int):
    """Return at most `limit` rows of a DuckDB relation, chosen by hash of the key.

    Parameters
    ----------
    relation
        DuckDB relation with a unique `key` column. Only the sample leaves DuckDB.
    key
        Column whose MD5 decides; the same customers are chosen in every run.
    limit
        Rows at most.
    """
    return relation.order(f"md5({key}), {key}").limit(limit).df()


def hash_rank(keys: Iterable) -> np.ndarray:
    """Return row numbers ordered by the MD5 of their key.

    The first m of them are a sample of size m that grows with m and does not depend on
    the order of the rows.
    """
    texts = [str(key) for key in keys]
    digests = [hashlib.md5(text.encode()).hexdigest() + text for text in texts]
    return np.array(sorted(range(len(texts)), key=digests.__getitem__), dtype=int)


def drawn_rows(matrix: np.ndarray, keys: Sequence, limit: int) -> np.ndarray:
    """Return the row numbers of a sample of at most `limit`, in canonical order.

    Parameters
    ----------
    matrix
        Shape (n, d).
    keys
        n unique customer ids: they decide who is in the sample.
    limit
        Rows at most.
    """
    drawn = hash_rank(keys)[:limit]
    return drawn[canonical_order(matrix[drawn], [keys[row] for row in drawn])]


def canonical_order(matrix: np.ndarray, keys: Iterable) -> np.ndarray:
    """Return row numbers sorted by the values, column by column, then by key.

    Parameters
    ----------
    matrix
        Shape (n, d). Compared at 9 decimals.
    keys
        n unique customer ids: they only decide between customers that are alike.
    """
    texts = np.array([str(key) for key in keys])
    rounded = np.round(matrix, ORDER_DECIMALS) + 0.0
    return np.lexsort((texts, *rounded.T[::-1]))
