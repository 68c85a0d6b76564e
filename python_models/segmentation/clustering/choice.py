"""The rule that chooses a candidate, and its reason in words.

1. Natural groups: the most groups that all have a valley between them, where refits on
   resamples, and on the customers of a quarter before, find them again.
2. Otherwise a continuum, cut where it is useful: of the solutions that come back under
   resampling and have no tiny segment, the best silhouette; where none shows any
   structure, the most segments, which tell most. Newcomers of this quarter may make
   another cut the better one: it is taken, and called weak.
3. Otherwise weak: the solution that comes back best.
"""

from __future__ import annotations

import numpy as np
from sklearn.metrics import adjusted_rand_score

from segmentation.clustering.candidate import Candidate
from segmentation.clustering.solutions import Sample

NATURAL = "natural groups"
CONTINUUM = "continuum"
WEAK = "weak"

# Kaufman, Rousseeuw (1990): up to this silhouette no substantial structure is found.
NO_STRUCTURE = 0.25
# Agreement (adjusted Rand index) from which an algorithm's segments are the groups.
SAME_GROUPS = 0.8


def choose(candidates: list[Candidate], sample: Sample) -> None:
    """Mark the candidate to use, and write down why, for each of them."""
    settings = sample.settings
    natural = natural_count(candidates, sample)
    fixed = None if settings.segment_count == "auto" else settings.segment_count
    for one in candidates:
        one.is_eligible, one.reason = judged(one, sample, natural)
    pool = candidates
    if fixed is not None:
        near = min(abs(one.segment_count - fixed) for one in candidates)
        pool = [one for one in pool if abs(one.segment_count - fixed) == near]
    selected = best(pool, natural)
    selected.is_selected = True
    selected.reason = selected_reason(selected, pool, fixed)
    for one in candidates:
        one.structure, one.structure_evidence = verdict(one, sample, natural)


def natural_count(candidates: list[Candidate], sample: Sample) -> int | None:
    """Return the number of natural groups; None if there are none or they move."""
    count = sample.structure.count
    if count is None:
        return None
    for one in candidates:
        if one.is_grouped and one.segment_count == count:
            is_stable = one.stability >= sample.settings.group_stability_minimum
            return count if is_stable and is_of_both_quarters(one, sample) else None
    return count


def is_of_both_quarters(one: Candidate, sample: Sample) -> bool:
    """Return whether the quarter before shows these segments; True if none is known."""
    return not one.quarter_agreement < sample.settings.soft_agreement


def judged(one: Candidate, sample: Sample, natural: int | None) -> tuple[bool, str]:
    """Return whether a candidate may be chosen, and why not."""
    settings = sample.settings
    count = one.segment_count
    if count < 2:
        return False, one_segment(one)
    if natural is not None and count < natural:
        return False, f"joins groups: between every two of {natural} there is a gap"
    if natural is not None and count > natural and one.is_grouped:
        return False, f"most ways to divide the customers find {natural} groups only"
    if natural is not None and count > natural:
        return False, f"cuts through a group: there are no gaps beyond {natural} groups"
    if natural is None and sample.structure.count == count < settings.fewest_in_a_cut:
        return False, f"its {count} groups are not the same in other samples"
    if one.smallest_share < settings.smallest_share:
        return False, (
            f"its smallest segment holds {one.smallest_share:.1%} of customers, "
            f"less than {settings.smallest_share:.0%}"
        )
    limit = (
        settings.stability_minimum
        if natural is None
        else settings.group_stability_minimum
    )
    if one.stability < limit:
        return False, (
            f"not the same in other samples: agreement {one.stability:.2f}, where "
            f"{limit:.2f} is needed"
        )
    return True, "possible, but another was better"


def one_segment(one: Candidate) -> str:
    """Return why there is one segment only."""
    if len(one.matrix) == 1:
        return "there is one customer: one segment"
    if np.ptp(one.matrix, axis=0).max(initial=0) == 0:
        return "all customers are alike in the features used: one segment"
    if one.noise_share == 0:
        return "one segment holds every customer"
    return (
        f"{one.algorithm} finds one dense region, with "
        f"{1 - one.noise_share:.0%} of customers in it, and no parts of it"
    )


def best(pool: list[Candidate], natural: int | None) -> Candidate:
    """Return the eligible candidate to use.

    Where none is eligible: the one nearest to the natural groups, if there are any,
    and of those the one that comes back best.
    """
    eligible = [one for one in pool if one.is_eligible]
    grouped = [one for one in eligible if one.is_grouped]
    if grouped:
        return max(grouped, key=lambda one: one.segment_count)
    if eligible:
        if shows_structure(eligible):
            return max(eligible, key=silhouette)
        return max(eligible, key=lambda one: (one.segment_count, silhouette(one)))

    def rank(one: Candidate) -> tuple[float, float]:
        missed = 0 if natural is None else abs(one.segment_count - natural)
        return -missed, round(float(np.fmin(one.stability, one.quarter_agreement)), 6)

    return max(pool, key=rank)


