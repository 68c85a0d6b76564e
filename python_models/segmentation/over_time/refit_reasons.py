"""What speaks against keeping a model, in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from segmentation.over_time.fit_figures import Figures
from segmentation.over_time.fresh_look import Look

# Share of customers below which a segment is gone: a few strays may be left in it.
GONE_SHARE = 0.005


@dataclass(frozen=True)
class Limits:
    """Figures up to which a published model still fits: vars of the same names."""

    drift_share_maximum: float
    stability_index_maximum: float
    quality_loss_maximum: float
    group_gain_minimum: float
    same_customers_minimum: float


def changed_settings(
    before: Mapping[str, object], now: Mapping[str, object]
) -> dict[str, str]:
    """Return what is set otherwise than at the fit, in words, by setting."""
    return {
        name: f"{name} was {_text(before.get(name))}, is {_text(now.get(name))}"
        for name in sorted(set(before) | set(now))
        if _text(before.get(name)) != _text(now.get(name))
    }


def misfits(
    figures: Figures, look: Look, limits: Limits, *, was_natural: bool
) -> list[str]:
    """Return in words what speaks against keeping the model.

    Where there are groups today, only groups that are others and closer: distances and
    bins move with time, and where groups overlap every fit finds others, as good. The
    cut of a continuum gives way to any groups, and so does a segment that is gone.
    """
    if look.is_other and (
        not was_natural
        or look.fresh_gain > limits.group_gain_minimum
        or figures.quality_loss > limits.quality_loss_maximum
        or look.smallest_segment_share < GONE_SHARE
    ):
        return [
            f"customers form {look.fresh_group_count} groups that the published "
            f"segments do not follow (agreement {look.fresh_agreement:.2f}, Jaccard of "
            f"the least alike {look.fresh_lowest_jaccard:.2f}); squared distances to "
            f"the segments are {abs(look.fresh_gain):.1%} "
            f"{'less' if look.fresh_gain < 0 else 'more'} than to the groups, and "
            f"{figures.quality_loss:.1%} more than in a fresh fit of as many"
        ]
    if look.fresh_group_count:
        return []
    found = complaints(figures, limits)
    # Groups that one month does not show are no reason to cut customers otherwise.
    is_closer = figures.quality_loss > limits.quality_loss_maximum
    is_far = figures.drift_share > limits.drift_share_maximum
    return found if not was_natural or is_closer or is_far else []


def complaints(figures: Figures, limits: Limits) -> list[str]:
    """Return in words which figures are above their limits."""
    found = []
    if figures.drift_share > limits.drift_share_maximum:
        found.append(
            f"{figures.drift_share:.1%} of customers are farther from any segment than "
            f"99% were at the fit (limit {limits.drift_share_maximum:.1%})"
        )
    if figures.stability_index > limits.stability_index_maximum:
        found.append(
            f"{figures.shifted_feature} has shifted: stability index "
            f"{figures.stability_index:.2f} (limit {limits.stability_index_maximum:g})"
        )
    if figures.quality_loss > limits.quality_loss_maximum:
        found.append(
            f"a fresh fit is {figures.quality_loss:.1%} closer to the customers "
            f"(limit {limits.quality_loss_maximum:.1%})"
        )
    return found


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True)
