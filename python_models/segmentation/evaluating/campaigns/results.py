"""A row per campaign and segment: what was counted, estimated, refused, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from segmentation.evaluating.campaigns.arms import (
    Arm,
    buyer_difference,
    difference,
    holm,
    mismatch,
)
from segmentation.wording.dates import day

ALL = "all"
TREATED, HELD_OUT = "treated", "held_out"
COUNTS = {
    "customers": "customer_count",
    "orders": "order_count",
    "buyers": "buyer_count",
    "spend": "y",
}


def campaign_results(
    *,
    campaigns: Iterable[Mapping[str, object]],
    sums: Iterable[Mapping[str, object]],
    published: Iterable[Mapping[str, object]],
    settings: Mapping[str, object],
) -> list[dict[str, object]]:
    """Return a row per campaign and segment, `all` among them.

    Parameters
    ----------
    campaigns
        Rows of int_campaigns.
    sums
        Rows of int_campaign_sums.
    published
        Rows of the last publication: a result that was final is taken as it was.
    settings
        All vars.
    """
    arms: dict[object, dict[object, dict[object, Mapping]]] = {}
    for row in sums:
        by_segment = arms.setdefault(row["campaign_id"], {})
        by_segment.setdefault(row["segment_id"], {})[row["arm"]] = row
    kept: dict[object, list[Mapping]] = {}
    for row in published:
        kept.setdefault(row["campaign_id"], []).append(row)
    found: list[dict[str, object]] = []
    for campaign in sorted(campaigns, key=lambda one: str(one["campaign_id"])):
        name = campaign["campaign_id"]
        described = _described(campaign)
        final = [
            row
            for row in kept.get(name, [])
            if row["status"] == "final" and _is_same(row, described)
        ]
        if campaign["is_stored"] and campaign["progress"] == "final" and final:
            found += [{**row, **described} for row in final]
        elif name in arms:
            found += [
                {**described, **row}
                for row in _judged(campaign, arms[name], settings=settings)
            ]
    return found


def _described(campaign: Mapping[str, object]) -> dict[str, object]:
    names = (
        "campaign_id", "campaign_name", "campaign_type", "starts_on", "ends_on",
        "outcome_days", "audience", "holdout_share", "as_of_date", "drawn_on",
        "cost_per_contact",
    )  # fmt: skip
    return {name: campaign[name] for name in names}


def _is_same(row: Mapping[str, object], described: Mapping[str, object]) -> bool:
    names = ("starts_on", "outcome_days", "audience", "holdout_share")
    return all(row[name] == described[name] for name in names)


def _judged(
    campaign: Mapping[str, object],
    segments: Mapping[object, Mapping[object, Mapping]],
    *,
    settings: Mapping[str, object],
) -> list[dict[str, object]]:
    """Return the rows of one campaign: counted, and estimated where that can be."""
    rows = []
    p_value, refusal = None, None
    if campaign["holdout_share"]:
        drawn = [_drawn(campaign, segments[ALL], arm) for arm in (TREATED, HELD_OUT)]
        there = [_arm(segments[ALL], arm).n for arm in (TREATED, HELD_OUT)]
        if campaign["progress"] != "planned":
            p_value = mismatch(there, drawn)
        if p_value is not None and p_value < settings["campaign_mismatch_limit"]:  # type: ignore[operator]
            refusal = (
                f"Of {drawn[0]:,} drawn to be contacted {there[0]:,} are still in the "
                f"data, of {drawn[1]:,} held out {there[1]:,}. Chance hardly ever does "
                "that: customers were lost from one side, so nothing can be compared. "
                "Find out where they went."
            )
    for segment_id in sorted(segments, key=lambda one: (one != ALL, str(one))):
        arms = segments[segment_id]
        row = _counted(campaign, arms, is_all=segment_id == ALL)
        row |= {"segment_id": segment_id, "mismatch_p_value": p_value}
        row |= {"status": "refused" if refusal else campaign["progress"]}
        estimated, notes = ({}, [refusal]) if refusal else _estimated(
            campaign, _arm(arms, TREATED), _arm(arms, HELD_OUT), settings=settings
        )  # fmt: skip
        rows.append({**row, **estimated, "note": " ".join(filter(None, notes)) or None})
    tested = [
        row
        for row in rows
        if row["segment_id"] != ALL and row.get("p_value") is not None
    ]
    adjusted = holm([row["p_value"] for row in tested])  # type: ignore[misc]
    for row, value in zip(tested, adjusted, strict=True):
        row["p_value_adjusted"] = value
    return rows


def _arm(arms: Mapping[object, Mapping], name: str) -> Arm:
    return Arm.of(arms[name]) if name in arms else Arm()


def _drawn(campaign: Mapping, arms: Mapping[object, Mapping], name: str) -> int:
    """Return how many were drawn: of stored ones some may be erased since."""
    stored = campaign[f"stored_{name}"]
    if campaign["is_stored"] and stored is not None:
        return int(stored)
    return int(arms[name]["assigned_count"]) if name in arms else 0


def _counted(
    campaign: Mapping, arms: Mapping[object, Mapping], *, is_all: bool
) -> dict[str, object]:
    row: dict[str, object] = {}
    for name in (TREATED, HELD_OUT):
        of_arm = arms.get(name, {})
        for ours, column in COUNTS.items():
            row[f"{name}_{ours}"] = of_arm.get(column, 0)
        row[f"assigned_{name}"] = (
            _drawn(campaign, arms, name) if is_all else of_arm.get("assigned_count", 0)
        )
    treated, held_out = arms.get(TREATED, {}), arms.get(HELD_OUT, {})
    both = [arm for arm in (treated, held_out) if arm]
    return {
        **row,
        "segment_name": both[0]["segment_name"],
        "contact_count": sum(arm["contact_count"] for arm in both),
        "contacted_customers": treated.get("contacted_count", 0),
        "held_out_contacted": held_out.get("contacted_count", 0),
        "redemption_count": sum(arm["redemption_count"] for arm in both),
        "redeeming_customers": sum(arm["redeeming_count"] for arm in both),
        "overlap_customers": sum(arm["overlap_count"] for arm in both),
    }


def _estimated(
    campaign: Mapping, treated: Arm, held_out: Arm, *, settings: Mapping[str, object]
) -> tuple[dict[str, object], list[str]]:
    """Return the estimates of a campaign or one of its segments, and what to know."""
    if not campaign["holdout_share"]:
        return {}, [
            "Nobody was held out, so what these customers would have spent anyway is "
            "not known: no lift."
        ]
    if campaign["progress"] == "planned":
        return {}, [f"Starts on {day(campaign['starts_on'])}."]
    notes = []
    if campaign["drawn_on"] > campaign["starts_on"]:
        notes.append(
            f"Drawn on {day(campaign['drawn_on'])}, when it had begun: this is its "
            "effect only if those held out here were left out all the same."
        )
    if campaign["progress"] == "running":
        last = _last_day(campaign)
        notes.append(
            f"Judged up to {day(last)}: until then every figure is provisional."
        )
    least = settings["campaign_arm_minimum"]
    if min(treated.n, held_out.n) < least:  # type: ignore[operator]
        return {}, [
            *notes,
            f"{treated.n:,} treated and {held_out.n:,} held out: fewer than {least:,} "
            "on a side are too few to tell.",
        ]
    largest = max(treated.largest, held_out.largest)
    total = treated.y + held_out.y
    if total <= 0:
        return {}, [*notes, "None of them spent anything: there is nothing to compare."]
    if largest > settings["campaign_largest_share"] * total:  # type: ignore[operator]
        return {}, [
            *notes,
            f"One customer spent {largest / total:.0%} of everything: the result would "
            "be about that customer.",
        ]
    found: dict[str, object] = {
        **difference(treated, held_out),
        **buyer_difference(treated, held_out),
    }
    arms = (treated, held_out)
    sizes = sorted(arm.n for arm in arms)
    is_skewed = any(arm.variance() > arm.mean**2 for arm in arms)
    if is_skewed and sizes[1] >= settings["campaign_uneven_arms"] * sizes[0]:  # type: ignore[operator]
        notes.append(
            f"{sizes[1]:,} against {sizes[0]:,} customers, and few of them spend most: "
            "the interval of 95% covers about 90%."
        )
    if campaign["progress"] == "running":
        found["p_value"] = None
    return found, notes


def _last_day(campaign: Mapping) -> date:
    first: date = campaign["starts_on"]
    return first + timedelta(days=campaign["outcome_days"] - 1)
