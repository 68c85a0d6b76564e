"""The project's SQL, written for DuckDB, as Spark says it.

What is only spelled differently (`list_transform` and `transform`, `* exclude` and
`* except`, `varchar` and `string`) is translated here by sqlglot; what means another
thing on the two engines is a dispatch macro, in `macros/spark.sql`.
"""

from __future__ import annotations

import re

from sqlglot import exp, parse_one
from sqlglot.dialects.dialect import rename_func
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.dialects.spark import Spark

from dbt.adapters.sparksession.files import tables_for_files

TRANSLATED = ("select", "with", "create", "insert", "(")
# Statements of dbt-spark itself that are Spark's alone.
UNTOUCHED = ("create schema", "create database")


class Written(DuckDB):
    """DuckDB's dialect, and names in backticks as dbt-spark quotes them."""

    class Tokenizer(DuckDB.Tokenizer):
        IDENTIFIERS = ['"', "`"]
        # A column may be called so; neither engine has such a type.
        KEYWORDS = {
            word: token
            for word, token in DuckDB.Tokenizer.KEYWORDS.items()
            if word != "VECTOR"
        }

    class Parser(DuckDB.Parser):
        # `length` is of texts, `len` of lists: sqlglot takes them for one.
        FUNCTIONS = {
            **DuckDB.Parser.FUNCTIONS,
            "LEN": exp.ArraySize.from_arg_list,
            "STRLEN": exp.ByteLength.from_arg_list,
        }


def _division(self, expression: exp.Div) -> str:
    """A quotient is a double: Spark would round one of decimals."""
    left, right = (
        f"CAST({self.sql(expression, side)} AS DOUBLE)"
        for side in ("this", "expression")
    )
    return f"{left} / {right}"


def _rounding(self, expression: exp.Round) -> str:
    """Round a double as C does; Spark rounds its shortest text, so 1.005 goes up."""
    number = self.sql(expression, "this")
    digits = expression.args.get("decimals")
    if digits is None:
        return f"ROUND({number})"
    factor = f"1E{self.sql(digits)}D"
    return f"(ROUND({number} * {factor}) / {factor})"


def _full_match(self, expression: exp.RegexpFullMatch) -> str:
    return self.binary(
        exp.RegexpLike(
            this=expression.this,
            expression=exp.func(
                "concat",
                exp.Literal.string("^(?:"),
                expression.expression,
                exp.Literal.string(")$"),
            ),
        ),
        "RLIKE",
    )


def _replacement(self, expression: exp.RegexpReplace) -> str:
    """Java writes a group of the pattern as $1, DuckDB as \\1."""
    written = expression.args["replacement"]
    groups = exp.Literal.string(re.sub(r"\\(\d)", r"$\1", written.name))
    return self.func("REGEXP_REPLACE", expression.this, expression.expression, groups)


def _character(self, expression: exp.Chr) -> str:
    """Spark's chr() knows 256 characters: the others are written out."""
    (code,) = expression.expressions
    if int(code.name) < 256:
        return self.func("CHR", code)
    return f"'{chr(int(code.name))}'"


def _star(self, expression: exp.Star) -> str:
    """`* replace (e as a)` is `* except (a), e as a`: such columns come last."""
    columns = expression.args.get("replace") or []
    names = [
        *(expression.args.get("except_") or []),
        *(exp.to_identifier(one.alias) for one in columns),
    ]
    left_out = f" EXCEPT ({', '.join(self.sql(one) for one in names)})" if names else ""
    return ", ".join([f"*{left_out}", *(self.sql(one) for one in columns)])


class Spoken(Spark):
    """Spark's dialect, with the arithmetic of DuckDB."""

    class Generator(Spark.Generator):
        TRANSFORMS = {
            **Spark.Generator.TRANSFORMS,
            exp.ByteLength: rename_func("OCTET_LENGTH"),
            exp.Chr: _character,
            exp.Div: _division,
            exp.Round: _rounding,
            exp.RegexpFullMatch: _full_match,
            exp.RegexpReplace: _replacement,
            exp.Star: _star,
        }
        # Spark has QUALIFY; sqlglot's way round it adds a column to `select *`.
        TRANSFORMS.pop(exp.Select)


def translated(sql: str, schema: str = "default") -> tuple[str, dict[str, str]]:
    """Return one statement in Spark's SQL.

    Parameters
    ----------
    sql
        A query, or a statement that makes a table or view of one, in DuckDB's SQL.
        Any other statement is returned as it is.
    schema
        Where tables for the files it reads belong.

    Returns
    -------
    tuple
        The statement, and the tables for files that must be there before: name and
        the statement that makes it.
    """
    first = _without_comments(sql).lower()
    if not first.startswith(TRANSLATED) or first.startswith(UNTOUCHED):
        return sql, {}
    tree = parse_one(sql, read=Written)
    tables = tables_for_files(tree, schema)
    for step in (_plain_with, _bare_where, _series_as_rows, _lists_side_by_side):
        step(tree)
    return tree.sql(dialect=Spoken, comments=False, pretty=True), tables


def _without_comments(sql: str) -> str:
    text = sql.lstrip()
    while text.startswith(("/*", "--")):
        end = "*/" if text.startswith("/*") else "\n"
        text = text.partition(end)[2].lstrip()
    return text


def _plain_with(tree: exp.Expression) -> None:
    """Spark decides itself what it keeps of a CTE."""
    for cte in tree.find_all(exp.CTE):
        cte.set("materialized", None)


def _bare_where(tree: exp.Expression) -> None:
    """`from lines where (true)` would be lines called `where`, of one column `true`."""
    for where in tree.find_all(exp.Where):
        where.set("this", where.this.unnest())


def _series_as_rows(tree: exp.Expression) -> None:
    """`from range(1, 3)` is a function of Spark's too: only a list is a sequence."""
    for table in tree.find_all(exp.Table):
        series = table.this
        if isinstance(series, exp.GenerateSeries):
            bounds = [series.args["start"], series.args["end"]]
            table.set("this", exp.Anonymous(this="range", expressions=bounds))


def _lists_side_by_side(tree: exp.Expression) -> None:
    """Several lists unnested by one select are read in step, not crossed."""
    for select in list(tree.find_all(exp.Select)):
        lists = [
            one
            for column in select.expressions
            for one in column.find_all(exp.Unnest, exp.Explode)
            if one.find_ancestor(exp.Select) is select
        ]
        if not lists:
            continue
        zipped = exp.func("arrays_zip", *(_argument(one).copy() for one in lists))
        names = [f"item_{index}" for index in range(len(lists))]
        for one, name in zip(lists, names, strict=True):
            one.replace(exp.column(name))
        lateral = exp.Lateral(
            this=exp.Inline(this=zipped),
            view=True,
            alias=exp.TableAlias(
                this=exp.to_identifier("unnested"),
                columns=[exp.to_identifier(name) for name in names],
            ),
        )
        select.append("laterals", lateral)


def _argument(one: exp.Expression) -> exp.Expression:
    return one.expressions[0] if isinstance(one, exp.Unnest) else one.this
