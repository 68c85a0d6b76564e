"""Publication in PostgreSQL: what readers see, what stays, what is said of failures."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pandas as pd
import psycopg
import pytest
import sqlalchemy

from dbt_builds import REPOSITORY, Build, example, run_dbt, said, shared_file
from private_postgres import PASSWORD, Postgres
from segmentation.publishing.erasure import erase
from segmentation.releases.manifest import file_states
from segmentation.releases.other_places import publish_elsewhere
from segmentation.releases.postgres import views
from segmentation.releases.postgres.server import PostgresProblem
from segmentation.releases.release_folder import point_to
from segmentation.releases.rollback import roll_back

pytestmark = pytest.mark.build

# Tables with a column that `marked` writes the release's name into.
MARKED = ("segments", "customer_segments", "segment_monthly")
SEEN = "select " + ", ".join(
    f"(select max(segment_name) from segmentation.{table})" for table in MARKED
)
NAMES = [f"2026010{day}T000000000000Z" for day in (1, 2, 3, 4)]


@pytest.fixture(scope="module")
def releases(sample_build, tmp_path_factory) -> Path:
    """A home with four releases of few tables, each with its name in every table."""
    home = tmp_path_factory.mktemp("releases") / "home"
    for name in NAMES:
        marked(home / "releases" / name, sample_build)
    point_to(home=home, release=home / "releases" / NAMES[0])
    return home


def marked(release: Path, build: Build) -> None:
    release.mkdir(parents=True)
    with duckdb.connect(str(release / "segments.duckdb")) as own:
        own.execute(f"attach '{build.published}/segments.duckdb' as source (read_only)")
        for table in MARKED:
            own.execute(
                f"create table {table} as select * replace ('{release.name}' as"
                f" segment_name) from source.{table}"
            )
    notes = {
        "segments": {
            "description": "One row per segment; it's ours.",
            "columns": {"revenue": "Net of refunds."},
            "key": ["segment_id"],
        }
    }
    manifest = {"is_in_postgres": True, "notes": notes, "files": file_states(release)}
    (release / "manifest.json").write_text(json.dumps(manifest))


@pytest.fixture
def place(postgres, request, monkeypatch) -> Postgres:
    """A database of the test's own, to which publications go."""
    name = re.sub(r"\W+", "_", request.node.name).strip("_")
    place = postgres.new_database(name[:60])
    monkeypatch.setenv("SEGMENTATION_POSTGRES", place.address)
    return place


def publish(home: Path, name: str) -> str | None:
    point_to(home=home, release=home / "releases" / name)
    return publish_elsewhere(home / "published")


def schemas(place: Postgres) -> list[str]:
    rows = place.query("select nspname from pg_namespace order by 1")
    return [name for (name,) in rows if name.startswith("segmentation")]


def test_nothing_of_it_is_loaded_without_an_address(releases):
    code = (
        "import sys; from pathlib import Path;"
        "from segmentation.releases.other_places import publish_elsewhere;"
        f"assert publish_elsewhere(Path({str(releases)!r}, 'published')) is None;"
        "print([one for one in sys.modules if 'adbc' in one or 'postgres' in one])"
    )
    environment = {**os.environ, "PYTHONPATH": "python_models"}
    environment.pop("SEGMENTATION_POSTGRES", None)
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


def test_two_newest_stay_and_going_back_turns_the_views(releases, place):
    for name in NAMES[:3]:
        publish(releases, name)
        assert place.query(SEEN) == [(name,) * 3]
    kept = [f"segmentation_{name.lower()}" for name in NAMES[1:3]]
    assert schemas(place) == ["segmentation", *kept]
    # To one that is there, and to one that has to be filled again.
    for name in NAMES[1::-1]:
        publish(releases, name)
        assert place.query(SEEN) == [(name,) * 3]


def test_readers_in_a_loop_see_one_release_each_time(releases, place):
    publish(releases, NAMES[0])
    seen, problems, is_over = [], [], threading.Event()

    def read() -> None:
        try:
            with psycopg.connect(place.address, autocommit=True) as connection:
                while not is_over.is_set():
                    seen.append(connection.execute(SEEN).fetchone())
                    with connection.transaction():
                        row = [
                            connection.execute(
                                f"select max(segment_name) from segmentation.{table}"
                            ).fetchone()[0]
                            for table in MARKED
                        ]
                    seen.append(tuple(row))
        except Exception as problem:
            problems.append(problem)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for name in NAMES[1:]:
        publish(releases, name)
    is_over.set()
    for reader in readers:
        reader.join()
    assert problems == []
    assert len(seen) > 50
    assert [row for row in seen if len(set(row)) != 1] == []
    assert {row[0] for row in seen} >= {NAMES[0], NAMES[2]}


