"""Try another k: every precomputed number of segments, against today's segments."""

from __future__ import annotations

from collections.abc import Callable

from segmentation.report.model.choice import selected
from segmentation.report.page import Page
from segmentation.wording.sentences import capitalised

WHOLE = 0.8  # share of a segment, or of a group, that counts as all of it
PART = 0.15  # share of a group below which a segment is not named


def build(page: Page) -> dict | None:
    """One panel a number of segments, for the method in use where it was tried."""
    candidates = page.published.rows("segment_candidates", "algorithm", "segment_count")
    chosen = selected(candidates)
    crosswalk = page.published.rows(
        "candidate_crosswalk",
        "algorithm",
        "segment_count",
        "segment_id",
        "candidate_segment",
        "customer_count",
    )
    counts: dict = {}
    for row in crosswalk:
        if page.face(row["segment_id"]) is not None and row["customer_count"]:
            key = (row["algorithm"], row["segment_count"])
            group = counts.setdefault(key, {}).setdefault(row["candidate_segment"], {})
            group[row["segment_id"]] = int(row["customer_count"])
    panels = []
    for row in one_each(candidates, chosen):
        groups = counts.get((row["algorithm"], row["segment_count"]))
        if groups:
            panels.append(_panel(page, row, groups))
    if len(panels) < 2:
        return None
    for panel in panels:
        key = panel["row"]["segment_count"]
        page.rules.add(
            f"kx{key}",
            f".kx:has(#k{key}:checked) .kp{key}{{display:block}}\n"
            f".kx:has(#k{key}:checked) label[for=k{key}]"
            "{background:var(--accent);color:var(--on-accent);"
            "border-color:var(--accent)}",
        )
    in_use = [panel for panel in panels if panel["row"].get("is_selected")]
    return {
        "title": "Try another number of segments",
        "question": "What would merge or split with fewer or more segments? Pick a "
        "number; ★ is the one in use.",
        "panels": panels,
        "open": (in_use or panels)[0]["row"]["segment_count"],
        "methods": len({panel["row"]["algorithm"] for panel in panels}) > 1,
    }


def one_each(candidates: list[dict], chosen: dict | None) -> list[dict]:
    """One solution for each number of segments: of the method in use, else the best."""
    best: dict[int, tuple] = {}
    for row in candidates:
        rank = (
            bool(row.get("is_selected")),
            chosen is not None and row["algorithm"] == chosen["algorithm"],
            bool(row.get("is_eligible")),
            row.get("stability") or 0.0,
            row.get("silhouette") or 0.0,
        )
        key = int(row["segment_count"])
        if key not in best or rank > best[key][0]:
            best[key] = (rank, row)
    return [best[key][1] for key in sorted(best)]


def _panel(page: Page, row: dict, groups: dict) -> dict:
    sizes: dict = {}
    for group in groups.values():
        for segment_id, count in group.items():
            sizes[segment_id] = sizes.get(segment_id, 0) + count
    total = sum(sizes.values())
    shown = []
    for number, group in groups.items():
        count = sum(group.values())
        parts = [
            {
                "face": page.face(segment_id),
                "count": part,
                "of_group": part / count,
                "of_segment": part / sizes[segment_id],
                "grow": page.rules.grow(part / count),
            }
            for segment_id, part in group.items()
        ]
        parts.sort(key=lambda part: part["face"].number)
        main = max(parts, key=lambda part: (part["count"], -part["face"].number))
        shown.append(
            {
                "parts": parts,
                "count": count,
                "size": _size(page, row, parts, count),
                "share": count / total,
                "order": (main["face"].number, -count, str(number)),
                "name": _group_name(parts),
                "is_rest": number == -1,
            }
        )
    shown.sort(key=lambda entry: entry["order"])
    return {
        "row": row,
        "groups": shown,
        "story": []
        if row.get("is_selected")
        else tell(shown, written=page.formats.share),
    }


def _size(page: Page, row: dict, parts: list[dict], count: int):
    """The group's customers; in the solution in use, the segment's own figure."""
    if not row.get("is_selected") or len(parts) > 1:
        return page.formats.count(count)
    of = f"segments/{parts[0]['face'].segment_id}/customer_count"
    return page.figure(count, "count", of=of)


def _group_name(parts: list[dict]) -> str:
    named = [part for part in parts if part["of_group"] >= PART]
    named.sort(key=lambda part: part["face"].number)
    words = [
        part["face"].name
        if part["of_segment"] >= WHOLE
        else f"part of {part['face'].name}"
        for part in named
    ]
    return capitalised(" + ".join(words) or "a bit of everybody")


def tell(groups: list[dict], *, written: Callable = str) -> list[str]:
    """What happens to today's segments, a sentence each: merges, then splits."""
    told, merged = [], set()
    for group in groups:
        into = [
            part["face"]
            for part in group["parts"]
            if part["of_segment"] >= 0.5 and part["of_group"] >= PART
        ]
        if len(into) > 1:
            names = [face.name for face in into]
            told.append(f"{', '.join(names[:-1])} and {names[-1]} would mostly merge.")
            merged |= {face.number for face in into}
    largest: dict = {}
    for group in groups:
        for part in group["parts"]:
            entry = largest.setdefault(part["face"].number, [part["face"].name, 0.0])
            entry[1] = max(entry[1], part["of_segment"])
    for number in sorted(largest):
        name, share = largest[number]
        if share < WHOLE and number not in merged:
            told.append(
                f"{name} would be split: the largest part has {written(share)} of it."
            )
    if told:
        return told
    return ["Today's segments stay: each has four fifths or more in one group."]
