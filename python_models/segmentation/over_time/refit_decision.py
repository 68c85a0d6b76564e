"""Keep the published model, or fit a new one: the decision and its figures."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from types import MappingProxyType

import numpy as np
import pandas as pd
import pyarrow as pa

from segmentation.clustering.choice import NATURAL
from segmentation.over_time.drift import (
    drift_share,
    feature_bins,
    largest_shift,
    nearest_distances,
    quality_loss,
)
from segmentation.over_time.fresh_look import Look, look_afresh
from segmentation.preparing.fit_settings import REFIT_MODES, Settings
from segmentation.preparing.matching_ids import is_among
from segmentation.preparing.preprocessing import fit_preprocessing, transform
from segmentation.preparing.sampling import canonical_order
from segmentation.releases.published_model import PublishedModel

# Without these a model cannot be applied at all, so not even `never` keeps it.
INDISPENSABLE = ("segment_features",)
# Vars of `fit_preprocessing`.
PREPROCESSING = (
    "skew_limit",
    "winsor_share",
    "smallest_category_share",
    "categorical_weight",
)
TRAINING_PERCENTILE = 99
# Share of customers below which a segment is gone: a few strays may be left in it.
GONE_SHARE = 0.005
# Digits kept of a figure: more would depend on the order of summation.
DIGITS = 6

DECISION_SCHEMA = pa.schema(
    [
        ("is_refit", pa.bool_()),
        ("is_new_registry", pa.bool_()),
        ("refit", pa.string()),
        ("reason", pa.string()),
        ("is_warning", pa.bool_()),
        ("customer_count", pa.int64()),
        ("published_as_of_date", pa.date32()),
        ("published_model_version", pa.string()),
        ("shared_customer_share", pa.float64()),
        ("drift_share", pa.float64()),
        ("stability_index", pa.float64()),
        ("shifted_feature", pa.string()),
        ("quality_loss", pa.float64()),
        ("fresh_group_count", pa.int64()),
        ("fresh_agreement", pa.float64()),
        ("fresh_lowest_jaccard", pa.float64()),
        ("fresh_gain", pa.float64()),
        ("smallest_segment_share", pa.float64()),
    ]
)


@dataclass(frozen=True)
class Limits:
    """Figures up to which a published model still fits: vars of the same names."""

    drift_share_maximum: float
    stability_index_maximum: float
    quality_loss_maximum: float
    group_gain_minimum: float
    same_customers_minimum: float


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
    applicable = features.empty or set(published.features["feature"]) <= set(features)
    if features.empty or not applicable:
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


def look_today(
    *,
    published: PublishedModel,
    settings: Mapping[str, object],
    looking: Mapping[str, object],
    features: pd.DataFrame,
) -> Look:
    """Return what a refit would find, where the published model is one of groups.

    Other algorithms than k-means cut in ways of their own: they are asked only if their
    segments were natural groups.
    """
    selected = published.selected
    if selected["algorithm"] != "kmeans" and selected["structure"] != NATURAL:
        return Look()
    steps = fit_preprocessing(
        frame=features,
        segment_features=list(dict.fromkeys(published.features["feature"])),
        **_known(settings, PREPROCESSING),
    )
    scores, ids = published.place(features)
    return look_afresh(
        vectors=transform(frame=features, fitted=steps),
        keys=features["customer_id"].tolist(),
        published_ids=np.array(ids)[scores.argmax(axis=1)],
        all_ids=ids,
        settings=Settings(
            **_known(settings, [one.name for one in fields(Settings)]), **looking
        ),
    )


def decide(
    *,
    refit: str,
    published: PublishedModel | None,
    settings: Mapping[str, object],
    features: pd.DataFrame,
    customer_ids: pd.Series,
    limits: Limits,
    looking: Mapping[str, object] = MappingProxyType({}),
) -> dict[str, object]:
    """Return the one row of `refit_decision`.

    Parameters
    ----------
    refit
        'auto', 'always' or 'never'.
    published
        The last published model, if one can be read.
    settings
        The vars that a fit would be under.
    features
        Sample of today's customers in raw units.
    customer_ids
        Ids of all of today's customers.
    limits
        Figures up to which a model still fits.
    looking
        Settings of how hard groups are looked for, which are no reason to refit.

    Raises
    ------
    ValueError
        If `refit` is something else.
    """
    if refit not in REFIT_MODES:
        raise ValueError(f"refit: one of {', '.join(REFIT_MODES)}, not {refit!r}")
    row: dict[str, object] = dict.fromkeys(DECISION_SCHEMA.names)
    row |= {"refit": refit, "customer_count": len(customer_ids), "is_warning": False}
    if published is None:
        return row | {
            "is_refit": True,
            "is_new_registry": True,
            "reason": "fitted: there is no published model",
        }
    figures = measure(published=published, features=features, customer_ids=customer_ids)
    look = look_today(
        published=published, settings=settings, looking=looking, features=features
    )
    row |= (
        asdict(figures)
        | asdict(look)
        | {
            "published_as_of_date": published.as_of_date,
            "published_model_version": published.version,
            "is_new_registry": figures.shared_customer_share
            < limits.same_customers_minimum,
        }
    )
    if row["is_new_registry"]:
        return row | {
            "is_refit": True,
            "is_warning": True,
            "reason": "fitted, and a new registry begun: only "
            f"{figures.shared_customer_share:.1%} of the published customers are in "
            "this data",
        }
    others = changed_settings(published.facts["settings"], settings)
    if others and (refit != "never" or set(others) & set(INDISPENSABLE)):
        return row | {
            "is_refit": True,
            "is_warning": refit == "never",
            "reason": "refitted: the published model was fitted under other settings: "
            + "; ".join(others.values()),
        }
    was_natural = published.selected["structure"] == NATURAL
    found = misfits(figures, look, limits, was_natural=was_natural)
    if refit == "always":
        return row | {"is_refit": True, "reason": "refitted, as refit is always"}
    if refit == "never":
        doubts = [*others.values(), *found]
        reason = "kept, as refit is never"
        reason += f", although: {'; '.join(doubts)}" if doubts else ""
        return row | {"is_refit": False, "is_warning": bool(doubts), "reason": reason}
    if found:
        return row | {
            "is_refit": True,
            "reason": f"refitted: {'; '.join(found)}",
        }
    return row | {"is_refit": False, "reason": "kept: the published model still fits"}


def changed_settings(
    before: Mapping[str, object], now: Mapping[str, object]
) -> dict[str, str]:
    """Return what is set otherwise than at the fit, in words, by setting."""
    return {
        name: f"{name} was {_text(before.get(name))}, is {_text(now.get(name))}"
        for name in sorted(set(before) | set(now))
        if _text(before.get(name)) != _text(now.get(name))
    }


def misfits(
    figures: Figures, look: Look, limits: Limits, *, was_natural: bool
) -> list[str]:
    """Return in words what speaks against keeping the model.

    Where there are groups today, only groups that are others and closer: distances and
    bins move with time, and where groups overlap every fit finds others, as good. The
    cut of a continuum gives way to any groups, and so does a segment that is gone.
    """
    if look.is_other and (
        not was_natural
        or look.fresh_gain > limits.group_gain_minimum
        or figures.quality_loss > limits.quality_loss_maximum
        or look.smallest_segment_share < GONE_SHARE
    ):
        return [
            f"customers form {look.fresh_group_count} groups that the published "
            f"segments do not follow (agreement {look.fresh_agreement:.2f}, Jaccard of "
            f"the least alike {look.fresh_lowest_jaccard:.2f}); squared distances to "
            f"the segments are {abs(look.fresh_gain):.1%} "
            f"{'less' if look.fresh_gain < 0 else 'more'} than to the groups, and "
            f"{figures.quality_loss:.1%} more than in a fresh fit of as many"
        ]
    if look.fresh_group_count:
        return []
    found = complaints(figures, limits)
    # Groups that one month does not show are no reason to cut customers otherwise.
    is_closer = figures.quality_loss > limits.quality_loss_maximum
    is_far = figures.drift_share > limits.drift_share_maximum
    return found if not was_natural or is_closer or is_far else []


def complaints(figures: Figures, limits: Limits) -> list[str]:
    """Return in words which figures are above their limits."""
    found = []
    if figures.drift_share > limits.drift_share_maximum:
        found.append(
            f"{figures.drift_share:.1%} of customers are farther from any segment than "
            f"99% were at the fit (limit {limits.drift_share_maximum:.1%})"
        )
    if figures.stability_index > limits.stability_index_maximum:
        found.append(
            f"{figures.shifted_feature} has shifted: stability index "
            f"{figures.stability_index:.2f} (limit {limits.stability_index_maximum:g})"
        )
    if figures.quality_loss > limits.quality_loss_maximum:
        found.append(
            f"a fresh fit is {figures.quality_loss:.1%} closer to the customers "
            f"(limit {limits.quality_loss_maximum:.1%})"
        )
    return found


def _known(settings: Mapping[str, object], names: Iterable[str]) -> dict[str, object]:
    return {name: settings[name] for name in names if name in settings}


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True)
