"""Kills builds at random moments and looks at what a reader would see.

By hand, for example 200 times: `python tests/python/kills.py 200`. The test in CI
(test_faults_kill.py) does 20.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
from conftest import REPOSITORY, dbt_command, run_dbt

from segmentation.publishing import read_manifest, read_tables
from segmentation.release import check_files

# Another day makes another release of the same source.
# Few refits: what is tried here is not the clustering.
QUICK = {"transactions": "sample", "segment_count": 4, "resample_count": 2}
OLD = {**QUICK, "as_of_date": "2024-11-30"}
NEW = {**QUICK, "as_of_date": "2024-12-31"}


# A build database with all of NEW in it, kept beside the one in use.
COMPLETE = "complete.duckdb"


@dataclass
class Outcome:
    """What was found after kills: one entry each."""

    seen: list[str] = field(default_factory=list)
    signals: list[int] = field(default_factory=list)
    largest_share: float = 0.0  # releases/ on disk over one release

    @property
    def mixed(self) -> int:
        return sum(one not in ("old", "new") for one in self.seen)


def bytes_below(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(
        path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    )


def state(home: Path, *, known: dict[str, str]) -> str:
    """What `published` is: 'old', 'new', or what is wrong with it."""
    release = (home / "published").resolve()
    try:
        check_files(release)
        manifest = read_manifest(release)
        tables = read_tables(release / "segments.duckdb", names=manifest["tables"])
    except (RuntimeError, OSError, duckdb.Error) as error:
        return f"unreadable: {error}"
    counts = {name: len(frame) for name, frame in tables.items()}
    if counts != {name: one["row_count"] for name, one in manifest["tables"].items()}:
        return "mixed: tables and manifest differ"
    as_of_date = manifest["publication"]["as_of_date"][:10]
    return known.get(as_of_date, f"mixed: as of {as_of_date}")


def drafts(home: Path) -> set[str]:
    """Names of releases that are being written, or whose build was killed."""
    return {path.name for path in (home / "releases").glob("*.tmp")}


def wait_for_draft(home: Path, process: subprocess.Popen, *, before: set[str]) -> None:
    """Wait until a build writes a release of its own, or ends."""
    while process.poll() is None and not drafts(home) - before:
        time.sleep(0.01)


def prepare(home: Path) -> float:
    """Make a home with a release of OLD and a complete build database of NEW.

    Returns
    -------
    float
        Seconds that a whole `dbt run` of NEW takes here.
    """
    new = run_dbt(home=home, variables=NEW, command="seed")
    began = time.monotonic()
    new = run_dbt(home=home, variables=NEW, command="run")
    seconds = time.monotonic() - began
    assert new.exit_code == 0, new.output
    shutil.copyfile(home / "build.duckdb", home / COMPLETE)
    shutil.rmtree(home / "releases")
    (home / "published").unlink()
    old = run_dbt(home=home, variables=OLD, command="run")
    assert old.exit_code == 0, old.output
    return seconds


def kill_builds(*, home: Path, kills: int, seed: int, commands: list) -> Outcome:
    """Start builds over a complete release and kill each at a random moment.

    Parameters
    ----------
    home
        Holds a release of OLD.
    commands
        Pairs of a dbt command (its words) and the seconds within which to kill it.
        None: while it writes its release, from a build database that is complete.
    """
    chance = random.Random(seed)
    outcome = Outcome()
    known = {"2024-11-30": "old"}
    saved = home.with_name(home.name + "-saved")
    shutil.copytree(home / "releases", saved / "releases")
    # Writing a release takes about a tenth of a run here: half of the kills come after.
    window = max((seconds for _, seconds in commands if seconds), default=15.0) / 5
    release_bytes = bytes_below((home / "published").resolve())
    for number in range(kills):
        words, seconds = commands[number % len(commands)]
        if outcome.seen and outcome.seen[-1] != "old":
            shutil.rmtree(home / "releases")
            shutil.copytree(saved / "releases", home / "releases")
            (home / "published").unlink()
            (release,) = (home / "releases").iterdir()
            (home / "published").symlink_to(Path("releases") / release.name)
        if seconds is None:
            shutil.copyfile(home / COMPLETE, home / "build.duckdb")
            (home / "build.duckdb.wal").unlink(missing_ok=True)
        leftovers = drafts(home)
        process = subprocess.Popen(
            dbt_command(home=home, variables=NEW, command=words[0], options=words[1:]),
            cwd=REPOSITORY,
            env={**os.environ, "SEGMENTATION_HOME": str(home)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        if seconds is None:
            wait_for_draft(home, process, before=leftovers)
            time.sleep(chance.uniform(0, window))
        else:
            time.sleep(chance.uniform(1, seconds))
        sent = signal.SIGTERM if number % 4 == 3 else signal.SIGKILL
        if process.poll() is None:
            os.killpg(process.pid, sent)
        outcome.signals.append(process.wait(timeout=60))
        # Whatever a build that came through published is the new one.
        release = (home / "published").resolve()
        as_of_date = read_manifest(release)["publication"]["as_of_date"][:10]
        if as_of_date > "2024-11-30":
            known[as_of_date] = "new"
        outcome.seen.append(state(home, known=known))
        used = bytes_below(home / "releases") / release_bytes
        outcome.largest_share = max(outcome.largest_share, used)
        print(number + 1, outcome.signals[-1], outcome.seen[-1], flush=True)
    return outcome


def main(kills: int) -> int:
    """Kill builds by hand and print what was found; 1 if anything was mixed."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        lasts = prepare(home)
        began = time.monotonic()
        publishing = (("run", "--select", "publications"), None)
        commands = [(("run",), lasts), *[publishing] * 4]
        outcome = kill_builds(home=home, kills=kills, seed=0, commands=commands)
        seconds = time.monotonic() - began
        again = run_dbt(home=home, variables=NEW)
        found = {
            "kills": kills,
            "old": outcome.seen.count("old"),
            "new": outcome.seen.count("new"),
            "mixed": outcome.mixed,
            "killed": sum(code < 0 for code in outcome.signals),
            "releases_over_one_release": round(outcome.largest_share, 2),
            "rerun_exit_code": again.exit_code,
            "published_after_rerun": read_manifest(home / "published")["publication"][
                "as_of_date"
            ][:10],
            "drafts_left": len(list((home / "releases").glob("*.tmp"))),
            "seconds": round(seconds),
        }
        print(json.dumps(found, indent=2))
        return int(outcome.mixed > 0 or again.exit_code != 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
