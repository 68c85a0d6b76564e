"""Faults, one test each: what the user is told, how it ends, what readers still see."""

from __future__ import annotations

import csv
import gzip
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import duckdb
import pytest
from conftest import NO_UNIT_TESTS, REPOSITORY, Build, run_dbt
from publish_again import publish_in_a_process

from segmentation.publishing.watched_files import watch, watched_files
from segmentation.releases.build_folder import ready_database, ready_release
from segmentation.releases.build_lock import HomeInUseError, prepare_home, release_home
from segmentation.releases.manifest import check_files
from segmentation.releases.published_model import read_published
from segmentation.releases.release_folder import point_to
from segmentation.wording.errors import plain_message

pytestmark = pytest.mark.build

SAMPLE = {"transactions": "sample"}
OLD_CLIENT = REPOSITORY / ".venv" / "duckdb-1.4"
WHOLE = {"options": NO_UNIT_TESTS}
ONE_SEED = {"command": "seed", "options": ("--select", "rfm_grid")}


@pytest.fixture(scope="module")
def home(sample_build, tmp_path_factory) -> Path:
    """A home with a complete build and release; each test leaves it usable."""
    copy = tmp_path_factory.mktemp("faults") / "home"
    shutil.copytree(sample_build.home, copy, symlinks=True)
    return copy


@pytest.fixture
def unchanged(home):
    """The release readers have, and that it is whole, before and after."""
    before = (home / "published").resolve()
    check_files(before)
    yield
    assert (home / "published").resolve() == before
    check_files(before)


@pytest.fixture
def build_database(home):
    """The build database, put back as it was."""
    path = home / "build.duckdb"
    copy = home.parent / "good.duckdb"
    shutil.copyfile(path, copy)
    yield path
    shutil.copyfile(copy, path)


def said(build: Build, *, exit_code: int, words: str) -> None:
    """The user is told in words, without a traceback, and the exit code tells too."""
    assert build.exit_code == exit_code, build.output
    assert words in build.output
    assert "Traceback" not in build.output


def test_fault_two_builds_at_once(home, unchanged):
    mask = os.umask(0o077)
    try:
        prepare_home(home)
        second = run_dbt(home=home, variables=SAMPLE, **ONE_SEED)
    finally:
        release_home(home)
        os.umask(mask)
    said(second, exit_code=75, words="Another build is writing to")
    assert str(os.getpid()) in second.output


def test_fault_reader_holds_the_build_database(home, unchanged, build_database):
    with duckdb.connect(str(build_database), read_only=True) as reader:
        build = run_dbt(home=home, variables=SAMPLE, **ONE_SEED)
        said(build, exit_code=0, words="this build goes on with a copy")
        assert reader.execute("from main.segments").fetchall()


def test_fault_writer_holds_the_build_database(home, unchanged, build_database):
    with duckdb.connect(str(build_database)):
        build = run_dbt(home=home, variables=SAMPLE, **ONE_SEED)
    said(build, exit_code=75, words="open for writing in another program")


def test_fault_reader_holds_the_published_database(home):
    before = (home / "published").resolve()
    path = str(home / "published" / "segments.duckdb")
    with duckdb.connect(path, read_only=True) as reader:
        done = publish_in_a_process(home)
        assert done.returncode == 0, done.stderr
        assert reader.execute("from segments").fetchall()
    assert (home / "published").resolve() != before
    check_files((home / "published").resolve())


