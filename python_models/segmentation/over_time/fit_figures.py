"""How well a model fits: noted on the day of the fit, measured on today's customers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from segmentation.over_time.drift import (
    drift_share,
    feature_bins,
    largest_shift,
    nearest_distances,
    quality_loss,
)
from segmentation.preparing.matching_ids import is_among
from segmentation.preparing.preprocessing import PREPARATION_VERSION
from segmentation.preparing.sampling import canonical_order
from segmentation.releases.published_model import PublishedModel

TRAINING_PERCENTILE = 99
# Digits kept of a figure: more would depend on the order of summation.
DIGITS = 6


@dataclass(frozen=True)
class Figures:
    """How well a published model fits today's customers."""

    shared_customer_share: float
    drift_share: float
    stability_index: float
    shifted_feature: str
    quality_loss: float


def fit_facts(
    *,
    features: pd.DataFrame,
    vectors: np.ndarray,
    centroids: np.ndarray,
    drift_features: list[str],
    settings: Mapping[str, object],
) -> dict[str, object]:
    """Return what later builds compare with: settings, distances and bins of the fit.

    Parameters
    ----------
    features
        n customers in raw units, with customer_id.
    vectors
        (n, d) the same customers in model dimensions.
    centroids
        (k, d) means of the segments.
    drift_features
        Features over rolling windows, whose bins are noted.
    settings
        The vars that the model was fitted under.
    """
    order = canonical_order(vectors, features["customer_id"])
    vectors = vectors[order]
    distances = nearest_distances(vectors, centroids)
    limit = np.percentile(distances, TRAINING_PERCENTILE)
    loss = quality_loss(vectors=vectors, centroids=centroids)
    return {
        "preparation_version": PREPARATION_VERSION,
        "settings": dict(settings),
        "distance_limit": round(float(limit), DIGITS),
        "quality_loss": round(loss, DIGITS) + 0.0,  # never -0.0
        "bins": feature_bins(features, drift_features),
    }


def measure(
    *, published: PublishedModel, features: pd.DataFrame, customer_ids: pd.Series
) -> Figures:
    """Return how well the published model fits a sample of today's customers.

    Parameters
    ----------
    published
        The model.
    features
        n customers of today in raw units, with customer_id.
    customer_ids
        Ids of all of today's customers.
    """
    facts = published.facts
    shared = pd.Series(
        is_among(published.customers["customer_id"], customer_ids)
    ).mean()
    if features.empty or not published.is_applicable(features):
        return Figures(round(float(shared), DIGITS), 0.0, 0.0, "", 0.0)
    vectors = published.vectors(features)
    vectors = vectors[canonical_order(vectors, features["customer_id"])]
    centroids = published.centroids
    drift = drift_share(
        vectors=vectors, centroids=centroids, training_limit=facts["distance_limit"]
    )
    index, feature = largest_shift(features, facts["bins"])
    # What the model's own fit left on the table is no loss since then.
    loss = quality_loss(vectors=vectors, centroids=centroids) - facts["quality_loss"]
    return Figures(
        shared_customer_share=round(float(shared), DIGITS),
        drift_share=round(drift, DIGITS),
        stability_index=round(index, DIGITS),
        shifted_feature=feature,
        quality_loss=round(max(loss, 0.0), DIGITS),
    )
