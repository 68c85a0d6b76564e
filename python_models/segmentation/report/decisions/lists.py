"""Lists to work through: the late, and one list a next step."""

from __future__ import annotations

import pandas as pd

from segmentation.preparing.matching_ids import in_both
from segmentation.report.decisions.needs import WORDS
from segmentation.report.decisions.results import measured
from segmentation.report.outlook import STATES, Outlook, hidden
from segmentation.report.page import Page
from segmentation.wording.sentences import plural

FIRST = 20  # late customers told of by themselves
AROUND = 3  # times as many late customers there must be for that
LATE = "late"  # of the lists of actions, the one of the late
# Situation of an action: what its customers are.
SITUATIONS = {
    **{state: WORDS[state][1] for state in STATES},
    "returned": "are back after a long pause",
    "under contract": "are under a yearly contract",
    "not predicted": "have no prediction yet",
    "no orders": "have no paid order",
}


def build(page: Page) -> dict | None:
    """The card: the late first, then the next steps, the most pressing first."""
    outlook = page.outlook
    if outlook is None or outlook.people.empty:
        return None
    rows = [row for row in (late_row(page, outlook), *step_rows(page)) if row]
    if not rows:
        return None
    return {
        "title": heading(page, outlook),
        "rows": rows,
        "horizon": outlook.horizon_days,
        "has_stake": any(row["stake"] is not None for row in rows),
        "is_withheld": any(row["spend"] is None for row in rows),
        "minimum": page.settings["minimum_cell_size"],
        "has_files": any(row["file"] for row in rows),
        "folder": page.settings["audiences_folder"],
    }


def heading(page: Page, outlook: Outlook) -> str:
    """Where to begin: with the few who hold much of it, where a few do."""
    late = outlook.late
    if late.empty:
        return "A list for each next step"
    stake = late["spend_at_stake"].sort_values(ascending=False)
    # Of the lapsed little comes back, however much they put at stake.
    if (late.loc[stake.index[:FIRST], "lifecycle"] == "lapsed").mean() > 0.5:
        return "A list for each next step"
    if (
        outlook.is_season_seen
        and len(late) >= AROUND * FIRST
        and FIRST >= page.settings["minimum_cell_size"]
        and stake.sum() > 0
    ):
        share = float(stake.head(FIRST).sum() / stake.sum())
        return (
            f"Start with the first {FIRST} on the late list: they account for "
            f"{page.formats.share(share)} of all that is at stake"
        )
    count = page.formats.count(len(late))
    return f"Start with the {count} late {plural(len(late), 'customer', 'customers')}"


def late_row(page: Page, outlook: Outlook) -> dict | None:
    """The late, most at stake first; None where nobody is."""
    late = outlook.late
    if late.empty:
        return None
    stake = round(float(late["spend_at_stake"].sum()), 2)
    spend = round(float(late["expected_spend"].sum()), 2)
    return {
        "step": "Late by their own standards",
        "who": "most at stake first; each is on a list below as well",
        "measured": None,
        "count": len(late),
        "spend": page.unless_few(spend, len(late)),
        "stake": page.unless_few(stake, len(late)) if outlook.is_season_seen else None,
        "file": files(page).get(LATE),
    }


def files(page: Page) -> dict:
    """The lists of actions by the action's id."""
    return {
        entry["action_id"]: entry
        for entry in page.settings["audiences"]
        if entry.get("action_id")
    }


def step_rows(page: Page) -> list[dict]:
    """One row a next step that somebody is given, by how pressing it is."""
    steps = page.published.frame(
        "segment_actions",
        "action_id",
        "situation",
        "value_tiers",
        "recommended_action",
        "action_priority",
    )
    people = page.published.frame("customer_segments", "customer_id", "action_id")
    if steps is None or people is None:
        return []
    steps = steps.drop_duplicates("action_id").sort_values(
        ["action_priority", "action_id"], ascending=[False, True]
    )
    counts = {
        str(name): int(count)
        for name, count in people["action_id"].value_counts().items()
    }
    expected = page.outlook.people[["customer_id", "expected_spend", "spend_at_stake"]]
    known = in_both(expected, people, "action_id")
    minimum = page.settings["minimum_cell_size"]
    at_stake = known[known["spend_at_stake"] > 0]["action_id"].value_counts().to_dict()
    no_spend = hidden(counts, minimum=minimum)
    no_stake = hidden(at_stake, minimum=minimum)
    brought = measured(page)
    found = []
    for step in steps.itertuples():
        part = known[known["action_id"] == step.action_id]
        if not counts.get(step.action_id):
            continue
        has_stake = page.outlook.is_season_seen and at_stake.get(step.action_id)
        found.append(
            {
                "step": step.recommended_action,
                "who": f"who {who_words(step.situation, step.value_tiers)}",
                "measured": brought.get(step.action_id),
                "count": counts[step.action_id],
                "spend": None
                if step.action_id in no_spend or part.empty
                else round(float(part["expected_spend"].sum()), 2),
                "stake": round(float(part["spend_at_stake"].sum()), 2)
                if has_stake and step.action_id not in no_stake
                else None,
                "file": files(page).get(step.action_id),
            }
        )
    return found


def who_words(situation: object, value_tiers: object, *, count: int = 2) -> str:
    """'are active, in the top or high tier'; 'is' for one."""
    words = SITUATIONS.get(str(situation), f"are {situation}")
    if count == 1:
        words = words.replace("are ", "is ", 1).replace("have ", "has ", 1)
    tiers = "any" if pd.isna(value_tiers) else str(value_tiers)
    if tiers == "any" or not tiers.split():
        return words
    return f"{words}, in the {alternatives(tiers.split())} tier"


def alternatives(words: list[str]) -> str:
    """'top, high or medium'."""
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]
