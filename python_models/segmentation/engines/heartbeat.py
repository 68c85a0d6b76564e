"""What takes longer than ten seconds says how far it is, on a terminal and in the log.

A thread looks at the models at work. DuckDB tells the share of a statement, Python and
what is built date by date tell their stage (`wording/progress.py`).
"""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from segmentation.wording.progress import at_stage, stage_of

SECONDS = 10.0
LOOK_EVERY = 0.5
# DuckDB counts how far it is where a bar is wanted; nothing is printed.
SETTINGS = {"enable_progress_bar_print": "false", "enable_progress_bar": "true"}


@dataclass
class Work:
    """A model at work: its name, its connection, and when it began."""

    name: str
    cursor: duckdb.DuckDBPyConnection
    began: float
    told: float


class Heartbeat:
    """Tells of models that take long.

    Parameters
    ----------
    say
        Is given a line.
    seconds
        Between two lines of a model, and before the first.
    """

    def __init__(self, say: Callable[[str], None], seconds: float = SECONDS):
        self._say = say
        self._seconds = seconds
        self._at_work: dict[int, Work] = {}
        self._thread: threading.Thread | None = None
        self._is_over = threading.Event()

    def allow(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Let later cursors count how far they are, also when settings are locked."""
        connection.execute(f"set allowed_configs = {list(SETTINGS)}")

    def watch(self, cursor: duckdb.DuckDBPyConnection, name: str) -> None:
        """Tell of a model that this thread works at from now on, with this cursor."""
        for setting, value in SETTINGS.items():
            cursor.execute(f"set {setting} = {value}")
        at_stage("")
        now = time.monotonic()
        self._at_work[threading.get_ident()] = Work(name, cursor, now, now)
        if self._thread is None:
            self._thread = threading.Thread(target=self._beat, daemon=True)
            self._thread.start()
            # DuckDB complains of connections that are left when Python ends.
            atexit.register(self.stop)

    def stop(self) -> None:
        """Tell of nothing any more, and let go of the connections."""
        self._is_over.set()
        if self._thread is not None:
            self._thread.join()
        self._at_work.clear()

    def _beat(self) -> None:
        while not self._is_over.wait(min(LOOK_EVERY, self._seconds)):
            for thread, work in list(self._at_work.items()):
                now = time.monotonic()
                if now - work.told < self._seconds:
                    continue
                work.told = now
                try:
                    share = work.cursor.query_progress()
                except duckdb.Error:
                    # Closed: it is done, unless the thread is at another by now.
                    if self._at_work.get(thread) is work:
                        del self._at_work[thread]
                    continue
                stage = stage_of(thread, work.name)
                self._say(line(work.name, now - work.began, stage, share))


def line(name: str, seconds: float, stage: str, percent: float) -> str:
    """Return what is said of a model; a share below 0 is unknown.

    Examples
    --------
    >>> line("int_month_orders", 20.3, "", 43.4)
    'int_month_orders: 20 s, 43% of the rows'
    >>> line("fitted_candidates", 10.0, "resample 3 of 16", -1)
    'fitted_candidates: 10 s, resample 3 of 16'
    """
    said = [f"{seconds:.0f} s"]
    if stage:
        said.append(stage)
    elif percent > 0:
        said.append(f"{percent:.0f}% of the rows")
    return f"{name}: {', '.join(said)}"
