"""Renderers: values become bytes and lines; no I/O."""
