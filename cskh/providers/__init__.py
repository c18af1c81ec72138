"""Providers: one file each, a generator that yields requests and is sent responses, without I/O."""

from cskh.providers._base import REGISTRY, Flow, Provider, Request, Response, discover, provider

__all__ = ["REGISTRY", "Flow", "Provider", "Request", "Response", "discover", "provider"]
