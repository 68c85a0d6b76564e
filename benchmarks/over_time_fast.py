"""The same as over_time.py from one build: month after month in memory.

    python benchmarks/over_time_fast.py --data completejourney
    python benchmarks/over_time_fast.py --data planted --settings medium,hard
        --seeds 100-105 [--drift new_persona] [--refit auto] [--months 7]

The features of every month end are in one build, and later orders do not change them;
what a build does with them is done here by the same functions: decide, fit, start from
the published segments, match, and remember where each customer was before.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from functools import partial
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from over_time import BUILD, CAUSES, NEWEST, run_dbt, sources, summary
from planted import REPOSITORY
from sklearn.metrics import adjusted_rand_score

sys.path.insert(0, str(REPOSITORY / "python_models"))


from segmentation.assigning.model_rows import matrix
from segmentation.assigning.prototypes import LinearModel
from segmentation.clustering.fitting import earlier_sample, fit_candidates
from segmentation.explaining.segment_ids import match_segment_ids
from segmentation.over_time.chance import (
    LAG_DAYS,
    Chance,
    movement_by_chance,
    noted_chance,
)
from segmentation.over_time.fit_figures import fit_facts
from segmentation.over_time.lineage import old_ids, trace_segments, was_published
from segmentation.over_time.refit_decision import decide
from segmentation.over_time.warm_start import start_from_published
from segmentation.preparing.current_customers import QUARTER_DAYS
from segmentation.preparing.fit_settings import Settings
from segmentation.preparing.preprocessing import (
    event_steps,
    fit_preprocessing,
    transform,
)
from segmentation.preparing.read_settings import (
    model_settings,
    project_vars,
    read_settings,
    settings_for,
)
from segmentation.releases.published_model import PublishedModel

LABELS = pd.read_csv(REPOSITORY / "seeds" / "feature_labels.csv")


def month_features(settings: dict, home: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return features of every month end, and the months in which customers acted."""
    part = ("--select", "+int_customer_features")
    run_dbt(*BUILD, "test", *part, home=home, variables=settings)
    with duckdb.connect(str(home / "build.duckdb"), read_only=True) as connection:
        features = connection.execute(
            "from int_customer_features where first_order_date is not null "
            "order by customer_id"
        ).df()
        months = connection.execute(
            "select customer_id, last_day(month_start) as as_of_date "
            "from int_customer_months"
        ).df()
    features["monetary_value"] = features["monetary_value"].astype(float)
    return features, months


def memory_radius(steps: pd.DataFrame, facts: dict, known: dict) -> float:
    """Return within what distance a customer is where it was, as in the history."""
    weights = steps.loc[steps["is_used"].astype(bool), "scale_weight"]
    spread = known["memory_spread_share"] * np.linalg.norm(weights)
    radius = min(known["memory_radius"], spread)
    share = facts["chance_share"] / known["chance_share_maximum"]
    farther = max(facts["chance_reach"] - radius, 0) if radius else 0
    return radius + np.clip(5 * share - 4, 0, 1) * farther


def remembered(
    anchors: pd.DataFrame, here: pd.DataFrame, month, radius: float, known: dict
):
    """Return the anchors of customers who are where they were before, by customer.

    Parameters
    ----------
    anchors
        customer_id, as_of_date, segment_id, anchor: where each was before.
    here
        customer_id, vector, before: where each is, and the last segment.
    month
        The month end.
    radius
        Distance within which a customer is where it was.
    known
        All vars: memory_months.
    """
    since = (month - pd.DateOffset(months=known["memory_months"])).replace(day=1)
    near = anchors[anchors["as_of_date"] >= since].merge(here, on="customer_id")
    if near.empty:
        return near.set_index("customer_id")
    apart = np.stack(near["vector"]) - np.stack(near["anchor"])
    near["distance"] = np.linalg.norm(apart, axis=1)
    near["is_a_move"] = near["segment_id"] != near["before"]
    near = near[near["distance"] <= radius]
    best = near.sort_values(["is_a_move", "distance", "as_of_date"], kind="stable")
    return best.drop_duplicates("customer_id").set_index("customer_id")


