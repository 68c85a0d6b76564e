"""How segments change from build to build: who moved, why, and what a refit costs.

    python benchmarks/over_time.py --data completejourney [--refit auto|always|never]
    python benchmarks/over_time.py --data planted --setting medium --seed 100
        [--drift new_persona|shift] [--months 7]
    python benchmarks/over_time.py --data completejourney --refit never --history

Builds at successive month ends, each continuing from the last publication, without
tests. Prints one line a build: the decision, moves by cause as shares of the customers
of both publications, the churn of labels by the model alone (same customers, same day,
same data, published model against the model in use) and, planted, the adjusted Rand
index with the truth. With --history, where everybody was at each end by its own build
is compared with the history of one build at the last end that has the first model.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import yaml
from planted import REPOSITORY, plant
from sklearn.metrics import adjusted_rand_score

# A build without unit tests: they do not see the data.
BUILD = ("build", "--exclude-resource-type", "unit_test")
NEWEST = {
    "completejourney": "2017-12-31",
    "superstore": "2017-12-31",
    "adventureworks": "2021-12-31",
}
CAUSES = ["acted", "time", "settling", "model", "data"]


def main(given: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", choices=[*NEWEST, "planted"], required=True)
    parser.add_argument("--refit", default="auto")
    parser.add_argument("--setting", default="medium")
    parser.add_argument("--seed", type=int, default=100)
    parser.add_argument("--drift", default="none")
    parser.add_argument("--months", type=int, default=7)
    parser.add_argument("--history", action="store_true")
    parser.add_argument("--vars", default="{}", help="more dbt vars, as JSON")
    arguments = parser.parse_args(given)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        settings, truth, last = sources(arguments, home)
        ends = pd.date_range(end=last, periods=arguments.months, freq="ME")
        rows, collected = [], []
        for end in ends:
            variables = {
                **settings,
                "refit": arguments.refit,
                "as_of_date": str(end.date()),
                **json.loads(arguments.vars),
            }
            # Whoever only has the first model does not know the second build either.
            if len(rows) == 1:
                shutil.copytree(home / "releases", home / "once" / "releases")
                (home / "once" / "published").symlink_to(
                    (home / "published").readlink()
                )
            run_dbt(*BUILD, home=home, variables=variables)
            row = measured(home=home, truth=truth)
            collected.append(history(home, f"as_of_date = date '{end.date()}'"))
            rows.append(row)
            print(json.dumps({"month": str(end.date()), **row}), flush=True)
        if arguments.history:
            run_dbt(*BUILD, home=home / "once", variables=variables)
            print(differences(pd.concat(collected), history(home / "once", "true")))
    print(summary(pd.DataFrame(rows)).to_string())


def sources(arguments, home: Path) -> tuple[dict, pd.DataFrame | None, str]:
    """Return the vars of the data, the truth where it is known, and the last day."""
    if arguments.data != "planted":
        example = (REPOSITORY / "examples" / f"{arguments.data}.yml").read_text()
        return yaml.safe_load(example), None, NEWEST[arguments.data]
    settings, truth = plant(
        home / "transactions.parquet",
        setting=arguments.setting,
        seed=arguments.seed,
        drift=arguments.drift,
    )
    return settings, truth, "2024-06-30"


def run_dbt(*words: str, home: Path, variables: dict) -> None:
    """Run a dbt command in a home of its own; stop with its output if it fails."""
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("dbt")),
            *words,
            *("--vars", json.dumps(variables)),
            *("--target-path", str(home / "target")),
            *("--log-path", str(home / "logs")),
        ],
        cwd=REPOSITORY,
        env={**os.environ, "SEGMENTATION_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stdout[-3000:] + done.stderr[-1000:])


def history(home: Path, condition: str) -> pd.DataFrame:
    """Return the published history's rows for which the condition holds."""
    with duckdb.connect(
        str(home / "published" / "segments.duckdb"), read_only=True
    ) as connection:
        return connection.execute(f"from segment_history where {condition}").df()


def differences(collected: pd.DataFrame, once: pd.DataFrame) -> str:
    """Say how many rows of the collected history are not those of one build."""
    key = ["as_of_date", "customer_id"]
    both = [
        frame.set_index(key).sort_index()
        for frame in (collected, once[once["as_of_date"].isin(collected["as_of_date"])])
    ]
    if not both[0].index.equals(both[1].index):
        return "not the same customers and dates"
    is_same = (both[0] == both[1]) | (both[0].isna() & both[1].isna())
    return (
        f"{len(collected):,} rows of {collected['as_of_date'].nunique()} months "
        f"collected, {(~is_same.all(axis=1)).sum():,} of them other in one build"
    )


def measured(*, home: Path, truth: pd.DataFrame | None) -> dict:
    """Return the figures of the last build."""
    with duckdb.connect(str(home / "build.duckdb"), read_only=True) as connection:
        decision = connection.execute("from refit_decision").df().iloc[0]
        steps = connection.execute(
            "select coalesce(cause, 'stayed') as cause, "
            "data_segment_id <> model_segment_id as is_relabelled "
            "from int_movement_steps where compared_with = 'last_publication'"
        ).df()
        customers = connection.execute(
            "select customer_id, segment_id from customer_segments"
        ).df()
        events = connection.execute(
            "select event, count(*) from segment_registry "
            "where model_version = (select any_value(model_version) from "
            "fitted_segments) group by event order by event"
        ).fetchall()
        (moved,) = connection.execute(
            "select coalesce(sum(customer_count), 0) from segment_movements "
            "where compared_with = 'last_publication'"
        ).fetchall()[0]
    shares = steps["cause"].value_counts(normalize=True)
    row = {
        "is_refit": bool(decision["is_refit"]),
        "reason": decision["reason"],
        "drift": _rounded(decision["drift_share"]),
        "shift": _rounded(decision["stability_index"]),
        "loss": _rounded(decision["quality_loss"]),
        "segments": int(customers["segment_id"].nunique()),
        **{cause: _rounded(shares.get(cause, 0.0)) for cause in CAUSES},
        "relabelled": _rounded(steps["is_relabelled"].mean()),
        "adds_up": int(moved) == int((steps["cause"] != "stayed").sum()),
        "events": dict(events),
    }
    if truth is not None:
        both = truth.merge(customers, on="customer_id")
        both = both[both["is_noise"] == 0]
        row["ari"] = _rounded(adjusted_rand_score(both["persona"], both["segment_id"]))
    return row


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Return mean and worst of the transitions: every build but the first."""
    figures = rows.iloc[1:][[*CAUSES, "relabelled"]].astype(float)
    figures["churn"] = figures[CAUSES].sum(axis=1)
    return figures.agg(["mean", "max"]).round(4)


def _rounded(value) -> float | None:
    return None if value is None or np.isnan(value) else round(float(value), 4)


if __name__ == "__main__":
    main()
