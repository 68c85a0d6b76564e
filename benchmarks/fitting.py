"""How long choosing k and fitting take, once there are features.

    python benchmarks/fitting.py 1000000

Customers of six planted kinds with thirteen features in a DuckDB file; then what
`fitted_features`, `fitted_candidates` and `refit_decision` do: draw the sample by hash
of the key, fit the preprocessing, try every k, ask whether a published model still
fits; and what SQL does, place every customer.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
from measuring import measured

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python_models"))

from segmentation.assigning.model_rows import assign  # noqa: E402
from segmentation.clustering.fitting import fit_candidates  # noqa: E402
from segmentation.over_time.fresh_look import look_afresh  # noqa: E402
from segmentation.preparing.fit_settings import Settings  # noqa: E402
from segmentation.preparing.preprocessing import fit_preprocessing, transform  # noqa: E402
from segmentation.preparing.read_settings import (  # noqa: E402
    project_vars,
    read_settings,
    settings_for,
)
from segmentation.preparing.sampling import fetch_sample  # noqa: E402

KINDS, FEATURES = 6, 13
# Bell-shaped around a centre of the kind's own; every third feature is skewed.
NOISE = "(random() + random() + random() + random() - 2) * 1.2"


def make(connection: duckdb.DuckDBPyConnection, customers: int) -> None:
    """Write the table `features`: customer_id, kind and x0 to x12."""
    columns = []
    for feature in range(FEATURES):
        value = f"(hash({feature} * 100 + kind) % 1000) / 200.0 + {NOISE}"
        columns.append(
            f"{f'exp({value})' if feature % 3 == 0 else value} as x{feature}"
        )
    connection.execute("set threads = 1; select setseed(0.5)")
    connection.execute(
        "create table features as select *, " + ", ".join(columns) + " from "
        f"(select 'C' || i as customer_id, hash(i) % {KINDS} as kind "
        f"from range({customers}) as numbers (i))"
    )


def steps(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, dict]]:
    """Yield each step's name and what it took."""
    names = [f"x{feature}" for feature in range(FEATURES)]
    known = {**read_settings(project_vars()), "segment_features": names}
    settings = Settings(**settings_for(Settings, known))

    def drawn(limit: int):
        return fetch_sample(
            relation=connection.table("features"), key="customer_id", limit=limit
        )

    with measured() as took:
        sample = drawn(known["sample_size"])
        fitted = fit_preprocessing(
            frame=sample, **settings_for(fit_preprocessing, known)
        )
        vectors = transform(frame=sample, fitted=fitted)
    yield f"{len(sample)} customers drawn and transformed", took
    with measured() as took:
        candidates = fit_candidates(
            vectors=vectors, keys=sample["customer_id"], settings=settings
        )
    chosen = candidates[candidates["is_selected"]].iloc[0]
    yield f"k = {chosen['segment_count']} chosen ({chosen['structure']})", took
    with measured() as took:
        some = drawn(known["drift_sample_size"])
        look = look_afresh(
            vectors=transform(frame=some, fitted=fitted),
            keys=some["customer_id"].tolist(),
            published_ids=some["kind"].astype(str).to_numpy(),
            all_ids=[str(kind) for kind in range(KINDS)],
            settings=settings,
        )
    yield f"refit check: {look.fresh_group_count} groups seen", took
    with measured() as took:
        sizes = np.zeros(chosen["segment_count"], int)
        result = connection.execute("from features")
        while len(chunk := result.fetch_df_chunk(40)):
            placed = assign(
                vectors=transform(frame=chunk, fitted=fitted), candidate=chosen
            )
            sizes += np.bincount(placed, minlength=len(sizes))
    yield f"{sizes.sum()} customers placed", took


def main(customers: int) -> None:
    """Make the customers, then time each step."""
    with tempfile.TemporaryDirectory() as folder:
        connection = duckdb.connect(str(Path(folder) / "features.duckdb"))
        make(connection, customers)
        for name, took in steps(connection):
            print(
                f"{took['wall']:6.1f} s, {took['cpu']:6.1f} CPU s  {name}", flush=True
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