def silhouette(one: Candidate) -> float:
    """Return a candidate's silhouette, to the digits that are not rounding."""
    return round(one.measures["silhouette"], 6)


def shows_structure(candidates: list[Candidate]) -> bool:
    """Return whether a silhouette is high enough to be a reason."""
    return max(map(silhouette, candidates)) > NO_STRUCTURE


def selected_reason(one: Candidate, pool: list[Candidate], fixed: int | None) -> str:
    """Return why this candidate was taken."""
    if fixed is not None:
        if one.segment_count == fixed:
            return f"segment_count is set to {fixed}"
        return (
            f"segment_count is set to {fixed}, but these customers differ enough for "
            f"{one.segment_count} only"
        )
    if one.segment_count < 2:
        return one_segment(one)
    others = compared(one, pool)
    if one.is_eligible and one.is_grouped:
        return (
            f"the most groups with a gap between every pair: in the shallowest, "
            f"density falls to {one.valley:.0%} of the groups' own{others}"
        )
    if one.is_eligible and shows_structure([one]):
        return (
            f"best silhouette ({one.measures['silhouette']:.2f}) among the solutions "
            f"that come back in other samples (agreement {one.stability:.2f}) and have "
            f"no tiny segment{others}"
        )
    if one.is_eligible:
        return (
            f"the most segments that come back in other samples (agreement "
            f"{one.stability:.2f}) and have no tiny one: silhouettes of "
            f"{NO_STRUCTURE} or less say nothing{others}"
        )
    return (
        f"no solution meets every requirement; this one comes closest, with an "
        f"agreement of {one.stability:.2f} between samples"
    )


def compared(one: Candidate, pool: list[Candidate]) -> str:
    """Return how other algorithms' best solutions come back, where there are others."""
    best_by_name = {}
    for other in pool:
        if other.algorithm != one.algorithm and np.isfinite(other.stability):
            known = best_by_name.get(other.algorithm, -np.inf)
            best_by_name[other.algorithm] = max(known, other.stability)
    if not best_by_name:
        return ""
    listed = ", ".join(f"{name} {best:.2f}" for name, best in best_by_name.items())
    return f"; agreement between samples {one.stability:.2f}, at best {listed}"


def follows_groups(one: Candidate, sample: Sample) -> bool:
    """Return whether a candidate's segments are groups with valleys between them."""
    if not sample.structure.is_split(one.segment_count):
        return False
    if one.stability < sample.settings.group_stability_minimum:
        return False
    if not is_of_both_quarters(one, sample):
        return False
    groups = sample.structure.path[one.segment_count]
    return adjusted_rand_score(groups.labels, one.labels) >= SAME_GROUPS


def verdict(one: Candidate, sample: Sample, natural: int | None) -> tuple[str, str]:
    """Return what kind of structure a candidate shows, and the evidence."""
    settings = sample.settings
    groups = sample.structure.path.get(one.segment_count)
    if natural is not None and follows_groups(one, sample):
        return NATURAL, (
            f"{one.segment_count} groups with a gap between every pair (in the "
            f"shallowest, density falls to {groups.valley:.0%} of the groups' own); "
            f"agreement between samples {one.stability:.2f}"
        )
    if sample.distinct_count < settings.smallest_structure:
        why = (
            f"{sample.distinct_count} different customers are too few to see gaps "
            "between groups"
        )
    elif natural is not None:
        why = f"these segments do not follow the {natural} groups there are"
    elif sample.structure.count is not None:
        why = "there are groups, but not the same ones in other samples or quarters"
    else:
        why = "no gaps that would divide customers into separate groups"
    is_stable = one.stability >= settings.stability_minimum and one.segment_count > 1
    if is_stable and not is_of_both_quarters(one, sample):
        return WEAK, (
            f"{why}; the customers of a quarter before would be divided differently "
            f"(agreement {one.quarter_agreement:.2f}, {settings.soft_agreement:.2f} is "
            "needed)"
        )
    if is_stable and np.isfinite(one.stability):
        return CONTINUUM, (
            f"{why}; other samples are divided the same way "
            f"(agreement {one.stability:.2f})"
        )
    return WEAK, (
        f"{why}; other samples are divided differently (agreement {one.stability:.2f}, "
        f"{settings.stability_minimum:.2f} is needed)"
        if one.segment_count > 1
        else one_segment(one)
    )
