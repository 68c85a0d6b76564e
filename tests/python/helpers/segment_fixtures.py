"""Small customers for the tests of explanations, names and segments."""

from pathlib import Path

import numpy as np
import pandas as pd

from segmentation.explaining.claims import Facts, facts_of
from segmentation.explaining.profiles import profile_segments
from segmentation.explaining.segments import fit_segments

SEEDS = Path(__file__).parents[3] / "seeds"
NAMES = pd.read_csv(SEEDS / "segment_names.csv")
COLUMNS = [
    "recency_days",
    "orders_per_month",
    "spend_per_month_recent",
    "discount_share",
]
LABELS = pd.read_csv(SEEDS / "feature_labels.csv")


def fitted_features(features: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Identity steps: z-scores, in the shape of fitted_features."""
    return pd.DataFrame(
        {
            "position": range(1, len(columns) + 1),
            "feature": columns,
            "category_value": None,
            "kind": "numeric",
            "evidence_column": None,
            "prior_feature": None,
            "prior_value": None,
            "prior_events": None,
            "value_cap": None,
            "log_offset": None,
            "fill_value": [float(features[name].median()) for name in columns],
            "lower_bound": -1e9,
            "upper_bound": 1e9,
            "mean": [float(features[name].mean()) for name in columns],
            "standard_deviation": [
                float(features[name].std(ddof=0)) or 1.0 for name in columns
            ],
            "scale_weight": 1.0,
            "is_used": True,
            "reason": None,
        }
    )


def standardised(features: pd.DataFrame, steps: pd.DataFrame) -> np.ndarray:
    """The customers in model dimensions, (n, d)."""
    return np.column_stack(
        [
            (features[row.feature].fillna(row.fill_value) - row.mean)
            / row.standard_deviation
            for row in steps.itertuples()
        ]
    )


def candidate(vectors: np.ndarray, labels: np.ndarray) -> pd.Series:
    """Nearest centroid of the given labels as a row of fitted_candidates."""
    count = int(labels.max()) + 1
    centroids = np.array(
        [vectors[labels == item].mean(axis=0) for item in range(count)]
    )
    return pd.Series(
        {
            "algorithm": "kmeans",
            "segment_count": count,
            "structure": "natural groups",
            "prototype_segments": list(range(count)),
            "prototype_weights": centroids.tolist(),
            "prototype_offsets": (-(centroids**2).sum(axis=1) / 2).tolist(),
            "centroids": centroids.tolist(),
            "jaccards": [0.9] * count,
        }
    )


def three_kinds(size: int = 40, seed: int = 0) -> tuple[pd.DataFrame, np.ndarray]:
    """Regulars, lapsed customers and bargain hunters, told apart by sight."""
    random = np.random.default_rng(seed)
    centres = pd.DataFrame(
        {
            "recency_days": [10, 300, 40],
            "orders_per_month": [4, 0.8, 0.9],
            "spend_per_month_recent": [200, 30, 20],
            "discount_share": [0.05, 0.08, 0.5],
        }
    )
    kinds = np.repeat(np.arange(3), size)
    noise = random.uniform(0.8, 1.2, (3 * size, centres.shape[1]))
    features = centres.iloc[kinds].reset_index(drop=True) * noise
    features["recency_days"] = features["recency_days"].round()
    features["spend_per_month_recent"] = features["spend_per_month_recent"].round(2)
    features.insert(0, "customer_id", [f"c{row:04d}" for row in range(3 * size)])
    return features, kinds


def profile_of(features: pd.DataFrame, labels: np.ndarray) -> pd.DataFrame:
    steps = fitted_features(features, list(features.columns))
    return profile_segments(
        features=features,
        vectors=standardised(features, steps),
        labels=labels,
        dimensions=steps,
    )


def facts_about(features: pd.DataFrame, labels: np.ndarray) -> Facts:
    """What claims about segments of these customers are tested on."""
    return facts_of(
        profile=profile_of(features, labels),
        features=features,
        numbers=labels,
        labels=LABELS,
    )


def seed_of(*rows: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        [(name, claims, 1.0, "Words.") for name, claims in rows],
        columns=["segment_name", "claims", "preference", "description"],
    )


ONE_COLUMN = pd.DataFrame(
    {"feature": ["order_count"], "category_value": [None], "scale_weight": [1.0]}
)


def fitted(features: pd.DataFrame, kinds: np.ndarray, **options) -> pd.DataFrame:
    """The segments of a candidate, the kinds by default, over COLUMNS."""
    steps = fitted_features(features, COLUMNS)
    vectors = standardised(features, steps)
    return fit_segments(
        candidate=options.pop("model", candidate(vectors, kinds)),
        fitted_features=steps,
        features=features,
        vectors=vectors,
        feature_labels=LABELS,
        **options,
    )
