# The only commands to remember. Everything is made inside .venv and SANBAO_HOME (default ./var).
PYTHON ?= python3
BIN := .venv/bin
PO := $(shell find src -name '*.po' 2>/dev/null)
.DEFAULT_GOAL := help
.PHONY: help install run demo test check bench docs format messages locks clean python

help: ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort

python:
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "Sanbao needs Python 3.11 or newer; no $(PYTHON) was found. Install it, or say where it is: make PYTHON=/path/to/python3 run"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Sanbao needs Python 3.11 or newer; this is $$($(PYTHON) -V). Say where a newer one is: make PYTHON=/path/to/python3.11 run"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "This Python lacks the venv module (on Debian: the package python3-venv)."; exit 1; }

.venv/run.stamp: requirements/run.txt pyproject.toml | python
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what Sanbao stands on …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

.venv/dev.stamp: .venv/run.stamp requirements/dev.txt
	@echo "Installing the development tools …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

.venv/messages.stamp: .venv/run.stamp $(PO)
	@$(BIN)/python scripts/messages.py compile
	@touch $@

install: .venv/run.stamp .venv/messages.stamp ## set up .venv with the locked run-time dependencies

run: install ## migrate, fill the demo world at the first time, serve until Ctrl-C
	@$(BIN)/sanbao up --demo

demo: install ## make a fresh demo world (never touches a home with real data)
	@$(BIN)/sanbao demo --fresh

test: .venv/dev.stamp .venv/messages.stamp ## the whole suite on SQLite and on PostgreSQL
	@$(BIN)/python scripts/test.py

check: .venv/dev.stamp .venv/messages.stamp ## format, lint, types, contracts, templates, translations, migrations
	@$(BIN)/python scripts/check.py

format: .venv/dev.stamp ## put code and templates into shape
	@$(BIN)/ruff check --fix -q . ; $(BIN)/ruff format -q .

bench: .venv/dev.stamp .venv/messages.stamp ## measure, and write the ratios to docs/bench.md
	@$(BIN)/python bench/run.py

docs: .venv/dev.stamp ## rewrite the generated parts of the documentation
	@$(BIN)/python scripts/docs.py

messages: .venv/dev.stamp ## compile the catalogues and say what lacks a translation
	@$(BIN)/python scripts/messages.py compile && $(BIN)/python scripts/messages.py check

locks: ## resolve the requirement lists again (needs uv)
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements/run.in -o requirements/run.txt
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -c requirements/run.txt requirements/dev.in -o requirements/dev.txt
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -c requirements/run.txt requirements/bench.in -o requirements/bench.txt

clean: ## remove what was built; data in SANBAO_HOME stays
	@rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