def test_fault_disk_full(home, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(disk)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip("a small disk can only be mounted by root")
    try:
        _fill_disk(home, disk)
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def _fill_disk(home: Path, disk: Path) -> None:
    full = disk / "home"
    shutil.copytree(home, full, symlinks=True)
    before = (full / "published").resolve()
    # dbt's own files are on another disk: what it says of those is its own.
    for name in ("target", "logs"):
        shutil.rmtree(full / name)
        (full / name).symlink_to(home / name)
    ballast = disk / "ballast"
    # Room for a part of the tables, or of a release.
    ballast.write_bytes(b"x" * (shutil.disk_usage(disk).free - 2_500_000))
    build = run_dbt(home=full, variables=SAMPLE, **WHOLE)
    said(build, exit_code=1, words="free some space")
    assert (full / "published").resolve() == before
    check_files(before)
    assert not list((full / "releases").glob("*.tmp"))
    ballast.unlink()
    again = run_dbt(home=full, variables=SAMPLE, **WHOLE)
    assert again.exit_code == 0, again.output
    check_files((full / "published").resolve())


def test_fault_memory_limit(home, unchanged):
    build = run_dbt(
        home=home,
        variables={**SAMPLE, "memory_limit": "6MB"},
        command="run",
        options=("--select", "int_customer_states", "--full-refresh"),
    )
    said(build, exit_code=1, words="Out of Memory")


@pytest.fixture
def read_only(tmp_path):
    """A folder that nobody may write to, not even root."""
    folder = tmp_path / "read-only"
    folder.mkdir()
    if os.geteuid() == 0:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(folder)],
            capture_output=True,
            check=False,
        )
        if mounted.returncode != 0:
            pytest.skip("root may write anywhere, and may not mount here")
    else:
        folder.chmod(0o500)
    yield folder
    if os.geteuid() == 0:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_fault_read_only_directory(read_only):
    try:
        with pytest.raises(OSError) as error:
            prepare_home(read_only / "home")
    finally:
        os.umask(0o022)
    assert "SEGMENTATION_HOME" in plain_message(error.value)


@pytest.mark.parametrize("option", ["--log-path", "--target-path"])
def test_fault_dbt_cannot_write_its_own_files(home, unchanged, read_only, option):
    """dbt opens them before it loads any code of ours: the traceback is dbt's."""
    build = run_dbt(
        home=home,
        variables=SAMPLE,
        command="seed",
        options=("--select", "rfm_grid", option, str(read_only)),
    )
    assert build.exit_code == 2, build.output
    assert f"Read-only file system: '{read_only}" in build.output or (
        f"Permission denied: '{read_only}" in build.output
    )


