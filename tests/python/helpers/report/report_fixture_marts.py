"""The marts of the synthetic publication, each counted from its customers."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pandas as pd

CENT = Decimal("0.01")


def make_marts(*, customers, z, features, personas, rfm_rows, seed):
    """Every mart, from the assigned customers and their standardised features."""
    random = np.random.default_rng(seed + 2)
    customers = with_rfm(customers, rfm_rows=rfm_rows)
    actions = {f"s{n + 1:02d}": row for n, row in enumerate(personas)}
    customers["recommended_action"] = [
        actions[key][2] for key in customers["segment_id"]
    ]
    segments = make_segments(customers, actions=actions, random=random)
    predictions = make_predictions(customers)
    return {
        **make_proofs(predictions, segments=segments),
        "segment_actions": make_actions(predictions, customers=customers),
        "customer_predictions": predictions,
        "customer_segments": customers.assign(
            action_id="do_"
            + predictions.set_index("customer_id")["lifecycle"]
            .reindex(customers["customer_id"])
            .to_numpy()
        ).sort_values("customer_id", ignore_index=True),
        "segments": segments,
        "segment_profiles": make_profiles(customers, z=z, features=features),
        "segment_monthly": make_monthly(customers, segments=segments, random=random),
        "segment_movements": make_movements(customers, random=random),
        "rfm_grid": make_grid(customers, rfm_rows=rfm_rows),
        "rfm_cut_points": make_cuts(customers),
        "segment_candidates": make_candidates(),
        "candidate_crosswalk": make_crosswalk(customers, z=z),
        "segment_demographics": make_demographics(customers, random=random),
        "rejected_transactions": pd.DataFrame(
            {
                "source_row": range(1, 15),
                "customer_id": [None] * 14,
                "order_id": [f"o{n}" for n in range(14)],
                "reason": ["no customer id"] * 11 + ["amount is not a number"] * 3,
            }
        ),
        "data_quality": make_quality(customers),
        "publications": pd.DataFrame(
            [
                {
                    "publication_id": "20261101T060708-ab12",
                    "algorithm": "k-means",
                    "published_at": datetime(2026, 11, 1, 6, 7, 8),
                    "as_of_date": customers["as_of_date"].iloc[0].date(),
                    "model_version": "c0ffee12",
                    "segment_count": len(personas),
                    "customer_count": len(customers),
                    "source_rows": 9014,
                    "accepted_rows": 9000,
                    "rejected_rows": 14,
                    "revenue": sum(customers["monetary_value"]),
                    "checksum": "deadbeef",
                }
            ]
        ),
    }


def with_rfm(customers, *, rfm_rows):
    def score(values, *, descending=False):
        cuts = np.quantile(values, [0.2, 0.4, 0.6, 0.8])
        found = np.searchsorted(cuts, values, side="left") + 1
        return 6 - found if descending else found

    frame = customers.assign(
        r_score=score(customers["recency_days"], descending=True),
        f_score=np.searchsorted([2, 3, 5, 9], customers["order_count"], "right") + 1,
        m_score=score(customers["monetary_value"].astype(float)),
    )
    frame["rfm_group"] = [
        rfm_rows[r][f - 1]
        for r, f in zip(frame["r_score"], frame["f_score"], strict=True)
    ]
    return frame


def make_segments(customers, *, actions, random):
    total = sum(customers["monetary_value"])
    rows = []
    for number, (key, part) in enumerate(customers.groupby("segment_id"), start=1):
        persona = actions[key]
        revenue = sum(part["monetary_value"])
        rows.append(
            {
                "segment_id": key,
                "segment_name": persona[0],
                "description": persona[1],
                "structure": "continuum",
                "customer_count": len(part),
                "customer_share": len(part) / len(customers),
                "revenue": revenue,
                "revenue_share": float(revenue / total),
                "median_recency_days": float(part["recency_days"].median()),
                "median_order_count": float(part["order_count"].median()),
                "median_monetary_value": Decimal(
                    str(part["monetary_value"].astype(float).median())
                ).quantize(CENT),
                "stability": 0.95 - 0.03 * number,
                "mean_confidence": part["confidence"].mean(),
                "rule_sql": f"recency_days <= {30 * number} "
                f"and order_count > {7 - number}",
                "rule_text": f"Last order at most {30 * number} days ago and more than "
                f"{7 - number} orders.",
                "rule_precision": 0.93 - 0.02 * number,
                "rule_coverage": 0.9 - 0.03 * number,
                "recommended_action": persona[2],
                "action_detail": persona[3],
                "action_channel": "Email",
                "action_avoid": "Blanket discounts",
                "action_measure": "Repeat orders in 60 days against a held-out tenth",
                "revenue_at_risk": sum(
                    part.loc[part["r_score"] <= 2, "monetary_value"], Decimal(0)
                ),
                "display_order": number,
                "is_clustered": True,
            }
        )
    return pd.DataFrame(rows)


def make_profiles(customers, *, z, features):
    rows = []
    for key, index in customers.groupby("segment_id").indices.items():
        part = customers.iloc[index]
        effects = z[index].mean(axis=0)
        ranks = np.argsort(np.argsort(-np.abs(effects))) + 1
        for column, (feature, label, unit, _, _) in enumerate(features):
            rows.append(
                {
                    "segment_id": key,
                    "segment_name": part["segment_name"].iloc[0],
                    "feature": feature,
                    "feature_label": label,
                    "unit": unit,
                    "segment_median": float(part[feature].median()),
                    "overall_median": float(customers[feature].median()),
                    "effect_size": float(effects[column]),
                    "driver_rank": int(ranks[column]),
                }
            )
    return pd.DataFrame(rows)


HORIZON = 90
# The most pressing first.
STATES = ["overdue", "due", "new", "lapsed", "active"]
TIER_SHARES = {"top": 0.5, "high": 0.8, "medium": 0.95}


def make_predictions(customers):
    """What is expected of each customer: from what it has done, by plain formulas."""
    count = customers["order_count"].to_numpy(float)
    waited = customers["recency_days"].to_numpy(float)
    usual = customers["tenure_days"].to_numpy(float) / count
    ratio = waited / np.maximum(usual, 1)
    silence = np.clip(ratio / (ratio + 2) - 0.15 + 0.4 / count, 0.005, 0.98)
    orders = HORIZON / np.maximum(usual, 5) * (1 - silence)
    value = customers["average_order_value"].to_numpy(float)
    spend = np.round(orders * value, 2)
    is_long = ratio > 1
    lifecycle = np.select(
        [
            (count == 1) & (customers["tenure_days"].to_numpy() <= 90),
            silence < 0.25,
            (silence < 0.5) | ~is_long,
            silence < 0.75,
        ],
        ["new", "active", "due", "overdue"],
        "lapsed",
    )
    is_late = (count >= 3) & is_long & (silence >= 0.25)
    healthy = HORIZON / np.maximum(usual, 5) * value
    stake = np.where(is_late, np.round(np.maximum(healthy - spend, 0), 2), 0)
    above = np.zeros(len(spend))
    order = np.argsort(-spend, kind="stable")
    above[order] = np.cumsum(spend[order]) - spend[order]
    tier = np.select(
        [above < share * spend.sum() for share in TIER_SHARES.values()],
        list(TIER_SHARES),
        "low",
    )
    return pd.DataFrame(
        {
            "customer_id": customers["customer_id"],
            "as_of_date": customers["as_of_date"].dt.date,
            "horizon_days": HORIZON,
            "expected_orders": orders,
            "expected_spend": [Decimal(f"{value:.2f}") for value in spend],
            "silence_probability": silence,
            "lifecycle": lifecycle,
            "has_returned": (count >= 3) & (waited <= 90) & (usual > 60),
            "has_yearly_rhythm": False,
            "value_tier": tier,
            "is_at_risk": is_late,
            "spend_at_stake": [Decimal(f"{value:.2f}") for value in stake],
            "is_season_seen": True,
            "refused_reason": None,
        }
    ).sort_values("customer_id", ignore_index=True)


def make_proofs(predictions, *, segments):
    """How past forecasts turned out, and what a campaign could show."""
    today = predictions["as_of_date"].iloc[0]
    spend = float(sum(predictions["expected_spend"]))
    orders = float(predictions["expected_orders"].sum())
    record, quality, calibration = [], [], []
    misses = {180: 1.04, 150: 0.99, 120: 1.02, 90: 0.97}
    spread = np.sqrt(np.mean(np.log(list(misses.values())) ** 2))
    # Two of these horizons do not overlap: Student's t of two.
    factor = float(np.exp(1.8856 * spread))
    for ago, missed in (*misses.items(), (0, None)):
        day = (pd.Timestamp(today) - pd.Timedelta(days=ago)).date()
        for measure, total in (("spend", spend), ("order_days", orders)):
            record.append(
                {
                    "horizon_days": HORIZON,
                    "cut_off_date": day,
                    "is_newest": not ago,
                    "measure": measure,
                    "customer_count": len(predictions),
                    "sample_share": 1.0,
                    "predicted_total": total,
                    "predicted_low": None if ago else total / factor,
                    "predicted_high": None if ago else total * factor,
                    "actual_total": total / missed if ago else None,
                    "recent_total": None if ago else total * 1.2,
                    "is_season_seen": not ago,
                }
            )
        if ago != 90:
            continue
        for place, (method, silence) in enumerate(
            [
                ("ours", 0.88),
                ("last_quarter", None),
                ("rfm_cells", 0.84),
                ("spend_deciles", None),
            ]
        ):
            quality.append(
                {
                    "cut_off_date": day,
                    "measure": "spend",
                    "method": method,
                    "customer_count": len(predictions),
                    "predicted_total": spend,
                    "actual_total": spend / missed,
                    "mean_absolute_error": 40.0 + 3 * place,
                    "total_ratio": missed + place / 100,
                    "silence_auc": None,
                    "coverage": None if place else 0.81,
                }
            )
            if silence:
                quality.append(
                    {
                        "cut_off_date": day,
                        "measure": "silence",
                        "method": method,
                        "customer_count": len(predictions),
                        "silence_auc": silence,
                    }
                )
        quality.append(
            {
                "cut_off_date": day,
                "measure": "at_stake",
                "method": "ours",
                "customer_count": 80,
                "predicted_total": 4200.0,
                "actual_total": 3900.0,
            }
        )
        for column in ("lifecycle", "value_tier"):
            for name, part in predictions.groupby(column):
                expected = float(1 - part["silence_probability"].mean())
                spent = sum(part["expected_spend"])
                shift = 0.2 if name == "overdue" else 0.0
                calibration.append(
                    {
                        "cut_off_date": day,
                        "grouping_name": column,
                        "group_name": name,
                        "customer_count": len(part),
                        "expected_ordered_share": expected,
                        "actual_ordered_share": min(expected + shift, 1.0),
                        "expected_spend": spent,
                        "actual_spend": (spent * Decimal("1.03")).quantize(CENT),
                    }
                )
    plans = [
        {
            "audience_kind": kind,
            "audience": key,
            "holdout_share": share,
            "customer_count": int(count),
            "measured_count": int(count),
            "spend_mean": Decimal("120.00"),
            "smallest_change": 6 / (int(count) * share * (1 - share)) ** 0.5,
        }
        for kind, key, count in [
            *(
                ("segment", *row)
                for row in segments[["segment_id", "customer_count"]].itertuples(
                    index=False
                )
            ),
            ("all", "all", segments["customer_count"].sum()),
            ("action", "do_overdue", 2000),
        ]
        for share in (0.1, 0.2, 0.5)
        if count * share >= 20
    ]
    return {
        "prediction_record": pd.DataFrame(record),
        "prediction_quality": pd.DataFrame(quality),
        "prediction_calibration": pd.DataFrame(calibration),
        "campaign_plans": pd.DataFrame(plans),
        "movement_quality": pd.DataFrame(
            [
                {
                    "from_date": (pd.Timestamp(today) - pd.DateOffset(months=6)).date(),
                    "to_date": today,
                    "customer_count": 400,
                    "steady_count": 120,
                    "steady_moved_count": 5,
                    "changed_count": 90,
                    "changed_moved_count": 47,
                }
            ]
        ),
    }


def make_actions(predictions, *, customers):
    """One row a segment and state: its customers, and what to do."""
    people = predictions.merge(customers[["customer_id", "segment_id"]])
    rows = []
    for key, part in people.groupby("segment_id"):
        sizes = part["lifecycle"].value_counts()
        ranked = sorted(sizes.items(), key=lambda item: (-item[1], item[0]))
        for place, (state, count) in enumerate(ranked, start=1):
            mine = part[part["lifecycle"] == state]
            rows.append(
                {
                    "segment_id": key,
                    "action_id": f"do_{state}",
                    "situation": state,
                    "value_tiers": "any",
                    "customer_count": int(count),
                    "customer_share": count / len(part),
                    "at_stake_count": int((mine["spend_at_stake"] > 0).sum()),
                    "spend_at_stake": sum(mine["spend_at_stake"])
                    if count > 9
                    else None,
                    "recommended_action": f"What to do for {state}",
                    "action_detail": f"In detail for {state}.",
                    "action_measure": "Orders against a held-out tenth",
                    "action_priority": 1 - STATES.index(state) / 10,
                    "display_order": place,
                }
            )
    return pd.DataFrame(rows)


def make_monthly(customers, *, segments, random):
    months = pd.date_range("2025-11-30", "2026-10-31", freq="ME")
    before = customers.groupby("previous_segment_id").size()
    rows = []
    for age, month in enumerate(reversed(months)):
        for row in segments.itertuples():
            count = row.customer_count
            if age == 1:
                count = int(before[row.segment_id])
            elif age > 1:
                drift = 1 + 0.03 * age * np.sin(row.display_order * 2)
                count = int(before[row.segment_id] * drift)
            orders = int(count * (0.3 + random.random() / 10))
            rows.append(
                {
                    "month": month.date(),
                    "segment_id": row.segment_id,
                    "segment_name": row.segment_name,
                    "customer_count": count,
                    "revenue": (
                        row.revenue
                        / 12
                        * Decimal(str(round(0.9 + random.random() / 5, 3)))
                    ).quantize(CENT),
                    "orders": orders,
                }
            )
    frame = pd.DataFrame(rows)
    return frame.sort_values(["month", "segment_id"], ignore_index=True)


def make_movements(customers, *, random):
    known = customers[customers["previous_segment_id"].notna()]
    moved = known[known["previous_segment_id"] != known["segment_id"]]
    causes = random.choice(["acted", "time", "settling"], len(moved), p=[0.5, 0.4, 0.1])
    grouped = (
        moved.assign(cause=causes)
        .groupby(["previous_segment_id", "segment_id", "cause"], as_index=False)
        .agg(customer_count=("customer_id", "size"), revenue=("monetary_value", "sum"))
    )
    names = customers.drop_duplicates("segment_id").set_index("segment_id")
    names = names["segment_name"]
    return grouped.rename(
        columns={
            "previous_segment_id": "from_segment_id",
            "segment_id": "to_segment_id",
        }
    ).assign(
        month=customers["as_of_date"].iloc[0].date(),
        compared_with="last_date",
        from_segment_name=lambda frame: frame["from_segment_id"].map(names),
        to_segment_name=lambda frame: frame["to_segment_id"].map(names),
    )


def make_grid(customers, *, rfm_rows):
    total = sum(customers["monetary_value"])
    rows = []
    for r in range(5, 0, -1):
        for f in range(1, 6):
            part = customers[(customers["r_score"] == r) & (customers["f_score"] == f)]
            revenue = sum(part["monetary_value"], Decimal(0))
            rows.append(
                {
                    "r_score": r,
                    "f_score": f,
                    "rfm_group": rfm_rows[r][f - 1],
                    "customer_count": len(part),
                    "customer_share": len(part) / len(customers),
                    "revenue": revenue,
                    "revenue_share": float(revenue / total),
                }
            )
    return pd.DataFrame(rows)


def make_cuts(customers):
    rows = []
    for measure, column in (
        ("recency", "recency_days"),
        ("frequency", "order_count"),
        ("monetary", "monetary_value"),
    ):
        low_is_good = measure == "recency"
        cuts = np.quantile(customers[column].astype(float), [0.2, 0.4, 0.6, 0.8])
        for place, (above, up_to) in enumerate(pairwise([None, *cuts, None])):
            rows.append(
                {
                    "as_of_date": customers["as_of_date"].iloc[0].date(),
                    "measure": measure,
                    "score": 5 - place if low_is_good else 1 + place,
                    "above_value": above,
                    "up_to_value": up_to,
                    "method": "bands" if measure == "frequency" else "quintiles",
                }
            )
    return pd.DataFrame(rows)


def make_candidates():
    rows = []
    for k in range(3, 9):
        for algorithm, shift in (("k-means", 0.0), ("Gaussian mixture", 0.03)):
            chosen = k == 5 and algorithm == "k-means"
            rows.append(
                {
                    "algorithm": algorithm,
                    "segment_count": k,
                    "inertia": 4000 / (k + 0.5) ** 0.7 * (1 + shift),
                    "silhouette": 0.34 - 0.03 * (k - 3) - shift,
                    "calinski_harabasz": 900.0 - 40 * k,
                    "davies_bouldin": 1.2 + 0.05 * k,
                    "gap": 0.5 + 0.02 * k,
                    "gap_standard_error": 0.01,
                    "stability": (0.97 if k <= 5 else 1.02 - 0.04 * k + 0.1) - shift,
                    "lowest_jaccard": 0.9 - 0.05 * (k - 3) - shift,
                    "valley": None,
                    "smallest_share": 0.3 / k,
                    "noise_share": 0.0,
                    "assignment_agreement": 1.0,
                    "is_eligible": k <= 6,
                    "is_selected": chosen,
                    "reason": "Most segments that stay stable when resampled."
                    if chosen
                    else "Less stable than the choice."
                    if k > 5
                    else "Coarser than needed.",
                    "structure": "continuum",
                    "structure_evidence": "Customers fill the space between segments "
                    "without gaps: segments are useful slices, not separate kinds.",
                }
            )
    return pd.DataFrame(rows)


def make_crosswalk(customers, *, z):
    from sklearn.cluster import KMeans

    parts = []
    for algorithm in ("k-means", "Gaussian mixture"):
        for k in range(3, 9):
            labels = KMeans(k, n_init=1, random_state=k).fit_predict(z)
            if k == 5 and algorithm == "k-means":
                labels = customers["segment_id"].str[1:].astype(int) - 1
            part = (
                customers.assign(candidate_segment=labels + 1)
                .groupby(["segment_id", "candidate_segment"], as_index=False)
                .agg(customer_count=("customer_id", "size"))
            )
            parts.append(part.assign(algorithm=algorithm, segment_count=k))
    return pd.concat(parts, ignore_index=True)


def make_demographics(customers, *, random):
    rows = []
    values = {"age_group": ["18-34", "35-54", "55+"], "region": ["North", "South"]}
    for attribute, options in values.items():
        frame = customers.assign(value=random.choice(options, len(customers)))
        overall = frame["value"].value_counts(normalize=True)
        for (key, name), part in frame.groupby(["segment_id", "segment_name"]):
            for option in options:
                count = int((part["value"] == option).sum())
                share = count / len(part)
                rows.append(
                    {
                        "segment_id": key,
                        "segment_name": name,
                        "attribute": attribute,
                        "attribute_value": option,
                        "customer_count": count,
                        "share": share,
                        "overall_share": overall[option],
                        "index_value": share / overall[option],
                    }
                )
    return pd.DataFrame(rows)


def make_quality(customers):
    return pd.DataFrame(
        [
            ("source_rows", 9014, 14, "info", "14 of 9,014 source rows were left out."),
            ("no customer id", 9014, 11, "warn", "Guest orders cannot be segmented."),
            (
                "revenue_adds_up",
                len(customers),
                0,
                "pass",
                "Revenue of the segments equals accepted revenue.",
            ),
            ("channel", 9000, 9000, "info", "No channel column: its feature is off."),
        ],
        columns=["check_name", "rows_checked", "rows_failed", "verdict", "detail"],
    )
