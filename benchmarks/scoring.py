"""How fast new customers are placed: the project's SQL against scikit-learn.

    python benchmarks/scoring.py 10000000 HOME TARGET

HOME and TARGET are the build folder and the target folder of a finished `dbt build`:
its fitted model and its compiled SQL are used as they are. The customers are those of
the build, repeated with their features shifted by some percent, one as-of date each.
Both sides start from a DuckDB table of features and end with one segment a customer.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import duckdb
import numpy as np
from planted import REPOSITORY
from sklearn.cluster import KMeans

sys.path.insert(0, str(REPOSITORY / "python_models"))

from segmentation.preparing.preprocessing import transform  # noqa: E402

# From features to segments, by SQL: each is a view over the one before.
MODELS = ("int_clustered_features", "int_customer_vectors", "int_segment_assignments")
CUSTOMERS = """
create table int_customer_features as
select
    features.* replace (
        features.customer_id || '-' || copies.range as customer_id,
        cast(features.recency_days * (0.8 + 0.4 * random()) as integer) as recency_days,
        features.order_count + copies.range % 3 as order_count,
        cast(features.monetary_value * (0.8 + 0.4 * random()) as decimal(18, 2))
            as monetary_value,
        features.average_order_value * (0.8 + 0.4 * random()) as average_order_value,
        features.weekend_share * random() as weekend_share
    )
from built.main.int_customer_features as features
cross join range({copies}) as copies
where
    features.order_count > 0
    and features.as_of_date = (
        select max(as_of_date) from built.main.int_customer_features
    )
limit {customers}
"""


def prepare(connection, *, home: Path, target: Path, customers: int) -> None:
    """Make the customers, and views of the compiled models over them."""
    connection.execute(f"attach '{home}/build.duckdb' as built (read_only)")
    ((people,),) = connection.execute(
        "select count(distinct customer_id) from built.main.int_customer_features"
    ).fetchall()
    connection.execute("select setseed(0.5)")
    connection.execute(
        CUSTOMERS.format(copies=2 * customers // people + 2, customers=customers)
    )
    for name in MODELS:
        # Unit tests leave their own versions, in a folder named after their .yml.
        (path,) = target.glob(f"compiled/*/models/**/[!_]*/{name}.sql")
        query = path.read_text().replace('"build"."main".', "")
        for fitted in ("fitted_features", "fitted_candidates", "fitted_segments"):
            query = query.replace(f'"{fitted}"', f"built.main.{fitted}")
        connection.execute(f"create view {name} as {query}")


def by_sql(connection) -> np.ndarray:
    """Place everybody by the compiled models; return segment ids by customer."""
    connection.execute(
        "create or replace table placed as "
        "select customer_id, segment_id, confidence from int_segment_assignments"
    )


def by_scikit_learn(connection) -> np.ndarray:
    """Fetch, prepare in NumPy and predict, with the numbers of the same model."""
    steps = connection.execute("from built.main.fitted_features order by position").df()
    used = steps[steps["is_used"]]
    columns = dict.fromkeys([*used["feature"], *used["evidence_column"].dropna()])
    names = ", ".join(f"cast({name} as double) as {name}" for name in columns)
    frame = connection.execute(
        f"select customer_id, {names} from int_clustered_features"
    ).df()
    matrix = transform(frame=frame, fitted=steps)
    segments = connection.execute(
        "select segment_id, prototype_weights[1] from built.main.fitted_segments "
        "order by segment_number"
    ).fetchall()
    model = KMeans(len(segments), n_init=1)
    model.cluster_centers_ = np.array([weights for _, weights in segments])
    model._n_threads = 2
    model._n_features_out = len(segments)
    frame["label"] = np.array([name for name, _ in segments], dtype=object)[
        model.predict(matrix)
    ]
    return frame[["customer_id", "label"]]


def main(arguments: list[str] | None = None) -> None:
    """Read the command line, time both sides, compare the labels."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("customers", type=int)
    parser.add_argument("home", type=Path)
    parser.add_argument("target", type=Path)
    asked = parser.parse_args(arguments)
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")
        prepare(
            connection,
            home=asked.home,
            target=asked.target,
            customers=asked.customers,
        )
        seconds = {}
        for name, place in (("SQL", by_sql), ("scikit-learn", by_scikit_learn)):
            wall, cpu = time.perf_counter(), time.process_time()
            labels = place(connection)
            seconds[name] = time.process_time() - cpu
            print(
                f"{name}: {time.perf_counter() - wall:.1f} s, {seconds[name]:.1f} CPU"
            )
        connection.register("predicted", labels)
        ((different,),) = connection.execute(
            "select count(*) from placed inner join predicted using (customer_id) "
            "where placed.segment_id <> predicted.label"
        ).fetchall()
    ratio = seconds["scikit-learn"] / seconds["SQL"]
    print(f"SQL is {ratio:.1f} times as fast by CPU; labels that differ: {different}")


if __name__ == "__main__":
    main()