def test_fault_truncated_build_database(home, unchanged, build_database):
    os.truncate(build_database, build_database.stat().st_size // 3)
    build = run_dbt(home=home, variables=SAMPLE, **ONE_SEED)
    said(build, exit_code=0, words="is rebuilt from the source")


def test_fault_corrupt_build_database(tmp_path):
    path = tmp_path / "build.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create table t as select range as n, 'customer ' || range as w"
            " from range(200000)"
        )
    good = path.read_bytes()
    # Header, table data, free space: wherever it is hit, it opens or it is replaced.
    for offset in range(5, len(good), len(good) // 40):
        damaged = bytearray(good)
        damaged[offset : offset + 16] = b"\xa5" * 16
        path.write_bytes(damaged)
        note = ready_database(path)
        if note is None:
            with duckdb.connect(str(path)) as connection:
                rows = connection.execute("select count(*), sum(n) from t").fetchall()
                assert rows == [(200000, 19999900000)]
        else:
            assert "is rebuilt" in note and not path.exists()
    path.write_bytes(b"not a database")
    assert "is rebuilt" in ready_database(path)


@pytest.fixture
def two_releases(home, tmp_path) -> tuple[Path, Path]:
    """A home with the release twice; the one published, and the one before it."""
    copy = tmp_path / "home"
    last = (home / "published").resolve()
    older = shutil.copytree(last, copy / "releases" / last.name)
    newer = shutil.copytree(older, older.with_name("99991231T000000000000Z"))
    point_to(home=copy, release=newer)
    return newer, older


def damage(release: Path, how: str) -> None:
    home, path = release.parents[1], release / "segments.duckdb"
    if how == "truncated database":
        os.truncate(path, path.stat().st_size // 2)
    elif how == "garbled database":
        data = bytearray(path.read_bytes())
        for offset in range(3 * 4096, len(data), 4096):
            data[offset : offset + 64] = b"\xa5" * 64
        path.write_bytes(data)
    elif how == "broken link":
        shutil.rmtree(release)
    else:
        (home / "published").unlink()
        shutil.copytree(release, home / "published")
        shutil.rmtree(release)


@pytest.mark.parametrize(
    "how", ["truncated database", "garbled database", "broken link", "a copy"]
)
def test_fault_published_release_is_damaged(two_releases, how):
    """Readers and the next build get the release before it; without one, none."""
    newer, older = two_releases
    home = newer.parents[1]
    assert ready_release(home) is None
    damage(newer, how)
    assert f"{older} is published again" in ready_release(home)
    assert (home / "published").resolve() == older.resolve()
    check_files((home / "published").resolve())
    damage(older, "truncated database")
    assert "starts without a release" in ready_release(home)
    assert not os.path.lexists(home / "published")
    assert ready_release(home) is None


def test_fault_build_over_a_damaged_release(two_releases):
    newer, older = two_releases
    damage(newer, "truncated database")
    home = newer.parents[1]
    build = run_dbt(home=home, variables=SAMPLE, **ONE_SEED)
    said(build, exit_code=0, words="is published again")
    assert (home / "published").resolve() == older.resolve()


def test_fault_model_of_an_older_release(two_releases):
    """Its logarithms had names; the model goes on, and so do the segments' ids."""
    home = two_releases[0].parents[1]
    now = read_published(home).features
    with duckdb.connect(str(home / "published" / "segments.duckdb")) as connection:
        connection.execute(
            "alter table model_features add column transform varchar;"
            "update model_features set transform = case log_offset when 1 then 'log1p'"
            " when 30 then 'log_shifted' else 'identity' end;"
            "alter table model_features drop column log_offset"
        )
    before = read_published(home).features
    are_named = now["log_offset"].isin([1, 30]) | now["log_offset"].isna()
    columns = ["feature", "log_offset"]
    assert before[are_named][columns].equals(now[are_named][columns])


def test_fault_build_database_of_an_older_duckdb(home, unchanged, build_database):
    if not OLD_CLIENT.exists():
        pytest.skip("DuckDB 1.4 is not installed beside: make test does it")
    build_database.unlink()
    subprocess.run(
        [
            sys.executable,
            "-c",
            "import duckdb, sys; c = duckdb.connect(sys.argv[1]);"
            "c.execute('create table segments as select 1 as n')",
            str(build_database),
        ],
        env={**os.environ, "PYTHONPATH": str(OLD_CLIENT)},
        check=True,
    )
    build = run_dbt(home=home, variables=SAMPLE, **ONE_SEED)
    assert build.exit_code == 0, build.output


@pytest.mark.parametrize("kind", ["parquet", "gz"])
def test_fault_damaged_source_file(home, unchanged, tmp_path, kind):
    rows = "customer_id,ordered_at,amount\n" + "a,2024-01-01,1\n" * 5000
    if kind == "gz":
        path = tmp_path / "orders.csv.gz"
        path.write_bytes(gzip.compress(rows.encode())[:-40])
    else:
        text = tmp_path / "orders.csv"
        text.write_text(rows)
        path = tmp_path / "orders.parquet"
        duckdb.execute(f"copy (from '{text}') to '{path}'")
        os.truncate(path, path.stat().st_size // 2)
    build = run_dbt(
        home=home,
        variables={"transactions": str(path)},
        command="run",
        options=("--select", "rejected_transactions", "stg_transactions"),
    )
    said(build, exit_code=build.exit_code or -1, words="orders")


def test_fault_failing_gate(home, unchanged, tmp_path):
    path = tmp_path / "orders.csv"
    with path.open("w", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["customer_id", "ordered_at", "amount"])
        for number in range(1200):
            day = "soon" if number % 8 == 0 else "2024-03-01"
            writer.writerow([f"c{number % 90}", day, "10.00"])
    build = run_dbt(
        home=home,
        variables={"transactions": str(path)},
        options=(
            "--select",
            "+rejected_transactions",
            "--indirect-selection=buildable",
        ),
    )
    said(build, exit_code=1, words="few_rows_are_left_out")
    assert "configured to fail if > 10" in build.output


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("run", ()),
        ("build", ("--exclude", "few_rows_are_left_out")),
        ("build", ("--empty",)),
    ],
    ids=["no tests", "one gate left out", "no rows"],
)
def test_fault_part_of_a_build(home, unchanged, command, options):
    """What a failed or killed build left is not published beside newer tables."""
    build = run_dbt(home=home, variables=SAMPLE, command=command, options=options)
    said(build, exit_code=2, words="Nothing is published from a part of a build")
    assert "OK created" not in build.output


def test_fault_half_an_export(home):
    """The last release of this source had three times its rows."""
    path = (home / "published" / "manifest.json").resolve()
    text = path.read_text()
    manifest = json.loads(text)
    manifest["publication"]["source_rows"] *= 3
    path.write_text(json.dumps(manifest))
    try:
        build = run_dbt(
            home=home,
            variables=SAMPLE,
            command="test",
            options=("--select", "source_is_about_as_large_as_last_time"),
        )
    finally:
        path.write_text(text)
    said(build, exit_code=1, words="Failure in test source_is_about_as_large")


def test_fault_python_model_raises(home, unchanged, build_database):
    """A name given twice, where nobody ran the seed's own test."""
    with duckdb.connect(str(build_database)) as connection:
        connection.execute(
            "insert into main_seeds.segment_names from main_seeds.segment_names limit 1"
        )
    build = run_dbt(
        home=home,
        variables=SAMPLE,
        command="run",
        options=("--select", "fitted_segments"),
    )
    said(build, exit_code=1, words="segment_names.segment_name has")


def test_fault_source_changes_while_it_is_read(home, unchanged, tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("customer_id,ordered_at,amount\na,2024-01-01,1\n")
    done = threading.Event()

    def export_on() -> None:
        while not done.wait(0.02):
            os.utime(path, (time.time(), time.time()))

    thread = threading.Thread(target=export_on)
    thread.start()
    try:
        build = run_dbt(
            home=home,
            variables={"transactions": str(path)},
            options=("--select", "+publications", *NO_UNIT_TESTS),
        )
    finally:
        done.set()
        thread.join()
    said(build, exit_code=1, words="The source changed while it was read")


def test_watched_files_are_as_they_were_or_an_error(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("a\n")
    assert watch([str(path), "sample", None]) == [str(path)]
    assert watched_files()[str(path)]["bytes"] == 2
    path.write_text("ab\n")
    with pytest.raises(RuntimeError, match="orders.csv"):
        watched_files()
    path.unlink()
    with pytest.raises(RuntimeError, match="orders.csv"):
        watched_files()
    watch([])


def test_the_lock_names_who_holds_it(tmp_path):
    code = (
        "import sys, time; from pathlib import Path;"
        "from segmentation.releases.build_folder import prepare_home;"
        "prepare_home(Path(sys.argv[1])); print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "python_models")},
        stdout=subprocess.PIPE,
    )
    mask = os.umask(0o022)
    try:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(HomeInUseError, match=f"process {holder.pid}"):
            prepare_home(tmp_path)
        holder.kill()
        holder.wait()
        prepare_home(tmp_path)
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
        release_home(tmp_path)
        os.umask(mask)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValueError("column 'a' is empty"), "column 'a' is empty"),
        (KeyError("a"), "KeyError: 'a' (the traceback is in logs/dbt.log)"),
        (OSError(28, "No space left on device"), "free some space"),
        (PermissionError(13, "Permission denied"), "set SEGMENTATION_HOME"),
        (MemoryError(), "Memory ran out"),
        (duckdb.IOException("IO Error: No space left on device\nmore"), "free some"),
        (duckdb.BinderException("Binder Error: no column\nLINE 1"), "no column"),
    ],
)
def test_errors_are_one_message(error, words):
    assert words in plain_message(error)
    assert "Traceback" not in plain_message(error)
