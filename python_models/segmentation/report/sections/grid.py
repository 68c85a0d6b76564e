"""The RFM grid: customers and revenue in every cell of recency and frequency."""

from __future__ import annotations

from segmentation.report.monthly import migration
from segmentation.report.page import Page
from segmentation.report.tables import all_or_none


def build(page: Page) -> dict | None:
    """Five rows (most recent first) of five cells (fewest orders first)."""
    found = page.published.rows("rfm_grid", "r_score", "f_score", "customer_count")
    if not any(row["customer_count"] for row in found):
        return None
    owner = _owners(page)
    most = max(row["customer_count"] or 0 for row in found) or 1
    cells = {}
    for row in found:
        key = (row["r_score"], row["f_score"])
        cells[key] = {
            **row,
            "face": owner.get(key, (None, None))[0],
            "owner": owner.get(key, (None, None))[1],
            "key": f"rfm_grid/{key[0]}-{key[1]}",
            "tint": page.rules.tint(((row["customer_count"] or 0) / most) ** 0.5),
        }
    return {
        "title": "RFM grid",
        "question": "Where do customers rank by how recently and how often they have "
        "ordered?",
        "rows": [
            {"score": r, "cells": [cells.get((r, f)) for f in range(1, 6)]}
            for r in range(5, 0, -1)
        ],
        "groups": _groups(found),
        "is_withheld": any(row.get("is_withheld") for row in found),
        "cuts": _cuts(page),
        "migration": migration.build(page),
    }


def _groups(found: list[dict]) -> list[tuple[str, dict]]:
    """Customers of each group, and their revenue where that of every cell is shown."""
    groups: dict[str, list[dict]] = {}
    for row in found:
        groups.setdefault(row.get("rfm_group") or "", []).append(row)
    summed = {
        name: {
            "customer_count": sum(row["customer_count"] or 0 for row in rows),
            "revenue": all_or_none([row.get("revenue") for row in rows]),
        }
        for name, rows in groups.items()
    }
    return sorted(summed.items(), key=lambda item: -item[1]["customer_count"])


def _owners(page: Page) -> dict:
    """The commonest segment of each cell; equal counts go to the first shown."""
    people = page.published.frame(
        "customer_segments", "r_score", "f_score", "segment_id"
    )
    if people is None:
        return {}
    counts = people.groupby(["r_score", "f_score", "segment_id"]).size()
    best: dict = {}
    for (r, f, segment_id), count in counts.items():
        face = page.face(segment_id)
        if face is None:
            continue
        rank = (count, -face.number)
        if (r, f) not in best or rank > best[r, f][0]:
            best[r, f] = (rank, face)
    sizes = counts.groupby(level=[0, 1]).sum()
    return {
        key: (face, owner_words(face.name, rank[0] / int(sizes[key])))
        for key, (rank, face) in best.items()
    }


def owner_words(name: str, share: float) -> str:
    """Whose cell it is: most only where it is more than half."""
    return f"Most are {name}" if share > 0.5 else f"The largest group is {name}"


def _cuts(page: Page) -> list[dict]:
    """What each score means: the range of values behind it, by measure."""
    found = page.published.rows(
        "rfm_cut_points", "measure", "score", "above_value", "up_to_value"
    )
    if not found:
        return []
    newest = max(str(row.get("as_of_date")) for row in found)
    labels = {
        "recency": ("Days since last order", "days"),
        "frequency": ("Orders in the RFM window", "orders"),
        "monetary": ("Spend in the RFM window", "money"),
    }
    table = {}
    for row in found:
        if str(row.get("as_of_date")) == newest and row["measure"] in labels:
            label, unit = labels[row["measure"]]
            entry = table.setdefault(
                row["measure"],
                {
                    "label": label,
                    "method": row.get("method"),
                    "scores": {},
                },
            )
            entry["scores"][row["score"]] = _span(page, row, unit)
    return [table[name] for name in labels if name in table]


def _span(page: Page, row: dict, unit: str) -> str:
    low, high = (
        None if row[name] is None else page.formats.unit(row[name], unit)
        for name in ("above_value", "up_to_value")
    )
    parts = (low and f"over {low}", high and f"up to {high}")
    return ", ".join(part for part in parts if part)
