"""How raw columns become model dimensions, as rows that SQL can apply.

One row per model dimension, in the shape of `fitted_features`::

    s = (x * events + prior_value * prior_events) / (events + prior_events)
    z = scale_weight * (clip(t(min(s, value_cap)), lower, upper) - mean) / sd

with `events` the column evidence_column (where none is named, s is x, or fill_value
where x is missing; where prior_feature names another feature, prior_value is times
that), and `t` the identity, or ln(log_offset + max(s, 0)) where there is an
offset. A categorical column gives one dimension per category, whose `x` is 1 where the
category holds, else 0. All numbers are fitted once and stay with the model: the same
customer has the same coordinates on every date.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from segmentation.preparing.column_values import column_kind, indicator, numeric_values
from segmentation.preparing.dimensions import (
    apply_transform,
    categorical_rows,
    numeric_row,
    same_value,
)
from segmentation.preparing.shrinkage import (
    DAYS_PER_MONTH,
    SPEND_PRIOR,
    evidence_weight,
    prior_of,
    shrunk,
    shrunk_feature,
)

# Columns of the seed feature_labels that a fit is made by.
PREPARING = ("evidence", "prior", "value_cap", "log_offset", "weight")
FEATURES_SCHEMA = pa.schema(
    [
        ("position", pa.int32()),
        ("feature", pa.string()),
        ("category_value", pa.string()),
        ("kind", pa.string()),
        ("evidence_column", pa.string()),
        ("prior_feature", pa.string()),
        ("prior_value", pa.float64()),
        ("prior_events", pa.float64()),
        ("value_cap", pa.float64()),
        ("fill_value", pa.float64()),
        ("log_offset", pa.float64()),
        ("lower_bound", pa.float64()),
        ("upper_bound", pa.float64()),
        ("mean", pa.float64()),
        ("standard_deviation", pa.float64()),
        ("scale_weight", pa.float64()),
        ("is_used", pa.bool_()),
        ("reason", pa.string()),
    ]
)

# What the rows mean: 1, features that were shrunk when they were made (releases before
# 0.2); 2, raw features that the rows shrink. Rows of one are not applied as the other.
PREPARATION_VERSION = 2
# Fitted numbers keep this many digits: sums may differ in the last bit, rows may not.
DIGITS = 12


def label_settings(
    labels: pd.DataFrame | None, *, segment_features: list[str] | None
) -> dict[str, str]:
    """Return how the seed feature_labels has each feature prepared, in words.

    Parameters
    ----------
    labels
        Rows of the seed; None where it is not at hand.
    segment_features
        What is clustered on; None: all.
    """
    if labels is None:
        return {}
    used = (
        labels
        if segment_features is None
        else labels[labels["feature"].isin(segment_features)]
    )
    return {
        f"feature_labels: {row['feature']}": ", ".join(
            f"{name} {row[name]}" for name in PREPARING if pd.notna(row[name])
        )
        for _, row in used.iterrows()
    }


def fit_preprocessing(
    *,
    frame: pd.DataFrame,
    segment_features: list[str],
    skew_limit: float,
    winsor_share: float,
    smallest_category_share: float,
    categorical_weight: float,
    labels: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return one row per model dimension: how a column is read.

    Parameters
    ----------
    frame
        One row per customer, any row order.
    segment_features
        Columns to use. Text, booleans and categories become indicators.
    labels
        Rows of the seed feature_labels: how a feature of orders is prepared (evidence,
        prior, value_cap, log_offset). A column without a row is read as it is.
    skew_limit
        Columns more skewed than this are read on a log scale (shares never are).
    winsor_share
        Share of customers at each end whose values are pulled to the limit.
    smallest_category_share
        Categories rarer than this get no dimension.
    categorical_weight
        Variance of a whole categorical column, where a numeric column has 1: gaps
        between categories are there by construction and must not decide alone.

    Returns
    -------
    DataFrame
        Columns of `FEATURES_SCHEMA`. What is left out has `is_used` False, and why.

    Raises
    ------
    ValueError
        If a feature is not a column of the frame.
    """
    missing = [name for name in segment_features if name not in frame.columns]
    if missing:
        raise ValueError(
            f"segment_features: no column {missing[0]!r} among the features; "
            f"there are {', '.join(map(str, frame.columns))}"
        )
    known = {} if labels is None else {row.feature: row for row in labels.itertuples()}
    found: dict[str, list[dict]] = {}
    customers = len(frame[segment_features].drop_duplicates())
    # What rests on another feature comes after it.
    for feature in sorted(segment_features, key=lambda name: is_of_spend(name, known)):
        column = frame[feature]
        kind = column_kind(column, name=feature)
        if kind == "categorical":
            found[feature] = categorical_rows(
                column, feature, smallest_category_share, categorical_weight
            )
        else:
            is_own = any(row["is_used"] for row in found.get(SPEND_PRIOR, []))
            prepared, how = prepare(frame, feature, known, is_own)
            row = numeric_row(
                prepared,
                feature,
                kind,
                customers,
                skew_limit,
                winsor_share,
                categorical_weight,
                how.pop("log_offset"),
            )
            if row["is_used"]:
                row["scale_weight"] *= how.pop("weight")
                row |= how
            elif row["reason"] == same_value(how.get("value_cap")):
                row["reason"] += " or more"
            found[feature] = [row]
    rows = [row for feature in segment_features for row in found[feature]]
    fitted = pd.DataFrame(rows, columns=FEATURES_SCHEMA.names)
    fitted["position"] = fitted["is_used"].cumsum().where(fitted["is_used"])
    fitted["position"] = fitted["position"].astype("Int32")
    # None where no column is skewed: a number all the same.
    for name in ("log_offset", "prior_value", "prior_events", "value_cap"):
        fitted[name] = fitted[name].astype(float)
    for name in ("evidence_column", "prior_feature"):
        fitted[name] = fitted[name].astype(object).where(fitted[name].notna(), None)
    numbers = fitted.select_dtypes("float").columns
    fitted[numbers] = fitted[numbers].map(lambda x: float(f"{x:.{DIGITS}g}"))
    return fitted


