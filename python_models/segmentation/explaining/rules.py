"""The rule that tells a segment best, with how well it does."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from segmentation.explaining.conditions import (
    Condition,
    candidate_conditions,
    holds,
    matches,
)

MAX_CONDITIONS = 3
# Precision counts more than coverage: a list with strangers on it costs more than one
# that misses some members (F-measure with beta below 1, van Rijsbergen 1979).
BETA = 0.75
# A further condition must earn its place in the reader's head.
LEAST_GAIN = 0.01
BEAM_WIDTH = 8
SEARCH_ROWS = 8_000


class Rule(NamedTuple):
    """Conditions that all must hold, and how well they tell the segment.

    `precision` is the share of the customers found who are members, `coverage` the
    share of the members found; both None where there is nothing to divide by.
    """

    conditions: tuple[Condition, ...]
    precision: float | None
    coverage: float | None


def find_rule(
    *, features: pd.DataFrame, members: np.ndarray, dimensions: pd.DataFrame
) -> Rule:
    """Search the conjunction of at most three conditions that tells a segment best.

    A beam search over readable thresholds (the idea of CN2 and PRIM): from each of the
    best rules so far, the best ones with one more condition.

    Parameters
    ----------
    features
        n customers, raw units, in an order that the caller has fixed.
    members
        (n,) True for the segment's customers.
    dimensions
        Used rows of fitted_features: feature, category_value.

    Returns
    -------
    The rule with its precision and coverage on all n customers; a rule without
    conditions (everybody) where nothing tells the segment.
    """
    kept = _search_rows(members)
    sample, target = features.iloc[kept], members[kept]
    conditions = candidate_conditions(
        features=sample, members=target, dimensions=dimensions
    )
    if not conditions or not target.any():
        return _measured(features, members, ())
    table = np.array([holds(sample, item) for item in conditions], dtype=np.float32)
    # Customers left out of the search count through those that stand for them.
    weights = _row_weights(members, target)
    beam = [((), np.ones(len(sample), dtype=np.float32), -1.0)]
    best = beam[0]
    for _ in range(MAX_CONDITIONS):
        beam = _extended(beam, table, target, weights)
        if not beam or beam[0][2] < best[2] + LEAST_GAIN:
            break
        best = beam[0]
    chosen = sorted(best[0])
    return _measured(features, members, tuple(conditions[item] for item in chosen))


def _search_rows(members: np.ndarray) -> np.ndarray:
    # As many rows of the segment as of the others: a small one keeps its thresholds.
    if len(members) <= SEARCH_ROWS:
        return np.arange(len(members))
    kept = []
    for rows in (np.flatnonzero(members), np.flatnonzero(~members)):
        step = max(1, -(-len(rows) // (SEARCH_ROWS // 2)))
        kept.append(rows[::step])
    return np.sort(np.concatenate(kept))


def _row_weights(members: np.ndarray, target: np.ndarray) -> np.ndarray:
    inside = members.sum() / target.sum()
    outside = (~members).sum() / max((~target).sum(), 1)
    return np.where(target, inside, outside).astype(np.float32)


def _extended(beam, table, target, weights) -> list:
    total = float(weights[target].sum())
    found_weights = np.array([found * weights for _, found, _ in beam])
    sizes = table @ found_weights.T
    hits = table @ (found_weights * target).T
    scores = ((1 + BETA**2) * hits / (BETA**2 * total + sizes)).round(6)
    scored = {}
    for (chosen, found, _), score in zip(beam, scores.T, strict=True):
        # Enough to fill the beam even when the best repeat rules already seen.
        for item in np.argsort(-score, kind="stable")[: 3 * BEAM_WIDTH]:
            key = frozenset((*chosen, int(item)))
            if len(key) > len(chosen) and key not in scored:
                scored[key] = (float(score[item]), found * table[item])
    ranked = sorted(scored.items(), key=lambda pair: (-pair[1][0], sorted(pair[0])))
    return [
        (tuple(sorted(key)), found, score)
        for key, (score, found) in ranked[:BEAM_WIDTH]
    ]


def _measured(features, members, conditions) -> Rule:
    found = matches(features=features, conditions=conditions)
    hits = int((found & members).sum())
    precision = hits / int(found.sum()) if found.any() else None
    coverage = hits / int(members.sum()) if members.any() else None
    return Rule(conditions, precision, coverage)
