"""Linear prototypes that say what any labels say."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp
from sklearn.cluster import KMeans

from segmentation.assigning.prototypes import LinearModel, nearest

# Prototypes per segment, tried in turn: as few as agree well enough.
PROTOTYPES_PER_SEGMENT = (1, 3, 9, 20, 40)
# Share of customers that must be labelled alike; 0.95 is promised.
AGREEMENT = 0.965
# Steps of the optimiser, and its pull back to the centres it started from.
STEPS = 200
PULL = 1e-4


def approximate(matrix: np.ndarray, labels: np.ndarray) -> LinearModel:
    """Return linear prototypes whose best score tells the label, as few as needed.

    Nearest means first; where those disagree too often, several prototypes per segment,
    moved by maximum likelihood: a customer's segment has the probability that its
    prototypes hold in the softmax of all (mixture discriminant analysis in the spirit
    of Hastie and Tibshirani, 1996, with linear scores).

    Parameters
    ----------
    matrix, labels
        Shapes (n, d) and (n,); -1 is noise and gets prototypes like a segment.
    """
    model = None
    for count in PROTOTYPES_PER_SEGMENT:
        start = _centres(matrix, labels, count)
        for tried in (start, _fitted(matrix, labels, start)):
            model = _better(model, tried, matrix, labels)
            if _agreement(model, matrix, labels) >= AGREEMENT:
                return model
        if len(matrix) <= count:
            break
    return model


def _agreement(model: LinearModel, matrix: np.ndarray, labels: np.ndarray) -> float:
    return float((model.predict(matrix) == labels).mean())


def _better(
    model: LinearModel | None, tried: LinearModel, matrix, labels
) -> LinearModel:
    """Return the model that agrees more; the earlier, smaller one if they are equal."""
    if model is None:
        return tried
    improves = _agreement(tried, matrix, labels) > _agreement(model, matrix, labels)
    return tried if improves else model


def _centres(matrix: np.ndarray, labels: np.ndarray, count: int) -> LinearModel:
    """Return the nearest of `count` k-means centres within each segment."""
    points, segments = [], []
    for name in np.unique(labels):
        part = matrix[labels == name]
        size = min(count, len(np.unique(part, axis=0)))
        fitted = KMeans(size, n_init=1, random_state=0).fit(part)
        points.append(fitted.cluster_centers_)
        segments += [name] * size
    return nearest(np.vstack(points), np.array(segments))


def _fitted(matrix: np.ndarray, labels: np.ndarray, start: LinearModel) -> LinearModel:
    """Return the prototypes after maximising the likelihood of the labels."""
    inputs = np.column_stack([matrix, np.ones(len(matrix))])
    origin = np.column_stack([start.weights, start.offsets])
    is_own = labels[:, None] == start.segments[None, :]

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the mean negative log-likelihood and its gradient."""
        weights = flat.reshape(origin.shape)
        scores = inputs @ weights.T
        own_scores = np.where(is_own, scores, -np.inf)
        total = logsumexp(scores, axis=1, keepdims=True)
        own = logsumexp(own_scores, axis=1, keepdims=True)
        moved = weights - origin
        residuals = np.exp(scores - total) - np.exp(own_scores - own)
        gradient = residuals.T @ inputs / len(inputs) + PULL * moved
        value = (total - own).mean() + PULL * (moved**2).sum() / 2
        return float(value), gradient.ravel()

    found = minimize(
        loss, origin.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": STEPS}
    ).x.reshape(origin.shape)
    # Rounded: the last bits depend on the machine, prototypes should not.
    found = np.round(found, 9)
    return LinearModel(found[:, :-1], found[:, -1], start.segments)