def test_a_reader_with_an_open_transaction_is_waited_for(releases, place, monkeypatch):
    publish(releases, NAMES[0])
    monkeypatch.setattr(views, "ATTEMPTS", 2)
    monkeypatch.setattr(views, "PAUSE_SECONDS", 0.1)
    with psycopg.connect(place.address) as reader:
        reader.execute("select count(*) from segmentation.segments")
        with pytest.raises(PostgresProblem, match="end the transaction"):
            publish(releases, NAMES[1])
        assert reader.execute(SEEN).fetchone() == (NAMES[0],) * 3
    publish(releases, NAMES[1])
    assert place.query(SEEN) == [(NAMES[1],) * 3]


def test_a_view_of_the_users_is_never_dropped(releases, place, sample_build, tmp_path):
    publish(releases, NAMES[0])
    place.query("create schema mine")
    place.query("create view mine.big as select revenue from segmentation.segments")
    # The same columns: theirs shows the next release.
    publish(releases, NAMES[1])
    # Another version without a column: ours would have to be made anew.
    home = shutil.copytree(releases, tmp_path / "home", symlinks=True)
    with duckdb.connect(str(home / "releases" / NAMES[2] / "segments.duckdb")) as own:
        own.execute("alter table segments drop column customer_share")
    with pytest.raises(PostgresProblem, match=r"mine\.big depends on") as told:
        publish(home, NAMES[2])
    assert "drop your view" in str(told.value)
    assert place.query(SEEN) == [(NAMES[1],) * 3]
    place.query("drop view mine.big")
    publish(home, NAMES[2])
    assert place.query(SEEN) == [(NAMES[2],) * 3]
    # On the tables themselves: what is old stays, and it is said.
    own = f"segmentation_{NAMES[2].lower()}"
    place.query(f"create view mine.old as select * from {own}.segments")
    publish(home, NAMES[3])
    late = home / "releases" / "20260105T000000000000Z"
    marked(late, sample_build)
    with pytest.raises(PostgresProblem, match=r"mine\.old depends on"):
        publish(home, late.name)
    assert place.query(SEEN) == [(late.name,) * 3]
    assert place.query("select count(*) from mine.old")[0][0] > 0


def test_a_table_of_somebodys_is_not_replaced(releases, place):
    place.query("create schema segmentation")
    place.query("create table segmentation.segments (mine int)")
    with pytest.raises(PostgresProblem, match="segments, made by somebody else"):
        publish(releases, NAMES[0])
    place.query("select mine from segmentation.segments")


def test_comments_and_keys_are_there_and_a_reader_needs_no_more_than_the_views(
    releases, place
):
    publish(releases, NAMES[0])
    own = f"segmentation_{NAMES[0].lower()}"
    for schema in ("segmentation", own):
        ((grain, revenue),) = place.query(
            f"select obj_description('{schema}.segments'::regclass),"
            f" col_description('{schema}.segments'::regclass, (select attnum from"
            f" pg_attribute where attrelid = '{schema}.segments'::regclass"
            " and attname = 'revenue'))"
        )
        assert (grain, revenue) == (
            "One row per segment; it's ours.",
            "Net of refunds.",
        )
    ((key,),) = place.query(
        "select pg_get_constraintdef(oid) from pg_constraint"
        f" where conrelid = '{own}.segments'::regclass"
    )
    assert key == "PRIMARY KEY (segment_id)"
    # As the README says.
    place.query(f"create role reader login password '{PASSWORD}'")
    place.query("grant usage on schema segmentation to reader")
    place.query("grant select on all tables in schema segmentation to reader")
    publish(releases, NAMES[1])
    reader = place.address_of("reader", PASSWORD)
    assert place.query(SEEN, address=reader) == [(NAMES[1],) * 3]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        place.query("create table segmentation.mine (one int)", address=reader)


