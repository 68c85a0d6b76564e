"""Did it work: what a campaign would have to change for it to be seen."""

from __future__ import annotations

from segmentation.report.decisions.results import finding
from segmentation.report.page import Page
from segmentation.wording.sentences import plural

COLUMNS = (
    "audience_kind",
    "audience",
    "holdout_share",
    "customer_count",
    "spend_mean",
    "smallest_change",
)
ALL = "all"
USUAL = 0.2  # share held out that the heading speaks of
TESTED = 2  # lists of actions that are named
LEAST_PRIORITY = 0.25  # of an action that is worth a test


def build(page: Page) -> dict | None:
    """The card: a heading and one row a segment; None where nothing could be seen."""
    plans = page.published.rows("campaign_plans", *COLUMNS)
    found = [row for row in plans if row["audience_kind"] != "action"]
    if not found or page.outlook is None:
        return None
    shares = sorted({row["holdout_share"] for row in found})
    rows = []
    for face in [*page.clustered, None]:
        key = face.segment_id if face else ALL
        part = {row["holdout_share"]: row for row in found if row["audience"] == key}
        if part:
            one = next(iter(part.values()))
            rows.append(
                {
                    "face": face,
                    "count": one["customer_count"],
                    "spend": one["spend_mean"],
                    "cells": [
                        written(page, part[share]["smallest_change"])
                        if share in part
                        else None
                        for share in shares
                    ],
                }
            )
    return {
        "title": finding(page) or heading(page, found),
        "shares": shares,
        "rows": rows,
        "actions": actions(page, plans),
        "usual": USUAL,
        "horizon": page.outlook.horizon_days,
        "is_incomplete": any(cell is None for row in rows for cell in row["cells"]),
    }


def actions(page: Page, plans: list[dict]) -> list[str]:
    """The lists of actions of which a test could show the smallest change, in words."""
    steps = page.published.rows(
        "segment_actions", "action_id", "recommended_action", "action_priority"
    )
    # Of the last ones the advice is to do nothing more: no letter to test.
    names = {
        row["action_id"]: row["recommended_action"]
        for row in steps
        if row["action_priority"] > LEAST_PRIORITY
    }
    rows = [
        row
        for row in plans
        if row["holdout_share"] == USUAL
        and row["smallest_change"] <= 1
        and row["audience_kind"] == "action"
        and row["audience"] in names
    ]
    rows.sort(key=lambda one: (one["smallest_change"], one["audience"]))
    return [
        f"{names[row['audience']]} ({page.formats.count(row['customer_count'])} "
        f"customers, {written(page, row['smallest_change'])} or more)"
        for row in rows[:TESTED]
    ]


def written(page: Page, change: float) -> str:
    """The smallest change, or that it is more than everything."""
    if change > 1:
        return f"over {page.formats.share(1)}"
    return page.formats.share(change)


def measured_words(page: Page) -> str:
    """Why there is no result: no campaign, none with a holdout, or none is over."""
    ran = page.published.rows("campaign_results", "holdout_share")
    if ran and not any(row["holdout_share"] for row in ran):
        return "No holdout, no result"
    return "No result yet" if ran else "No campaign measured yet"


def heading(page: Page, found: list[dict]) -> str:
    """What the whole base could show; else the segment that could show the least."""
    whole = [row for row in found if row["audience"] == ALL] or found
    usual = [row for row in whole if row["holdout_share"] == USUAL] or whole
    row = min(usual, key=lambda one: (one["smallest_change"], one["audience"]))
    face = page.face(row["audience"])
    count = page.formats.count(row["customer_count"])
    who = (
        f"the {count} customers of {face.name}"
        if face
        else f"all {count} {plural(row['customer_count'], 'customer', 'customers')}"
    )
    return (
        f"{measured_words(page)}: a test on {who}, "
        f"{page.formats.share(row['holdout_share'])} of them held out, could detect a "
        f"change in spend of {written(page, row['smallest_change'])} or more"
    )
