"""Plain words for features and their values, from the seed feature_labels."""

from __future__ import annotations

import re
from typing import NamedTuple

import pandas as pd

from segmentation.wording.numbers import Formats, plain_number

LABEL_COLUMNS = ("feature", "feature_label", "unit", "high_words", "low_words")


class FeatureWords(NamedTuple):
    """How one feature is spoken of.

    `high_from` and `low_to` are bounds that the words ask for, such as '60' or '1.5x'
    (medians of all customers); None where the words compare alone. Of a customer with
    fewer than `evidence_from` events in the column `evidence` nothing is said. Two
    features of one `theme` say much the same.
    """

    label: str
    unit: str
    high: str
    low: str
    high_from: str | None = None
    low_to: str | None = None
    theme: str | None = None
    evidence: str | None = None
    evidence_from: float = 0


def feature_words(*, feature: str, labels: pd.DataFrame) -> FeatureWords:
    """Return the words for a feature; one without a row is named after its column.

    Parameters
    ----------
    feature
        Column name.
    labels
        The seed feature_labels: feature, feature_label, unit, high_words, low_words.
    """
    missing = [column for column in LABEL_COLUMNS if column not in labels.columns]
    if missing:
        raise ValueError(f"feature_labels lacks the column '{missing[0]}'")
    rows = labels[labels["feature"] == feature]
    if rows.empty:
        label = name_words(feature) or "value"
        return FeatureWords(label, "number", f"high {label}", f"low {label}")
    row = rows.iloc[0]
    texts = {
        name: None if pd.isna(row.get(name)) else str(row[name])
        for name in ("high_from", "low_to", "theme", "evidence", "evidence_from")
    }
    return FeatureWords(
        row["feature_label"],
        row["unit"],
        row["high_words"],
        row["low_words"],
        **{**texts, "evidence_from": float(texts["evidence_from"] or 0)},
    )


def name_words(name: str) -> str:
    """Return the words of a column's name, in lower case.

    Examples
    --------
    >>> name_words("AcceptedCmp5"), name_words("Year_Birth"), name_words("B2B share")
    ('accepted cmp 5', 'year birth', 'b2b share')
    """
    # Words that are run together begin with a capital; numbers follow words.
    apart = re.sub(r"(?<=[a-zß-ÿ])(?=[A-Z])|(?<=[A-Za-zß-ÿ]{3})(?=[0-9])", " ", name)
    return " ".join(apart.replace("_", " ").split()).lower()


def value_text(*, value: float, unit: str, currency: str | None = None) -> str:
    """Write a feature's value with its unit, as read in a rule.

    Examples
    --------
    >>> value_text(value=90.0, unit="days"), value_text(value=0.355, unit="share")
    ('90 days', '35.5%')
    >>> value_text(value=1200.0, unit="money", currency="EUR")
    '€1,200'
    """
    if unit == "money":
        return Formats(currency=currency).with_currency(plain_number(value))
    if unit == "share":
        return f"{plain_number(round(value * 100, 4))}%"
    if unit == "days":
        return f"{plain_number(value)} day{'' if value == 1 else 's'}"
    return plain_number(value)
