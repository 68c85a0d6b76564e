"""The staging SQL in this process: the project's own templates, without a dbt run.

A build starts in seconds; here an export is judged in a tenth of one, so that hundreds
can be drawn. What is replaced is dbt's context (var, ref, run_query), nothing else.
"""

from __future__ import annotations

import datetime
import functools
import json
import re
from pathlib import Path

import duckdb
import jinja2
import yaml

from segmentation.engines.macro_functions import MACRO_FUNCTIONS

ROOT = Path(__file__).parents[3]
MACRO = re.compile(r"\{%-?\s*macro\s+(\w+)\(.*?\{%-?\s*endmacro\s*-?%\}", re.DOTALL)
MODELS = ("base_transactions", "base_transactions_judged", "stg_transactions")


class Returned(Exception):
    """dbt's `return` inside a macro."""

    def __init__(self, value):
        self.value = value


class Refused(Exception):
    """A message that would have stopped the build."""


class Answer:
    """What dbt's run_query gives: rows, and columns."""

    def __init__(self, rows):
        self.rows = rows
        self.columns = [Column(values) for values in zip(*rows, strict=True)]

    def __iter__(self):
        return iter(self.rows)


class Column(tuple):
    """A column of an answer."""

    def values(self):
        return self


def _dispatch(context):
    def dispatch(name):
        return context[f"default__{name}"]

    return dispatch


class _Adapter:
    def __init__(self, context):
        self.dispatch = _dispatch(context)
        self.quote = lambda name: f'"{name}"'


def _stop(message):
    raise Refused(message)


class _Names:
    def __init__(self, **names):
        self.__dict__.update(names)


@functools.cache
def project_vars() -> dict:
    """The vars of dbt_project.yml."""
    return yaml.safe_load((ROOT / "dbt_project.yml").read_text())["vars"]


class Staging:
    """The staging models over one set of vars, as views in a database in memory."""

    def __init__(self, variables: dict):
        self.connection = duckdb.connect()
        self.connection.execute("set TimeZone = 'UTC'; set threads = 1")
        values = {**project_vars(), **variables}
        for seed in ("exclusion_rules", "erased_customers"):
            self.connection.execute(
                f"create table {seed} as from read_csv('{ROOT}/seeds/{seed}.csv', "
                "all_varchar = true, header = true)"
            )
        environment = _environment()
        context = environment.globals
        context.update(
            var=lambda name, default=None: values.get(name, default),
            ref=lambda name: name,
            config=lambda **_kept: "",
            execute=True,
            run_query=lambda query: Answer(self.connection.execute(query).fetchall()),
            load_relation=lambda name: name,
            adapter=_Adapter(context),
            exceptions=_Names(raise_compiler_error=_stop),
            modules=_Names(re=re, datetime=datetime),
            run_started_at=datetime.datetime.now(datetime.UTC),
            tojson=json.dumps,
            fromjson=json.loads,
            this="this",
            target=_Names(type="duckdb"),
            flags=_Names(WHICH="build"),
        )
        context["return"] = self._return
        context["ask_python"] = lambda name, question: MACRO_FUNCTIONS[name](question)
        for name in MODELS:
            sql = _model(name).render()
            self.connection.execute(f"create view {name} as {sql}")

    @staticmethod
    def _return(value):
        raise Returned(value)

    def rows(self, query: str) -> list[tuple]:
        """Rows of a query on the staging models."""
        return self.connection.execute(query).fetchall()

    def totals(self) -> dict:
        """What a shop would hold against its books."""
        ((revenue, customers, orders, last, rows),) = self.rows(
            """
            with orders as (
                select customer_id, order_id,
                    sum(net_amount + coalesce(refunded_amount, 0)) as net,
                    sum(net_amount) as paid,
                    max(ordered_date) filter (where net_amount > 0) as last_date
                from stg_transactions group by all
            )
            select sum(paid), count(distinct customer_id) filter (where net > 0),
                count(*) filter (where net > 0),
                cast(max(last_date) filter (where net > 0) as varchar),
                (select count(*) from base_transactions)
            from orders
            """
        )
        return {"revenue": float(revenue or 0), "customers": customers,
                "orders": orders, "last_order_date": last, "rows": rows}  # fmt: skip


@functools.cache
def _environment() -> jinja2.Environment:
    """One environment with all macros: what is compiled once serves all."""
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    for path in sorted((ROOT / "macros").rglob("*.sql")):
        for found in MACRO.finditer(path.read_text()):
            environment.globals[found[1]] = _macro(environment, found[0], found[1])
    return environment


@functools.cache
def _model(name: str) -> jinja2.Template:
    text = (ROOT / "models" / "staging" / f"{name}.sql").read_text()
    return _environment().from_string(text)


def _macro(environment, text, name):
    template = environment.from_string(text)

    def call(*arguments, **named):
        # The module is made anew: its globals are those of now.
        try:
            return getattr(template.make_module(), name)(*arguments, **named)
        except Returned as returned:
            return returned.value

    return call
