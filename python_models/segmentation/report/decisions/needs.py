"""Who needs something now: customers by lifecycle, what is at stake, and the lists."""

from __future__ import annotations

import pandas as pd

from segmentation.report.decisions import forecast, trials
from segmentation.report.outlook import STATES, Outlook, hidden, newest_trial
from segmentation.report.page import Page
from segmentation.report.pictures import draw_bar
from segmentation.wording.dates import short_day
from segmentation.wording.sentences import plural

# State: as a word, as what they are, and what it means.
WORDS = {
    "active": ("Active", "are active", "very likely to order"),
    "due": ("Due", "are due", "may or may not order"),
    "overdue": ("Overdue", "are overdue", "have waited long; may stay away"),
    "lapsed": ("Lapsed", "have lapsed", "unlikely to order"),
    "new": ("New", "are new", "one order so far"),
}
UNDER_CONTRACT = "very likely to order, or under a yearly contract"


def build(page: Page) -> dict | None:
    """The card: a row a state, all, and who has returned."""
    outlook = page.outlook
    if outlook is None or outlook.people.empty:
        return None
    return {
        "title": heading(page, outlook),
        "bar": draw_bar(
            [
                (f"f-{state}", float((outlook.people["lifecycle"] == state).mean()))
                for state in STATES
            ]
        ),
        "rows": rows(page, outlook),
        "total": total(page, outlook),
        "has_stake": outlook.is_season_seen and not outlook.late.empty,
        "returned": returned(page, outlook),
        "before": before(page),
        "notes": notes(page, outlook),
        "horizon": outlook.horizon_days,
    }


def heading(page: Page, outlook: Outlook) -> str:
    """The commonest state with its share, and the late with what is at stake."""
    found = outlook.people["lifecycle"].value_counts(normalize=True)
    shares = found.reindex(STATES, fill_value=0.0)
    state = min(STATES, key=lambda name: (-shares[name], STATES.index(name)))
    first = f"{page.formats.share(shares[state])} {WORDS[state][1]}"
    late = outlook.late
    if late.empty:
        return f"{first}; nobody is late by their own standards"
    count = page.formats.count(len(late))
    who = f"{count} late {plural(len(late), 'customer', 'customers')}"
    stake = at_stake(page, outlook)
    if stake is None:
        verb = plural(len(late), "needs", "need")
        return f"{first}; {who} {verb} a look"
    verb = plural(len(late), "puts", "put")
    return f"{first}; {who} {verb} {page.formats.money_short(stake)} at stake"


def at_stake(page: Page, outlook: Outlook) -> float | None:
    """What all late customers together put at stake.

    None where they are few, or where the season ahead was never seen: the sum would be
    off by the season.
    """
    if not outlook.is_season_seen:
        return None
    late = outlook.late
    return page.unless_few(round(float(late["spend_at_stake"].sum()), 2), len(late))


def rows(page: Page, outlook: Outlook) -> list[dict]:
    """One row a state."""
    people = outlook.people
    minimum = page.settings["minimum_cell_size"]
    counts = {name: int((people["lifecycle"] == name).sum()) for name in STATES}
    late = {name: int((outlook.late["lifecycle"] == name).sum()) for name in STATES}
    no_spend = hidden(counts, minimum=minimum)
    no_stake = hidden(late, minimum=minimum)
    earlier = before(page)
    found = []
    for name in STATES:
        part = people[people["lifecycle"] == name]
        stake = round(float(part["spend_at_stake"].sum()), 2)
        found.append(
            {
                "state": name,
                "label": WORDS[name][0],
                "meaning": meaning(name, part),
                "count": counts[name],
                "share": counts[name] / len(people),
                "share_before": earlier and earlier["shares"].get(name, 0.0),
                "chance": order_chance(part),
                "late": late[name],
                "spend": None
                if name in no_spend or not counts[name]
                else round(float(part["expected_spend"].sum()), 2),
                "stake": stake
                if outlook.is_season_seen and late[name] and name not in no_stake
                else None,
            }
        )
    return found


