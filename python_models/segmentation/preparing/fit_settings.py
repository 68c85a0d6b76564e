"""What a user may set about clustering, checked."""

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
REFIT_MODES = ("auto", "always", "never")
FEWEST_IN_A_CUT = 3


@dataclass(frozen=True)
class Settings:
    """Settings of `fit_candidates`: each is a dbt var of the same name.

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
    resample_count, resample_share
        Refits, and the share of customers in each.
    seed
        Of every draw.
    """

    algorithm: str = "kmeans"
    segment_count: int | str = "auto"
    segment_count_min: int = 2
    segment_count_max: int = 8
    structure_sample_size: int = 4000
    smallest_share: float = 0.03
    valley_limit: float = 0.5
    stability_minimum: float = 0.85
    group_stability_minimum: float = 0.75
    resample_count: int = 16
    resample_share: float = 0.7
    seed: int = 0
    # Fewer different customers show no density: what looks like a valley is chance.
    smallest_structure: int = 500
    # Most customers in a resample, and in the measures that take all pairs.
    resample_size: int = 2000
    measure_size: int = 2000
    gap_size: int = 1000

    def __post_init__(self):
        if self.algorithm not in (*ALGORITHM_NAMES, "auto"):
            raise ValueError(
                f"algorithm: one of {', '.join(ALGORITHM_NAMES)} or auto, "
                f"not {self.algorithm!r}"
            )
        for name in ("segment_count_min", "segment_count_max"):
            if whole_number(getattr(self, name)) is None or getattr(self, name) < 1:
                raise ValueError(
                    f"{name}: a whole number from 1, not {getattr(self, name)!r}"
                )
        if self.segment_count_min > self.segment_count_max:
            raise ValueError(
                f"segment_count_min: at most segment_count_max "
                f"({self.segment_count_max}), not {self.segment_count_min!r}"
            )
        if self.segment_count != "auto":
            count = whole_number(self.segment_count)
            if count is None or count < 1:
                raise ValueError(
                    "segment_count: 'auto' or a whole number from 1, "
                    f"not {self.segment_count!r}"
                )
            object.__setattr__(self, "segment_count", count)
            object.__setattr__(
                self, "segment_count_min", min(count, self.segment_count_min)
            )
            object.__setattr__(
                self, "segment_count_max", max(count, self.segment_count_max)
            )

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


def whole_number(value) -> int | None:
    """Return the value as int (also '5' and 5.0), or None if it is no whole number."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return (
        int(number) if number == int(number) and not isinstance(value, bool) else None
    )
