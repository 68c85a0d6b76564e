"""How long choosing k and fitting take, once there are features.

    /usr/bin/time -v python benchmarks/fitting.py 1000000

Customers of six planted kinds with twelve features in a DuckDB file; then what
fitted_features, int_customer_vectors and fitted_candidates do: draw the sample by hash
of the key, fit the preprocessing, transform, try every k, and place every customer.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python_models"))

from segmentation.assigning.model_rows import assign  # noqa: E402
from segmentation.clustering.fitting import fit_candidates  # noqa: E402
from segmentation.preparing.fit_settings import Settings  # noqa: E402
from segmentation.preparing.preprocessing import fit_preprocessing, transform  # noqa: E402
from segmentation.preparing.read_settings import (  # noqa: E402
    project_vars,
    read_settings,
    settings_for,
)
from segmentation.preparing.sampling import fetch_sample  # noqa: E402

KINDS, FEATURES, SAMPLE = 6, 12, 200_000
# Bell-shaped around a centre of the kind's own; every third feature is skewed.
NOISE = "(random() + random() + random() + random() - 2) * 1.2"


def make(connection: duckdb.DuckDBPyConnection, customers: int) -> None:
    """Write the table `features`: customer_id and x0 to x11."""
    columns = []
    for feature in range(FEATURES):
        value = f"(hash({feature} * 100 + kind) % 1000) / 200.0 + {NOISE}"
        columns.append(
            f"{f'exp({value})' if feature % 3 == 0 else value} as x{feature}"
        )
    connection.execute("set threads = 1; select setseed(0.5)")
    connection.execute(
        "create table features as select customer_id, " + ", ".join(columns) + " from "
        f"(select 'C' || i as customer_id, hash(i) % {KINDS} as kind "
        f"from range({customers}) as numbers (i))"
    )


def main(customers: int) -> None:
    """Make the customers, then time each step."""
    with tempfile.TemporaryDirectory() as folder:
        connection = duckdb.connect(str(Path(folder) / "features.duckdb"))
        make(connection, customers)
        began = time.perf_counter()

        def say(step: str) -> None:
            print(f"{time.perf_counter() - began:6.1f} s  {step}", flush=True)

        names = [f"x{feature}" for feature in range(FEATURES)]
        sample = fetch_sample(
            relation=connection.table("features"), key="customer_id", limit=SAMPLE
        )
        say(f"{len(sample)} customers drawn")
        known = {**read_settings(project_vars()), "segment_features": names}
        fitted = fit_preprocessing(
            frame=sample, **settings_for(fit_preprocessing, known)
        )
        vectors = transform(frame=sample, fitted=fitted)
        say("preprocessing fitted")
        candidates = fit_candidates(
            vectors=vectors,
            keys=sample["customer_id"],
            settings=Settings(**settings_for(Settings, known)),
        )
        chosen = candidates[candidates["is_selected"]].iloc[0]
        say(f"k = {chosen['segment_count']} chosen ({chosen['structure']})")
        sizes = {}
        result = connection.execute("from features")
        while len(chunk := result.fetch_df_chunk(40)):
            placed = assign(
                vectors=transform(frame=chunk, fitted=fitted), candidate=chosen
            )
            for number in placed.tolist():
                sizes[number] = sizes.get(number, 0) + 1
        say(f"{sum(sizes.values())} customers placed: {sorted(sizes.values())}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