def meaning(state: str, part: pd.DataFrame) -> str:
    """What a state says of its customers; who has a yearly contract waits a year."""
    if state == "active" and part["has_yearly_rhythm"].any():
        return UNDER_CONTRACT
    return WORDS[state][2]


def order_chance(part: pd.DataFrame) -> float | None:
    """Mean chance of an order within the horizon."""
    return float(1 - part["silence_probability"].mean()) if len(part) else None


def total(page: Page, outlook: Outlook) -> dict:
    """The row of all."""
    people = outlook.people
    return {
        "count": len(people),
        "late": len(outlook.late),
        "chance": order_chance(people),
        "spend": round(float(people["expected_spend"].sum()), 2),
        "stake": at_stake(page, outlook) if len(outlook.late) else None,
    }


def returned(page: Page, outlook: Outlook) -> dict:
    """Who came back after a long pause: a flag beside the state."""
    part = outlook.people[outlook.people["has_returned"]]
    spend = round(float(part["expected_spend"].sum()), 2)
    return {
        "count": len(part),
        "share": len(part) / len(outlook.people),
        "chance": order_chance(part),
        "spend": page.unless_few(spend, len(part)) if len(part) else None,
    }


def before(page: Page) -> dict | None:
    """Shares of the states one horizon ago, as they would have been published then."""
    part = newest_trial(page.published, "lifecycle", "customer_count")
    if not part:
        return None
    count = sum(row["customer_count"] for row in part)
    return {
        "date": part[0]["cut_off_date"],
        "shares": {row["group_name"]: row["customer_count"] / count for row in part},
    }


def notes(page: Page, outlook: Outlook) -> str:
    """What the columns hold, and how the last such list turned out."""
    said = []
    days = outlook.horizon_days
    if len(outlook.late):
        least = page.formats.share(float(outlook.late["silence_probability"].min()))
        said.append(
            "Late: customers who have ordered often enough for us to know their "
            "rhythm, have waited longer than is usual for them, and have a chance of "
            f"{least} or more of staying silent for {days} days."
        )
        if outlook.is_season_seen:
            said.append(
                f"At stake: what the late would spend in {days} days at their usual "
                "rate, less what is expected of them."
            )
            said.append(stake_range(page, outlook))
            said.append(last_list(page))
        else:
            said.append(
                "What is at stake is added up once there is a whole year of orders: "
                "before that, the season would distort the sum."
            )
    said.append(
        f"The money of fewer than {page.settings['minimum_cell_size']} customers is "
        "not shown, nor figures that would reveal it."
    )
    said += [f"{row['head']} {row['text']}" for row in trials.wrong_states(page)]
    return " ".join(part for part in said if part)


def stake_range(page: Page, outlook: Outlook) -> str:
    """How far off what is at stake may be, by what came of earlier lists."""
    row, _ = forecast.record(page, "at_stake")
    if at_stake(page, outlook) is None or row is None:
        return ""
    if row["predicted_low"] is None:
        return "How far off that may be cannot be said yet."
    words = forecast.range_words(page, row, page.formats.money_short)
    return f"Going by how such sums turned out before: {words}."


def last_list(page: Page) -> str:
    """What became of the late of one horizon ago."""
    found = [
        row
        for row in page.published.rows(
            "prediction_quality", "measure", "cut_off_date", "predicted_total"
        )
        if row["measure"] == "at_stake" and row["predicted_total"] is not None
    ]
    if not found:
        return ""
    row = max(found, key=lambda one: str(one["cut_off_date"]))
    when = short_day(row["cut_off_date"])
    predicted = page.formats.money_short(row["predicted_total"])
    said = (
        f"Customers who were late on {when} were expected to fall {predicted} short of "
        "that rate"
    )
    if row["actual_total"] <= 0:
        return f"{said}; they did not."
    return f"{said}, and fell {page.formats.money_short(row['actual_total'])} short."
