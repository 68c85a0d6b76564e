"""How segments differ: every feature's median by segment, shaded by effect size."""

from __future__ import annotations

from collections.abc import Callable

from segmentation.report.page import Page
from segmentation.wording.numbers import is_missing
from segmentation.wording.sentences import capitalised

# Effect sizes (standard deviations from all customers) from which a shade is used.
SHADES = (0.2, 0.5, 0.8, 1.2)


def shade(effect: float | None) -> str:
    """Class of a cell: up1..up4 above all customers, down1..down4 below, or ''."""
    if effect is None:
        return ""
    level = sum(abs(effect) >= limit for limit in SHADES)
    return f"{'up' if effect > 0 else 'down'}{level}" if level else ""


def is_of_most(page: Page) -> Callable[[str, str], bool]:
    """Whether at least half of a segment have a value of a feature.

    A median of the few who ordered twice says nothing of a segment of single orders.
    """
    people = page.published.frame("customer_segments", "segment_id")
    shares = None if people is None else people.groupby("segment_id").count()
    sizes = None if people is None else people.groupby("segment_id").size()

    def found(segment_id: str, feature: str) -> bool:
        if shares is None or feature not in shares or segment_id not in shares.index:
            return True
        return shares.at[segment_id, feature] >= 0.5 * sizes[segment_id]

    return found


def _shaded(page: Page, row: dict) -> dict:
    """Shade and word of a cell: none where its figure does not say the same."""
    own, everyone = row["segment_median"], row["overall_median"]
    unit = row.get("unit")
    effect = row["effect_size"]
    is_told = (
        not is_missing(effect)
        and own is not None
        and everyone is not None
        and (own - everyone) * effect > 0
        and page.formats.unit(own, unit) != page.formats.unit(everyone, unit)
    )
    return {"shade": shade(effect) if is_told else "", "effect": effect}


def build(page: Page) -> dict | None:
    """Rows are features, strongest first; columns are segments."""
    found = page.published.rows(
        "segment_profiles",
        "segment_id",
        "feature",
        "segment_median",
        "overall_median",
        "effect_size",
    )
    if not found:
        return None
    features: dict[str, dict] = {}
    for row in found:
        entry = features.setdefault(
            row["feature"],
            {
                "label": capitalised(row.get("feature_label") or row["feature"]),
                "unit": row.get("unit"),
                "overall": row["overall_median"],
                "cells": {},
                "strength": 0.0,
                "feature": row["feature"],
            },
        )
        entry["cells"][row["segment_id"]] = {
            "value": row["segment_median"],
            **_shaded(page, row),
        }
        entry["strength"] = max(entry["strength"], abs(row["effect_size"] or 0.0))
    is_known = is_of_most(page)
    for entry in features.values():
        for segment_id, cell in entry["cells"].items():
            if not is_known(segment_id, entry["feature"]):
                cell.update(value=None, shade="")
    shown = {key for entry in features.values() for key in entry["cells"]}
    return {
        "title": "How the segments differ",
        "question": "What is the typical customer of each segment like, next to the "
        "typical customer of all?",
        "faces": [face for face in page.faces if face.segment_id in shown],
        "features": sorted(
            features.values(), key=lambda entry: (-entry["strength"], entry["label"])
        ),
    }
