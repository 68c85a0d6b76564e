"""How far long work has come: whoever does it says so, and a heartbeat may read it."""

from __future__ import annotations

import threading

# By the thread that works, or by the name of the model.
_stages: dict[int | str, str] = {}


def at_stage(text: str, *, of: str | None = None) -> None:
    """Say what is being done now, by this thread or for a model; '' is nothing to say.

    Examples
    --------
    >>> at_stage("resample 3 of 16")
    >>> stage_of(threading.get_ident(), "fitted_candidates")
    'resample 3 of 16'
    """
    _stages[threading.get_ident() if of is None else of] = text


def stage_of(thread: int, name: str) -> str:
    """Return what a thread, or a model, is doing; '' where neither has said."""
    return _stages.get(name) or _stages.get(thread, "")
