"""Customers whose true persona is known, from `../shared/personas/generate.py`."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pandas as pd

REPOSITORY = Path(__file__).resolve().parents[1]
PERSONAS = REPOSITORY.parent / "shared" / "personas"
CUSTOMERS = 2000
# Our column: theirs.
COLUMNS = {
    "customer_id": "customer_id",
    "ordered_at": "ordered_at",
    "order_id": "order_id",
    "amount": "net_amount",
    "category": "product_category",
    "quantity": "quantity",
    "discount": "discount_amount",
    "channel": "channel",
}


def plant(
    path: Path, *, setting: str, seed: int, drift: str = "none"
) -> tuple[dict, pd.DataFrame]:
    """Write a set's transactions; return the dbt vars that read them, and the truth."""
    file = PERSONAS / "generate.py"
    if not file.exists():
        sys.exit(f"the generator of planted customers is missing: {file}")
    spec = importlib.util.spec_from_file_location("planted_personas", file)
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    transactions, truth, _ = generate.make(setting, seed, CUSTOMERS, None, drift)
    transactions.to_parquet(path, index=False)
    return {"transactions": str(path), "transaction_columns": COLUMNS}, truth
