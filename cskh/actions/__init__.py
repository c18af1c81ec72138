"""Actions: one file each; the class is its parameters, its schema, its docs and its effects."""

from cskh.actions._base import REGISTRY, ActionClass, action, discover
from cskh.actions._messages import DERIVED

__all__ = ["DERIVED", "REGISTRY", "ActionClass", "action", "discover"]
