"""Refuses every use of the network, and writes it down.

Any Python imports this when it starts with this folder on its PYTHONPATH.
WATCH_RECORD names the file: a line that it is watched, and one for each attempt.
"""

import os
import socket
import sys

LOOKUPS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
SENDS = {"socket.connect", "socket.sendto", "socket.sendmsg"}


def note(line: str) -> None:
    with open(os.environ["WATCH_RECORD"], "a", encoding="utf-8") as record:
        record.write(f"{line}\n")


def refuse(event: str, arguments: tuple) -> None:
    is_send = event in SENDS and arguments[0].family != socket.AF_UNIX
    if is_send or event in LOOKUPS:
        note(f"{event} {arguments[1 if is_send else 0]}")
        raise PermissionError(f"the network is not to be used: {event}")


note("watched")
sys.addaudithook(refuse)
