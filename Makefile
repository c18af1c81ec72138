PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test locale schemas faults bench clean

demo: .venv/ready
	$(BIN)/cskh demo

# Tests start many processes, which begin faster where the compiled modules are kept.
test: export PYTHONDONTWRITEBYTECODE :=
test: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n 3 --dist worksteal  # many wait for sockets

.venv/ready: pyproject.toml requirements.lock
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c requirements.lock -e '.[dev]'
	touch $@

# What is generated and committed; tests check that it is current.
locale: .venv/ready
	$(BIN)/python -m tools.catalogues

schemas: .venv/ready
	$(BIN)/cskh schema --write schemas --lang en
	$(BIN)/python -m tools.lint_codes

faults: .venv/ready
	$(BIN)/python -m tests.faults
	$(BIN)/python -m tests.killing
	$(BIN)/python -m tests.hanging

bench: .venv/ready
	$(BIN)/python -m benchmarks

clean:
	rm -rf .venv
