"""Value tiers: where the spend of the next horizon is expected."""

from __future__ import annotations

import numpy as np

from segmentation.report.outlook import TIERS, Outlook, hidden_cells, newest_trial
from segmentation.report.page import Page
from segmentation.report.pictures import draw_curve
from segmentation.wording.dates import day

POINTS = 60  # of the curve


def build(page: Page) -> dict | None:
    """Segments down, tiers across; the curve; and how the tiers of a past day did."""
    outlook = page.outlook
    if outlook is None or outlook.people["expected_spend"].sum() <= 0:
        return None
    dots = borders(outlook)
    # The curve would show what a few customers are expected to spend.
    is_drawn = (outlook.people["value_tier"] == TIERS[0]).sum() >= (
        page.settings["minimum_cell_size"]
    )
    return {
        "title": heading(page, outlook),
        "question": f"Where is the spend of the next {outlook.horizon_days} days? "
        "Tiers rank customers by what is expected of them, not by past spend.",
        "tiers": TIERS,
        "rows": table(page, outlook),
        "trial": trial(page),
        "svg": draw_curve(
            curve(outlook),
            [
                (
                    people,
                    money,
                    f"{page.formats.share(people)}: {page.formats.share(money)}",
                )
                for _, people, money in dots
            ],
            share=page.formats.share,
            name="chart-value",
            label="Share of expected spend by share of customers, those of whom most "
            "is expected first. "
            + " ".join(
                f"{page.formats.share(people)} of customers, "
                f"{page.formats.share(money)} of expected spend."
                for _, people, money in dots
            ),
        )
        if is_drawn
        else None,
    }


def heading(page: Page, outlook: Outlook) -> str:
    """The top tier: its share of customers and of expected spend."""
    top = outlook.people["value_tier"] == TIERS[0]
    fewest = page.settings["minimum_cell_size"]
    if top.sum() < fewest:
        return (
            f"Fewer than {fewest} customers are expected to bring half of the spend "
            "ahead, or more"
        )
    spend = outlook.people["expected_spend"]
    people = page.formats.share(float(top.mean()))
    money = page.formats.share(float(spend[top].sum() / spend.sum()))
    return f"{people} of customers are expected to bring {money} of the spend ahead"


def borders(outlook: Outlook) -> list[tuple[str, float, float]]:
    """Where each tier but the last ends: share of customers and of expected spend."""
    people, spend, found = outlook.people, outlook.people["expected_spend"], []
    for number, name in enumerate(TIERS[:-1], start=1):
        inside = people["value_tier"].isin(TIERS[:number])
        found.append(
            (name, float(inside.mean()), float(spend[inside].sum() / spend.sum()))
        )
    return found


def curve(outlook: Outlook) -> list[tuple[float, float]]:
    """Points of the concentration curve, from none to all."""
    spend = np.sort(outlook.people["expected_spend"].to_numpy(float))[::-1]
    sums = np.concatenate([[0.0], np.cumsum(spend)]) / spend.sum()
    places = np.unique(np.linspace(0, len(spend), POINTS + 1).round().astype(int))
    return [(place / len(spend), float(sums[place])) for place in places]


def table(page: Page, outlook: Outlook) -> list[dict]:
    """One row a segment, then all: expected spend and customers of each tier."""
    people = outlook.people
    minimum = page.settings["minimum_cell_size"]
    sizes = people.groupby(["segment_id", "value_tier"]).size()
    money = people.groupby(["segment_id", "value_tier"])["expected_spend"].sum()
    withheld = hidden_cells(
        {
            (segment_id, name): int(sizes.get((segment_id, name), 0))
            for segment_id in people["segment_id"].unique()
            for name in TIERS
        },
        minimum=minimum,
    )
    total = float(people["expected_spend"].sum())
    rows = []
    for face in page.faces:
        mine = people[people["segment_id"] == face.segment_id]
        if mine.empty:
            continue
        cells = []
        for name in TIERS:
            key = (face.segment_id, name)
            spend = float(money.get(key, 0.0))
            is_shown = sizes.get(key, 0) and key not in withheld
            cells.append(
                {
                    "count": int(sizes.get(key, 0)),
                    "spend": round(spend, 2) if is_shown else None,
                    "shade": min(8, round(16 * spend / total)) if is_shown else 0,
                }
            )
        rows.append(
            {
                "face": face,
                "cells": cells,
                "count": len(mine),
                "spend": page.unless_few(
                    round(float(mine["expected_spend"].sum()), 2), len(mine)
                ),
            }
        )
    rows.append(
        {
            "face": None,
            "cells": [
                {
                    "count": len(part),
                    "spend": page.unless_few(
                        round(float(part["expected_spend"].sum()), 2), len(part)
                    ),
                    "shade": 0,
                }
                for part in (people[people["value_tier"] == name] for name in TIERS)
            ],
            "count": len(people),
            "spend": round(total, 2),
        }
    )
    return rows


def trial(page: Page) -> dict | None:
    """What was expected of a customer of each tier one horizon ago, and what came."""
    found = newest_trial(page.published, "value_tier", "expected_spend")
    if not found:
        return None
    rows = {row["group_name"]: row for row in found}

    def each(name: str, column: str) -> float | None:
        row = rows.get(name)
        if row is None or row[column] is None:
            return None
        return float(row[column]) / row["customer_count"]

    return {
        "date": day(next(iter(rows.values()))["cut_off_date"]),
        "expected": {name: each(name, "expected_spend") for name in TIERS},
        "actual": {name: each(name, "actual_spend") for name in TIERS},
    }
