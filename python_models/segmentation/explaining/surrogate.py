"""How well a few plain rules tell the segments."""

from __future__ import annotations

import numpy as np
import pandas as pd

from segmentation.preparing.dimensions import dimension_values

# The surrogate tree: deep enough for eight segments, small enough to read.
SURROGATE_DEPTH = 5
SURROGATE_FOLDS = 5
SURROGATE_ROWS = 20_000


def surrogate_fidelity(
    *, features: pd.DataFrame, labels: np.ndarray, dimensions: pd.DataFrame
) -> float:
    """Share of customers whom a shallow tree puts into their own segment.

    Parameters
    ----------
    features, labels, dimensions
        As in `profile_segments`; rows in an order that the caller has fixed.

    Returns
    -------
    Agreement (0 to 1) of a decision tree of depth five on raw features with the
    segments, on customers it was not fitted on (five folds, at most 20,000 rows).
    """
    if len(set(labels.tolist())) < 2:
        return 1.0
    # For a fit alone: a kept model is read without scikit-learn.
    from sklearn.model_selection import KFold, cross_val_predict
    from sklearn.tree import DecisionTreeClassifier

    columns = np.column_stack(
        [
            dimension_values(
                features=features,
                feature=row.feature,
                category_value=row.category_value,
            )
            for row in dimensions.itertuples()
        ]
    )
    step = -(-len(labels) // SURROGATE_ROWS)
    columns, labels = columns[::step], labels[::step]
    folds = min(SURROGATE_FOLDS, len(labels))
    # Entropy: with eight segments, Gini splits off pairs that depth five cannot part.
    tree = DecisionTreeClassifier(
        criterion="entropy",
        max_depth=SURROGATE_DEPTH,
        min_samples_leaf=max(1, len(labels) // 200),
        random_state=0,
    )
    shuffled = KFold(folds, shuffle=True, random_state=0)
    predicted = cross_val_predict(tree, columns, labels, cv=shuffled)
    return float(np.mean(predicted == labels))
