"""`python -m cskh`: the command line."""

from cskh.cli import run

run()
