"""A PostgreSQL server of the tests' own, in a folder, on a free port.

PostgreSQL does not run as root, so as root it runs as the user `postgres`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

# A password that has to be written otherwise in an address.
PASSWORD = "s3cr#t/pw"


def server_programs() -> Path | None:
    """The folder of initdb and pg_ctl; None where PostgreSQL is not installed."""
    if found := shutil.which("pg_ctl"):
        return Path(found).parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)


@dataclass(frozen=True)
class Postgres:
    """A server that runs; `database` is one of its databases."""

    folder: Path
    port: int
    database: str = "postgres"

    @property
    def address(self) -> str:
        return self.address_of("owner", PASSWORD)

    def address_of(self, user: str, password: str) -> str:
        return (
            f"postgresql://{user}:{quote(password, safe='')}"
            f"@127.0.0.1:{self.port}/{self.database}"
        )

    def query(self, sql: str, *, address: str | None = None) -> list[tuple]:
        """Rows of a statement, run and committed; none where it has none."""
        with psycopg.connect(address or self.address, autocommit=True) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def new_database(self, name: str) -> Postgres:
        self.query(f"create database {name}")
        return Postgres(self.folder, self.port, name)

    def control(self, *words: str) -> None:
        """Call pg_ctl."""
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        call(
            "pg_ctl",
            f"--pgdata={self.folder / 'data'}",
            f"--log={self.folder / 'log'}",
            f"--options={options} -c fsync=off",
            "--wait",
            "--silent",
            *words,
        )


def call(program: str, *words: str) -> None:
    as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    done = subprocess.run(
        [
            *(as_user if os.getuid() == 0 else []),
            str(server_programs() / program),
            *words,
        ],
        capture_output=True,
        text=True,
        cwd="/",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def private_postgres() -> Iterator[Postgres]:
    """Start a server and stop it; the test is skipped where none is installed."""
    if server_programs() is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    if os.getuid() == 0 and "postgres" not in {one.pw_name for one in pwd.getpwall()}:
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        secret = folder / "password"
        secret.write_text(PASSWORD)
        if os.getuid() == 0:
            for path in (folder, secret):
                shutil.chown(path, "postgres")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        call(
            "initdb",
            f"--pgdata={folder / 'data'}",
            "--username=owner",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--auth=scram-sha-256",
            f"--pwfile={secret}",
        )
        server = Postgres(folder, port)
        server.control("start")
        try:
            yield server
        finally:
            server.control("-m", "immediate", "stop")
