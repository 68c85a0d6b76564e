"""What takes long is told of, and nothing else."""

from __future__ import annotations

import threading
import time

import duckdb
import pytest

from segmentation.engines.heartbeat import Heartbeat, line
from segmentation.engines.macro_functions import part_begun
from segmentation.wording.progress import at_stage, stage_of

SLOW = (
    "select sum(hash(one.range * other.range)) "
    "from range(1000000) as one, range({times}) as other"
)


@pytest.fixture
def cursor():
    with duckdb.connect() as connection, connection.cursor() as cursor:
        Heartbeat(print).allow(connection)
        connection.execute("set lock_configuration = true")
        yield cursor


def wait_for(said: list[str], seconds: float = 30) -> None:
    """Wait until something was said."""
    end = time.monotonic() + seconds
    while not said and time.monotonic() < end:
        time.sleep(0.05)


def test_a_slow_statement_is_told_of_with_its_share(cursor):
    said: list[str] = []

    def work() -> None:
        heartbeat.watch(cursor, "int_slow")
        while not any("%" in text for text in said):
            cursor.execute(SLOW.format(times=100)).fetchall()

    heartbeat = Heartbeat(said.append, seconds=0.2)
    worker = threading.Thread(target=work)
    worker.start()
    worker.join(timeout=60)
    name, _, rest = said[-1].partition(": ")
    assert name == "int_slow" and rest.endswith("% of the rows")


def test_a_fast_statement_is_not_told_of_and_a_closed_one_no_more(cursor):
    said: list[str] = []
    heartbeat = Heartbeat(said.append, seconds=0.3)
    heartbeat.watch(cursor, "int_fast")
    cursor.execute("select 1").fetchall()
    cursor.close()
    time.sleep(0.8)
    assert said == []


def test_python_tells_its_stage_until_the_next_model(cursor):
    said: list[str] = []
    heartbeat = Heartbeat(said.append, seconds=0.2)
    heartbeat.watch(cursor, "fitted_slow")
    at_stage("resample 3 of 16")
    wait_for(said)
    assert said[0] == "fitted_slow: 0 s, resample 3 of 16"
    heartbeat.watch(cursor, "fitted_next")
    assert stage_of(threading.get_ident(), "fitted_next") == ""


def test_a_part_is_told_of_by_its_place():
    asked = '{"model": "int_dated", "part": "2024-01-31", "place": 7, "parts": 25}'
    assert part_begun(asked) == "2024-01-31"
    assert line("int_dated", 31.6, stage_of(0, "int_dated"), 50) == (
        "int_dated: 32 s, 2024-01-31, 7 of 25"
    )
    assert line("int_other", 10, "", -1) == "int_other: 10 s"
