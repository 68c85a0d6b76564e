"""Names that nothing knows: of vars, features and sets of rules."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import yaml

from ..problem import InputProblem, closest, wrong_var
from .settings import FITTED

# Names that only the seeds know: var, seed, column.
SEEDED = (
    ("segment_features", "feature_labels", "feature"),
    ("exclusion_rule_sets", "exclusion_rules", "rule_set"),
)
KINDS = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "a mapping",
}


def check_given(
    given: Mapping[str, object], *, project: Path = Path("dbt_project.yml")
) -> None:
    """Raise InputProblem for a var of the command line that the project has not.

    dbt takes any name without a word. Where the project's value is a number, a list or
    a mapping, another kind of value is refused too.

    Parameters
    ----------
    given
        The vars of `--vars`.
    project
        The project's file, which holds every var with its default.
    """
    if not given or not project.exists():
        return
    known = yaml.safe_load(project.read_text(encoding="utf-8"))["vars"]
    for name, value in given.items():
        if name not in known:
            near = closest(name, known)
            raise InputProblem(
                f"There is no var {name!r}.",
                wanted="a var that dbt_project.yml explains",
                found=repr(name),
                next_step=f"did you mean {near}?" if near else f"take {name} out",
            )
        wanted = KINDS.get(type(known[name]))
        # The vars of a fit are judged together, by a rule of their own.
        if wanted and name not in FITTED and value is not None:
            if wanted != KINDS.get(type(value)):
                raise wrong_var(name, value, wanted, f"correct {name}, or leave it out")


def check_names(settings: Mapping[str, object], *, seeds: Path = Path("seeds")) -> None:
    """Raise InputProblem for a feature or a rule set that no seed knows."""
    for var, seed, column in SEEDED:
        path = seeds / f"{seed}.csv"
        if not path.exists() or (
            var == "segment_features" and settings["transactions"] is None
        ):
            continue
        with path.open(encoding="utf-8", newline="") as file:
            known = {row[column] for row in csv.DictReader(file)}
        for name in settings[var]:
            if name not in known:
                near = closest(str(name), sorted(known))
                raise InputProblem(
                    f"The var {var} names {name!r}, which seeds/{seed}.csv has not.",
                    wanted=f"some of {', '.join(sorted(known))}",
                    found=repr(name),
                    next_step=f"did you mean {near}?"
                    if near
                    else f"correct {var}, or add {name} to seeds/{seed}.csv",
                )