class Model:
    """A fitted model and its segments' ids."""

    def __init__(self, steps, candidate, ids, facts):
        self.steps = steps
        self.candidate = candidate
        self.facts = facts
        numbers = np.asarray(candidate["prototype_segments"], dtype=int)
        self.model = LinearModel(
            matrix(candidate["prototype_weights"]),
            np.asarray(candidate["prototype_offsets"], dtype=float),
            numbers,
        )
        self.ids = [ids.get(number, "unassigned") for number in numbers]

    def history(self, by_month: dict, known: dict) -> dict:
        """Return each month's segments by customer, as int_segment_history does."""
        columns = ["customer_id", "as_of_date", "segment_id", "anchor"]
        found, before = {}, pd.Series(dtype=object)
        anchors = pd.DataFrame(columns=columns)
        labels = np.array(self.ids, dtype=object)
        radius = memory_radius(self.steps, self.facts, known)
        for month, frame in by_month.items():
            vectors = transform(frame=frame, fitted=self.steps)
            here = pd.DataFrame(
                {
                    "customer_id": frame["customer_id"].to_numpy(),
                    "vector": list(vectors),
                    "before": frame["customer_id"].map(before).to_numpy(object),
                    "is_settled": frame["tenure_days"].to_numpy()
                    >= known["settling_days"],
                    "nearest": labels[self.model.scores(vectors).argmax(axis=1)],
                }
            )
            settled = here[here["is_settled"]]
            best = remembered(anchors, settled, month, radius, known)
            kept = here["customer_id"].map(best["segment_id"])
            here["segment_id"] = kept.where(kept.notna(), here["nearest"])
            fresh = here[here["is_settled"] & kept.isna()].rename(
                columns={"vector": "anchor"}
            )
            # An anchor that is still in use when its year is over is carried on.
            months = known["memory_months"] - 1
            year = (month - pd.DateOffset(months=months)).replace(day=1)
            old = best[best["as_of_date"] < year].reset_index()
            added = [part.assign(as_of_date=month)[columns] for part in (fresh, old)]
            parts = [part for part in (anchors, *added) if len(part)]
            anchors = pd.concat(parts, ignore_index=True) if parts else anchors
            before = found[month] = here.set_index("customer_id")["segment_id"]
        return found

    def published(self, month, history, registry) -> PublishedModel:
        """Return what the next build reads back."""
        count = len(self.candidate["centroids"])
        weights = matrix(self.candidate["prototype_weights"]).tolist()
        by_id: dict[str, list[int]] = {}
        for row, segment_id in enumerate(self.ids):
            by_id.setdefault(segment_id, []).append(row)
        offsets = self.candidate["prototype_offsets"]
        segments = pd.DataFrame(
            [
                {
                    "segment_id": segment_id,
                    "segment_name": segment_id,
                    "segment_number": int(self.model.segments[rows[0]]),
                    "prototype_weights": json.dumps([weights[row] for row in rows]),
                    "prototype_offsets": json.dumps([float(offsets[r]) for r in rows]),
                    "centroid": json.dumps(
                        list(self.candidate["centroids"][self.model.segments[rows[0]]])
                    )
                    if 0 <= self.model.segments[rows[0]] < count
                    else None,
                    "drivers": "[]",
                    "driver_effects": "[]",
                    "model_version": str(month.date()),
                }
                for segment_id, rows in by_id.items()
            ]
        )
        return PublishedModel(
            features=self.steps,
            candidates=self.candidate.to_frame().T,
            segments=segments,
            reference=pd.DataFrame(
                {
                    "item": list(self.facts),
                    "item_value": [json.dumps(value) for value in self.facts.values()],
                }
            ),
            registry=registry,
            # Nobody is scored here.
            rfm_cut_points=pd.DataFrame(),
            customers=pd.DataFrame(
                {
                    "customer_id": history[month].index,
                    "as_of_date": month,
                    "segment_id": history[month].to_numpy(),
                }
            ),
        )


