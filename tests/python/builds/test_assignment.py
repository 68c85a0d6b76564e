"""SQL places every customer exactly where scikit-learn's own predict does."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest
from sklearn.cluster import KMeans

pytestmark = pytest.mark.build


def test_sql_assigns_as_scikit_learn_predicts(sample_build):
    with duckdb.connect(
        str(sample_build.home / "build.duckdb"), read_only=True
    ) as build:
        placed = build.execute(
            "select vectors.vector, placed.segment_id"
            " from int_customer_vectors as vectors"
            " inner join int_segment_assignments as placed"
            " using (customer_id, as_of_date)"
            " inner join int_as_of_dates using (as_of_date)"
            " where is_newest order by vectors.customer_id"
        ).fetchall()
        segments = build.execute(
            "select segment_id, prototype_weights from fitted_segments"
            " order by segment_number"
        ).fetchall()
    matrix = np.array([vector for vector, _ in placed])
    centroids = np.array([weights for _, (weights,) in segments])
    names = np.array([segment for segment, _ in segments])
    # A fit that starts from the fitted centroids stays there: it is the model.
    fitted = KMeans(len(centroids), init=centroids, n_init=1).fit(matrix)
    np.testing.assert_allclose(fitted.cluster_centers_, centroids, atol=1e-9)
    assert names[fitted.predict(matrix)].tolist() == [name for _, name in placed]