PROBLEMS = {
    "wrong address": (lambda place: "postgres//owner:geheim@host/shop", "no address"),
    "wrong host": (
        lambda place: "postgresql://owner:geheim@nowhere.invalid/shop",
        "cannot be reached",
    ),
    "wrong password": (
        lambda place: place.address_of("owner", "geheim"),
        "password authentication failed",
    ),
    "no right": (
        lambda place: place.address_of("weak", "geheim"),
        "grant create on database",
    ),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_what_is_wrong_is_said_without_the_password(releases, place, monkeypatch, name):
    address, words = PROBLEMS[name]
    if name == "no right":
        place.query("create role weak login password 'geheim'")
    monkeypatch.setenv("SEGMENTATION_POSTGRES", address(place))
    with pytest.raises(PostgresProblem) as told:
        publish(releases, NAMES[0])
    for word in (words, "wanted:", "found:", "next:", "release in the files stands"):
        assert word in str(told.value)
    assert "geheim" not in str(told.value)
    assert told.value.__suppress_context__ or told.value.__context__ is None


def test_a_server_that_goes_away_in_the_middle(releases, postgres, place, monkeypatch):
    publish(releases, NAMES[0])
    turn = views._turn

    def stopped(catalog, **rest):
        postgres.control("-m", "immediate", "stop")
        turn(catalog, **rest)

    with monkeypatch.context() as patch:
        patch.setattr(views, "_turn", stopped)
        try:
            with pytest.raises(PostgresProblem, match="build again"):
                publish(releases, NAMES[1])
        finally:
            postgres.control("start")
    assert place.query(SEEN) == [(NAMES[0],) * 3]
    publish(releases, NAMES[1])
    assert place.query(SEEN) == [(NAMES[1],) * 3]


# Dies (SIGKILL) at the N-th call of the driver; says how many there were.
DYING = """
import os, signal, sys
from pathlib import Path
import adbc_driver_manager.dbapi as driver
calls, last = 0, int(sys.argv[2])
def counted(function):
    def call(*words, **more):
        global calls
        calls += 1
        if calls == last:
            os.kill(os.getpid(), signal.SIGKILL)
        done = function(*words, **more)
        if -calls == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return done
    return call
for kind, names in ((driver.Cursor, ("execute", "adbc_ingest")),
                    (driver.Connection, ("commit",))):
    for name in names:
        setattr(kind, name, counted(getattr(kind, name)))
from segmentation.publishing.erasure import erase
from segmentation.releases.other_places import publish_elsewhere
publish_elsewhere(Path(sys.argv[1], "published"))
print(calls)
"""


def dying(home: Path, call: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", DYING, str(home), str(call)],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": "python_models"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_killed_20_times_readers_have_the_old_release_or_the_new(releases, place):
    def begin() -> None:
        """The old release is shown, the new one not there, and to be published."""
        publish(releases, NAMES[0])
        new = f"segmentation_{NAMES[1].lower()}"
        place.query(f"drop schema if exists {new} cascade")
        point_to(home=releases, release=releases / "releases" / NAMES[1])

    begin()
    calls = int(dying(releases, 0).stdout)
    seen = []
    # Before calls all over it, and after the last ones: the commits are among them.
    first = [round(1 + step * (calls - 10) / 9) for step in range(10)]
    for moment in (*first, *range(calls - 5, calls + 1), *range(-calls, 4 - calls)):
        begin()
        assert dying(releases, moment).returncode == -9
        row = place.query(SEEN)[0]
        assert len(set(row)) == 1
        seen.append(row[0])
    assert len(seen) == 20
    assert set(seen) == {NAMES[0], NAMES[1]}
    publish(releases, NAMES[1])
    assert place.query(SEEN) == [(NAMES[1],) * 3]
    assert len(schemas(place)) == 3  # the views' and two releases'


def sums(columns: list[tuple[str, str]], table: str) -> str:
    """A query for rows, and the sum or count of each column, alike in both engines."""
    parts = ["count(*)"]
    for name, kind in columns:
        if kind.startswith("DECIMAL"):
            parts.append(f'sum("{name}")')
        elif kind in ("BIGINT", "INTEGER"):
            parts.append(f'cast(sum("{name}") as bigint)')
        elif kind == "DOUBLE":
            parts.append(f'round(cast(sum("{name}") as numeric(38, 9)), 6)')
        else:
            parts += [f'count(distinct "{name}")', f'count("{name}")']
    return f"select {', '.join(parts)} from {table}"


@pytest.mark.slow
def test_a_build_publishes_there_and_rollback_too(sample_build, place, tmp_path):
    """Whole builds: every table and sum, clients, comments; then a wrong password."""
    home = shutil.copytree(sample_build.home, tmp_path / "home", symlinks=True)
    build = run_dbt(home=home, variables={"transactions": "sample"})
    assert build.exit_code == 0, build.output
    engine = sqlalchemy.create_engine(
        place.address.replace("postgresql://", "postgresql+psycopg://")
    )
    tables = {name for (name,) in build.query("show tables")}
    assert set(sqlalchemy.inspect(engine).get_view_names("segmentation")) == tables
    for table in sorted(tables):
        columns = build.query(
            "select column_name, data_type from duckdb_columns()"
            f" where table_name = '{table}' order by column_index"
        )
        ((*there,),) = place.query(sums(columns, f"segmentation.{table}"))
        ((*here,),) = build.query(sums(columns, table))
        assert [str(one) for one in there] == [str(one) for one in here], table
        # Every column that is described is described there as well.
    ((described, all_columns),) = place.query(
        "select count(col_description(attrelid, attnum)), count(*) from pg_attribute"
        " where attrelid::regclass::text like 'segmentation.%' and attnum > 0"
    )
    assert described > 0.9 * all_columns > 300
    frame = pd.read_sql("select * from segmentation.customer_segments", engine)
    assert len(frame) == build.value("select count(*) from customer_segments")
    engine.dispose()
    revenue = "sum(revenue)"
    told = subprocess.run(
        ["psql", place.address, "-Atc", f"select {revenue} from segmentation.segments"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == str(build.value(f"select {revenue} from segments"))

    # The file's release is the next one and stands; PostgreSQL has the one before.
    refused = run_dbt(
        home=home,
        variables={"transactions": "sample"},
        environment={"SEGMENTATION_POSTGRES": place.address_of("owner", "geheim")},
    )
    said(refused, exit_code=1, words="password authentication failed")
    count = "select count(*) from {}publications"
    before = place.query(count.format("segmentation."))[0][0]
    assert refused.value(count.format("")) == before + 1
    publish_elsewhere(home / "published")
    assert place.query(count.format("segmentation.")) == [(before + 1,)]
    roll_back(home)
    assert place.query(count.format("segmentation.")) == [(before,)]
    for secret in (b"geheim", b"s3cr", b"s3cr%23t"):
        holding = [
            path
            for path in home.rglob("*")
            if path.is_file() and secret in path.read_bytes()
        ]
        assert holding == []


@pytest.mark.slow
def test_orders_from_there_are_published_as_those_of_the_file(place, tmp_path):
    """Superstore, of which every table but those of the moment has the same rows."""
    file = shared_file("superstore.csv.gz")
    own = duckdb.sql(f"from read_csv('{file}', all_varchar = true)")
    columns = ", ".join(f'"{name}" text' for name in own.columns)
    place.query(f"create table orders ({columns})")
    with (
        psycopg.connect(place.address) as connection,
        connection.cursor().copy("copy orders from stdin") as copy,
    ):
        for row in own.fetchall():
            copy.write_row(row)
    checksums = []
    for source in (str(file), "postgres:public.orders"):
        home = tmp_path / str(len(checksums))
        build = run_dbt(
            home=home,
            variables={
                **example("superstore"),
                "transactions": source,
                # Few refits: what is tried here is not the clustering.
                "segment_count": 4,
                "resample_count": 2,
            },
            environment={
                "SEGMENTATION_POSTGRES": "",
                "SEGMENTATION_SOURCE_POSTGRES": place.address,
            },
        )
        assert build.exit_code == 0, build.output
        checksums += build.query("select checksum, revenue from publications")
    assert checksums[0] == checksums[1]


def test_an_erased_person_is_not_there_either(sample_build, place, tmp_path):
    home = shutil.copytree(sample_build.home, tmp_path / "home", symlinks=True)
    (home / "sources").mkdir()
    publish_elsewhere(home / "published")
    one = (
        "select count(*) from segmentation.customer_segments where customer_id = '017'"
    )
    assert place.query(one) == [(1,)]
    erase(customer_id="017", home=home, seed=tmp_path / "erased.csv", folders=[])
    assert place.query(one) == [(0,)]
    assert len(schemas(place)) == 2  # the views' and one release's
    assert not (home / "sources").exists()


def test_rollback_and_erasure_refuse_a_release_they_cannot_reach(
    releases, place, monkeypatch, tmp_path
):
    publish(releases, NAMES[1])
    monkeypatch.delenv("SEGMENTATION_POSTGRES")
    seed = tmp_path / "erased.csv"
    for change in (
        lambda: roll_back(releases),
        lambda: erase(customer_id="017", home=releases, seed=seed, folders=[]),
    ):
        with pytest.raises(RuntimeError, match="SEGMENTATION_POSTGRES is not set"):
            change()
    # One whose server does not let it in has changed nothing either.
    monkeypatch.setenv("SEGMENTATION_POSTGRES", place.address_of("owner", "geheim"))
    with pytest.raises(PostgresProblem, match="password authentication failed"):
        roll_back(releases)
    assert (releases / "published").resolve().name == NAMES[1]
    assert not seed.exists()


def test_a_schema_that_cannot_be_is_said(releases, place, monkeypatch):
    monkeypatch.setenv("SEGMENTATION_POSTGRES_SCHEMA", "Mine-1")
    with pytest.raises(PostgresProblem, match="lower-case letters"):
        publish(releases, NAMES[0])
    monkeypatch.setenv("SEGMENTATION_POSTGRES_SCHEMA", "mine")
    publish(releases, NAMES[0])
    assert place.query("select count(*) from mine.segments")[0][0] > 0
