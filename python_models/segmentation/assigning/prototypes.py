"""Assignment by linear scores: what SQL can apply to every customer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

NOISE = -1


@dataclass(frozen=True)
class LinearModel:
    """Prototypes with linear scores; a customer joins the best prototype's segment.

    Attributes
    ----------
    weights
        Shape (p, d): score_p = dot(z, weights_p) + offsets_p.
    offsets
        Shape (p,).
    segments
        Shape (p,): segment number of each prototype, -1 for noise.
    """

    weights: np.ndarray
    offsets: np.ndarray
    segments: np.ndarray

    def scores(self, matrix: np.ndarray) -> np.ndarray:
        """Return the scores of n customers, shape (n, p)."""
        return matrix @ self.weights.T + self.offsets

    def predict(self, matrix: np.ndarray) -> np.ndarray:
        """Return the segment number of n customers; ties go to the first prototype."""
        return self.segments[self.scores(matrix).argmax(axis=1)]

    def keep(self, segments: np.ndarray) -> LinearModel:
        """Return the model with these segments only (ascending), numbered from 0."""
        kept = np.isin(self.segments, segments)
        numbers = np.searchsorted(segments, self.segments[kept])
        return LinearModel(self.weights[kept], self.offsets[kept], numbers)

    def margins(self, matrix: np.ndarray) -> np.ndarray:
        """Return how far each customer's best segment beats the second, in score.

        Infinite where there is one segment only.
        """
        scores = self.scores(matrix)
        best = scores.argmax(axis=1)
        rows = np.arange(len(matrix))
        is_other = self.segments[None, :] != self.segments[best][:, None]
        others = np.where(is_other, scores, -np.inf).max(axis=1, initial=-np.inf)
        return scores[rows, best] - others


def centroids(matrix: np.ndarray, labels: np.ndarray, count: int) -> np.ndarray:
    """Return the mean of each of the segments 0 .. count - 1, shape (count, d)."""
    sizes = np.bincount(labels, minlength=count)
    members = np.zeros((len(labels), count))
    members[np.arange(len(labels)), labels] = 1
    return members.T @ matrix / np.maximum(sizes, 1)[:, None]


def nearest(points: np.ndarray, segments: np.ndarray | None = None) -> LinearModel:
    """Return the model that assigns to the nearest of p points.

    Parameters
    ----------
    points
        Shape (p, d). Nearest is the largest dot(z, point) - |point|^2 / 2.
    segments
        Segment of each point; without it every point is a segment.
    """
    if segments is None:
        segments = np.arange(len(points))
    return LinearModel(points, -0.5 * (points**2).sum(axis=1), segments)


def segment_centroids(matrix: np.ndarray, labels: np.ndarray, count: int) -> np.ndarray:
    """Return the mean of the segments 0 .. count - 1, noise left out: (count, d)."""
    kept = labels != NOISE
    return centroids(matrix[kept], labels[kept], count)


def canonical(model: LinearModel, matrix: np.ndarray) -> LinearModel:
    """Return the same model with segments numbered by size, the largest first.

    Equal sizes are ordered by centroid, dimension by dimension; prototypes by segment,
    then by weights. A segment that nobody joins is dropped.
    """
    labels = model.predict(matrix)
    found = np.unique(labels[labels != NOISE])
    dense = np.searchsorted(found, labels)
    dense[labels == NOISE] = NOISE
    means = np.round(segment_centroids(matrix, dense, len(found)), 9)
    sizes = np.bincount(dense[dense != NOISE], minlength=len(found))
    rank = np.empty(len(found), dtype=int)
    rank[np.lexsort((*means.T[::-1], -sizes))] = np.arange(len(found))
    names = dict(zip(found.tolist(), rank.tolist(), strict=True)) | {NOISE: NOISE}
    kept = np.isin(model.segments, [*found, NOISE])
    segments = np.array([names[name] for name in model.segments[kept].tolist()], int)
    weights, offsets = model.weights[kept], model.offsets[kept]
    # Noise last: SQL numbers prototypes by segment, 'unassigned' after the others.
    last = np.where(segments == NOISE, len(found), segments)
    order = np.lexsort((*np.round(weights, 9).T[::-1], last))
    return LinearModel(weights[order], offsets[order], segments[order])
