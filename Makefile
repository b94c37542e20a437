# Every target works as the first command on a machine with python3.11+, pip and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo test check bench clean

help:  ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

# --without-pip and `pip --python` also work where the system Python is externally managed or lacks ensurepip.
$(BIN)/python:
	@echo "nova: making $(VENV) ..."
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { rm -rf $(VENV); $(PYTHON) -m venv --without-pip $(VENV); }

$(VENV)/.base: pyproject.toml | $(BIN)/python
	@echo "nova: installing Nova and the libraries it needs (about a minute) ..."
	@$(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.test: pyproject.toml | $(BIN)/python
	@echo "nova: installing Nova with its test tools (about a minute) ..."
	@$(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check -e '.[test]'
	@touch $@ $(VENV)/.base

demo: $(VENV)/.base  ## a tour that needs no key
	@$(BIN)/nova demo

test: $(VENV)/.test  ## lint, types, layers, then all tests
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo 2>&1 | tail -n 8
	@$(BIN)/pytest -n auto

check: $(VENV)/.test  ## lint, types and layers only
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

# Those of the rest that need labelled data take a folder: nova bench routing --data DIR (docs/benchmarks.md).
bench: $(VENV)/.test  ## the measured claims that need no data (docs/benchmarks.md); half an hour
	@for name in load context reminders platforms chaos blame; do $(BIN)/nova bench $$name --json; done

clean:  ## remove what the other targets made
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
