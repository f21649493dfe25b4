# Everything a developer or CI does is a target here. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

PYTHON ?= python3
BIN := .venv/bin
# Workers of the test suite: two processes are the fastest on two cores. A file stays in one of them,
# since what its tests stand on (a deployment, a browser) is then started once.
JOBS ?= 2
# Of `make load`: how long is measured, and how large the fleet is.
MINUTES ?= 5
CLUSTERS ?= 250
PACKAGES := ledger diffs rollouts config demo tests

.PHONY: help setup demo run packages test check lint mutants benchmark load format

help: ## List the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sort | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 20

setup: .venv/installed ## Install what running needs into .venv

demo: .venv/installed ## Install and run Penumbra on a demo fleet; prints the address
	@exec $(BIN)/python -m demo

run: .venv/installed ## Run Penumbra on your own fleet: make run FLEET=fleet.yaml
	@[ -n "$${FLEET:-}" ] || { echo 'Say which fleet: make run FLEET=fleet.yaml (docs/fleet-file.md)' >&2; exit 2; }
	@exec $(BIN)/python -m config.run "$$FLEET"

test: packages .venv/installed-dev ## Install what tests need and run every test
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)
	@PENUMBRA_TEST_DATABASE=sqlite $(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder -m sqlite $(ARGS)

check: lint test ## Everything that CI runs: lint, types, import contracts, migrations, tests

lint: .venv/installed-dev ## Lint, types, import contracts, templates, dependencies, migrations
	@$(BIN)/python -m tests.house.lint $(PACKAGES)

mutants: packages .venv/installed-dev ## Take each guard of promotion away, and see that a test misses it
	@$(BIN)/python -m tests.mutants $(ARGS)

benchmark: .venv/installed ## Print the ratios of speed and memory that comparing promises
	@$(BIN)/python manage.py benchmark

load: .venv/installed ## Put a large fleet on a throw-away deployment: make load MINUTES=5 CLUSTERS=250
	@exec $(BIN)/python -m demo.load --minutes $(MINUTES) --clusters $(CLUSTERS) $(ARGS)

format: .venv/installed-dev ## Rewrite Python and templates in the house's format
	@$(BIN)/ruff check --fix-only --quiet $(PACKAGES) manage.py
	@$(BIN)/ruff format --quiet $(PACKAGES) manage.py
	@git ls-files -z --cached --others --exclude-standard 'templates/*.html' | xargs -0r $(BIN)/djade --target-version 5.2 || true

packages:
	@bash tests/plugins/packages.sh

# One .venv serves both: what tests need is a superset, and `make demo` takes nothing away.
.venv/ready: requirements-uv.lock
	@command -v $(PYTHON) >/dev/null || { echo 'Penumbra needs Python 3.11 or newer; $(PYTHON) is not installed.' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Penumbra needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Name another one: make PYTHON=python3.11 …" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo 'Python was installed without venv. On Debian: apt-get install python3-venv' >&2; exit 1; }
	@[ -x $(BIN)/python ] && $(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@touch $@

.venv/installed: requirements.lock .venv/ready
	@lock=requirements.lock; [ ! -e .venv/installed-dev ] || lock=requirements-dev.lock; \
	  $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $$lock
	@touch $@

.venv/installed-dev: requirements-dev.lock .venv/ready
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements-dev.lock
	@touch .venv/installed $@
