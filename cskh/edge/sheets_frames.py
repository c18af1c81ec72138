"""How the process that reads a sheet talks to the one that asked: marshalled values with a length.

Values are made of None, bool, int, float, str, bytes, list, tuple and dict; nothing in them can
run when it is read.
"""

from __future__ import annotations

import marshal
import struct
from dataclasses import dataclass
from typing import IO, Any

_LENGTH = struct.Struct("<I")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How large a file may be: bytes, bytes unpacked, columns, cells without a value.

    The process that reads it may use `memory` bytes, and `seconds` for each step.
    """

    size: int = 200 * 2**20
    unpacked: int = 2 * 2**30
    columns: int = 500
    broken: int = 200_000
    memory: int = 4 * 2**30
    seconds: float = 300


class Fault(Exception):
    """A file can't be read: `kind` is one of those that `cskh.edge.sheets` has a sentence for."""

    def __init__(self, kind: str, **details: Any) -> None:
        super().__init__(kind)
        self.kind = kind
        self.details = details


def send(stream: IO[bytes], value: Any) -> None:
    """Write one value."""
    data = marshal.dumps(value)
    stream.write(_LENGTH.pack(len(data)) + data)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """Read one value; raises EOFError when the other side is gone."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return marshal.loads(data)
