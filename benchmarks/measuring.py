"""What a command, or a stretch of Python, takes: wall, CPU seconds and peak memory."""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import tempfile
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
GB = 1e6  # of the kilobytes that Linux counts in


def measure(
    command: list[str],
    *,
    home: Path,
    project: Path = HERE.parent,
    fine: Collection[int] = (0,),
) -> dict[str, float]:
    """Run a command in a project; return wall and CPU seconds and peak memory in GB.

    Raises
    ------
    RuntimeError
        If its exit code is none of `fine`, with the end of what it said.
    """
    environment = {
        **os.environ,
        "SEGMENTATION_HOME": str(home),
        "PYTHONPATH": str(project / "python_models"),
    }
    with tempfile.TemporaryFile() as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=project, env=environment, stdout=output, stderr=output
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in fine:
            output.seek(0)
            said = output.read().decode(errors="replace")[-2000:]
            raise RuntimeError(f"{command[:3]} ended with {status}: {said}")
    return {
        "wall": wall,
        "cpu": usage.ru_utime + usage.ru_stime,
        "memory": usage.ru_maxrss / GB,
    }


@contextmanager
def measured() -> Iterator[dict[str, float]]:
    """Fill the dictionary with what the body took; the peak is the process's so far."""
    took: dict[str, float] = {}
    wall, cpu = time.perf_counter(), time.process_time()
    yield took
    took |= {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    took["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / GB


def circumstances(project: Path = HERE.parent) -> str:
    """Return commit, day, machine and load, for the line above a table."""
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    names = [
        line.partition(": ")[2]
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    kind = names[0] if names else platform.machine()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"Commit {commit or 'unknown'}, {datetime.now(UTC):%d %B %Y %H:%M} UTC, "
        f"{os.cpu_count()} cores ({kind}), {memory:.0f} GiB, load "
        f"{os.getloadavg()[0]:.1f} at the start."
    )
