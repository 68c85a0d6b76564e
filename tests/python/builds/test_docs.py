"""dbt's documentation: every column of every model is described."""

from __future__ import annotations

import json
import re

import duckdb
import pytest

pytestmark = pytest.mark.build


@pytest.fixture(scope="module")
def manifest(sample_build) -> dict:
    return json.loads((sample_build.home / "target" / "manifest.json").read_text())


def test_every_column_is_described(sample_build, manifest):
    """Of every model as it was built, so that none that there is can be forgotten."""
    described = {
        (node["name"], column["name"].lower())
        for node in manifest["nodes"].values()
        for column in node.get("columns", {}).values()
        if column["description"].strip()
    }
    models = {
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
    }
    with duckdb.connect(str(sample_build.home / "build.duckdb"), read_only=True) as db:
        built = db.execute(
            "select table_name, column_name from duckdb_columns()"
            " where not internal and schema_name = 'main'"
        ).fetchall()
    built = {(table, column) for table, column in built if table in models}
    assert len(built) > 600
    assert built - described == set()


def test_every_model_and_seed_says_what_it_is(manifest):
    own = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed")
    ]
    assert len(own) > 50
    for node in own:
        assert node["description"].strip(), node["name"]
        if node["resource_type"] == "model":
            assert re.match("One row", node["description"].strip()), node["name"]


def test_exposures_hang_on_the_publication_and_have_an_owner(manifest):
    exposures = manifest["exposures"].values()
    assert {one["name"] for one in exposures} == {
        "segmentation_report",
        "audience_lists",
        "segment_dashboard",
    }
    for one in exposures:
        assert "model.customer_segmentation.publications" in one["depends_on"]["nodes"]
        assert one["owner"]["name"] and "example" not in str(one["owner"])
