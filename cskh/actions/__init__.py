"""Actions: one file each; the class is its parameters, its schema, its docs and its effects."""

from cskh.actions._base import REGISTRY, ActionClass, action, discover

__all__ = ["REGISTRY", "ActionClass", "action", "discover"]
