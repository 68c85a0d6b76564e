"""A PostgreSQL server: its address, a connection, and what is said when it fails.

The address is in an environment variable and nowhere else. It holds a password, so no
text of the driver reaches a message before the password is taken out.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl, unquote

import adbc_driver_postgresql.dbapi as driver

from segmentation.wording.problem import InputProblem

# libpq's own grammar, but strict: what it reads otherwise than we do could show a part
# of the password.
ADDRESS = re.compile(
    r"postgres(?:ql)?://"
    r"(?:(?P<user>[^:@/?#\s]*)(?::(?P<password>[^:@/?#\s]*))?@)?"
    r"(?P<host>[^@/?#\s]*)(?:/(?P<database>[^@/?#\s]*))?(?:\?(?P<options>[^#\s]*))?"
)
CONNECT_SECONDS = 10
NO_RIGHT, NO_LOCK = "42501", "55P03"


class PostgresProblem(InputProblem):
    """What PostgreSQL refused, or why it was not reached."""


class Server:
    """The server that an environment variable names.

    Parameters
    ----------
    variable
        Name of the variable; its value is a libpq URI.
    purpose
        What the server is for, in a message: "to publish there".
    otherwise
        What is true where that fails: "the file's release stands".

    Raises
    ------
    PostgresProblem
        If the value is no libpq URI.
    """

    def __init__(self, variable: str, *, purpose: str, otherwise: str):
        self.variable, self.purpose = variable, purpose
        self.otherwise = otherwise
        self._address = os.environ.get(variable, "").strip()
        read = ADDRESS.fullmatch(self._address)
        if read is None:
            raise PostgresProblem(
                f"{variable} holds no address of PostgreSQL.",
                wanted="a libpq URI such as postgresql://user:password@host:5432/shop",
                found="a text that reads otherwise (not shown: it may hold a password)",
                next_step=f"write {variable} like that; in a password write @ as %40, "
                f"/ as %2F, : as %3A, # as %23 and % as %25; {otherwise}",
            )
        options = dict(parse_qsl(read["options"] or ""))
        secrets = [value for name, value in options.items() if "password" in name]
        secrets += filter(None, [read["password"]])
        self._secrets = {*secrets, *map(unquote, secrets)}
        self.user = unquote(read["user"] or options.get("user", ""))
        self.database = unquote(read["database"] or options.get("dbname", ""))
        host = unquote(read["host"]) or options.get("host", "the local socket")
        self.where = f"{self.database or 'the default database'} at {host}"
        self._has_timeout = "connect_timeout" in options
        self._has_options = bool(read["options"])

    @contextmanager
    def connected(self) -> Iterator[driver.Connection]:
        """Yield a connection, in a transaction; what is not committed is undone.

        Raises
        ------
        PostgresProblem
            If the server cannot be reached, or goes away or refuses meanwhile.
        """
        address = self._address
        if not self._has_timeout and "PGCONNECT_TIMEOUT" not in os.environ:
            mark = "&" if self._has_options else "?"
            address += f"{mark}connect_timeout={CONNECT_SECONDS}"
        try:
            connection = driver.connect(address)
        except driver.Error as error:
            raise self._unreachable(error) from None
        try:
            with connection:
                yield connection
        except driver.Error as error:
            raise self.refusal(error) from None

    def said(self, error: Exception) -> str:
        """Return what the server said, in one line and without the password."""
        text = re.sub(r"^[A-Z_]+: (\[libpq\] )?", "", str(error))
        text = re.sub(
            r"(?s)Failed to (execute|prepare) query.*?(ERROR|FATAL):", "", text
        )
        text = re.sub(
            r"(?s)(\.?\s*SQLSTATE: \w+|\n\s*(Query was|CONTEXT|LINE \d+):.*)$", "", text
        )
        text = " ".join(text.removeprefix("Failed to connect:").split()).strip(" .")
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, "***")
        return text

    def _unreachable(self, error: driver.Error) -> PostgresProblem:
        user = f" that lets {self.user} in" if self.user else ""
        return PostgresProblem(
            f"PostgreSQL cannot be reached {self.purpose}.",
            wanted=f"a server with {self.where}{user}",
            found=self.said(error),
            next_step=f"start the server, or correct the address in {self.variable}; "
            + self.otherwise,
        )

    def refusal(self, error: driver.Error) -> PostgresProblem:
        """Return what is said of an error on an open connection."""
        next_step = "look at the server, then build again"
        if error.sqlstate == NO_RIGHT:
            next_step = (
                f"let its owner run: grant create on database "
                f"{self.database or '...'} to {self.user or '...'}; what an earlier "
                "build made there must belong to the same role"
            )
        if error.sqlstate == NO_LOCK:
            next_step = (
                "end the transaction that has been open for a minute "
                "(pg_stat_activity shows it), or let the other build end; then build "
                "again"
            )
        return PostgresProblem(
            f"PostgreSQL did not do what was asked {self.purpose}.",
            wanted=f"the work done in {self.where}",
            found=self.said(error),
            next_step=f"{next_step}; {self.otherwise}",
        )
