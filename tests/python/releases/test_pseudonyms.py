"""Other names for customers in what leaves the house."""

from __future__ import annotations

import hashlib

import pandas as pd
import pytest

from segmentation.releases.pseudonyms import pseudonym, pseudonym_key, with_pseudonyms

KEY = "0123456789abcdef0123456789abcdef"


def test_pseudonyms_need_the_key_and_share_nothing(monkeypatch):
    key = KEY.encode()
    names = {pseudonym(f"c{number}", key=key) for number in range(2000)}
    assert len(names) == 2000
    assert pseudonym("c1", key=key) != pseudonym("c1", key=key[::-1])
    plain = hashlib.sha256(b"c1").hexdigest()
    assert pseudonym("c1", key=key) not in plain
    monkeypatch.setenv("SEGMENTATION_PSEUDONYM_KEY", "short")
    with pytest.raises(ValueError, match="at least 16"):
        pseudonym_key()
    monkeypatch.delenv("SEGMENTATION_PSEUDONYM_KEY")
    assert pseudonym_key() is None


def test_tables_without_a_key_stay_as_they_are():
    tables = {
        "customer_segments": pd.DataFrame({"customer_id": ["a"], "n": [1]}),
        "rejected_transactions": pd.DataFrame({"customer_id": ["b"], "reason": ["x"]}),
    }
    assert with_pseudonyms(tables, key=None) == tables
    shown = with_pseudonyms(tables, key=KEY.encode())
    assert shown["customer_segments"]["customer_id"].tolist() != ["a"]
    assert shown["rejected_transactions"].columns.tolist() == ["reason"]
