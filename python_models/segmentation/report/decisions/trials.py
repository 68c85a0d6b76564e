"""How the newest tried forecast turned out, state by state."""

from __future__ import annotations

import math

from segmentation.report.outlook import STATES, newest_trial
from segmentation.report.page import Page
from segmentation.wording.dates import day
from segmentation.wording.sentences import capitalised

MATTERS = 0.05  # a smaller difference changes no decision
FEWEST = 20  # customers of a state below which nothing is said of it


def states(page: Page) -> list[dict]:
    """What was expected of each state at the newest tried day, and what came."""
    found = newest_trial(
        page.published,
        "lifecycle",
        "group_name",
        "customer_count",
        "expected_ordered_share",
        "actual_ordered_share",
    )
    known = [row for row in found if row["group_name"] in STATES]
    return sorted(known, key=lambda row: STATES.index(row["group_name"]))


def is_off(row: dict) -> bool:
    """Whether a state did otherwise than expected, beyond chance.

    More than two standard errors of the expected share, and enough to matter, of enough
    customers.
    """
    count, expected = row["customer_count"], row["expected_ordered_share"]
    if count < FEWEST:
        return False
    error = math.sqrt(max(expected * (1 - expected), 1e-9) / count)
    return abs(row["actual_ordered_share"] - expected) > max(2 * error, MATTERS)


def wrong_states(page: Page) -> list[dict]:
    """Which states did otherwise than expected, each as a head and its figures."""
    said = []
    for row in states(page):
        actual = page.formats.share(row["actual_ordered_share"])
        expected = page.formats.share(row["expected_ordered_share"])
        if not is_off(row) or actual == expected:
            continue
        is_more = row["actual_ordered_share"] > row["expected_ordered_share"]
        more = "more" if is_more else "fewer"
        said.append(
            {
                "head": f"{capitalised(row['group_name'])} customers: {more} ordered "
                "than expected.",
                "text": f"Of {page.formats.count(row['customer_count'])} on "
                f"{day(row['cut_off_date'])}, {expected} were expected to order; "
                f"{actual} did.",
            }
        )
    return said
