"""The expectation in SQL: the same numbers as SciPy, over a whole grid of customers."""

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy.special import hyp2f1

from dbt_builds import run_dbt
from segmentation.evaluating.expectation.buying import stopping_nodes
from segmentation.evaluating.expectation.fitted_rows import NODE_LEVELS

pytestmark = pytest.mark.build

HORIZON = 90
# Cut-offs stand for sets of parameters: CDNOW in days, groceries, a few others.
PARAMETERS = {
    0: {"r": 0.5249, "alpha": 43.281, "a": 0.8913, "b": 1.6137},
    90: {"r": 1.2, "alpha": 12.0, "a": 0.05, "b": 2.0},
    120: {"r": 2.5, "alpha": 30.0, "a": 0.02, "b": 0.5},
    150: {"r": 1.0, "alpha": 20.0, "a": 0.5, "b": 54.0},
    180: {"r": 3.0, "alpha": 50.0, "a": 54.0, "b": 54.0},
}
SPENDING = {"p": 6.25, "q": 3.744, "v": 15.44}


def grid() -> pd.DataFrame:
    """Every x to 200 with ages to 2,000 days: x days are at least x - 1 days apart."""
    ages = [0, 1, 2, 5, 10, 20, 45, 90, 180, 270, 365, 500, 730, 1000, 1500, 2000]
    rows = [
        (days_before, x, int(share * age), age)
        for days_before in PARAMETERS
        for x in range(201)
        for age in ages
        for share in ((0.0,) if x == 0 else (0.3, 0.7, 1.0))
        if int(share * age) >= x
    ]
    frame = pd.DataFrame(
        rows, columns=["days_before", "repeat_days", "last_order_age_days", "age_days"]
    )
    frame["customer_id"] = frame.index.astype(str)
    frame["order_days"] = frame["repeat_days"] + 1
    frame["net_amount"] = 20.0 * frame["order_days"] + frame.index % 7
    return frame


def parameter_rows() -> pd.DataFrame:
    rows = []
    for days_before, values in PARAMETERS.items():
        rows += [
            (days_before, name, None, None, value)
            for name, value in (values | SPENDING).items()
        ]
        for level in NODE_LEVELS:
            nodes = stopping_nodes(a=values["a"], b=values["b"] + level + 1)
            for node, (chance, weight) in enumerate(zip(*nodes, strict=True), 1):
                rows.append((days_before, "stopping_chance", level, node, chance))
                rows.append((days_before, "stopping_weight", level, node, weight))
    return pd.DataFrame(
        rows,
        columns=[
            "days_before",
            "parameter",
            "from_repeat_days",
            "node",
            "parameter_value",
        ],
    )


def by_scipy(customers: pd.DataFrame) -> pd.DataFrame:
    """MBG/NBD in closed form, as in the papers."""
    values = customers["days_before"].map(PARAMETERS)
    r, alpha, a, b = (
        values.map(lambda one, name=name: one[name]).to_numpy()
        for name in ("r", "alpha", "a", "b")
    )
    x = customers["repeat_days"].to_numpy(float)
    last = customers["last_order_age_days"].to_numpy(float)
    age = customers["age_days"].to_numpy(float)
    active = 1 / (1 + a / (b + x) * ((alpha + age) / (alpha + last)) ** (r + x))
    share = HORIZON / (alpha + age + HORIZON)
    until = ((alpha + age) / (alpha + age + HORIZON)) ** (r + x)
    orders = (
        active
        * (a + b + x)
        / (a - 1)
        * (1 - until * hyp2f1(r + x, b + x + 1, a + b + x, share))
    )
    value = SPENDING["p"] * (SPENDING["v"] + customers["net_amount"])
    value /= SPENDING["p"] * customers["order_days"] + SPENDING["q"] - 1
    return pd.DataFrame(
        {
            "active_chance": active,
            "model_silence": 1 - active * (1 - until),
            "model_order_days": orders,
            "order_day_value": value,
            "wait_percentile": ((alpha + last) / (alpha + age)) ** (r + x),
        }
    )


@pytest.fixture(scope="module")
def predicted(tmp_path_factory) -> pd.DataFrame:
    """The grid as the model of the build predicts it."""
    home = tmp_path_factory.mktemp("grid")
    customers = grid()
    with duckdb.connect(str(home / "build.duckdb")) as connection:
        connection.register("parameters", parameter_rows())
        connection.execute(
            "create table int_order_statistics as select customer_id, "
            "date '2024-01-01' as cut_off_date, days_before, days_before = 0 as "
            "is_newest, true as is_sampled, 400::bigint as history_days, order_days, "
            "repeat_days, last_order_age_days, age_days, "
            "age_days - last_order_age_days as wait_days, 1::bigint as "
            "last_waited_days, net_amount, 0.0::double as recent_spend, "
            "0.0::double as prior_spend, null::double as next_spend, null::bigint as "
            "next_order_days, false as has_yearly_rhythm from customers"
        )
        connection.execute("create table fitted_expectation as from parameters")
    build = run_dbt(
        home=home,
        variables={"transactions": "sample"},
        command="run",
        options=("--select", "int_expectation_model"),
    )
    assert build.exit_code == 0, build.output
    with duckdb.connect(str(home / "build.duckdb"), read_only=True) as connection:
        table = connection.execute("from int_expectation_model").df()
    return table.set_index("customer_id").loc[customers["customer_id"]].reset_index()


@pytest.mark.parametrize(
    "column",
    [
        "active_chance",
        "model_silence",
        "model_order_days",
        "order_day_value",
        "wait_percentile",
    ],
)
def test_sql_gives_what_scipy_gives(predicted, column):
    expected = by_scipy(grid())[column].to_numpy()
    found = predicted[column].to_numpy(float)

    worst = np.abs(found - expected).max()
    assert worst < 1e-6, worst


def test_nobody_is_predicted_twice_or_left_out(predicted):
    assert len(predicted) == len(grid())
    assert predicted["model_spend"].notna().all()
