"""The one reader of dbt's vars: read once, typed, or refused with a message.

The hook of a build sends every var (`macros/checks/check_settings.sql`), so that what
cannot work is refused before the first model, SQL's vars as well as Python's. What was
read stays for the process, and Python models ask `settings` for it.
"""

from __future__ import annotations

import csv
import inspect
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import yaml

from segmentation.preparing.setting_kinds import read
from segmentation.preparing.settings import SETTINGS
from segmentation.wording.problem import InputProblem, closest, wrong_var

PROJECT = Path(__file__).resolve().parents[3]
# The demo data is in dollars; other data says so itself.
DEMO, DEMO_CURRENCY = "completejourney", "USD"

_kept: dict[str, object] = {}


def project_vars(project: Path = PROJECT) -> dict[str, object]:
    """Return the vars of the project's folder, as dbt_project.yml has them."""
    text = (project / "dbt_project.yml").read_text(encoding="utf-8")
    return yaml.safe_load(text)["vars"]


def read_settings(
    values: Mapping[str, object],
    *,
    given: Iterable[str] = (),
    project: Path = PROJECT,
) -> dict[str, object]:
    """Return every var, typed.

    Parameters
    ----------
    values
        All vars, those of the command line put over the project's.
    given
        Names of the vars of the command line: dbt takes any without a word.
    project
        The project's folder, whose seeds hold the names of features and of rules.

    Raises
    ------
    InputProblem
        For the first var that does not exist or cannot work.
    """
    for name in given:
        if name not in SETTINGS:
            near = closest(name, SETTINGS)
            raise InputProblem(
                f"There is no var {name!r}.",
                wanted="a var that dbt_project.yml explains",
                found=repr(name),
                next_step=f"did you mean {near}?" if near else f"take {name} out",
            )
    found = {name: read(name, values[name], one) for name, one in SETTINGS.items()}
    _check_together(found)
    _check_names(found, seeds=project / "seeds")
    return found


def keep_settings(found: Mapping[str, object]) -> None:
    """Keep what was read for the Python models of this build."""
    _kept.clear()
    _kept.update(found)


def settings() -> dict[str, object]:
    """Return every var of this build, typed.

    Raises
    ------
    RuntimeError
        If nothing was read: a Python model runs in the process of the build's hooks.
    """
    if not _kept:
        raise RuntimeError("No settings were read: run this model by dbt, with hooks.")
    return dict(_kept)


def settings_for(
    function: Callable, values: Mapping[str, object] | None = None
) -> dict[str, object]:
    """Return the vars that a function or a dataclass takes, by name.

    Parameters
    ----------
    function
        Each of its parameters that is named like a var is that var.
    values
        All vars; those of this build where not given.
    """
    values = settings() if values is None else values
    return {
        name: values[name]
        for name in inspect.signature(function).parameters
        if name in values
    }


def model_settings(values: Mapping[str, object] | None = None) -> dict[str, object]:
    """Return the vars of the fitted model: under others it is not kept silently."""
    values = settings() if values is None else values
    return {name: values[name] for name, one in SETTINGS.items() if one.is_of_the_model}


def currency_of(values: Mapping[str, object]) -> object:
    """Return the currency of all money, or None where nobody said it."""
    is_demo = values["transactions"] == DEMO
    return values["currency"] or (DEMO_CURRENCY if is_demo else None)


def _check_together(found: Mapping[str, object]) -> None:
    """Refuse vars that do not go together."""
    if found["transactions"] is None and found["customers"] is None:
        raise wrong_var(
            "transactions",
            None,
            "transactions, customers or both",
            "set transactions to your file (or completejourney, or sample)",
        )
    if found["exchange_rates"] and found["currency"] is None:
        raise wrong_var(
            "currency",
            None,
            "a currency that the exchange_rates lead to",
            "set currency, for example EUR",
        )
    low, high = found["segment_count_min"], found["segment_count_max"]
    if low > high:  # type: ignore[operator]
        raise wrong_var(
            "segment_count_min",
            low,
            f"at most segment_count_max ({high})",
            "correct segment_count_min, or leave it out",
        )
    horizon, days = found["prediction_horizon_days"], found["prediction_backtest_days"]
    if days[0] != horizon:  # type: ignore[index]
        raise wrong_var(
            "prediction_backtest_days",
            days,
            f"days that begin with prediction_horizon_days ({horizon})",
            f"begin it with {horizon}",
        )


def _check_names(found: Mapping[str, object], *, seeds: Path) -> None:
    """Refuse a feature or a set of rules that no seed knows."""
    for var, setting in SETTINGS.items():
        # A table of customers alone brings features of its own.
        is_own = found["transactions"] is None and setting.kind == "columns"
        if setting.seed is None or is_own:
            continue
        seed, column = setting.seed
        with (seeds / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
            known = {row[column] for row in csv.DictReader(file)}
        for name in found[var]:  # type: ignore[attr-defined]
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