def is_of_spend(feature: str, labels: dict) -> bool:
    """Whether a feature's prior is a rate of orders, times what an order is worth."""
    return feature in labels and labels[feature].prior == "spend"


def prepare(
    frame: pd.DataFrame, feature: str, labels: dict, is_own: bool = True
) -> tuple[pd.Series, dict]:
    """Return a feature, shrunk and capped, and what does that: part of its row.

    Parameters
    ----------
    frame
        One row per customer, with the columns that features rest on.
    feature
        Its name.
    labels
        Rows of the seed feature_labels by feature: a column of the user's own has none.
    is_own
        Whether an order is worth what the customer's own are: else, where that is no
        dimension, what the middle customer's are.
    """
    label = labels.get(feature)
    how = {"log_offset": None, "weight": 1.0}
    values = numeric_values(frame[feature])
    if label is None:
        return pd.Series(values), how
    if not pd.isna(label.weight):
        how["weight"] = float(label.weight)
    if not pd.isna(label.evidence):
        prior = prior_of(frame, label)
        if prior is None:
            return pd.Series(np.full(len(values), np.nan)), how
        scale, other = 1.0, None
        if is_of_spend(feature, labels):
            worth = prepare(frame, SPEND_PRIOR, labels)[0].to_numpy()
            if is_own:
                scale, other = worth, SPEND_PRIOR
            else:
                prior = prior._replace(value=prior.value * float(np.median(worth)))
        events = numeric_values(frame[label.evidence])
        values = shrunk(values, events, prior, scale)
        how |= {
            "evidence_column": label.evidence,
            "prior_feature": other,
            "prior_value": prior.value,
            "prior_events": prior.events,
        }
        how["weight"] *= evidence_weight(frame, label)
    if not pd.isna(label.value_cap):
        cap = float(label.value_cap)
        how["value_cap"] = cap
        # Blown up to the variance of others, a few newcomers would be a group.
        how["weight"] *= np.sqrt(np.mean(~(values >= cap)))
        values = np.minimum(values, cap)
    if not pd.isna(label.log_offset):
        how["log_offset"] = float(label.log_offset)
    return pd.Series(values), how


def transform(*, frame: pd.DataFrame, fitted: pd.DataFrame) -> np.ndarray:
    """Return the customers in model dimensions, as SQL computes them.

    Parameters
    ----------
    frame
        n customers with the raw columns.
    fitted
        Rows of `fit_preprocessing`.

    Returns
    -------
    ndarray of shape (n, d)
        One column per used row, by position.
    """
    rows = {row.feature: row for row in fitted.itertuples()}
    used = used_rows(fitted)
    matrix = np.empty((len(frame), len(used)))
    for column, row in enumerate(used):
        matrix[:, column] = dimension(frame, row, rows)
    return matrix


def used_rows(fitted: pd.DataFrame) -> list:
    """Return the rows of the model dimensions, by position."""
    used = fitted[fitted["is_used"].astype(bool)].sort_values("position")
    return list(used.itertuples())


def dimension(frame: pd.DataFrame, row, rows: dict) -> np.ndarray:
    """Return one model dimension of the customers, shape (n,); `rows` by feature."""
    values = (
        indicator(frame[row.feature], row.category_value)
        if row.kind == "categorical"
        else shrunk_feature(frame, row.feature, rows)
    )
    values = np.where(np.isnan(values), row.fill_value, values)
    if not pd.isna(row.value_cap):
        values = np.minimum(values, row.value_cap)
    values = apply_transform(values, row.log_offset)
    values = np.clip(values, row.lower_bound, row.upper_bound)
    return row.scale_weight * (values - row.mean) / row.standard_deviation


def event_steps(
    *, frame: pd.DataFrame, fitted: pd.DataFrame, labels: pd.DataFrame | None
) -> tuple[float, ...]:
    """Return how far its first event moves a customer in each model dimension.

    Parameters
    ----------
    frame
        Customers with the raw columns: what one event is to the middle one counts.
    fitted
        Rows of `fit_preprocessing`.
    labels
        Rows of the seed feature_labels.

    Returns
    -------
    tuple of d floats
        0 where a feature counts no events: averages, sizes, times, categories. An order
        ends the wait for it: recency is moved as well.
    """
    priors = {} if labels is None else labels.set_index("feature")["prior"].to_dict()
    rows = {row.feature: row for row in fitted.itertuples()}
    middle = frame.median(numeric_only=True)
    steps = []
    for row in used_rows(fitted):
        one = one_event(row, priors.get(row.feature), middle)
        if not one:
            steps.append(0.0)
            continue
        pair = pd.DataFrame([middle, middle]).assign(**{row.feature: [0.0, one]})
        steps.append(float(abs(np.subtract(*dimension(pair, row, rows)))))
    return tuple(round(step, DIGITS) for step in steps)


def one_event(row, prior: object, middle: pd.Series) -> float:
    """Return how far one event moves a feature of the middle customer, in its unit.

    0 where the feature counts no events. An order ends the wait for it.
    """
    if row.kind == "recency":
        return middle[row.feature]
    is_rate = prior in ("rate", "spend")
    if pd.isna(row.evidence_column) or not (is_rate or row.kind == "share"):
        return 0.0
    one = (DAYS_PER_MONTH if is_rate else 1) / max(middle[row.evidence_column], 1)
    return one * middle[SPEND_PRIOR] if prior == "spend" else one
