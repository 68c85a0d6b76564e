"""How close what is expected of customers comes, beside plain ways and a peer.

    python benchmarks/expectation.py                  Complete Journey and CDNOW
    python benchmarks/expectation.py online_retail    ../shared/data, as of 2011-04-01
    python benchmarks/expectation.py --million        seconds for a million customers

Each data set is built as of a day or two, and the horizon after it is the truth. The
peer is BG/NBD with Gamma-Gamma on the same customers, as `lifetimes` does it without a
penalty.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import yaml
from peer import expect_spend

REPOSITORY = Path(__file__).resolve().parents[1]
HELPERS = REPOSITORY / "tests" / "python" / "helpers"
sys.path[:0] = [str(HELPERS), str(HELPERS / "fits"), str(REPOSITORY / "python_models")]

from dbt_builds import run_dbt  # noqa: E402
from expectation_trials import (  # noqa: E402
    HORIZON_DAYS,
    PREDICTED,
    built,
    by_group,
    orders,
    proof,
    with_outcomes,
)
from segmentation.evaluating.expectation.proof import ranked_right  # noqa: E402

DATA = {
    "completejourney": ("2017-06-30", "2017-09-30"),
    "cdnow": ("1997-09-30",),
    "online_retail": ("2011-04-01",),
}
COPIES = 425
DRAWS = 1000
TIMED = ("int_expectation_model", "int_customer_silence", "int_customer_expectation")


def peer_row(customers: pd.DataFrame) -> dict:
    """Return errors of the peer on customers with outcomes, and its seconds."""
    begun = time.process_time()
    x, age, wait, money = (
        customers[name].to_numpy(float)
        for name in ("repeat_days", "age_days", "wait_days", "net_amount")
    )
    spend, silent = expect_spend(
        x=x, last=age - wait, age=age, money=money.clip(min=0), horizon=HORIZON_DAYS
    )
    came = customers["next_spend"]
    return {
        "method": "BG/NBD + Gamma-Gamma",
        "mean_absolute_error": float(np.abs(spend - came).mean()),
        "total_ratio": float(spend.sum() / came.sum()),
        "silence_auc": ranked_right(
            silent, (customers["next_order_days"] == 0).to_numpy(float)
        ),
        "seconds": time.process_time() - begun,
    }


def compared(database: Path, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Return one row per method: error, total, ranking and coverage."""
    found = proof(database, outcomes)
    rows = found.loc["spend"].reset_index()
    auc = found.loc["silence", "silence_auc"]
    rows["silence_auc"] = rows["method"].map(auc.to_dict())
    columns = ["method", "mean_absolute_error", "total_ratio", "silence_auc"]
    rows = rows[[*columns, "coverage"]]
    return pd.concat([rows, pd.DataFrame([peer_row(outcomes)])], ignore_index=True)


def settings_of(name: str) -> dict | None:
    """Return the vars of a data set's example; None where its file is not here."""
    example = REPOSITORY / "examples" / f"{name}.yml"
    variables = yaml.safe_load(example.read_text()) or {}
    path = variables.get("transactions", "completejourney")
    is_here = path == "completejourney" or (REPOSITORY / path).exists()
    return {**variables, "as_of_date": None} if is_here else None


def spend_by_group(outcomes: pd.DataFrame, group: str) -> pd.DataFrame:
    """Return one row per state or tier; `season_aside`: as if the total had come in.

    `from` and `to` hold 95% of what that share is when the same customers are drawn
    again and again; `chance_within` is how often what they spent is, in such draws,
    within 15% of what it is on average (25% below 100 customers): how often a forecast
    that knew the average would be.
    """
    groups = by_group(outcomes, group)
    ratios = groups["expected_spend"] / groups["actual_spend"]
    season = outcomes["next_spend"].sum() / groups["expected_spend"].sum()
    rows = [
        drawn_again(customers["expected_spend"], customers["next_spend"], season)
        for _, customers in outcomes.groupby(group)
    ]
    drawn = pd.DataFrame(rows, index=groups.index)
    return groups.assign(season_aside=ratios * season).join(drawn).reset_index()


def drawn_again(expected: pd.Series, actual: pd.Series, season: float) -> dict:
    """Return the range of expected over actual spend, and a perfect forecast's luck."""
    rng = np.random.default_rng(0)
    drawn = rng.integers(len(actual), size=(DRAWS, len(actual)))
    spent = actual.to_numpy(float)[drawn].sum(axis=1).clip(min=1e-9)
    shares = season * expected.to_numpy(float)[drawn].sum(axis=1) / spent
    low, high = np.quantile(shares, [0.025, 0.975])
    allowed = 0.15 if len(actual) >= 100 else 0.25
    within = np.abs(actual.sum() / spent - 1) <= allowed
    return {"from": low, "to": high, "chance_within": within.mean()}


def measured(
    later: pd.DataFrame, as_of: str, variables: dict, folder: Path
) -> list[pd.DataFrame]:
    """Build a data set as of a day; compare with later orders by method and group."""
    database = built(folder / as_of, {**variables, "as_of_date": as_of}, *PREDICTED)
    outcomes = with_outcomes(database, later, as_of)
    groups = [spend_by_group(outcomes, name) for name in ("lifecycle", "value_tier")]
    return [compared(database, outcomes), *groups]


def million(folder: Path) -> list[tuple[str, float]]:
    """Return seconds of each model for a million: CDNOW's customers, 425 times."""
    variables = yaml.safe_load((REPOSITORY / "examples" / "cdnow.yml").read_text())
    database = built(folder, variables, *PREDICTED)
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "create or replace table int_order_statistics as select statistics.* "
            "replace (customer_id || '-' || copy as customer_id) from "
            "int_order_statistics as statistics, range(?) as copies (copy) "
            "where is_newest or copy = 0",
            [COPIES],
        )
    build = run_dbt(
        home=folder,
        variables=variables,
        command="run",
        options=("--select", *TIMED, "--threads", "1"),
    )
    assert build.exit_code == 0, build.output
    results = json.loads((folder / "target" / "run_results.json").read_text())
    return [
        (result["unique_id"].split(".")[-1], result["execution_time"])
        for result in results["results"]
        if result["unique_id"].split(".")[-1] in TIMED
    ]


def main(given: list[str] | None = None) -> None:
    """Print what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=["completejourney", "cdnow"])
    parser.add_argument("--million", action="store_true")
    asked = parser.parse_args(given)
    with tempfile.TemporaryDirectory() as folder:
        if asked.million:
            for name, seconds in million(Path(folder)):
                print(f"{name:30} {seconds:6.2f} s")
            return
        for name in asked.names:
            variables = settings_of(name)
            if variables is None:
                print(f"\n{name}: its file in ../shared/data is not on this machine")
                continue
            home = Path(folder) / name
            later = orders(
                built(home / "all", variables, "+int_orders", "+int_as_of_dates")
            )
            for as_of in DATA[name]:
                print(f"\n{name}, {as_of}")
                for table in measured(later, as_of, variables, home):
                    print(f"\n{table.round(3).to_string(index=False)}")


if __name__ == "__main__":
    main()
