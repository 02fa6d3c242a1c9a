# R57: what people and CI call. `make help` lists the recipes; each installs what it needs first.

SHELL := /bin/bash
.ONESHELL:
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PORT ?= 8000
PYTHON ?= python3
WORKERS ?= $(shell nproc)
# More arguments for pytest: make test ARGS="-k completion"
ARGS ?=

BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
DEMO := R57_MODE=demo
PYTEST := $(BIN)/python -m pytest
# A worker that is done takes tests from one that sits on slow ones.
SHARED := -n $(WORKERS) --dist worksteal
# The embedded default, whatever the caller's environment says.
EMBEDDED := R57_DATABASE_URL= R57_REDIS_URL=

CATALOGS := $(patsubst %.po,%.mo,$(wildcard */locale/*/LC_MESSAGES/*.po))
STATIC_SOURCES := $(shell find static -type f 2>/dev/null)

.PHONY: help install demo demo-data test services services-stop test-services check test-browser \
	bench faults messages lock screenshot clean

help:  ## List the recipes
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

# Set up ---------------------------------------------------------------------------------------

install: .venv/.installed node_modules/.installed $(CATALOGS) var/.collected  ## Set up, do not serve

.venv/.installed: requirements-dev.txt
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv \
		|| { echo "Python 3.11 or newer with venv is needed (Debian: python3-venv)."; exit 1; }
	$(BIN)/pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

node_modules/.installed: package.json package-lock.json .npmrc
	npm ci --ignore-scripts --loglevel=error
	@touch $@

%.mo: %.po | .venv/.installed
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

messages: $(CATALOGS)  ## Compile the message catalogs

var/.collected: $(STATIC_SOURCES) node_modules/.installed .venv/.installed r57/settings.py
	@mkdir -p var
	$(DEMO) $(EMBEDDED) $(MANAGE) collectstatic --no-input --verbosity 0
	@touch $@

lock:  ## Recompile the locks after a change in pyproject.toml or package.json (UPGRADE=1: newest)
	bin/lock.sh $(if $(UPGRADE),--upgrade)

# Run ------------------------------------------------------------------------------------------

demo: demo-data  ## Serve the demo on http://127.0.0.1:8000 (PORT= changes it)
	@exec env $(DEMO) $(MANAGE) serve --port $(PORT)

demo-data: install
	@$(DEMO) $(MANAGE) migrate --verbosity 0
	@$(DEMO) $(MANAGE) load_reference
	@$(DEMO) $(MANAGE) load_demo

services:  ## Start PostgreSQL and Redis on free local ports (var/services/env says where)
	@bin/services start

services-stop:  ## Stop them
	@bin/services stop

screenshot: demo-data  ## Take docs/screenshot.png from the running demo
	$(DEMO) $(EMBEDDED) $(BIN)/python -m bin.screenshot docs/screenshot.png

# Prove ----------------------------------------------------------------------------------------

test: install  ## Run the whole suite on the embedded default
	@$(EMBEDDED) $(PYTEST) $(SHARED) -m "not browser and not services" $(ARGS)

test-services: install  ## Run the same suite on PostgreSQL and Redis, with a real worker and beat
	@services="bin/services --directory var/test-services --throwaway"
	trap "$$services stop" EXIT
	$$services start
	set -a; source var/test-services/env; set +a
	$(PYTEST) $(SHARED) -m "not browser" $(ARGS)

test-browser: install  ## Run the tests that drive Debian's Chromium
	@$(EMBEDDED) $(PYTEST) -m browser $(ARGS)

check: install  ## Lint, types, import contracts, migrations, deployment settings, triggers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djangofmt --check $$(git ls-files 'templates/*.html')
	R57_MODE=test $(EMBEDDED) $(BIN)/mypy
	$(BIN)/lint-imports
	bin/check_deployment.sh

BENCH ?= var/bench

bench: install  ## Measure, write docs/performance.md; its databases stay in BENCH=var/bench (about 15 GB)
	@services="bin/services --directory $(BENCH)"  # Durable: an INSERT costs what it costs.
	trap "$$services stop" EXIT
	$$services start
	set -a; source $(BENCH)/env; set +a
	$(BIN)/python -m bench $(ARGS)

faults: install  ## Kill worker and web server under load and count every row (ARGS="--kills 4")
	@services="bin/services --directory var/faults --replica"  # Durable: what is acknowledged is on disk.
	trap "$$services stop; rm -rf var/faults" EXIT
	$$services start
	set -a; source var/faults/env; set +a
	$(BIN)/python -m faults $(ARGS)
	$(BIN)/python -m faults --sqlite $(ARGS)

clean: services-stop  ## Remove everything the recipes made, the demo's data too
	rm -rf .venv node_modules var $(CATALOGS) .mypy_cache .ruff_cache .pytest_cache \
		.import_linter_cache .hypothesis
