"""What a build may not pass over: open questions, and numbers against the mapping."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping

from segmentation.wording.sentences import plural

from .columns import TRANSACTION_COLUMNS
from .evidence.facts import Evidence
from .evidence.table import ENOUGH_ROWS, open_rows, open_table
from .files.groups import Group
from .files.relation import states_of
from .problem import InputProblem
from .roles.decision import read_roles
from .roles.reading import Question, Reading

# Questions that change money or people stop a build; these are noted.
STOPPING = ("amount", "customer_id", "decimal_mark", "guest_ids", "status", "discount")
NOTED = ("not_goods", "cancellation_prefix")


def evidence_of(request: Mapping, group: Group) -> Evidence:
    """Return the evidence of a group of files, or of a table's sample."""
    if group.kind == "table":
        return Evidence(open_rows(group.names, request["table"]["sample"]))
    return _evidence(group.relation, tuple(group.names), states_of(group.relation))


# One check, and one build, asks about the same files several times.
@functools.lru_cache(maxsize=1)
def _evidence(relation: str, names: tuple[str, ...], _states: tuple) -> Evidence:
    return Evidence(open_table(relation, names))


def settings_of(request: Mapping) -> dict[str, object]:
    """Return the vars that a reading depends on."""
    options = request.get("format") or {}
    return {
        **(request.get("settings") or {}),
        "decimal_mark": options.get("decimal_mark"),
        "date_format": options.get("date_format"),
    }


def reading_of(request: Mapping, group: Group, mapping: Mapping) -> Reading:
    """Return what `make check` would set, beyond what is mapped."""
    evidence, settings = evidence_of(request, group), settings_of(request)
    # One check asks several times what the same columns are.
    asked = json.dumps([mapping, settings], sort_keys=True, default=str)
    if asked not in evidence.readings:
        evidence.readings[asked] = read_roles(
            evidence, given=mapping, settings=settings
        )
    return evidence.readings[asked]


def check_reading(request: Mapping, group: Group, chosen: Mapping) -> list[str]:
    """Return what is worth a note about a mapping; stop where numbers contradict it.

    Raises
    ------
    InputProblem
        At an open question that changes money or people, and is not confirmed.
    """
    settings = settings_of(request)
    asked = list(settings.get("open_questions") or [])  # type: ignore[call-overload]
    if asked:
        raise InputProblem(
            f"{len(asked)} {plural(len(asked), 'question is', 'questions are')} open.",
            wanted="an answer to each question that make check asked",
            found=", ".join(map(str, asked)),
            next_step="look at the lines of your settings marked QUESTION, keep or "
            "change what they set, and take the word out of open_questions",
        )
    evidence = evidence_of(request, group)
    if evidence.table.rows < ENOUGH_ROWS:
        return []
    given = {our: chosen.get(our) for our in TRANSACTION_COLUMNS}
    reading = read_roles(evidence, given=given, settings=settings)
    stopping = [
        one
        for one in reading.questions
        if one.code.split()[0] in STOPPING and len(one.options) > 1
    ]
    noted = [one for one in reading.questions if one.code in NOTED]
    reading.questions = stopping or noted
    reading.add_up(evidence.table, is_of_all=bool(stopping))
    if stopping:
        raise _stopped(reading.questions[0], group.where)
    return [one.text().replace("\n", "; ") for one in reading.questions]


def _stopped(question: Question, where: str) -> InputProblem:
    first = question.options[0]
    return InputProblem(
        f"{where}: {question.words}.",
        wanted="money and people that the numbers bear out",
        found="; ".join(
            option.words
            + (
                ""
                if option.money is None
                else f" ({option.money:,.2f} {question.scope})"
            )
            for option in question.options
        ),
        next_step=f"set what is right, such as {sets_text(first.sets)}; if yours is "
        f"meant, set confirmed: ['{question.code}']"
        if first.sets
        else f"set {sets_text(question.options[1].sets)}; if yours is meant, set "
        f"confirmed: ['{question.code}']",
    )


def sets_text(sets: Mapping[str, object]) -> str:
    """Return vars as a line of YAML.

    Examples
    --------
    >>> sets_text({"transaction_columns": {"amount": "Total", "quantity": None}})
    'transaction_columns: {amount: Total}'
    """
    shown = []
    for var, value in sets.items():
        if isinstance(value, Mapping):
            pairs = ", ".join(
                f"{our}: {name}" for our, name in value.items() if name is not None
            )
            shown.append(f"{var}: {{{pairs}}}")
        elif value is not None:
            shown.append(f"{var}: {value}")
    return ", ".join(shown)
