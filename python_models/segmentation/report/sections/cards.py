"""The segment cards: who they are, what drives them, what to do."""

from __future__ import annotations

from segmentation.report.page import Page
from segmentation.report.tables import plain
from segmentation.wording.numbers import is_missing
from segmentation.wording.sentences import capitalised

DRIVERS = 3  # on a card


def build(page: Page) -> dict | None:
    """One card a segment: size, drivers, rule, confidence, action, list."""
    drivers = _drivers(page)
    files = {
        entry.get("segment_id"): entry
        for entry in page.settings["audiences"]
        if entry.get("segment_id")
    }
    changes = _changes(page)
    certain = _borderline(page)
    actions = _actions(page)
    cards = [
        {
            "face": face,
            "row": face.row,
            "drivers": drivers.get(face.segment_id, []),
            "change": changes.get(face.segment_id),
            "actions": actions.get(face.segment_id, []),
            "file": files.get(face.segment_id),
            "borderline": certain.get(face.segment_id),
        }
        for face in page.faces
    ]
    for card, span in zip(cards, spans(len(cards)), strict=True):
        card["span"] = span
    return {
        "title": "The segments",
        "question": "Who is in each group, what sets it apart from all customers, and "
        "what to do about it?",
        "cards": cards,
        "folder": page.settings["audiences_folder"],
    }


def spans(count: int) -> list[int]:
    """Sixths of the row each card takes: rows of three, the last ones of two."""
    halves = {0: 0, 1: 4, 2: 2}[count % 3]
    if count == 1:
        return [6]
    return [2] * (count - halves) + [3] * halves


def _drivers(page: Page) -> dict[str, list[dict]]:
    """The strongest drivers of each segment whose two medians read differently."""
    found: dict[str, list[dict]] = {}
    ranked = sorted(
        page.published.rows(
            "segment_profiles",
            "segment_id",
            "feature",
            "segment_median",
            "overall_median",
            "effect_size",
        ),
        key=lambda row: (row.get("driver_rank") or 999, row["feature"]),
    )
    for row in ranked:
        unit = row.get("unit")
        own = page.formats.unit(row["segment_median"], unit)
        everyone = page.formats.unit(row["overall_median"], unit)
        mine = found.setdefault(row["segment_id"], [])
        if (
            own != everyone
            and len(mine) < DRIVERS
            and not is_missing(row["effect_size"])
        ):
            mine.append(
                {
                    **row,
                    "label": capitalised(row.get("feature_label") or row["feature"]),
                    "is_higher": row["segment_median"] > row["overall_median"],
                    "key": f"segment_profiles/{row['segment_id']}:{row['feature']}",
                }
            )
    return found


def _changes(page: Page) -> dict[str, dict]:
    """Customers now against the last month before, by segment."""
    frame = page.published.frame(
        "segment_monthly", "month", "segment_id", "customer_count"
    )
    if frame is None:
        return {}
    months = sorted(frame["month"].unique())
    if len(months) < 2:
        return {}
    before = frame[frame["month"] == months[-2]].set_index("segment_id")
    now = frame[frame["month"] == months[-1]].set_index("segment_id")
    return {
        key: {
            "difference": int(now["customer_count"].get(key, 0))
            - int(before["customer_count"].get(key, 0)),
            "since": plain(months[-2]),
        }
        for key in now.index
    }


def _actions(page: Page) -> dict[str, list[tuple[str, int]]]:
    """The actions of each segment's customers, the commonest first."""
    frame = page.published.frame(
        "customer_segments", "segment_id", "recommended_action"
    )
    found: dict[str, list] = {}
    if frame is not None:
        counts = frame.groupby(["segment_id", "recommended_action"]).size()
        for (segment_id, action), count in counts.items():
            found.setdefault(segment_id, []).append((action, int(count)))
    for actions in found.values():
        actions.sort(key=lambda entry: (-entry[1], entry[0]))
    return found


def _borderline(page: Page) -> dict[str, int]:
    """Customers of each segment whose placement is unsure."""
    frame = page.published.frame("customer_segments", "segment_id", "confidence")
    if frame is None:
        return {}
    unsure = frame["confidence"].astype(float) < page.settings["border_confidence"]
    return unsure.groupby(frame["segment_id"]).sum().astype(int).to_dict()