def quarter_before(by_month: dict, end) -> pd.DataFrame | None:
    """Return the customers a quarter before a month end, where they are known."""
    days = [day for day in by_month if day <= end - pd.Timedelta(days=QUARTER_DAYS)]
    return by_month[max(days)] if days else None


def fit(
    by_month: dict, end, published: PublishedModel | None, known: dict, *, starts: bool
) -> Model:
    """Fit as a build does, in the published dimensions where it starts from them."""
    frame = by_month[end]
    if starts:
        steps = published.features
    else:
        steps = fit_preprocessing(
            frame=frame, labels=LABELS, **settings_for(fit_preprocessing, known)
        )
    vectors = transform(frame=frame, fitted=steps)
    fit_settings = Settings(
        **settings_for(Settings, known),
        event_steps=event_steps(frame=frame, fitted=steps, labels=LABELS),
    )
    before = quarter_before(by_month, end)
    if before is not None:
        places = list(transform(frame=before, fitted=steps))
        before = before[["customer_id"]].assign(vector=places)
    customers = {
        "vectors": vectors,
        "keys": frame["customer_id"],
        "settings": fit_settings,
        "earlier": earlier_sample(before, fit_settings),
    }
    candidates = fit_candidates(**customers)
    old = old_ids(published=published, features=frame)
    if starts:
        candidates = start_from_published(
            candidates=candidates,
            published=published.prototypes,
            churn_maximum=known["refit_churn_maximum"],
            **customers,
        )
    chosen = candidates[candidates["is_selected"]].iloc[0]
    numbers = sorted({int(n) for n in chosen["prototype_segments"] if n >= 0})
    model = LinearModel(
        matrix(chosen["prototype_weights"]),
        np.asarray(chosen["prototype_offsets"], dtype=float),
        np.asarray(chosen["prototype_segments"], dtype=int),
    )
    ids = match_segment_ids(
        labels=model.predict(vectors),
        numbers=numbers,
        previous_ids=old,
        was_published=was_published(published, frame["customer_id"]),
        used_ids=() if published is None else published.registry["segment_id"],
        smallest_overlap=known["identity_overlap_minimum"],
    )
    facts = fit_facts(
        features=frame,
        vectors=vectors,
        centroids=matrix(chosen["centroids"]),
        drift_features=known["drift_features"],
        settings=model_settings(known),
    )
    earlier = [
        month for month in by_month if month <= end - pd.Timedelta(days=LAG_DAYS)
    ]
    chance = noted_chance(published.facts if starts else {})
    if chance is None and earlier:
        chance = movement_by_chance(
            now=frame,
            before=by_month[max(earlier)],
            fitted=steps,
            settling_days=known["settling_days"],
        )
    facts |= asdict(chance or Chance())
    return Model(steps, chosen, ids, facts)


