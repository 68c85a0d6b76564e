"""A fresh look at today's customers: are the published segments still their groups?

Distances and bins move as time goes by, though every group is where it was: those who
left grow older together. Whether a refit would find other groups, and how much closer
to the customers those are, is asked directly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from sklearn.metrics import adjusted_rand_score

from segmentation.clustering.algorithms import grouped, natural
from segmentation.clustering.choice import SAME_GROUPS
from segmentation.clustering.measures import jaccards, within_sum_of_squares
from segmentation.clustering.resampling import quarter_agreement, refit, stability
from segmentation.clustering.solutions import Sample
from segmentation.preparing.fit_settings import Settings
from segmentation.preparing.sampling import drawn_rows

# Hennig: a cluster found again with a lower Jaccard agreement is dissolved.
DISSOLVED = 0.5
# Agreement of resamples that is worth a refit. A fit asks for less: groups at the edge
# of being seen would be found here, and not by the refit, in every build again.
CLEAR = 0.9
DIGITS = 6


@dataclass(frozen=True)
class Look:
    """What a fresh look at the customers shows.

    Attributes
    ----------
    fresh_group_count
        Groups with a valley between every pair; 0 if none, or if they are others than
        the published segments and do not clearly come back on resamples,
        and then the others are None.
    fresh_agreement
        Adjusted Rand index of these groups and the published segments.
    fresh_lowest_jaccard
        Jaccard agreement of the segment, or group, that the other side has least.
    fresh_gain
        By how much squared distances to the published segments' means exceed those to
        the groups' means. Negative where the groups are fewer and tell less.
    smallest_segment_share
        Share of customers in the published segment that has fewest today.
    """

    fresh_group_count: int = 0
    fresh_agreement: float | None = None
    fresh_lowest_jaccard: float | None = None
    fresh_gain: float | None = None
    smallest_segment_share: float | None = None

    @property
    def is_other(self) -> bool:
        """Whether a segment is gone, or a group has come that no segment stands for."""
        return self.fresh_group_count > 0 and (
            self.fresh_lowest_jaccard < DISSOLVED or self.fresh_agreement < SAME_GROUPS
        )


def look_afresh(
    *,
    vectors: np.ndarray,
    keys: Sequence[str],
    published_ids: np.ndarray,
    all_ids: Sequence[str],
    settings: Settings,
    earlier: Sample | None = None,
) -> Look:
    """Look for groups as a refit would, and compare them with the published segments.

    Parameters
    ----------
    vectors
        (n, d): today's customers in dimensions fitted on them.
    keys
        (n,) customer ids: who is in the sample.
    published_ids
        (n,) their segments by the published model.
    all_ids
        Every published segment: one that nobody is in any more is gone.
    settings
        What counts as a group.
    earlier
        Customers of a quarter before, in the same dimensions.
    """
    drawn = drawn_rows(vectors, keys, settings.structure_sample_size)
    sample, published_ids = Sample(vectors[drawn], settings), published_ids[drawn]
    count = sample.structure.count
    if sample.settings.segment_count != "auto":
        count = sample.settings.segment_count
        count = count if sample.structure.is_split(count) else None
    if count is None:
        return Look()
    groups = grouped(sample, count).labels
    names = sorted(set(all_ids))
    segments = np.searchsorted(names, published_ids)
    lowest = min(
        jaccards(segments, groups, len(names)).min(),
        jaccards(groups, segments, groups.max() + 1).min(),
    )
    agreement = adjusted_rand_score(segments, groups)
    spread = within_sum_of_squares(sample.matrix, groups)
    published_spread = within_sum_of_squares(sample.matrix, segments)
    gain = published_spread / spread - 1 if spread > 0 else 0.0
    smallest = np.bincount(segments, minlength=len(names)).min() / len(segments)
    figures = [
        round(float(value), DIGITS) for value in (agreement, lowest, gain, smallest)
    ]
    found = Look(count, *figures)
    if found.is_other and not _comes_back(sample, groups, count, earlier):
        return Look()
    return found


def _comes_back(
    sample: Sample, groups: np.ndarray, count: int, earlier: Sample | None
) -> bool:
    """Return whether resamples, and the quarter before, show the same groups."""
    is_free = sample.settings.segment_count == "auto"
    fit = partial(natural if is_free else grouped, count=count)
    _, refits = refit(sample, {0: fit})
    if stability(groups, refits[0]) < CLEAR:
        return False
    agreement = quarter_agreement(fit, groups, sample.matrix, earlier)
    return not agreement < sample.settings.soft_agreement
