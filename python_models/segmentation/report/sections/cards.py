"""The segment cards: what to expect of them, what sets them apart, what to do."""

from __future__ import annotations

from segmentation.report.decisions import lists
from segmentation.report.decisions.needs import WORDS
from segmentation.report.outlook import STATES
from segmentation.report.page import Face, Page
from segmentation.report.pictures import draw_bar
from segmentation.report.sections.profile import is_of_most
from segmentation.report.tables import plain
from segmentation.wording.numbers import is_missing
from segmentation.wording.sentences import capitalised, joined

DRIVERS = 3  # on a card
APART = 0.2  # standard deviations from the others that set a segment apart
SOFT = 0.6  # stability below which a segment's borders are soft


def build(page: Page) -> dict | None:
    """One card a segment: size, expectation, drivers, rule, confidence, actions."""
    drivers = _drivers(page)
    files = {
        entry.get("segment_id"): entry
        for entry in page.settings["audiences"]
        if entry.get("segment_id")
    }
    changes = _changes(page)
    certain = _borderline(page)
    cards = [
        {
            "face": face,
            "row": face.row,
            "numbers": numbers(page, face),
            "outlook": expected(page, face),
            "drivers": drivers.get(face.segment_id, []),
            "change": changes.get(face.segment_id),
            "actions": actions(page, face),
            "file": files.get(face.segment_id),
            "borderline": certain.get(face.segment_id),
            "soft": soft_words(page, face),
        }
        for face in page.faces
    ]
    for card, span in zip(cards, spans(len(cards)), strict=True):
        card["span"] = span
    has_outlook = any(card["outlook"] for card in cards)
    return {
        "title": heading(page),
        "question": "Who is in each segment, what will they do next, and what does "
        "that ask of you?"
        if has_outlook
        else "Who is in each segment, and what sets it apart from all customers?",
        "cards": cards,
        "folder": page.settings["audiences_folder"],
        "states": [(state, WORDS[state][0]) for state in STATES] if has_outlook else [],
    }


def heading(page: Page) -> str:
    """Which segments bring more than half of the spend ahead; else their number."""
    outlook = page.outlook
    if outlook is None or outlook.people["expected_spend"].sum() <= 0:
        return "The segments"
    people = outlook.people
    money = people.groupby("segment_id")["expected_spend"].sum()
    ranked = sorted(
        (face for face in page.faces if face.segment_id in money.index),
        key=lambda face: (-money[face.segment_id], face.number),
    )
    named, share = [], 0.0
    for face in ranked:
        named.append(face)
        share += money[face.segment_id] / money.sum()
        if share > 0.5:
            break
    if len(named) > 3 or len(named) == len(ranked):
        return "The segments, and what to expect of each"
    size = people["segment_id"].isin([face.segment_id for face in named]).mean()
    return (
        f"{who(named)} {page.formats.share(size)} of customers and "
        f"{page.formats.share(share)} of the spend ahead"
    )


def who(faces: list[Face]) -> str:
    """Segments and their verb: by name where names read as nouns, else by letter."""
    names = [face.name for face in faces]
    if all(name.endswith("s") and "," not in name for name in names):
        return f"{joined(names)} are"
    letters = joined([face.letter for face in faces])
    return f"Segments {letters} are" if len(faces) > 1 else f"Segment {letters} is"


def spans(count: int) -> list[int]:
    """Sixths of the row each card takes: two in a row, an odd last one alone."""
    if count == 1:
        return [6]
    return [3] * (count - count % 2) + [6] * (count % 2)


def numbers(page: Page, face: Face) -> list[dict]:
    """The three figures at the head of a card."""
    row, key = face.row, f"segments/{face.segment_id}"
    found = [
        (
            "customers",
            page.figure(row["customer_count"], "count", f"{key}/customer_count"),
        )
    ]
    if page.has_money and row.get("revenue_share") is not None:
        found.append(
            (
                "of revenue so far",
                page.figure(row["revenue_share"], "share", f"{key}/revenue_share"),
            )
        )
    else:
        found.append(
            (
                "of customers",
                page.figure(
                    row.get("customer_share"), "share", f"{key}/customer_share"
                ),
            )
        )
    part = _members(page, face)
    # Of one who outweighs the others there is no 'each'.
    if part is not None and len(part) and not hangs_on_one(part):
        each = page.unless_few(float(part["expected_spend"].mean()), len(part))
        found.append(
            (
                f"expected spend each, {page.outlook.horizon_days} days",
                page.figure(each, "money"),
            )
        )
    return [{"label": label, "value": value} for label, value in found]


def _members(page: Page, face: Face):
    if page.outlook is None or page.outlook.people.empty:
        return None
    people = page.outlook.people
    return people[people["segment_id"] == face.segment_id]


