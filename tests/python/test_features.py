"""A feature is made in int_customer_features.sql; the other places know all of them."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable

import pytest
import yaml

import recomputed
from dbt_builds import REPOSITORY

FOLDER = REPOSITORY / "models" / "intermediate" / "features"
KEY = {"customer_id", "as_of_date", "fingerprint"}
# Nothing is clustered on a date, and no sentence names one.
DATES = {"first_order_date", "last_order_date"}


def entries(name: str, kind: str) -> dict[str, dict]:
    """The entries of a YAML of the folder, by name."""
    content = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return {entry["name"]: entry for entry in content[kind]}


def features() -> set[str]:
    """Columns of the model's last select, read from its text."""
    text = (FOLDER / "int_customer_features.sql").read_text(encoding="utf-8")
    last = re.sub(r"--.*", "", text[text.rindex("\nselect") :])
    (columns,) = re.findall(r"select(.*)from \w+", last, flags=re.DOTALL)
    names = re.findall(r"(\w+)\s*(?:,\s*\n|$)", columns.strip())
    return set(names) - KEY


def checked_by_hand() -> set[str]:
    tests = entries("_features__unit_tests.yml", "unit_tests")
    (row,) = tests["every_feature_by_hand"]["expect"]["rows"]
    return {name for name, value in row.items() if value is not None} - KEY


def labelled() -> set[str]:
    path = REPOSITORY / "seeds" / "feature_labels.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        return {row["feature"] for row in csv.DictReader(handle)} | DATES


def worked_out_again() -> set[str]:
    lines = recomputed.accepted_lines()
    orders = recomputed.orders_of(lines)
    day = recomputed.as_of_dates(orders)[0]
    found = recomputed.features_at(orders, lines, day)
    return set.intersection(*map(set, found.values())) | set(recomputed.NOT_WORKED_OUT)


PLACES: dict[str, Callable[[], set[str]]] = {
    "every_feature_by_hand in _features__unit_tests.yml": checked_by_hand,
    "seeds/feature_labels.csv": labelled,
    "tests/python/helpers/recomputed.py": worked_out_again,
}


@pytest.mark.parametrize("place", PLACES)
def test_every_feature_is_in(place):
    missing, unknown = features() - PLACES[place](), PLACES[place]() - features()
    assert not missing, f"{place} lacks {sorted(missing)}"
    assert not unknown, f"int_customer_features.sql lacks {sorted(unknown)}"


def test_what_is_clustered_on_is_a_feature():
    text = (REPOSITORY / "dbt_project.yml").read_text(encoding="utf-8")
    variables = yaml.safe_load(text)["vars"]
    named = {*variables["segment_features"], *variables["drift_features"]}
    assert named - features() == set()
