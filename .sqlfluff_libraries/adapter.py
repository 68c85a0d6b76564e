"""Stands for dbt's `adapter` when sqlfluff renders a model: a call stays as text."""


def dispatch(name):
    """Return a function that writes itself as a SQL call."""
    return lambda *arguments: f"{name}({', '.join(str(a) for a in arguments)})"


def quote(name):
    """Return the name in double quotes."""
    return f'"{name}"'