def expected(page: Page, face: Face) -> dict | None:
    """What to expect of a segment in all, and its states as a bar and in words."""
    part = _members(page, face)
    if part is None or part.empty:
        return None
    counts = part["lifecycle"].value_counts()
    words = [
        f"{page.formats.count(counts[state])} {WORDS[state][0].lower()}"
        for state in STATES
        if counts.get(state, 0)
    ]
    back = int(part["has_returned"].sum())
    if back:
        words[-1] += f"; {page.formats.count(back)} back after a long pause"
    return {
        "sentence": expected_words(page, part),
        "bar": draw_bar(
            [(f"f-{state}", counts.get(state, 0) / len(part)) for state in STATES],
            height=10,
        ),
        "states": ", ".join(words),
    }


def expected_words(page: Page, part) -> str:
    """Spend in all, orders each, and how many will stay silent."""
    money = page.unless_few(round(float(part["expected_spend"].sum()), 2), len(part))
    orders = float(part["expected_orders"].mean())
    silent = round(float(part["silence_probability"].sum()))
    count = page.formats.count(len(part))
    share = page.formats.share(silent / len(part))
    if not silent:
        people = f"hardly any of {count} will stay silent"
    elif part["has_yearly_rhythm"].mean() > 0.5:
        people = (
            f"about {page.formats.count(silent)} of {count} ({share}) will not order, "
            "as most are under a yearly contract"
        )
    else:
        people = (
            f"about {page.formats.count(silent)} of {count} ({share}) will stay silent"
        )
    written = page.formats.unit(orders, "orders")
    each = f"{written} {'order' if written == '1' else 'orders'} each"
    if money is None:
        return f"{each}; {people}"
    if hangs_on_one(part):
        people += (
            "; one customer is expected to bring more than all the others together"
        )
    return f"{page.formats.money_short(money)} in all, {each}; {people}"


def hangs_on_one(part) -> bool:
    """Whether one customer is expected to bring more than all the others."""
    return bool(part["expected_spend"].max() > part["expected_spend"].sum() / 2)


def actions(page: Page, face: Face) -> list[dict]:
    """What to do with each part of a segment, the largest part first."""
    found = [
        row
        for row in page.published.rows(
            "segment_actions",
            "segment_id",
            "situation",
            "value_tiers",
            "customer_count",
            "recommended_action",
            "display_order",
        )
        if row["segment_id"] == face.segment_id
    ]
    found.sort(key=lambda row: row["display_order"])
    total = sum(row["customer_count"] for row in found)
    return [
        {
            "who": who_words(page, row, total),
            "action": row["recommended_action"],
            "detail": row.get("action_detail"),
            "measure": row.get("action_measure"),
            "stake": row.get("spend_at_stake") or None,
        }
        for row in found
    ]


def who_words(page: Page, row: dict, total: int) -> str:
    """'610 of 671 are active, in the top or high tier'."""
    count = row["customer_count"]
    words = lists.who_words(row["situation"], row["value_tiers"], count=count)
    return f"{page.formats.count(count)} of {page.formats.count(total)} {words}"


def soft_words(page: Page, face: Face) -> str | None:
    """A warning where a segment does not come back when the model is fitted again."""
    stability = face.row.get("stability")
    if stability is None or stability >= SOFT or not face.is_clustered:
        return None
    return (
        "Soft borders: when the model is fitted to other samples, "
        f"{page.formats.share(stability)} of the customers who are in this segment or "
        "in its closest match are in both."
    )


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
    is_known = is_of_most(page)
    for row in ranked:
        if not is_known(row["segment_id"], row["feature"]):
            continue
        if row.get("unit") == "share" and not is_habit(page, row):
            continue
        unit = row.get("unit")
        own = page.formats.unit(row["segment_median"], unit)
        everyone = page.formats.unit(row["overall_median"], unit)
        mine = found.setdefault(row["segment_id"], [])
        if (
            own != everyone
            and len(mine) < DRIVERS
            and not is_missing(row["effect_size"])
            and abs(row["effect_size"]) >= APART
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


def is_habit(page: Page, row: dict) -> bool:
    """Whether a segment's share rests on two events or more of its middle customer.

    Of one order a share is 0 or 100%: that is no habit.
    """
    rests_on = {
        one["feature"]: one["evidence_column"]
        for one in page.published.rows("model_features", "feature", "evidence_column")
    }.get(row["feature"])
    people = page.published.frame("customer_segments", "segment_id", str(rests_on))
    if rests_on is None or people is None:
        return True
    mine = people.loc[people["segment_id"] == row["segment_id"], rests_on]
    return bool(mine.fillna(0).astype(float).median() >= 2)


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


def _borderline(page: Page) -> dict[str, int]:
    """Customers of each segment whose placement is unsure."""
    frame = page.published.frame("customer_segments", "segment_id", "confidence")
    if frame is None:
        return {}
    unsure = frame["confidence"].astype(float) < page.settings["border_confidence"]
    return unsure.groupby(frame["segment_id"]).sum().astype(int).to_dict()
