# make demo | test | check | bench: each sets up .venv by itself the first time (Python 3.11 or newer).

VENV := .venv
READY := $(VENV)/.ready
BIN := $(VENV)/bin
# The first of these that runs and is new enough; `make PYTHON=/path/to/python` decides otherwise.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; break; }; done)

# Where the benchmark's peers are installed, each in an environment of its own.
PEERS ?= $(HOME)/.cache/minispark/peers

# Tests run in so many processes at a time, as many of them wait; `make JOBS=0 test` runs them in one.
JOBS ?= 2

# Tests start many interpreters; where none may keep what it compiled, each compiles the package anew (0.3 s).
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check style types contracts fast doctests format bench bench-peers bench-report bench-studies clean
.DELETE_ON_ERROR:

demo: $(READY)
	@$(BIN)/minispark demo

test: $(READY)
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal
	$(BIN)/python -m pytest --doctest-modules minispark

# Everything that must hold before a commit, cheapest first; `make -k check` goes on after a failure.
check: style types contracts fast doctests

style: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(READY)
	$(BIN)/mypy

contracts: $(READY)
	$(BIN)/lint-imports --no-logo

fast: $(READY)
	$(BIN)/python -m pytest -q -n $(JOBS) --dist worksteal -m "not slow and not chaos"

doctests: $(READY)
	$(BIN)/python -m pytest -q --doctest-modules minispark

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY)
	$(BIN)/minispark bench

# Environments for the peers, about 2 GB. PySpark also needs a Java runtime.
bench-peers: $(READY)
	$(BIN)/minispark bench --make-peers $(PEERS)

# Every program on every peer that is there, into the report, and the README's part from it (20 minutes).
# `make bench-report RESUME=--resume` goes on where it was stopped.
bench-report: $(READY)
	$(BIN)/minispark bench --only all --peers $(PEERS) --report benchmarks/report $(RESUME)
	$(BIN)/minispark bench --report benchmarks/report --readme README.md

# Growth, memory against the limit, and a sort of 5 GB of text, into the same report (20 minutes).
bench-studies: $(READY)
	$(BIN)/minispark bench --only studies --report benchmarks/report $(RESUME)
	$(BIN)/minispark bench --report benchmarks/report --readme README.md

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(READY): pyproject.toml
	@test -n "$(PYTHON)" || { echo "minispark needs Python 3.11 or newer: none found on PATH (make PYTHON=... names one)" >&2; exit 1; }
	@echo "setting up $(VENV) (once; about a minute)"
	@$(PYTHON) -m venv $(VENV) || { echo "$(PYTHON) cannot make virtual environments (Debian: apt install python3-venv)" >&2; rm -rf $(VENV); exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@
