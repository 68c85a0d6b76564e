"""The published model as the page reads it."""

from report_fixture import make_tables, standardise
from segmentation.report.model.page_model import vectors

TABLES = make_tables(count=300)


def test_vectors_are_the_ones_of_the_model():
    features = TABLES["model_features"]
    rows = features[features["is_used"].astype(bool)].to_dict("records")
    for row in rows:
        row["category_value"] = None
    people = TABLES["customer_segments"]
    found = vectors(people, rows)
    assert abs(found - standardise(customers=people, features=features)).max() < 1e-12