def follow(features, months, truth, *, known: dict, count: int) -> pd.DataFrame:
    """Return the figures of `count` builds, the last at the newest date."""
    by_month = dict(iter(features.groupby("as_of_date")))
    ends = list(by_month)[-count:]
    rows, published, model, before = [], None, None, {}
    for position, end in enumerate(ends):
        frame = by_month[end]
        asked = partial(
            decide,
            settings=known,
            features=frame,
            customer_ids=frame["customer_id"],
            labels=LABELS,
            earlier=quarter_before(by_month, end),
        )
        decided = asked(published=published)
        if decided["is_refit"]:
            model = fit(
                by_month,
                end,
                published,
                known,
                starts=decided["starts_from_published"],
            )
        history = model.history({m: f for m, f in by_month.items() if m <= end}, known)
        events = {}
        if decided["is_refit"]:
            ids = sorted(set(model.ids))
            registry = trace_segments(
                segments=pd.DataFrame(
                    {
                        "segment_id": ids,
                        "segment_name": ids,
                        "model_version": str(end.date()),
                    }
                ),
                customer_ids=frame["customer_id"],
                new_ids=[
                    model.ids[row]
                    for row in model.model.scores(
                        transform(frame=frame, fitted=model.steps)
                    ).argmax(axis=1)
                ],
                old_ids=old_ids(published=published, features=frame),
                published=published,
                as_of_date=end,
                limit=known["lineage_share"],
            )
            fresh = registry[registry["model_version"] == str(end.date())]
            events = fresh["event"].value_counts().to_dict()
        row = {
            "month": str(end.date()),
            "is_refit": decided["is_refit"],
            "drift": decided["drift_share"],
            "shift": decided["stability_index"],
            "feature": decided["shifted_feature"],
            "loss": decided["quality_loss"],
            "groups": decided["fresh_group_count"],
            "jaccard": decided["fresh_lowest_jaccard"],
            "gain": decided["fresh_gain"],
            "chance": model.facts["chance_share"],
            "structure": model.candidate["structure"],
            "segments": len(set(model.ids)),
            "events": events,
        }
        if position:
            since = (end - ends[position - 1]).days
            is_settled = frame["tenure_days"] - since >= known["settling_days"]
            settled = frame.loc[is_settled, "customer_id"]
            row |= _causes(before, history, ends[position - 1], end, months, settled)
        if truth is not None:
            now = history[end].rename("segment_id").rename_axis("customer_id")
            both = truth.merge(now.reset_index(), on="customer_id")
            both = both[both["is_noise"] == 0]
            row["ari"] = adjusted_rand_score(both["persona"], both["segment_id"])
        published = model.published(end, history, registry)
        # A reason was true where a refit for it leaves nothing to refit for.
        if decided["is_refit"]:
            row["is_mended"] = not asked(published=published)["is_refit"]
        row["reason"] = decided["reason"]
        rows.append(row)
        before = history
    return pd.DataFrame(rows)


def _causes(before, history, last, end, months, settled) -> dict:
    """Return the shares of customers who moved, by the first step that moved them."""
    was = before[last]
    rescored = history[last].reindex(was.index)
    now = history[end].reindex(was.index)
    acted = was.index.isin(months.loc[months["as_of_date"] == end, "customer_id"])
    moved = (was != now).to_numpy()
    by_model = (was != rescored).to_numpy()
    is_settled = was.index.isin(settled)
    return {
        "acted": (moved & ~by_model & is_settled & acted).mean(),
        "time": (moved & ~by_model & is_settled & ~acted).mean(),
        "settling": (moved & ~by_model & ~is_settled).mean(),
        "model": (moved & by_model).mean(),
        "data": 0.0,
        "relabelled": by_model.mean(),
    }


def main(given: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", choices=[*NEWEST, "planted"], required=True)
    parser.add_argument("--refit", default="auto")
    parser.add_argument("--settings", default="medium")
    parser.add_argument("--seeds", default="100-102")
    parser.add_argument("--drift", default="none")
    parser.add_argument("--months", type=int, default=7)
    parser.add_argument("--vars", default="{}", help="other vars of the fit, as JSON")
    arguments = parser.parse_args(given)
    changed = {"refit": arguments.refit, **json.loads(arguments.vars)}
    first, last = (arguments.seeds.split("-") * 2)[:2]
    sets = [(arguments.data, 0)]
    if arguments.data == "planted":
        sets = [
            (setting, seed)
            for setting in arguments.settings.split(",")
            for seed in range(int(first), int(last) + 1)
        ]
    found = []
    for arguments.setting, arguments.seed in sets:
        with tempfile.TemporaryDirectory() as folder:
            settings, truth, newest = sources(arguments, Path(folder))
            settings |= {"as_of_date": newest, **changed}
            features, months = month_features(settings, Path(folder))
        known = read_settings({**project_vars(), **changed})
        rows = follow(features, months, truth, known=known, count=arguments.months)
        print(arguments.setting, arguments.seed)
        print(rows.round(3).to_string(), flush=True)
        found.append(rows.iloc[1:])
    first_row = found[0].iloc[:1]
    print(summary(pd.concat([first_row, *found])[[*CAUSES, "relabelled"]]).to_string())


if __name__ == "__main__":
    main()
