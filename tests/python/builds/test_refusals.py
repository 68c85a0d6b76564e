"""Settings and sources that are refused: before any model is built, in words.

dbt parses once for all of them, in one process over a copy of the sample's home.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import pytest

from dbt_builds import HELPERS, REPOSITORY
from written_files import REJECTED, write_case

pytestmark = [pytest.mark.build, pytest.mark.slow]

HEADER = "customer_id,ordered_at,amount,order_id"
# Settings that do not fit one good order: by name, and words of the message.
REFUSED = {
    "as-of before the first order": ({"as_of_date": "2020-01-01"}, "No transaction is"),
    "as-of that is no date": ({"as_of_date": "soon"}, "as_of_date"),
    "wrong column": ({"transaction_columns": {"amount": "amuont"}}, "did you mean"),
    "wrong date format": (
        {"transaction_format": {"date_format": "%d/%m/%Y"}},
        "reads no date",
    ),
    "metacharacters in a var": (
        {"transaction_columns": {"amount": "x'; drop table {{ y }} --"}},
        "no column",
    ),
    "a var nobody knows": ({"transaction": "orders.csv"}, "did you mean"),
}
HOSTILE_TEXT = "x'); copy (select 1) to '{folder}/never.csv'; --"
# Settings that would be part of a statement if nobody looked at them.
HOSTILE = (
    {"as_of_date": "2024-01-01' as date)); drop table segments; --"},
    {"segment_features": ["recency_days", "(select 1)"]},
    {"history_months": "24) or true --"},
    {"transactions": "orders.csv'); drop table segments; --.csv"},
    {"minimum_cell_size": HOSTILE_TEXT},
    {"smallest_segment_share": "0 or true"},
    {"frequency_bands": [1, 2, 4, "8 end; drop table segments; --"]},
    {"rfm_window_months": "(select 1)"},
    {"time_zone": HOSTILE_TEXT},
    {"earliest_date": HOSTILE_TEXT},
    {"largest_amount": HOSTILE_TEXT},
    {"currency": HOSTILE_TEXT},
    {"exchange_rates": {"USD": "1 end; drop table segments"}},
    {"transactions": "/etc/passwd"},
    {"transactions": "main.orders; drop table segments"},
)


def half_a_parquet_file() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.parquet"
        duckdb.execute(
            "copy (select 'a' as customer_id, date '2024-01-01' as ordered_at, 1 as"
            f" amount from range(5000)) to '{path}'"
        )
        data = path.read_bytes()
    return data[: len(data) // 2]


# Files that end before their end, by name.
DAMAGED = {
    "orders.parquet": half_a_parquet_file(),
    "orders.csv.gz": gzip.compress(
        b"customer_id,ordered_at,amount\n" + b"a,2024-01-01,1\n" * 5000
    )[:-40],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("refused")


@pytest.fixture(scope="module")
def outcomes(sample_build, folder) -> dict[str, list]:
    """What became of every refused source and setting, over the sample's release."""
    home = folder / "home"
    shutil.copytree(sample_build.home, home, symlinks=True)
    cases = {}
    for number, (name, (content, _message)) in enumerate(REJECTED.items()):
        case = folder / f"rejected{number}"
        case.mkdir()
        cases[name] = {"transactions": str(write_case(case, name, content))}
    good = folder / "good_orders.csv"
    good.write_text(f"{HEADER}\na,2024-01-05,5,o1\n")
    for name, (variables, _message) in REFUSED.items():
        cases[name] = {"transactions": str(good), **variables}
    cases["missing"] = {"transactions": str(folder / "no_orders.csv")}
    cases["folder"] = {"transactions": str(folder)}
    cases |= {name: {"transactions": str(folder / name)} for name in DAMAGED}
    for name, data in DAMAGED.items():
        (folder / name).write_bytes(data)
    for number, variables in enumerate(HOSTILE):
        text = json.dumps(variables).replace("{folder}", str(folder))
        cases[f"hostile {number}"] = {"transactions": "sample", **json.loads(text)}
    done = subprocess.run(
        [sys.executable, str(HELPERS / "rejections.py")],
        cwd=REPOSITORY,
        env={**os.environ, "SEGMENTATION_HOME": str(home)},
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("name", [*REJECTED, *REFUSED, "missing", "folder"])
def test_a_refused_source_or_setting_leaves_the_publication(outcomes, name):
    succeeded, message, digest, _ = outcomes[name]
    assert not succeeded
    assert digest == outcomes["before"][2]
    known = REJECTED | REFUSED
    for word in (known.get(name, ("", "next:"))[1], "wanted:", "found:"):
        assert word in message
    assert "Traceback" not in message


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_source_file_is_named(outcomes, name):
    succeeded, message, digest, _ = outcomes[name]
    assert not succeeded
    assert name in message
    assert "Traceback" not in message
    assert digest == outcomes["before"][2]


@pytest.mark.parametrize(
    "number", range(len(HOSTILE)), ids=["-".join(one) for one in HOSTILE]
)
def test_hostile_vars_are_refused_before_any_model_is_built(outcomes, folder, number):
    succeeded, message, digest, built = outcomes[f"hostile {number}"]
    assert not succeeded
    assert "Traceback" not in message
    (name,) = HOSTILE[number]
    assert name in message
    assert built == []
    assert digest == outcomes["before"][2]
    assert not (folder / "never.csv").exists()
