"""Keep the published model, or fit a new one: the decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

import numpy as np
import pandas as pd
import pyarrow as pa

from segmentation.clustering.choice import NATURAL
from segmentation.clustering.fitting import earlier_sample
from segmentation.over_time.fit_figures import measure
from segmentation.over_time.fresh_look import Look, look_afresh
from segmentation.over_time.refit_reasons import Limits, changed_settings, misfits
from segmentation.preparing.fit_settings import Settings
from segmentation.preparing.preprocessing import (
    PREPARATION_VERSION,
    event_steps,
    fit_preprocessing,
    label_settings,
    transform,
)
from segmentation.preparing.read_settings import model_settings, settings_for
from segmentation.releases.published_model import PublishedModel

# Without these a model cannot be applied at all, so not even `never` keeps it.
INDISPENSABLE = ("segment_features",)

DECISION_SCHEMA = pa.schema(
    [
        ("is_refit", pa.bool_()),
        ("is_new_registry", pa.bool_()),
        ("starts_from_published", pa.bool_()),
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


def look_today(
    *,
    published: PublishedModel,
    settings: Mapping[str, object],
    features: pd.DataFrame,
    labels: pd.DataFrame | None,
    earlier: pd.DataFrame | None,
) -> Look:
    """Return what a refit would find, where the published model is one of groups.

    Other algorithms than k-means cut in ways of their own: they are asked only if their
    segments were natural groups.
    """
    selected = published.selected
    if selected["algorithm"] != "kmeans" and selected["structure"] != NATURAL:
        return Look()
    used = {"segment_features": list(dict.fromkeys(published.features["feature"]))}
    steps = fit_preprocessing(
        frame=features,
        labels=labels,
        **{**settings_for(fit_preprocessing, settings), **used},
    )
    scores, ids = published.place(features)
    fit_settings = Settings(
        **settings_for(Settings, settings),
        event_steps=event_steps(frame=features, fitted=steps, labels=labels),
    )
    if earlier is not None:
        vectors = transform(frame=earlier, fitted=steps)
        earlier = earlier[["customer_id"]].assign(vector=list(vectors))
    return look_afresh(
        vectors=transform(frame=features, fitted=steps),
        keys=features["customer_id"].tolist(),
        published_ids=np.array(ids)[scores.argmax(axis=1)],
        all_ids=ids,
        settings=fit_settings,
        earlier=earlier_sample(earlier, fit_settings),
    )


def decide(
    *,
    published: PublishedModel | None,
    settings: Mapping[str, object],
    features: pd.DataFrame,
    customer_ids: pd.Series,
    labels: pd.DataFrame | None = None,
    earlier: pd.DataFrame | None = None,
) -> dict[str, object]:
    """Return the one row of `refit_decision`.

    Parameters
    ----------
    published
        The last published model, if one can be read.
    settings
        All vars: `refit`, the limits, and those that a fit would be under.
    features
        Sample of today's customers in raw units.
    customer_ids
        Ids of all of today's customers.
    labels
        Rows of the seed feature_labels.
    earlier
        Sample of the customers of a quarter before in raw units, where there is one.
    """
    refit = settings["refit"]
    limits = Limits(**settings_for(Limits, settings))
    row: dict[str, object] = dict.fromkeys(DECISION_SCHEMA.names)
    row |= {
        "refit": refit,
        "customer_count": len(customer_ids),
        "is_warning": False,
        "starts_from_published": False,
    }
    if published is None:
        return row | {
            "is_refit": True,
            "is_new_registry": True,
            "reason": "fitted: no model has been published before",
        }
    figures = measure(published=published, features=features, customer_ids=customer_ids)
    if published.preparation_version != PREPARATION_VERSION:
        return (
            row
            | asdict(figures)
            | {
                "published_as_of_date": published.as_of_date,
                "published_model_version": published.version,
                "is_refit": True,
                "is_new_registry": figures.shared_customer_share
                < limits.same_customers_minimum,
                "is_warning": refit == "never",
                "reason": "refitted: the published model is of an older version, whose "
                "features were made otherwise (preparation "
                f"{published.preparation_version}, now {PREPARATION_VERSION})",
            }
        )
    look = look_today(
        published=published,
        settings=settings,
        features=features,
        labels=labels,
        earlier=earlier,
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
    before = published.facts["settings"]
    told = label_settings(labels, segment_features=settings["segment_features"])
    # A model of before this was noted is not fitted anew for it.
    known = {name: text for name, text in told.items() if name in before}
    others = changed_settings(before, model_settings(settings) | known)
    if others and (refit != "never" or set(others) & set(INDISPENSABLE)):
        return row | {
            "is_refit": True,
            "is_warning": refit == "never",
            "reason": "refitted: the published model was fitted under other settings: "
            + "; ".join(others.values()),
        }
    was_natural = published.selected["structure"] == NATURAL
    found = misfits(figures, look, limits, was_natural=was_natural)
    if refit == "afresh":
        return row | {"is_refit": True, "reason": "fitted afresh, as refit says"}
    warm = {
        "is_refit": True,
        "starts_from_published": look.fresh_group_count == 0
        and figures.quality_loss <= limits.quality_loss_maximum
        and published.selected["algorithm"] == "kmeans",
    }
    if refit == "always":
        return row | warm | {"reason": "refitted, as refit is always"}
    if refit == "never":
        doubts = [*others.values(), *found]
        reason = "kept, as refit is never"
        reason += f", although: {'; '.join(doubts)}" if doubts else ""
        return row | {"is_refit": False, "is_warning": bool(doubts), "reason": reason}
    if found:
        return row | warm | {"reason": f"refitted: {'; '.join(found)}"}
    return row | {"is_refit": False, "reason": "kept: the published model still fits"}
