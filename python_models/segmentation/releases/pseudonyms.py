"""Other names for customers in what leaves the house: lists and report.

A plain hash of an id is no pseudonym: whoever can guess ids can hash them all, in
seconds. HMAC with a key that stays at home cannot be undone without the key.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Mapping

import pandas as pd

KEY_VARIABLE = "SEGMENTATION_PSEUDONYM_KEY"
SHORTEST_KEY = 16  # characters; below that a key can be tried out
# Hexadecimal digits: 128 bits, so that no two customers share a pseudonym.
PSEUDONYM_LENGTH = 32


def pseudonym_key() -> bytes | None:
    """Return the key from the environment, or None where none is set.

    Raises
    ------
    ValueError
        If it is shorter than 16 characters.
    """
    key = os.environ.get(KEY_VARIABLE, "")
    if not key:
        return None
    if len(key) < SHORTEST_KEY:
        raise ValueError(
            f"{KEY_VARIABLE} has {len(key)} characters: use at least {SHORTEST_KEY}, "
            "for example the output of: openssl rand -hex 32"
        )
    return key.encode("utf-8")


def release_key(manifest: Mapping) -> bytes | None:
    """Return the key of a release; None where it shows customers by their ids.

    Raises
    ------
    ValueError
        If it shows pseudonyms and no key is set.
    """
    if not manifest.get("has_pseudonyms"):
        return None
    key = pseudonym_key()
    if key is None:
        raise ValueError(
            f"the release shows pseudonyms: set {KEY_VARIABLE} as in its build"
        )
    return key


def pseudonym(customer_id: str, *, key: bytes) -> str:
    """Return one pseudonym: HMAC-SHA-256 (RFC 2104), 128 bits as hexadecimal."""
    digest = hmac.new(key, customer_id.encode("utf-8"), hashlib.sha256)
    return digest.hexdigest()[:PSEUDONYM_LENGTH]


def with_pseudonyms(
    tables: Mapping[str, pd.DataFrame], *, key: bytes | None
) -> dict[str, pd.DataFrame]:
    """Return tables whose customer ids are pseudonyms; as they are without a key.

    Of raw rows only the reason is kept: an order id may carry the customer's.
    """
    if key is None:
        return dict(tables)
    shown = {}
    for name, frame in tables.items():
        if name in ("rejected_transactions", "rejected_contacts"):
            frame = frame[["reason"]]
        elif "customer_id" in frame:
            ids = frame["customer_id"].astype(str)
            frame = frame.assign(customer_id=[pseudonym(one, key=key) for one in ids])
        shown[name] = frame
    return shown
