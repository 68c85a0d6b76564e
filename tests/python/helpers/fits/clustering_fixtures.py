"""Small sets of customers whose groups are known."""

from __future__ import annotations

import numpy as np

from project_settings import fit_settings
from segmentation.clustering.solutions import Sample


def blobs(*, centres: list, size: int, spread: float, seed: int = 0):
    """Return customers around centres and the centre of each, shapes (n, d), (n,)."""
    generator = np.random.default_rng(seed)
    truth = np.repeat(np.arange(len(centres)), size)
    noise = spread * generator.standard_normal((len(truth), len(centres[0])))
    return np.asarray(centres, float)[truth] + noise, truth


def four_groups(size: int = 150):
    """Return four clear groups in three dimensions."""
    centres = [(0, 0, 0), (6, 0, 0), (0, 6, 0), (0, 0, 6)]
    return blobs(centres=centres, size=size, spread=1.0)


def one_blob(size: int = 800):
    """Return customers without any structure, in three dimensions."""
    return blobs(centres=[(0, 0, 0)], size=size, spread=1.0)[0]


def keys_of(matrix) -> list[str]:
    """Return an id for each row."""
    return [f"C{row:05d}" for row in range(len(matrix))]


def sample_of(matrix, **settings) -> Sample:
    """Return a sample under settings that are quick to fit."""
    return Sample(np.asarray(matrix, float), fit_settings(**{**QUICK, **settings}))


QUICK = {"resample_count": 4}
