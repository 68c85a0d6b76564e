"""The sample's marts against the same figures worked out again from its CSV file."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections import Counter, defaultdict
from decimal import Decimal
from itertools import pairwise
from statistics import median

import duckdb
import numpy as np
import pytest

import recomputed

pytestmark = pytest.mark.build

KEY_OF_FEATURES = {"customer_id", "as_of_date", "fingerprint"}
# A customer this near to an anchor of so many months is where it was before; so long
# after the first order the numbers still settle in.
MEMORY_RADIUS = 1.4
MEMORY_MONTHS = 12
SETTLING_DAYS = 120
RECENCY_TOLERANCE = 2
# Confidence is rounded; a little is left for the last bits of a sum.
SIX_DIGITS = 5e-7 + 1e-9


@pytest.fixture(scope="module")
def lines():
    return recomputed.accepted_lines()


@pytest.fixture(scope="module")
def orders(lines):
    return recomputed.orders_of(lines)


@pytest.fixture(scope="module")
def dates(orders):
    return recomputed.as_of_dates(orders)


@pytest.fixture(scope="module")
def features(orders, lines, dates):
    return {at: recomputed.features_at(orders, lines, at) for at in dates}


@pytest.fixture(scope="module")
def scores(features, dates):
    """By the cut points of the fit, on the newest date, for all dates."""
    cuts = recomputed.cut_points(features[dates[-1]])
    return {
        (at, customer): recomputed.scores(one, cuts)
        for at, everybody in features.items()
        for customer, one in everybody.items()
    }


@pytest.fixture(scope="module")
def groups():
    cells = {
        (int(row["r_score"]), int(row["f_score"])): row["rfm_group"]
        for row in recomputed.seed("rfm_grid")
    }
    return lambda score: cells.get(score[:2], "No Orders")


@pytest.fixture(scope="module")
def history(sample_build):
    """Segment and the like by date and customer, as published."""
    rows = sample_build.query(
        "select as_of_date, customer_id, segment_id, is_held, confidence"
        ", is_settled from segment_history"
    )
    return {(at, customer): tuple(rest) for at, customer, *rest in rows}


@pytest.fixture(scope="module")
def customers(sample_build):
    return rows_of(sample_build, "customer_segments")


def table(build, name: str) -> tuple[list[str], list[tuple]]:
    """Column names and rows of a published table."""
    path = build.published / "segments.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.execute(f"from {name}")
        return [column[0] for column in found.description], found.fetchall()


def rows_of(build, name: str) -> dict[str, dict]:
    """Rows of a published table by customer."""
    names, rows = table(build, name)
    return {row[0]: dict(zip(names, row, strict=True)) for row in rows}


@pytest.fixture(scope="module")
def built_features(sample_build):
    """Columns of int_customer_features, and its rows by date and customer."""
    path = str(sample_build.home / "build.duckdb")
    with duckdb.connect(path, read_only=True) as connection:
        columns = connection.table("int_customer_features").columns
        names = [name for name in columns if name not in KEY_OF_FEATURES]
        rows = connection.execute(
            f"select as_of_date, customer_id, {', '.join(names)}"
            " from int_customer_features"
        ).fetchall()
    return names, {row[:2]: dict(zip(names, row[2:], strict=True)) for row in rows}


def test_every_published_feature_is_worked_out_again(
    built_features, customers, features, dates
):
    """Whoever adds a feature adds it to recomputed.py, or says there why not."""
    names, _ = built_features
    published = set(names).intersection(*customers.values())
    assert published >= {"recency_days", "order_count", "monetary_value"}
    known = set.intersection(*map(set, features[dates[-1]].values()))
    left_out = recomputed.NOT_WORKED_OUT
    assert all(reason.strip() for reason in left_out.values())
    assert sorted(published - known - set(left_out)) == []
    assert sorted(known & set(left_out)) == []


def same(name: str, value, wanted) -> bool:
    """Whether a feature is as worked out again; a customer may have no categories."""
    if name == "category_count":
        value = value or 0
    if isinstance(wanted, float) and value is not None:
        return value == pytest.approx(wanted, rel=1e-9)
    return value == wanted


def test_features_of_every_date(built_features, features):
    names, rows = built_features
    expected = {
        (at, customer): one
        for at, everybody in features.items()
        for customer, one in everybody.items()
    }
    assert set(rows) == set(expected)
    for key, row in rows.items():
        for name in set(names) - set(recomputed.NOT_WORKED_OUT):
            wanted = expected[key][name]
            assert same(name, row[name], wanted), (key, name, row[name], wanted)


def test_published_customers_have_the_newest_features(
    built_features, customers, features, dates
):
    newest = features[dates[-1]]
    assert set(customers) == set(newest)
    names, _ = built_features
    for customer, row in customers.items():
        assert row["as_of_date"] == dates[-1]
        for name in set(names) & set(row) - set(recomputed.NOT_WORKED_OUT):
            wanted = newest[customer][name]
            assert same(name, row[name], wanted), (customer, name, row[name], wanted)


def test_cut_points_are_those_of_the_fit(sample_build, features, dates):
    found = {
        row[:3]: row[3:]
        for row in sample_build.query(
            "select as_of_date, measure, score, above_value, up_to_value, method"
            " from rfm_cut_points"
        )
    }
    expected = {}
    for measure, (cuts, method) in recomputed.cut_points(features[dates[-1]]).items():
        for place, edges in enumerate(pairwise([None, *cuts, None])):
            score = 5 - place if measure == "recency" else 1 + place
            expected[dates[-1], measure, score] = (*edges, method)
    assert found == expected


def test_scores_and_groups_of_every_date(sample_build, scores, groups):
    found = {
        (at, customer): (tuple(score), group)
        for at, customer, *score, group in sample_build.query(
            "select as_of_date, customer_id, r_score, f_score, m_score, rfm_group"
            " from segment_history"
        )
    }
    assert found == {key: (score, groups(score)) for key, score in scores.items()}
    assert len(set(scores.values())) > 40


def small_cells_are_withheld(cells):
    """Every cell of 1 to 9 customers is, and what is holds ten customers at least."""
    withheld = [count for count, is_withheld in cells.values() if is_withheld]
    assert not withheld or sum(withheld) >= 10
    for count, is_withheld in cells.values():
        assert is_withheld or count == 0 or count >= 10


def test_grid_counts_its_customers(sample_build, features, scores, dates, groups):
    counts, revenue = Counter(), defaultdict(Decimal)
    for customer, one in features[dates[-1]].items():
        score = scores[dates[-1], customer]
        if score[0] is not None:
            counts[score[:2]] += 1
            revenue[score[:2]] += one["lifetime_revenue"]
    people, money = counts.total(), sum(revenue.values())
    cells = sample_build.query(
        "select r_score, f_score, rfm_group, customer_count, customer_share,"
        " revenue, revenue_share, is_withheld from rfm_grid"
    )
    assert len(cells) == 25
    small_cells_are_withheld({cell[:2]: (cell[3], cell[-1]) for cell in cells})
    for r, f, group, count, share, earned, earned_share, is_withheld in cells:
        assert group == groups((r, f))
        assert count == counts[r, f]
        assert share == pytest.approx(count / people)
        if is_withheld:
            assert earned is None and earned_share is None
            continue
        assert earned == revenue[r, f]
        assert earned_share == pytest.approx(float(earned / money))


def test_segments_sum_up_their_customers(sample_build, customers, features, dates):
    newest = features[dates[-1]]
    names, rows = table(sample_build, "segments")
    total = sum(one["lifetime_revenue"] for one in newest.values())
    playbook = {row["action_id"]: row for row in recomputed.seed("playbook")}
    predictions = rows_of(sample_build, "customer_predictions")
    for values in rows:
        row = dict(zip(names, values, strict=True))
        members = [
            c for c in customers.values() if c["segment_id"] == row["segment_id"]
        ]
        money = [newest[c["customer_id"]]["lifetime_revenue"] for c in members]
        order_count = sum(newest[c["customer_id"]]["order_count"] for c in members)
        spent = sum(newest[c["customer_id"]]["monetary_value"] for c in members)
        assert row["customer_count"] == len(members) > 0
        assert row["customer_share"] == pytest.approx(len(members) / len(customers))
        assert row["revenue"] == sum(money)
        assert row["revenue_share"] == pytest.approx(float(sum(money) / total))
        expected = [predictions[c["customer_id"]] for c in members]
        stakes = [one["spend_at_stake"] or 0 for one in expected]
        is_known = any(one["spend_at_stake"] is not None for one in expected)
        is_few = 0 < sum(stake > 0 for stake in stakes) < 10
        assert row["revenue_at_risk"] == row["spend_at_stake"]
        assert row["spend_at_stake"] == (
            sum(stakes) if is_known and not is_few else None
        )
        assert (row["spend_at_stake"] is None) == (row["withheld_reason"] is not None)
        for state in ("new", "active", "due", "overdue", "lapsed"):
            assert row[f"{state}_count"] == sum(
                one["lifecycle"] == state for one in expected
            )
        actions = Counter(c["action_id"] for c in members)
        ((commonest, count),) = actions.most_common(1)
        if count >= len(members) / 2:
            assert row["action_id"] == commonest
            for name in ("recommended_action", "action_detail", "action_avoid"):
                assert row[name] == playbook[commonest][name]
        else:
            assert row["action_id"] is None
            assert row["recommended_action"] == "mixed"
        if order_count:
            assert row["median_recency_days"] == median(
                newest[c["customer_id"]]["recency_days"] for c in members
            )
            assert float(row["revenue_per_order"]) == pytest.approx(
                float(spent) / order_count, abs=0.006
            )
            assert row["mean_confidence"] == pytest.approx(
                np.mean([c["confidence"] for c in members]), abs=1e-4
            )
    shown = sorted(rows, key=lambda row: row[names.index("display_order")])
    keys = [
        (not row[names.index("is_clustered")], -row[names.index("revenue")])
        for row in shown
    ]
    assert keys == sorted(keys)


def test_months_hold_what_they_brought(sample_build, history, orders, dates):
    brought, ordered = defaultdict(Decimal), Counter()
    for order in orders:
        month = order["customer"], order["day"].replace(day=1)
        brought[month] += order["net"]
        ordered[month] += order["is_paid"]
    sizes, revenue, counts = Counter(), defaultdict(Decimal), Counter()
    for (at, customer), (segment, *_) in history.items():
        sizes[at, segment] += 1
        revenue[at, segment] += brought[customer, at.replace(day=1)]
        counts[at, segment] += ordered[customer, at.replace(day=1)]
    found = sample_build.query(
        "select month, segment_id, is_withheld, customer_count, revenue, orders"
        " from segment_monthly"
    )
    hidden = {row[:2]: row[2] for row in found}
    assert {row[:2]: row[3:] for row in found} == {
        key: (
            sizes[key],
            *((None, None) if hidden[key] else (revenue[key], counts[key])),
        )
        for key in sizes
    }
    small_cells_are_withheld({key: (sizes[key], hidden[key]) for key in sizes})
    assert {at for at, _ in sizes} == set(dates)


def was_settled(one, before, at) -> bool:
    """Whether the first order was long enough ago one date before."""
    if one["tenure_days"] is None:
        return False
    since = 0 if before is None else (at - before).days
    return one["tenure_days"] - since >= SETTLING_DAYS


def test_movements_are_those_of_the_history(
    sample_build, history, features, orders, dates
):
    acted = {(order["customer"], order["day"].replace(day=1)) for order in orders}
    expected = defaultdict(lambda: [0, Decimal(0)])
    for before, at in pairwise(dates):
        for customer, one in features[at].items():
            if (before, customer) not in history:
                continue
            left, now = history[before, customer][0], history[at, customer][0]
            if left != now:
                cause = "acted" if (customer, at.replace(day=1)) in acted else "time"
                if not was_settled(one, before, at):
                    cause = "settling"
                count = expected[before, at, left, now, cause]
                count[0] += 1
                count[1] += one["lifetime_revenue"]
    found = sample_build.query(
        "select from_date, month, from_segment_id, to_segment_id, cause,"
        " customer_count, revenue from segment_movements"
        " where compared_with = 'last_date'"
    )
    for count in expected.values():
        count[1] = count[1] if count[0] >= 10 else None
    assert {row[:5]: list(row[5:]) for row in found} == dict(expected)
    assert {cause for *_, cause in expected} == {"acted", "time", "settling"}


@pytest.fixture(scope="module")
def vectors(sample_build, features):
    """Every customer of every date as the published model reads it."""
    names = [
        "evidence_column", "prior_feature", "prior_value", "prior_events", "value_cap",
        "log_offset", "fill_value", "lower_bound", "upper_bound", "mean",
        "standard_deviation", "scale_weight",
    ]  # fmt: skip
    steps = {
        feature: dict(zip(names, row, strict=True))
        for feature, *row in sample_build.query(
            f"select feature, {', '.join(names)} from model_features where is_used"
            " order by position"
        )
    }
    assert any(step["prior_feature"] for step in steps.values())
    assert any(step["value_cap"] for step in steps.values())

    def pulled(one, name):
        step = steps[name]
        value = None if one[name] is None else float(one[name])
        if step["evidence_column"] is None:
            return step["fill_value"] if value is None else value
        prior = step["prior_value"]
        if step["prior_feature"]:
            prior *= pulled(one, step["prior_feature"])
        events = one[step["evidence_column"]]
        return recomputed.everybodys(value, events, prior, step["prior_events"])

    def coordinate(one, name):
        step = steps[name]
        value = min(pulled(one, name), step["value_cap"] or math.inf)
        if step["log_offset"] is not None:
            value = math.log(step["log_offset"] + max(value, 0))
        value = min(max(value, step["lower_bound"]), step["upper_bound"])
        return (
            step["scale_weight"] * (value - step["mean"]) / step["standard_deviation"]
        )

    return {
        (at, customer): np.array([coordinate(one, name) for name in steps])
        for at, everybody in features.items()
        for customer, one in everybody.items()
        if one["first_order_date"]
    }


def remembered(anchors, vector, at, last):
    """A near anchor: one of the last segment, else the closest."""
    since = recomputed.months_before(at, MEMORY_MONTHS)
    near = [
        (segment != last, np.linalg.norm(vector - anchor), day, segment, tuple(anchor))
        for day, segment, anchor in anchors
        if day >= since and np.linalg.norm(vector - anchor) <= MEMORY_RADIUS
    ]
    return min(near) if near else None


def test_placing_by_the_published_model(
    sample_build, vectors, features, history, customers, dates
):
    date_before = dict(zip(dates[1:], dates, strict=False))
    prototypes = [
        (segment, np.array(json.loads(weights)), offset)
        for segment, weights, offset in sample_build.query(
            "select segment_id, weights, prototype_offset from model_prototypes"
            " order by prototype"
        )
    ]
    knots = sample_build.query("from model_calibration order by margin")
    margins, heights = (list(column) for column in zip(*knots, strict=True))
    anchors, places = defaultdict(list), {}
    for (at, customer), vector in sorted(vectors.items()):
        fits = {segment: weights @ vector + b for segment, weights, b in prototypes}
        best, following = sorted(fits, key=fits.get, reverse=True)[:2]
        one = features[at][customer]
        is_settled = was_settled(one, date_before.get(at), at)
        known = None
        if one["tenure_days"] >= SETTLING_DAYS:
            last = places.get(customer)
            near = remembered(anchors[customer], vector, at, last)
            if near is None:
                anchors[customer].append((at, best, vector))
            else:
                *_, day, known, anchor = near
                # What is still in use when its year is over is carried on.
                if day < recomputed.months_before(at, MEMORY_MONTHS - 1):
                    anchors[customer].append((at, known, np.array(anchor)))
        segment, held = known or best, known not in (None, best)
        places[customer] = segment
        confidence = (
            heights[0]
            if held
            else np.interp(fits[best] - fits[following], margins, heights)
        )
        assert history[at, customer][:2] == (segment, held), (at, customer)
        assert history[at, customer][2] == pytest.approx(confidence, abs=SIX_DIGITS)
        assert history[at, customer][3] == is_settled
        if at == customers[customer]["as_of_date"]:
            row = customers[customer]
            assert row["segment_id"] == segment
            assert row["next_segment_id"] == (best if held else following)
            assert row["confidence"] == pytest.approx(confidence, abs=SIX_DIGITS)
    assert any(held for _, held, *_ in history.values())
    assert any(len(own) > 1 for own in anchors.values())


def test_profiles_compare_with_everybody_else(
    sample_build, vectors, customers, features, dates
):
    newest = features[dates[-1]]
    used = [
        name
        for (name,) in sample_build.query(
            "select feature from model_features where is_used order by position"
        )
    ]
    members = defaultdict(list)
    for customer, row in customers.items():
        if (dates[-1], customer) in vectors:
            members[row["segment_id"]].append(customer)
    everybody = [customer for group in members.values() for customer in group]
    rows = sample_build.query(
        "select segment_id, feature, segment_median, overall_median, effect_size,"
        " driver_rank from segment_profiles order by segment_id, driver_rank"
    )
    assert len(rows) == len(members) * len(used)

    def middle_of(group, feature):
        known = [newest[c][feature] for c in group if newest[c][feature] is not None]
        return median(map(float, known)) if known else None

    for segment, feature, middle, overall, effect, _ in rows:
        place = used.index(feature)
        inside = members[segment]
        outside = [customer for customer in everybody if customer not in inside]
        mean_in, mean_out = (
            np.mean([vectors[dates[-1], customer][place] for customer in group])
            for group in (inside, outside)
        )
        # None where nobody of the segment has the events.
        assert middle == pytest.approx(middle_of(inside, feature))
        assert overall == pytest.approx(middle_of(everybody, feature))
        assert effect == pytest.approx(mean_in - mean_out, abs=2e-4)
    for segment in members:
        ranked = [(rank, abs(e)) for s, *_, e, rank in rows if s == segment]
        assert [rank for rank, _ in ranked] == list(range(1, len(used) + 1))
        assert [e for _, e in ranked] == sorted((e for _, e in ranked), reverse=True)


def test_crosswalk_places_everybody_under_every_solution(
    sample_build, vectors, customers, dates
):
    numbers = dict(
        sample_build.query("select segment_id, segment_number from model_segments")
    )
    expected = Counter()
    for count, is_selected, labels, weights, offsets in sample_build.query(
        "select segment_count, is_selected, prototype_segments, prototype_weights,"
        " prototype_offsets from model_candidates"
    ):
        labels, weights, offsets = map(json.loads, (labels, weights, offsets))
        for customer, row in customers.items():
            vector = vectors.get((dates[-1], customer))
            if vector is None:
                continue
            label = labels[int(np.argmax(np.array(weights) @ vector + offsets))]
            segment = row["segment_id"]
            expected[count, segment, numbers[segment] if is_selected else label] += 1
    found = sample_build.query(
        "select segment_count, segment_id, candidate_segment, customer_count"
        " from candidate_crosswalk"
    )
    assert {row[:3]: row[3] for row in found} == dict(expected)


def test_the_segment_before_is_that_of_the_last_month_end(customers, history, dates):
    for customer, row in customers.items():
        last = history.get((dates[-2], customer), (None,))[0]
        assert row["previous_segment_id"] == last, customer


def test_quality_counts_what_the_file_holds(sample_build, lines, orders):
    rows = recomputed.seed("sample_transactions")
    kept = [tuple(row.values()) for row in rows if row["order_id"][0] != "X"]
    returned = [line["net"] for line in lines if line["is_return"]]
    found = {
        name: rest
        for name, *rest in sample_build.query(
            "select check_name, rows_checked, rows_failed, verdict, detail"
            " from data_quality"
        )
    }
    expected = {
        "source_rows": (1425, 8, "info"),
        "exact_duplicates": (len(kept), len(kept) - len(set(kept)), "warn"),
        "shared_order_ids": (len(orders), 0, "pass"),
        "returns": (len(kept), len(returned), "info"),
        "statuses": (len(kept), len(returned), "info"),
        "free_lines": (len(kept), sum(not line["net"] for line in lines), "info"),
        "rounding": (len(kept), 0, "pass"),
        "customers_with_attributes": (0, 0, "info"),
        "time_zone": (1425, 0, "info"),
        "left_out_money": (1425, 8, "info"),
    }
    reasons = (
        "no_customer_id guest_order unreadable_date date_before_earliest_date"
        " amount_out_of_range unreadable_amount postage test_order"
    ).split()
    expected |= {f"left_out_{reason}": (1425, 1, "info") for reason in reasons}
    for name, wanted in expected.items():
        assert tuple(found.pop(name)[:3]) == wanted, name
    assert not [name for name in found if name.startswith(("left_out", "unmapped"))]
    amount = -sum(returned)
    assert f"back, {amount:,} in all" in sample_build.value(
        "select detail from data_quality where check_name = 'returns'"
    )


def test_publication_counts_its_tables(sample_build, customers, features, dates):
    revenue = sum(one["lifetime_revenue"] for one in features[dates[-1]].values())
    assert sample_build.query(
        "select cast(as_of_date as date), customer_count, source_rows, accepted_rows,"
        " rejected_rows, cast(revenue as decimal(18, 2)) from publications"
        " order by published_at"
    )[-1] == (dates[-1], len(customers), 1425, 1417, 8, revenue)
    assert dates[-1] == dt.date(2024, 12, 29)
