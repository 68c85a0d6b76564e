"""The table of segments: ids, rules and the fitted model, one row each."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import pyarrow as pa

from segmentation.assigning.model_rows import assign, matrix, model_version
from segmentation.explaining.conditions import rule_sql, rule_text
from segmentation.explaining.profiles import profile_segments
from segmentation.explaining.rules import find_rule
from segmentation.explaining.segment_ids import match_segment_ids
from segmentation.explaining.surrogate import surrogate_fidelity
from segmentation.preparing.sampling import canonical_order

# Of customers that resemble no segment enough to belong to one.
UNASSIGNED_ID = "unassigned"

SEGMENTS_SCHEMA = pa.schema(
    [
        ("segment_id", pa.string()),
        ("segment_number", pa.int32()),
        ("prototype_weights", pa.list_(pa.list_(pa.float64()))),
        ("prototype_offsets", pa.list_(pa.float64())),
        ("centroid", pa.list_(pa.float64())),
        ("stability", pa.float64()),
        ("rule_sql", pa.string()),
        ("rule_text", pa.string()),
        ("drivers", pa.list_(pa.string())),
        ("driver_effects", pa.list_(pa.float64())),
        ("model_version", pa.string()),
        ("structure", pa.string()),
        ("surrogate_fidelity", pa.float64()),
    ]
)


def fit_segments(
    *,
    candidate: pd.Series,
    fitted_features: pd.DataFrame,
    features: pd.DataFrame,
    vectors: np.ndarray,
    feature_labels: pd.DataFrame,
    currency: str | None = None,
    previous_ids: np.ndarray | None = None,
    was_published: np.ndarray | None = None,
    used_ids: Iterable[str] = (),
    smallest_overlap: float = 0.0,
) -> pd.DataFrame:
    """Explain and number the segments of the selected candidate.

    Parameters
    ----------
    candidate
        The selected row of fitted_candidates.
    fitted_features
        The preprocessing as rows.
    features
        n customers in raw units, with customer_id.
    vectors
        (n, d) the same customers standardised.
    feature_labels
        The seed feature_labels, for the words of the rules.
    currency
        Of all money, for the same words.
    previous_ids
        (n,) segment ids of these customers under the last published model.
    was_published
        (n,) whether each was in the last publication; None is everybody.
    used_ids
        Every id there has ever been: a retired one is not given again.
    smallest_overlap
        Overlap of customers from which a segment is the published one.

    Returns
    -------
    One row per segment, columns and types of `SEGMENTS_SCHEMA`.
    """
    if len(features) != len(vectors):
        raise ValueError(f"{len(features)} features for {len(vectors)} vectors")
    if features.empty:
        raise ValueError("there are no customers to fit segments on")
    # The same bytes whatever the order of the rows.
    vectors = np.asarray(vectors, dtype=float)
    order = canonical_order(vectors, features["customer_id"])
    features, vectors = features.iloc[order].reset_index(drop=True), vectors[order]
    if previous_ids is not None:
        previous_ids = np.asarray(previous_ids, dtype=object)[order]
    if was_published is not None:
        was_published = np.asarray(was_published, dtype=bool)[order]
    dimensions = fitted_features[fitted_features["is_used"].astype(bool)]
    dimensions = dimensions.sort_values("position").reset_index(drop=True)
    labels = assign(vectors=vectors, candidate=candidate)
    profile = profile_segments(
        features=features, vectors=vectors, labels=labels, dimensions=dimensions
    )
    numbers = sorted({int(item) for item in candidate["prototype_segments"]})
    clustered = [number for number in numbers if number >= 0]
    ids = match_segment_ids(
        labels=labels,
        numbers=clustered,
        previous_ids=previous_ids,
        was_published=was_published,
        used_ids=used_ids,
        smallest_overlap=smallest_overlap,
    )
    ids[-1] = UNASSIGNED_ID
    fidelity = surrogate_fidelity(
        features=features, labels=labels, dimensions=dimensions
    )
    version = model_version(candidate=candidate, fitted_features=fitted_features)
    rows = []
    for number in numbers:
        own = profile[profile["segment_number"] == number]
        row = {
            "segment_id": ids[number],
            "segment_number": number,
            **_model_columns(number, candidate),
            **_rule_columns(
                number, features, labels, dimensions, feature_labels, currency
            ),
            "drivers": own["dimension"].tolist(),
            "driver_effects": own["effect_size"].tolist(),
            "model_version": version,
            "structure": candidate["structure"],
            "surrogate_fidelity": round(fidelity, 4),
        }
        rows.append(row)
    frame = pd.DataFrame(rows)[SEGMENTS_SCHEMA.names]
    return frame.sort_values("segment_id").reset_index(drop=True)


def _model_columns(number, candidate) -> dict:
    own = [
        index
        for index, segment in enumerate(candidate["prototype_segments"])
        if segment == number
    ]
    weights = matrix(candidate["prototype_weights"])
    centroids = candidate["centroids"]
    jaccards = candidate["jaccards"]
    has_own = 0 <= number < len(centroids)
    stability = None
    if jaccards is not None and 0 <= number < len(jaccards):
        value = float(jaccards[number])
        stability = None if np.isnan(value) else value
    return {
        "prototype_weights": [weights[index].tolist() for index in own],
        "prototype_offsets": [
            float(candidate["prototype_offsets"][index]) for index in own
        ],
        "centroid": list(map(float, centroids[number])) if has_own else None,
        "stability": stability,
    }


def _rule_columns(
    number, features, labels, dimensions, feature_labels, currency
) -> dict:
    members = labels == number
    if number == -1 or not members.any():
        return dict.fromkeys(["rule_sql", "rule_text"])
    rule = find_rule(features=features, members=members, dimensions=dimensions)
    return {
        "rule_sql": rule_sql(conditions=rule.conditions),
        "rule_text": rule_text(
            conditions=rule.conditions, labels=feature_labels, currency=currency
        ),
    }
