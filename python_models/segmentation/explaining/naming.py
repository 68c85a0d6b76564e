"""Names for segments: distinct, and true to the segment's profile."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from segmentation.explaining.claims import (
    RESERVED_NAMES,
    Claim,
    Facts,
    SegmentName,
    claim_holds,
    name_holds,
    read_names,
)
from segmentation.wording.feature_words import feature_words
from segmentation.wording.sentences import capitalised, joined

# An effect beyond this is plain to see; more of it makes no better name.
CAPPED_EFFECT = 2.5
# A name that leaves out what sets a segment apart most is worth this much less.
WITHOUT_FIRST_DRIVER = 0.8
# A composed name is used where no name of the seed says half as much.
COMPOSED_WORTH = 0.55
MAX_COMPOSED_CLAIMS = 3


def fit_of_name(*, name: SegmentName, number: int, facts: Facts) -> float:
    """How much of what sets a segment apart a name says, times its preference.

    The cosine between the segment's effects, capped, and the dimensions the name
    speaks of: a name of two strong drivers beats a name of one.
    """
    own = [rows[number] for rows in facts.rows.values()]
    effects = np.array([min(abs(row.effect_size), CAPPED_EFFECT) for row in own])
    dimensions = {claim.dimension for claim in name.claims}
    spoken = np.array([row.dimension in dimensions for row in own])
    length = np.sqrt((effects**2).sum()) * np.sqrt(max(spoken.sum(), 1))
    if length == 0:
        return 0.0
    cosine = float(effects[spoken].sum() / length)
    has_first = any(row.driver_rank == 1 and row.dimension in dimensions for row in own)
    return cosine * name.preference * (1.0 if has_first else WITHOUT_FIRST_DRIVER)


def composed_names(*, number: int, facts: Facts) -> list[SegmentName]:
    """Names made of a segment's own true drivers, shortest that says enough first.

    Works for any feature: 'Frequent orders, full price', 'High annual income, low
    spending score', 'Mostly contract: Month-to-month'. Where a word asks for more than
    is true, the figure is compared: 'More orders per month'. Empty where nothing is
    true.
    """
    own = sorted((rows[number] for rows in facts.rows.values()), key=_driver_rank)
    true = [claim for row in own for claim in _first_true(row.dimension, number, facts)]
    # What sets a segment apart; where nothing does, what it has in common.
    told = [claim for claim in true if claim.level != "typical"] or true
    told = _one_a_theme(told, facts.labels)
    most = min(MAX_COMPOSED_CLAIMS, len(told))
    names = [
        _composed(told[:size], facts.labels)
        for size in sorted(range(1, most + 1), key=_twos_first)
    ]
    return [name for name in names if name_holds(name=name, number=number, facts=facts)]


def _composed(claims: list[Claim], labels: pd.DataFrame) -> SegmentName:
    phrases = _phrases(claims, labels)
    return SegmentName(
        composed_text(claims, labels),
        tuple(claims),
        f"Compared with all other customers: {phrases}.",
    )


def _first_true(dimension: str, number: int, facts: Facts) -> list[Claim]:
    """The strongest claim on a dimension that is true, if any."""
    for level in ("high", "low", "most", "above", "below", "typical"):
        claim = Claim(dimension, ":", level)
        if claim_holds(claim=claim, number=number, facts=facts):
            return [claim]
    return []


def _one_a_theme(claims: list[Claim], labels: pd.DataFrame) -> list[Claim]:
    """Of claims that say much the same, the first."""
    kept: dict[str, Claim] = {}
    for claim in claims:
        feature, _, _ = claim.dimension.partition("=")
        theme = feature_words(feature=feature, labels=labels).theme
        kept.setdefault(theme or claim.dimension, claim)
    return list(kept.values())


def composed_text(claims, labels: pd.DataFrame) -> str:
    """Name a segment by its claims: 'Many orders, full price'; '' without claims."""
    return capitalised(", ".join(_phrase(claim, labels) for claim in claims))


def _phrases(claims, labels) -> str:
    return joined([_phrase(claim, labels) for claim in claims])


def _phrase(claim: Claim, labels: pd.DataFrame) -> str:
    feature, _, category = claim.dimension.partition("=")
    words = feature_words(feature=feature, labels=labels)
    # Days and orders are more or fewer; averages, shares and money higher or lower.
    is_counted = words.unit in ("days", "orders", "count")
    more, less = ("more", "fewer") if is_counted else ("higher", "lower")
    if words.label.startswith("average"):
        more, less = "higher", "lower"
    phrases = {
        "high": words.high,
        "low": words.low,
        "most": f"{words.label} mostly {category}",
        "above": f"{more} {words.label}",
        "below": f"{less} {words.label}",
        "typical": f"typical {words.label}",
    }
    return phrases.get(claim.level, claim.text)


def _driver_rank(row) -> int:
    return row.driver_rank


def _twos_first(size: int) -> int:
    # Two drivers read best; three, then one, only to keep names apart.
    return {2: 0, 3: 1, 1: 2}[size]


def name_segments(
    *,
    facts: Facts,
    names: pd.DataFrame,
    previous_names: dict[int, SegmentName] | None = None,
) -> dict[int, SegmentName]:
    """Give every segment a name of its own that is true of it.

    A previous name is kept while it is true and still in the seed (or was composed).
    The others are chosen together, one name a segment, so that the sum of fits is
    greatest (Kuhn 1955: the assignment problem).

    Parameters
    ----------
    facts
        The segments' profile and customers, as `claims.facts_of` returns them.
    names
        The seed segment_names.
    previous_names
        Names of the last model, by segment number.

    Returns
    -------
    Names by segment number: distinct, no claim false. A segment that nothing sets
    apart is 'Segment' and its number, which claims nothing.
    """
    seed = read_names(names)
    numbers = sorted(set(facts.numbers.tolist()) - {-1})
    kept = _kept_names(numbers, seed, previous_names or {}, facts)
    taken = {name.name.casefold() for name in kept.values()}
    free = [name for name in seed if name.name.casefold() not in taken]
    waiting = [number for number in numbers if number not in kept]
    chosen = dict(kept)
    for number, name in _assigned(waiting, free, facts).items():
        if name is not None:
            chosen[number] = name
    # Composed names last, so that they keep clear of every name already given.
    for number in waiting:
        if number not in chosen:
            options = composed_names(number=number, facts=facts)
            chosen[number] = _first_free(number, options, chosen)
    return {number: chosen[number] for number in numbers}


def _kept_names(numbers, seed, previous_names, facts) -> dict[int, SegmentName]:
    by_name = {name.name.casefold(): name for name in seed}
    kept: dict[int, SegmentName] = {}
    for number in numbers:
        old = previous_names.get(number)
        if old is None:
            continue
        # The seed's present claims and wording count, not those of the last model.
        name = by_name.get(old.name.casefold())
        if name is None and old.name == composed_text(old.claims, facts.labels):
            name = old
        taken = {other.name.casefold() for other in kept.values()}
        if name is None or name.name.casefold() in taken:
            continue
        if name_holds(name=name, number=number, facts=facts):
            kept[number] = name
    return kept


def _assigned(waiting, free, facts) -> dict[int, SegmentName | None]:
    if not waiting:
        return {}
    # One column a name of the seed, then one a segment for its composed name.
    fits = np.full((len(waiting), len(free) + len(waiting)), -10.0)
    for row, number in enumerate(waiting):
        for column, name in enumerate(free):
            if name_holds(name=name, number=number, facts=facts):
                fits[row, column] = fit_of_name(name=name, number=number, facts=facts)
        options = composed_names(number=number, facts=facts)
        fits[row, len(free) + row] = (
            COMPOSED_WORTH * fit_of_name(name=options[0], number=number, facts=facts)
            if options
            else 0.0
        )
    rows, columns = linear_sum_assignment(-fits.round(9))
    return {
        waiting[row]: free[column] if column < len(free) else None
        for row, column in zip(rows, columns, strict=True)
    }


def _first_free(number, options, chosen) -> SegmentName:
    taken = {name.name.casefold() for name in chosen.values()}
    taken |= {name.casefold() for name in RESERVED_NAMES}
    for name in options:
        if name.name.casefold() not in taken:
            return name
    name = SegmentName(
        f"Segment {number + 1}", (), "Differs little from all other customers."
    )
    while name.name.casefold() in taken:
        name = name._replace(name=f"{name.name} (other)")
    if options:
        return name._replace(description=options[0].description)
    return name
