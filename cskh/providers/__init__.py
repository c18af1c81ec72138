"""Providers: one file each, a generator that yields requests and is sent responses, without I/O."""

from cskh.providers._base import (
    REGISTRY,
    Answers,
    Append,
    Checks,
    Failure,
    Flow,
    Perform,
    Provider,
    Request,
    Response,
    Step,
    Words,
    converse,
    discover,
    provider,
)

__all__ = [
    "REGISTRY",
    "Answers",
    "Append",
    "Checks",
    "Failure",
    "Flow",
    "Perform",
    "Provider",
    "Request",
    "Response",
    "Step",
    "Words",
    "converse",
    "discover",
    "provider",
]
