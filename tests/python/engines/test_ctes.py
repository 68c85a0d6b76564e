"""Ephemeral models are written into their readers: no CTE of a name may be there twice.

Spark has all CTEs on one level, so an inner one would be another's.
"""

from __future__ import annotations

import re
from collections import Counter

from dbt_builds import REPOSITORY

MODELS = {
    path.stem: path.read_text(encoding="utf-8")
    for path in REPOSITORY.glob("models/**/*.sql")
}
EPHEMERAL = {
    name for name, text in MODELS.items() if "materialized='ephemeral'" in text
}


def names(model: str) -> set[str]:
    """The CTEs of a model: some stand in one branch of Jinja and in the other."""
    return set(re.findall(r"^(\w+) as (?:not materialized )?\(", MODELS[model], re.M))


def written_into(model: str) -> set[str]:
    """The ephemeral models that a model reads, and those that these read."""
    read = set(re.findall(r"ref\('(\w+)'\)", MODELS[model])) & EPHEMERAL
    return read.union(*map(written_into, read))


def test_no_cte_is_there_twice():
    for model in MODELS.keys() - EPHEMERAL:
        all_names = [*names(model), *(n for m in written_into(model) for n in names(m))]
        twice = [name for name, count in Counter(all_names).items() if count > 1]
        assert (model, twice) == (model, [])
