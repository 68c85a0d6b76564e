"""Customers that models are fitted on, with what several fits share."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from segmentation.settings import Settings
from segmentation.structure import Structure, find_structure, ward_tree


class Sample:
    """Customers in canonical order; the costly parts are made once, when asked for.

    Parameters
    ----------
    matrix
        Shape (n, d).
    settings
        What counts as a group.
    """

    def __init__(self, matrix: np.ndarray, settings: Settings):
        self.matrix = matrix
        self.settings = settings

    def __len__(self) -> int:
        return len(self.matrix)

    @cached_property
    def tree(self) -> np.ndarray:
        """The Ward linkage."""
        return ward_tree(self.matrix)

    @cached_property
    def structure(self) -> Structure:
        """The groupings that merging passes through."""
        if len(self) < self.settings.smallest_structure:
            return Structure({}, None)
        return find_structure(
            self.matrix,
            self.tree,
            count_min=self.settings.segment_count_min,
            count_max=self.settings.segment_count_max,
            smallest_share=self.settings.smallest_share,
            valley_limit=self.settings.valley_limit,
        )
