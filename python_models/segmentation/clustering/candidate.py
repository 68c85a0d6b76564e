"""One solution with everything that is known about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from segmentation.assigning.prototypes import NOISE, LinearModel, segment_centroids


@dataclass
class Candidate:
    """A row of fitted_candidates in the making.

    Attributes
    ----------
    algorithm
        Its name.
    fit
        Fits the same way to another sample.
    model
        Linear prototypes, canonically numbered.
    matrix
        Shape (n, d): the structure sample that it is measured on.
    agreement
        Share of the sample that the prototypes label as the algorithm did.
    valley
        Shallowest valley between its groups; None where valleys were not looked for.
    is_grouped
        Whether it is a grouping by valleys.
    quarter_agreement
        Adjusted Rand index with a fit to the customers of a quarter before; nan where
        there is none.
    """

    algorithm: str
    fit: Callable
    model: LinearModel
    matrix: np.ndarray
    agreement: float
    valley: float | None
    is_grouped: bool
    measures: dict[str, float] = field(default_factory=dict)
    stability: float = np.nan
    quarter_agreement: float = np.nan
    jaccards: np.ndarray | None = None
    calibration: tuple[list, list] = ((), ())
    is_eligible: bool = False
    is_selected: bool = False
    reason: str = ""
    structure: str = ""
    structure_evidence: str = ""

    @cached_property
    def labels(self) -> np.ndarray:
        """Segment numbers of the sample, shape (n,); -1 is noise."""
        return self.model.predict(self.matrix)

    @property
    def segment_count(self) -> int:
        """Segments, noise aside."""
        return int(self.model.segments.max(initial=NOISE)) + 1

    @property
    def noise_share(self) -> float:
        return float((self.labels == NOISE).mean())

    @property
    def smallest_share(self) -> float:
        """Share of the smallest segment among all customers of the sample."""
        sizes = np.bincount(
            self.labels[self.labels != NOISE], minlength=self.segment_count
        )
        return float(sizes.min(initial=len(self.labels)) / len(self.labels))

    def row(self, dimensions: int) -> dict:
        """Return the row, lists in place of arrays, vectors of so many dimensions."""
        count = self.segment_count
        means = segment_centroids(self.matrix, self.labels, count)
        return {
            "algorithm": self.algorithm,
            "segment_count": count,
            **self.measures,
            "stability": self.stability,
            "quarter_agreement": self.quarter_agreement,
            "lowest_jaccard": float(self.jaccards.min(initial=1.0)),
            "valley": self.valley,
            "smallest_share": self.smallest_share,
            "noise_share": self.noise_share,
            "assignment_agreement": self.agreement,
            "is_eligible": self.is_eligible,
            "is_selected": self.is_selected,
            "reason": self.reason,
            "structure": self.structure,
            "structure_evidence": self.structure_evidence,
            "prototype_segments": self.model.segments.tolist(),
            "prototype_weights": self.model.weights[:, :dimensions].tolist(),
            "prototype_offsets": self.model.offsets.tolist(),
            "centroids": means[:, :dimensions].tolist(),
            "jaccards": self.jaccards.tolist(),
            "calibration_margins": list(self.calibration[0]),
            "calibration_confidences": list(self.calibration[1]),
        }
