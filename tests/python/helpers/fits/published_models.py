"""A published model of two segments on one feature, and what is decided on it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date

import numpy as np
import pandas as pd

from project_settings import PROJECT_SETTINGS
from segmentation.over_time.fit_figures import fit_facts
from segmentation.over_time.refit_decision import decide
from segmentation.over_time.refit_reasons import Limits
from segmentation.preparing.preprocessing import PREPARING, label_settings
from segmentation.preparing.read_settings import model_settings
from segmentation.releases.published_model import PREPARATION, PublishedModel

LIMITS = Limits(
    drift_share_maximum=0.05,
    stability_index_maximum=0.25,
    quality_loss_maximum=0.10,
    group_gain_minimum=0.08,
    same_customers_minimum=0.05,
)
SETTINGS = {"segment_features": ["spend"], "algorithm": "kmeans"}


def all_settings(**changed) -> dict:
    """The project's vars, some changed."""
    return {**PROJECT_SETTINGS, **changed}


def customers(spend) -> pd.DataFrame:
    return pd.DataFrame(
        {"customer_id": [f"c{i}" for i in range(len(spend))], "spend": spend}
    )


def labels(**told) -> pd.DataFrame:
    """The seed's row of the one feature; what is not told stays empty."""
    return pd.DataFrame([{"feature": "spend", **dict.fromkeys(PREPARING), **told}])


def published(frame: pd.DataFrame, settings=SETTINGS, labels=None) -> PublishedModel:
    """Two segments at -1 and 1 on one feature, read as it is."""
    centroids = np.array([[-1.0], [1.0]])
    facts = fit_facts(
        features=frame,
        vectors=frame[["spend"]].to_numpy(float),
        centroids=centroids,
        drift_features=["spend"],
        settings=model_settings(all_settings(**settings))
        | label_settings(labels, segment_features=settings["segment_features"]),
    )
    return PublishedModel(
        features=pd.DataFrame(
            {
                "position": [1],
                "feature": ["spend"],
                "category_value": [None],
                "kind": ["numeric"],
                **dict.fromkeys(PREPARATION, [None]),
                "log_offset": [None],
                "fill_value": [0.0],
                "lower_bound": [-9.0],
                "upper_bound": [9.0],
                "mean": [0.0],
                "standard_deviation": [1.0],
                "scale_weight": [1.0],
                "is_used": [True],
            }
        ),
        candidates=pd.DataFrame(
            {
                "algorithm": ["kmeans"],
                "structure": ["natural groups"],
                "is_selected": [True],
            }
        ),
        segments=pd.DataFrame(
            {
                "segment_id": ["s01", "s02"],
                "segment_number": [0, 1],
                "segment_name": ["Low", "High"],
                "prototype_weights": ["[[-1.0]]", "[[1.0]]"],
                "prototype_offsets": ["[-0.5]", "[-0.5]"],
                "centroid": ["[-1.0]", "[1.0]"],
                "drivers": ["[]", "[]"],
                "driver_effects": ["[]", "[]"],
                "model_version": ["v1", "v1"],
            }
        ),
        reference=pd.DataFrame(
            {"item": list(facts), "item_value": [json.dumps(x) for x in facts.values()]}
        ),
        rfm_cut_points=pd.DataFrame(
            {
                "as_of_date": [date(2024, 1, 31)],
                "measure": ["recency"],
                "method": ["quintiles"],
                **{f"cut_{number}": [10.0 * number] for number in (1, 2, 3, 4)},
            }
        ),
        registry=pd.DataFrame(
            {
                "segment_id": ["s01", "s02"],
                "segment_name": ["Low", "High"],
                "model_version": ["v1", "v1"],
                "as_of_date": [date(2024, 1, 31)] * 2,
                "event": ["born", "born"],
                "related_segment_id": [None, None],
                "overlap_share": [None, None],
                "customer_count": [3, 3],
            }
        ),
        customers=pd.DataFrame(
            {
                "customer_id": frame["customer_id"],
                "as_of_date": pd.Timestamp("2024-01-31"),
                "segment_id": np.where(frame["spend"] < 0, "s01", "s02"),
                "previous_segment_id": None,
            }
        ),
    )


TRAINING = customers([-1.2, -1.1, -1.0, -0.9, -0.8, 0.8, 0.9, 1.0, 1.1, 1.2])
# Enough customers that one in a hundred lies beyond the 99th percentile.
MANY = customers([*np.linspace(-1.2, -0.8, 50), *np.linspace(0.8, 1.2, 50)])


def decision(frame, *, refit="auto", settings=SETTINGS, model="default", labels=None):
    return decide(
        published=published(MANY) if model == "default" else model,
        settings=all_settings(refit=refit, **asdict(LIMITS), **settings),
        features=frame,
        customer_ids=frame["customer_id"],
        labels=labels,
    )
