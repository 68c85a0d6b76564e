"""What a fit is under: vars of the same names, and what is not set."""

from __future__ import annotations

from dataclasses import dataclass

ALGORITHM_NAMES = (
    "kmeans",
    "bisecting_kmeans",
    "gaussian_mixture",
    "birch",
    "agglomerative_ward",
    "agglomerative_average",
    "agglomerative_complete",
    "dbscan",
    "hdbscan",
)
# What 'auto' compares: those that place every customer and stand a resample.
AUTO_NAMES = ("kmeans", "gaussian_mixture", "birch", "agglomerative_ward")
REFIT_MODES = ("auto", "always", "never", "afresh")
FEWEST_IN_A_CUT = 3


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Settings of `fit_candidates`; those without a default are vars of the same name.

    Attributes
    ----------
    algorithm
        One of `ALGORITHM_NAMES`, or 'auto' to compare those that suit.
    segment_count
        'auto', or the number of segments wanted.
    segment_count_min, segment_count_max
        Range that is looked at. A cut of a continuum has at least `FEWEST_IN_A_CUT`:
        halves of one tell little, two groups are what there is.
    structure_sample_size
        Customers, at most, on whom structure is looked for: memory and time grow with
        their square.
    smallest_share
        Share of customers below which a cluster is no segment.
    valley_limit
        Density between two groups over the lower of their peaks: from this up they
        are one group.
    stability_minimum
        Mean agreement (adjusted Rand index) with refits on resamples from which a cut
        of a continuum counts as repeatable.
    group_stability_minimum
        The same for groups with valleys between them.
    soft_agreement
        Agreement with a fit to the quarter before from which either counts as more
        than a matter of the season.
    resample_count, resample_share
        Refits, and the share of customers in each.
    seed
        Of every draw.
    event_steps
        How far one event moves a customer in each model dimension; none: not at all.
    """

    algorithm: str
    segment_count: int | str
    segment_count_min: int
    segment_count_max: int
    structure_sample_size: int
    smallest_share: float
    valley_limit: float
    stability_minimum: float
    soft_agreement: float
    resample_count: int
    group_stability_minimum: float = 0.75
    resample_share: float = 0.7
    seed: int = 0
    event_steps: tuple[float, ...] = ()
    # Fewer different customers show no density: what looks like a valley is chance.
    smallest_structure: int = 500
    # Most customers in a resample, and in the measures that take all pairs.
    resample_size: int = 2000
    measure_size: int = 2000
    gap_size: int = 1000

    def __post_init__(self):
        # A number of segments that the user wants is looked at, whatever the range.
        count = self.segment_count
        if count != "auto":
            low, high = self.segment_count_min, self.segment_count_max
            object.__setattr__(self, "segment_count_min", min(count, low))
            object.__setattr__(self, "segment_count_max", max(count, high))

    @property
    def fewest_in_a_cut(self) -> int:
        """Fewest segments that a continuum is cut into."""
        if self.segment_count != "auto":
            return self.segment_count_min
        return min(max(self.segment_count_min, FEWEST_IN_A_CUT), self.segment_count_max)

    @property
    def algorithms(self) -> tuple[str, ...]:
        """Names of the algorithms to fit."""
        return AUTO_NAMES if self.algorithm == "auto" else (self.algorithm,)
