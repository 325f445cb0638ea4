# The ways into Steppe. Needs GNU make and Python 3.11 or newer; everything else goes into .venv.
# PIP_* variables of the environment are respected; PYTEST_ARGS is handed to pytest, BENCH to bench.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' \
	2>/dev/null && echo $$python && break; done)
PYTEST_ARGS ?=
BENCH ?=

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet
PROJECTS := pyproject.toml clients/python/pyproject.toml
COMPILE := ../$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command 'make lock'

.PHONY: help run test check demo bench crash simulate lock clean FORCE

help: ## Say what can be made
	@sed -n 's/^\([a-z]*\):[^#]*## /  make \1\t/p' Makefile | expand -t 16

run: .venv/runtime.stamp ## Start the sandbox: server, database and virtual clock, at port 8000
	$(BIN)/steppe-server sandbox

test: .venv/develop.stamp ## Run all tests
	$(BIN)/python -m pytest $(PYTEST_ARGS)

check: .venv/develop.stamp ## Check style, types and house rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_tidy.py

demo: .venv/develop.stamp ## Play a market's story against a sandbox of its own, and check it
	$(BIN)/python -m tests.acceptance.demo

bench: .venv/develop.stamp ## Measure; prints figures, asserts nothing
	$(BIN)/python -m tests.benchmarks $(BENCH)

crash: .venv/develop.stamp ## Kill server and database at random moments: KILLS=1000 SEED= MINUTES=
	$(BIN)/python -m tests.crash --kills $(or $(KILLS),100) $(SEED:%=--seed %) \
		$(MINUTES:%=--minutes %)

simulate: .venv/develop.stamp ## Run SEEDS simulations from FIRST on, or one SEED with its trace
	$(BIN)/python -m tests.simulation $(if $(SEED),--seed $(SEED),\
		--seeds $(or $(SEEDS),1000) --first $(or $(FIRST),0) --minutes $(or $(MINUTES),60))

lock: $(BIN)/python ## Renew requirements/*.lock from requirements/*.in
	$(PIP) install uv
	cd requirements && $(COMPILE) runtime.in --output-file runtime.lock
	cd requirements && $(COMPILE) develop.in --output-file develop.lock

clean: ## Remove what was built or installed; .steppe, the sandbox's data, stays
	rm -rf .venv build *.egg-info clients/python/build clients/python/src/*.egg-info
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .schemathesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A virtual environment knows its own path and its Python: one that was moved, or whose Python is
# gone, is made anew, and with it all that is installed there.
VENV := $(shell test -x $(BIN)/python && { cat .venv/place 2>/dev/null || pwd -P; })
ifneq ($(VENV),$(CURDIR))
$(BIN)/python .venv/runtime.stamp .venv/develop.stamp: FORCE
endif

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with its venv module is needed" \
		"(on Debian and Ubuntu: apt install python3-venv)" >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv
	@printf '%s\n' "$(CURDIR)" > .venv/place

.venv/runtime.stamp: requirements/runtime.lock $(PROJECTS) | $(BIN)/python
	@echo "Installing into .venv (this once) ..."
	$(PIP) install --require-hashes -r requirements/runtime.lock
	$(PIP) install --no-build-isolation --no-deps -e . -e ./clients/python
	@touch $@

.venv/develop.stamp: requirements/develop.lock .venv/runtime.stamp
	$(PIP) install --require-hashes -r requirements/develop.lock
	@touch $@
