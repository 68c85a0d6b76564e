"""Connect a running Apache Superset to the published file, and make two charts.

    python benchmarks/superset_chart.py warehouse/published/segments.duckdb
    python benchmarks/superset_chart.py postgresql://reader:password@host/shop

What a person clicks in Superset, by its API, with the seconds each step took. Needs
`requests` and a Superset as benchmarks/clients.md sets it up, on this machine.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import requests

REVENUE = {
    "expressionType": "SIMPLE",
    "column": {"column_name": "revenue"},
    "aggregate": "SUM",
    "label": "Revenue",
}
CHARTS = {
    "Revenue by segment": (
        "segments",
        {"viz_type": "pie", "groupby": ["segment_name"], "metric": REVENUE},
    ),
    "Revenue by month": (
        "segment_monthly",
        {
            "viz_type": "echarts_area",
            "x_axis": "month",
            "time_grain_sqla": "P1M",
            "metrics": [REVENUE],
            "groupby": ["segment_name"],
            "stack": "Stack",
        },
    ),
}


class Superset:
    """Calls of Superset's API, in one session."""

    def __init__(self, *, address: str, user: str, password: str):
        self.address = address
        self.session = requests.Session()
        self.session.trust_env = False  # this machine needs no proxy
        login = {"username": user, "password": password, "provider": "db"}
        token = self.call("post", "security/login", login)["access_token"]
        self.session.headers["Authorization"] = f"Bearer {token}"
        token = self.call("get", "security/csrf_token/")["result"]
        self.session.headers.update({"X-CSRFToken": token, "Referer": address})

    def call(self, verb: str, path: str, body: dict | None = None) -> dict:
        """The JSON of an answer; an error is raised with Superset's own words."""
        answer = self.session.request(
            verb, f"{self.address}/api/v1/{path}", json=body, timeout=60
        )
        if not answer.ok:
            raise RuntimeError(f"{path}: {answer.status_code} {answer.text[:500]}")
        return answer.json()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("database", help="published file, or address of PostgreSQL")
    parser.add_argument("--schema", default="segmentation", help="in PostgreSQL")
    parser.add_argument("--address", default="http://127.0.0.1:8088")
    parser.add_argument("--user", default="admin")
    parser.add_argument("--password", default="admin")
    given = parser.parse_args()
    start = time.perf_counter()
    superset = Superset(address=given.address, user=given.user, password=given.password)
    is_file = "://" not in given.database
    path = Path(given.database).absolute()
    uri = f"duckdb:///{path}" if is_file else given.database
    # The link, not the release behind it: the next build's release is seen too.
    database = superset.call(
        "post",
        "database/",
        {
            "database_name": f"segments {time.time():.0f}",
            "sqlalchemy_uri": uri,
            "extra": json.dumps(
                {"engine_params": {"connect_args": {"read_only": True}}}
                if is_file
                else {}
            ),
        },
    )["id"]
    print(f"{time.perf_counter() - start:5.1f} s  connected")
    for name, (table, form) in CHARTS.items():
        dataset = superset.call(
            "post",
            "dataset/",
            {
                "database": database,
                "schema": "main" if is_file else given.schema,
                "table_name": table,
            },
        )["id"]
        chart = superset.call(
            "post",
            "chart/",
            {
                "slice_name": name,
                "viz_type": form["viz_type"],
                "datasource_id": dataset,
                "datasource_type": "table",
                "params": json.dumps(
                    {**form, "datasource": f"{dataset}__table", "row_limit": 1000}
                ),
            },
        )["id"]
        found = superset.call(
            "post",
            "chart/data",
            {
                "datasource": {"id": dataset, "type": "table"},
                "queries": [{"columns": ["segment_name"], "metrics": [REVENUE]}],
                "result_format": "json",
                "result_type": "full",
            },
        )["result"][0]["data"]
        print(f"{time.perf_counter() - start:5.1f} s  {name}: {len(found)} rows,")
        print(f"         {given.address}/explore/?slice_id={chart}")


if __name__ == "__main__":
    main()
