"""What `make check` and the staging models make of a drawn export."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from drawn_exports import Export
from segmentation.inputs import InputProblem, answered
from segmentation.inputs.build_questions import reading_of
from segmentation.inputs.describe import groups_of
from segmentation.inputs.report import PASTED
from staging_sql import Refused, Staging

# Answers to several questions that are tried together: who answers knows the shop, and
# the right ones are among them.
MOST_ANSWERS = 200
# The one status that no seed knows, and what the shop means by it.
MEANT = {"archived": "sold"}
# Left out by what a gate would stop: see few_rows_are_left_out.
LEFT_OUT_MAXIMUM = 0.05
ASKED_FOR = (
    "guest order",
    "no customer id",
    "never sold",
    "taken back",
    "total row",
    "repeated header",
    "not goods",
    "postage",
    "older state of the order",
)


@dataclass
class Verdict:
    """right, asked, refused or wrong; and what came out after the right answers."""

    kind: str
    after: str = ""
    totals: Mapping = field(default_factory=dict)
    codes: tuple[str, ...] = ()
    said: str = ""


def published(variables: Mapping) -> Mapping | None:
    """Return what a build would publish; None where it would stop."""
    try:
        staging = Staging(dict(variables))
        totals = staging.totals()
        rows = dict(
            staging.rows(
                "select coalesce(reason, ''), count(*) from base_transactions_judged "
                "group by 1"
            )
        )
    except (Refused, InputProblem):
        return None
    out = sum(
        count for reason, count in rows.items() if reason and reason not in ASKED_FOR
    )
    if not totals["revenue"] or out > LEFT_OUT_MAXIMUM * sum(rows.values()):
        return None
    return totals


def merged(variables: dict, sets: Mapping) -> dict:
    """Return vars with what an option sets."""
    result = {
        name: dict(value) if isinstance(value, dict) else value
        for name, value in variables.items()
    }
    for name, value in sets.items():
        if isinstance(value, Mapping):
            result[name] = {**(result.get(name) or {}), **value}
        elif value is None:
            result.pop(name, None)
        else:
            result[name] = value
    return result


def _answers(question):
    """The options of a question that somebody who knows the shop could give."""
    meant = [
        option
        for option in question.options
        if option.sets.get("status_meanings", MEANT) == MEANT
    ]
    return meant or question.options


def judge(export: Export, folder: Path) -> Verdict:
    """Check a drawn file as a user would, and publish what is proposed."""
    path = export.write(folder)
    request = {
        "ask": "report",
        "var": "transactions",
        "value": str(path),
        "columns": {},
        "is_check": True,
        "settings": {"repeated_orders": "auto"},
    }
    try:
        text = answered(request)["text"]
        answered({**request, "ask": "source"})
    except InputProblem as problem:
        return Verdict("refused", said=str(problem))
    variables = yaml.safe_load(text.partition(f"\n{PASTED}\n")[2])
    asked = variables.pop("open_questions", [])
    if "YOUR COLUMN" in variables["transaction_columns"].values():
        return Verdict("asked", after="nothing proposed", codes=tuple(asked), said=text)
    totals = published(variables)
    if not asked:
        if totals is None:
            return Verdict("refused", said="the build stops")
        kind = "right" if export.is_right(totals) else "wrong"
        return Verdict(kind, totals=totals, said=text)
    questions = reading_of(request, groups_of(request)[0], {}).questions
    # Those first that leave most as it is proposed.
    tried = sorted(
        itertools.product(*(enumerate(_answers(question)) for question in questions)),
        key=lambda answers: sum(at > 0 for at, _option in answers),
    )[:MOST_ANSWERS]
    # Where no answer is published, the build has stopped each of them.
    after = "refused"
    for options in tried:
        answers = dict(variables)
        for _at, option in options:
            answers = merged(answers, option.sets)
        day = answers["transaction_columns"]["ordered_at"]
        if export.may_refuse and "ordered_at" in asked and day != export.days:
            # Who knows the shop does not answer with another day.
            continue
        totals = published(answers)
        if totals is not None:
            after = "right" if export.is_right(totals) else "wrong"
        if after == "right":
            break
    return Verdict("asked", after, totals or {}, tuple(asked), text)
