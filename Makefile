# `make demo` and `make test` are all that a visitor needs; `make help` lists the rest.
# Assumed: make, and Python 3.11 or newer with its venv module. Everything else goes into .venv.

PYTHON ?= python3
PORT ?= 8000
HAPI_PORT ?= 8090
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
UV ?= $(firstword $(shell command -v uv) $(BIN)/uv)
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links $(RESOLVE)

.DEFAULT_GOAL := help
.PHONY: help demo test check lint types test-long bench screenshot hapi lock pages clean

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "make %-11s %s\n", $$1, $$2 }'

demo: $(VENV)/.runtime ## start the service with its sandbox; PORT=8000
	$(BIN)/trialhook serve --sandbox --port $(PORT)

test: lint types ## everything: format, lint, types, and all tests that this machine can run
	$(BIN)/python -m pytest

check: lint types ## what has to pass before a commit: as `test`, without the server and the browser
	$(BIN)/python -m pytest -q -m "not hapi and not browser"

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.dev
	$(BIN)/mypy app cds_hooks mappings trials tests bench

test-long: $(VENV)/.dev ## all tests, the laws with many more examples, and those that take minutes
	TRIALHOOK_TEST_LONG=1 $(BIN)/python -m pytest

bench: $(VENV)/.dev ## print the figures that stand in the README
	$(BIN)/python -m bench

screenshot: $(VENV)/.dev ## take docs/sandbox.png anew
	$(BIN)/python -m tests.browser.screenshot docs/sandbox.png

hapi: $(VENV)/.dev ## start a HAPI FHIR server with the sandbox patients in it; HAPI_PORT=8090
	$(BIN)/python -m tests.hapi --port $(HAPI_PORT)

pages: $(VENV)/.runtime ## write docs/trials anew from the definitions
	$(BIN)/trialhook export --all --format page --out docs/trials

lock: ## write the locks anew from pyproject.toml (needs uv); RESOLVE=--upgrade for newer versions
	@command -v $(UV) >/dev/null || { echo "make lock needs uv: $(BIN)/pip install uv"; exit 1; }
	echo 'setuptools>=77' | $(COMPILE) --output-file requirements.lock pyproject.toml -
	echo 'setuptools>=77' | $(COMPILE) --output-file requirements-dev.lock --constraint requirements.lock \
		--extra dev pyproject.toml -

clean: ## remove what was built, the virtual environment too
	rm -rf $(VENV) build dist *.egg-info tests/hapi/target .pytest_cache .mypy_cache .ruff_cache .hypothesis

# The environment: a stamp says that it holds what the lock names, so that a second start takes no time.
$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Trialhook needs Python 3.11 or newer; name one: make PYTHON=python3.12"; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/.runtime: $(VENV)/.python requirements.lock pyproject.toml
	@echo "Installing the pinned dependencies into $(VENV) (once) ..."
	@$(PIP) install --require-hashes --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	@echo "Installing what the tests need into $(VENV) (once) ..."
	@$(PIP) install --require-hashes --requirement requirements-dev.lock
	@touch $@
