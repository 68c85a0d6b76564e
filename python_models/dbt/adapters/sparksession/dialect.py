"""The project's SQL, written for DuckDB, as Spark says it.

What is only spelled differently (`list_transform` and `transform`, `* exclude` and
`* except`, `varchar` and `string`) is translated here by sqlglot; what means another
thing on the two engines is a dispatch macro, in `macros/spark.sql`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from sqlglot import exp, parse_one
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.dialects.spark import Spark
from sqlglot.transforms import any_to_exists, preprocess

from dbt.adapters.sparksession.files import tables_for_files

WIDEST_INTEGER = "DECIMAL(38, 0)"
TRANSLATED = ("select", "with", "create", "insert", "(")
# Statements of dbt-spark itself that are Spark's alone.
UNTOUCHED = ("create schema", "create database")


class Written(DuckDB):
    """DuckDB's dialect, and names in backticks as dbt-spark quotes them."""

    class Tokenizer(DuckDB.Tokenizer):
        IDENTIFIERS = ['"', "`"]

    class Parser(DuckDB.Parser):
        # `length` is of texts, `len` of lists: sqlglot takes them for one.
        FUNCTIONS = {
            **DuckDB.Parser.FUNCTIONS,
            "LEN": exp.ArraySize.from_arg_list,
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


class Spoken(Spark):
    """Spark's dialect, with the arithmetic of DuckDB."""

    class Generator(Spark.Generator):
        TYPE_MAPPING = {
            **Spark.Generator.TYPE_MAPPING,
            exp.DataType.Type.INT128: WIDEST_INTEGER,
        }
        TRANSFORMS = {
            **Spark.Generator.TRANSFORMS,
            exp.Chr: _character,
            exp.Div: _division,
            exp.Round: _rounding,
            exp.RegexpFullMatch: _full_match,
            exp.RegexpReplace: _replacement,
            # Spark has QUALIFY; sqlglot's way round it adds a column to `select *`.
            exp.Select: preprocess([any_to_exists]),
        }


# Names that only differ; arguments are the same and in the same order.
RENAMED = {
    "strlen": "octet_length",
    "list_contains": "array_contains",
    "list_max": "array_max",
}


@lru_cache(maxsize=1024)
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
    for step in (_aligned_by_name, _plain_with, _replaced_stars, _lists_side_by_side):
        tree = step(tree)
    for call in tree.find_all(exp.Anonymous):
        call.set("this", RENAMED.get(call.name.lower(), call.name))
    return tree.sql(dialect=Spoken, comments=False, pretty=True), tables


def _without_comments(sql: str) -> str:
    text = sql.lstrip()
    while text.startswith(("/*", "--")):
        end = "*/" if text.startswith("/*") else "\n"
        text = text.partition(end)[2].lstrip()
    return text


def _plain_with(tree: exp.Expression) -> exp.Expression:
    """Spark decides itself what it keeps of a CTE."""
    for cte in tree.find_all(exp.CTE):
        cte.set("materialized", None)
    return tree


def _replaced_stars(tree: exp.Expression) -> exp.Expression:
    """`* replace (e as a)` is `* except (a), e as a`."""
    for star in list(tree.find_all(exp.Star)):
        replacements = star.args.pop("replace", None)
        if not replacements:
            continue
        names = [exp.to_identifier(one.alias) for one in replacements]
        star.set("except_", [*(star.args.get("except_") or []), *names])
        select = star.find_ancestor(exp.Select)
        position = next(
            index for index, one in enumerate(select.expressions) if one is star
        )
        select.set(
            "expressions",
            [
                *select.expressions[: position + 1],
                *(one.copy() for one in replacements),
                *select.expressions[position + 1 :],
            ],
        )
    return tree


def _aligned_by_name(tree: exp.Expression) -> exp.Expression:
    """`union all by name` with the columns of all parts in one order."""
    for union in list(tree.find_all(exp.Union)):
        if not union.args.get("by_name"):
            continue
        parts = _parts(union)
        names = list(
            dict.fromkeys(name for part in parts for name in part.named_selects)
        )
        for part in parts:
            own = {one.alias_or_name: one for one in part.expressions}
            part.set(
                "expressions",
                [
                    own.get(name) or exp.alias_(exp.null(), name, quoted=True)
                    for name in names
                ],
            )
        for one in [union, *union.find_all(exp.Union)]:
            one.set("by_name", False)
    return tree


def _parts(union: exp.Expression) -> list[exp.Select]:
    if isinstance(union, exp.Union):
        return [*_parts(union.this), *_parts(union.expression)]
    return [union]


def _lists_side_by_side(tree: exp.Expression) -> exp.Expression:
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
    return tree


def _argument(one: exp.Expression) -> exp.Expression:
    return one.expressions[0] if isinstance(one, exp.Unnest) else one.this
