"""What is fitted on small sets, column by column: every algorithm and every decision.

Held in `snapshots/` as `snapshots.py` does. Whether a fit is any good is tested in
the folders of `clustering/`, `over_time/` and their like; here nothing changes unseen.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

import numpy as np
import pandas as pd

import published_models
from clustering_fixtures import blobs, four_groups, keys_of, one_blob
from project_settings import fit_settings
from segment_fixtures import LABELS, three_kinds
from segmentation.assigning.model_rows import assign
from segmentation.assigning.prototypes import LinearModel
from segmentation.clustering.fitting import fit_candidates
from segmentation.evaluating.backtest import backtest
from segmentation.explaining.profiles import profile_segments
from segmentation.explaining.segments import fit_segments
from segmentation.over_time.drift import feature_bins, largest_shift
from segmentation.over_time.fresh_look import look_afresh
from segmentation.over_time.warm_start import start_from_published
from segmentation.preparing.fit_settings import ALGORITHM_NAMES
from segmentation.preparing.preprocessing import fit_preprocessing, transform
from snapshots import frame_words, hold, rounded

QUICK = {"resample_count": 3, "segment_count_max": 5}


def uneven() -> np.ndarray:
    """Three groups of unlike size and spread, a bridge, and a few far from all."""
    large = blobs(centres=[(0, 0)], size=330, spread=1.0, seed=1)[0]
    small = blobs(centres=[(7, 1)], size=120, spread=0.6, seed=2)[0]
    wide = blobs(centres=[(2, 9)], size=90, spread=1.6, seed=3)[0]
    far = np.array([[40.0, 40.0], [41.0, 40.0], [-30.0, 5.0]])
    return np.vstack([large, small, wide, far])


def fitted(matrix, **changed) -> pd.DataFrame:
    return fit_candidates(
        vectors=matrix,
        keys=keys_of(matrix),
        settings=fit_settings(**{**QUICK, **changed}),
    )


def test_every_algorithm_fits_as_it_did():
    matrix = uneven()
    found = {
        name: frame_words(fitted(matrix, algorithm=name)) for name in ALGORITHM_NAMES
    }
    hold("fits", found)


def test_settings_choose_as_they_did():
    blob, groups = one_blob(520), four_groups(130)[0]
    found = {
        "blob": fitted(blob),
        "blob, never stable": fitted(blob, stability_minimum=1.01),
        "groups, five wanted": fitted(groups, segment_count=5),
        "groups, four wanted": fitted(groups, segment_count=4),
        "groups, none stable": fitted(groups, group_stability_minimum=1.01),
        "groups, no valley": fitted(groups, valley_limit=0.0),
        "auto, on a sample": fitted(
            groups, algorithm="auto", structure_sample_size=200, smallest_structure=100
        ),
        "one wanted": fitted(groups, segment_count=1),
        "few": fitted(groups[:7]),
        "one customer": fitted(groups[:1]),
        "all alike": fitted(np.ones((40, 2))),
        "no dimension": fitted(np.empty((40, 0))),
    }
    hold("fits_settings", {name: frame_words(one) for name, one in found.items()})


def test_a_refit_starts_from_what_is_published_as_it_did():
    blob = one_blob(300)
    candidates = fitted(blob, segment_count=3)
    angles = np.array([-2, 0, 2]) * np.pi / 3
    weights = np.zeros((3, blob.shape[1]))
    weights[:, :2] = np.column_stack([np.cos(angles), np.sin(angles)])
    thirds = LinearModel(weights, np.zeros(3), np.arange(3))
    found = {}
    for churn in (0.0, 0.05, 1.0):
        started = start_from_published(
            candidates=candidates,
            vectors=blob,
            keys=keys_of(blob),
            published=(thirds, ["s01", "s02", "s03"]),
            settings=fit_settings(**QUICK, segment_count=3),
            churn_maximum=churn,
        )
        found[f"{churn}"] = frame_words(started)
    hold("fits_from_published", found)


def shoppers(size: int = 80) -> pd.DataFrame:
    """Three kinds of customers, with a category, a constant and missing values."""
    features, kinds = three_kinds(size=size, seed=4)
    chance = np.random.default_rng(5)
    others = chance.choice(["Oslo", "Bern"], len(kinds))
    features["city"] = np.where(kinds == 0, "Rome", others)
    features.loc[::9, "city"] = None
    features.loc[::7, "discount_share"] = np.nan
    features["same"] = 1.0
    features["is_member"] = chance.random(len(kinds)) < 0.3
    features["returns"] = np.where(chance.random(len(kinds)) < 0.995, 0, 3)
    features["skewed"] = chance.lognormal(2, 1.2, len(kinds)).round(2)
    features["below_zero"] = chance.normal(0, 3, len(kinds)).round(2)
    return features


COLUMNS = [
    "recency_days", "orders_per_month", "spend_per_month_recent", "discount_share",
    "city", "same",
    "is_member", "returns", "skewed", "below_zero",
]  # fmt: skip
STEPS = {
    "skew_limit": 1.0,
    "winsor_share": 0.01,
    "smallest_category_share": 0.02,
    "categorical_weight": 0.5,
}


def test_shoppers_are_read_explained_and_named_as_they_were():
    features = shoppers()
    steps = fit_preprocessing(frame=features, segment_features=COLUMNS, **STEPS)
    vectors = transform(frame=features, fitted=steps)
    found = {"steps": frame_words(steps), "vectors": frame_words(pd.DataFrame(vectors))}
    for share in (0.0, 0.2):
        others = fit_preprocessing(
            frame=features, segment_features=COLUMNS, **{**STEPS, "winsor_share": share}
        )
        found[f"steps, winsor {share}"] = frame_words(others)
    candidates = fitted(vectors, segment_count=3)
    chosen = candidates[candidates["is_selected"].astype(bool)].iloc[0]
    labels = assign(vectors=vectors, candidate=chosen)
    used = steps[steps["is_used"]].sort_values("position").reset_index(drop=True)
    found["profile"] = frame_words(
        profile_segments(
            features=features, vectors=vectors, labels=labels, dimensions=used
        )
    )
    for name, ids in {
        "born": None,
        "kept": np.array(["s05", "s02", "s09"], dtype=object)[labels],
        "merged": np.where(labels == 1, "s02", "s01").astype(object),
    }.items():
        segments = fit_segments(
            candidate=chosen,
            fitted_features=steps,
            features=features,
            vectors=vectors,
            feature_labels=LABELS,
            currency="EUR" if name == "born" else None,
            previous_ids=ids,
            used_ids=["s01", "s11"],
            smallest_overlap=0.2,
        )
        found[name] = frame_words(segments.drop(columns="model_version"))
    hold("fits_shoppers", found)


def test_decisions_are_taken_as_they_were():
    many = published_models.MANY
    shifted = many.assign(spend=many["spend"] + 0.25)
    frames = {
        "the same": many,
        "shifted": shifted,
        "parted": many.assign(spend=many["spend"] * np.where(many.index % 2, 1, 3)),
        "gone": many[many["spend"] < 0],
        "few of them": many.assign(
            customer_id=[f"x{i}" if i > 2 else f"c{i}" for i in range(len(many))]
        ),
        "half of them": many.iloc[::2],
    }
    found = {}
    for refit in ("auto", "never", "always"):
        for name, frame in frames.items():
            found[f"{name}, {refit}"] = published_models.decision(frame, refit=refit)
    other = {
        "segment_features": ["spend"],
        "algorithm": "birch",
        "feature_window_months": 11,
    }
    for refit in ("auto", "never"):
        found[f"other settings, {refit}"] = published_models.decision(
            many, refit=refit, settings=other
        )
    found["first"] = published_models.decision(many, model=None)
    found["bins"] = feature_bins(shifted, ["spend"])
    found["shift"] = largest_shift(shifted, feature_bins(many, ["spend"]))
    hold("decisions", {name: rounded(one) for name, one in found.items()})


def test_a_fresh_look_sees_what_it_saw():
    matrix, truth = four_groups(130)
    names = np.array(["s01", "s02", "s03", "s04"])
    ids = {
        "the same": names[truth],
        "two together": names[np.minimum(truth, 2)],
        "at random": names[np.random.default_rng(0).integers(0, 4, len(truth))],
    }
    found = {}
    for count in ("auto", 4, 5):
        for name, one in ids.items():
            look = look_afresh(
                vectors=matrix,
                keys=keys_of(matrix),
                published_ids=one,
                all_ids=[*names, "s09"] if count == 5 else names,
                settings=fit_settings(**QUICK, segment_count=count),
            )
            found[f"{name}, {count}"] = {**asdict(look), "is_other": look.is_other}
    hold("fresh_looks", rounded(found))


def test_a_backtest_measures_what_it_measured():
    features = shoppers(size=90)
    chance = np.random.default_rng(6)
    ids = features["customer_id"]
    ranks = features[["recency_days", "orders_per_month"]].rank(method="first")
    customers = features.assign(
        r_score=1 + (ranks["recency_days"] // 60).astype(int),
        f_score=1 + (ranks["orders_per_month"] // 60).astype(int),
        m_score=3,
        monetary_value=12 * features["spend_per_month_recent"],
        rfm_group=np.where(features["recency_days"] > 60, "Hibernating", "Loyal"),
        tenure_days=chance.integers(10, 400, len(ids)),
    )
    months = pd.DataFrame(
        {
            "customer_id": chance.choice(ids, 400),
            "month_start": chance.choice(
                [date(2024, month, 1) for month in (3, 4, 5, 6, 7)], 400
            ),
            "net_amount": chance.lognormal(3, 1, 400).round(2),
            "order_count": chance.integers(0, 3, 400),
        }
    ).drop_duplicates(["customer_id", "month_start"])
    options = {
        "months": months,
        "as_of_date": date(2024, 3, 31),
        "preprocessing": {"segment_features": COLUMNS, **STEPS},
        "settings": fit_settings(),
        "algorithm": "kmeans",
        "segment_count": 3,
    }
    found = {
        "measured": backtest(customers=customers, **options),
        "too few": backtest(customers=customers[:199], **options),
        "enough": backtest(customers=customers[:200], **options),
        "too short": backtest(customers=customers.assign(tenure_days=79), **options),
        "just long enough": backtest(
            customers=customers.assign(tenure_days=80), **options
        ),
        "no date": backtest(customers=customers, **{**options, "as_of_date": None}),
    }
    hold("backtests", {name: frame_words(one) for name, one in found.items()})
