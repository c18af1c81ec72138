"""Customer care automation as code: rules in YAML, messages that go out once."""

__version__ = "0.1.0"
