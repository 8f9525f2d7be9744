# musubi: every target sets up what it needs in .venv/ and fails plainly when something is missing.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
SAMPLE := sample/data
OUT := out
MUSUBI_DATA ?= ../shared/data
export MUSUBI_DATA
PACKAGES := graph ingest embeddings recommend service

.PHONY: help demo test check static format lint types imports docs notebooks bench quality crash fuzz hostile import-rows privacy tamper restore clean \
	test-browser test-data test-neo4j test-transformers lock setup setup-dev setup-browser

help:  ## list the targets
	@grep -hE '^[a-z][a-z-]*:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 20

.venv/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "musubi needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)." \
		"Name another one: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.runtime: .venv/.created requirements/runtime.txt pyproject.toml
	$(PIP) install --quiet --require-hashes -r requirements/runtime.txt
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: .venv/.runtime requirements/dev.txt
	$(PIP) install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

.venv/.browser: .venv/.dev requirements/browser.txt
	$(PIP) install --quiet --require-hashes -r requirements/browser.txt
	@touch $@

.venv-transformers/.created: requirements/transformers.txt
	$(PYTHON) -m venv .venv-transformers
	.venv-transformers/bin/python -m pip --disable-pip-version-check --no-input install --quiet \
		--require-hashes -r requirements/transformers.txt
	@touch $@

setup: .venv/.runtime  ## what running needs
setup-dev: .venv/.dev  ## what developing needs
setup-browser: .venv/.browser  ## what the tests of pages need

demo: .venv/.runtime  ## import the sample and say who should meet whom in every space; pages in out/
	@PATH="$(CURDIR)/$(BIN):$$PATH" bash sample/demo.sh "$(SAMPLE)" "$(OUT)"

test: .venv/.dev  ## all tests that need Python only
	$(BIN)/python -m pytest -q -m "not browser and not neo4j and not transformers and not data and not notebook"

static: format lint types imports  ## everything that reads the code without running it

check: static test docs notebooks  ## everything that must be green before a commit

format: .venv/.dev  ## formatting is as the formatter leaves it
	$(BIN)/ruff format --check .

lint: .venv/.dev  ## ruff
	$(BIN)/ruff check .

types: .venv/.dev  ## mypy, strict
	$(BIN)/mypy $(addprefix -p ,$(PACKAGES))

imports: .venv/.dev  ## imports go down only
	$(BIN)/lint-imports --no-cache

docs: .venv/.dev  ## docstring examples and the commands of README and docs
	$(BIN)/python -m pytest -q --doctest-modules $(PACKAGES)
	$(BIN)/python -m pytest -q tests/docs

notebooks: .venv/.dev  ## execute every notebook
	$(BIN)/python -m pytest -q -m notebook tests/notebooks

test-browser: .venv/.browser  ## pages in Chromium on a phone-sized window (needs chromium, fonts-noto-cjk)
	$(BIN)/python -m pytest -q -m browser tests/browser

test-data: .venv/.dev  ## measurements on the networks in MUSUBI_DATA (default ../shared/data)
	@test -d "$(MUSUBI_DATA)" || { echo "no networks at $(MUSUBI_DATA): set MUSUBI_DATA=FOLDER" >&2; exit 1; }
	$(BIN)/python -m pytest -q -m data tests/data

test-transformers: .venv-transformers/.created  ## the extra [transformers] with a small real model (5 GB)
	.venv-transformers/bin/python -m pytest -q -m transformers tests/transformers

test-neo4j: .venv/.dev  ## stores, service and commands on a real Neo4j server (needs Java 17 and Maven)
	$(BIN)/python -m pytest -q -m neo4j tests/neo4j

bench: .venv/.dev  ## import speed beside plain upserts; quality tables beside the baselines
	$(BIN)/python benchmarks/import_speed.py
	$(BIN)/python benchmarks/store_speed.py
	$(BIN)/python benchmarks/sample_bridges.py

quality: .venv/.dev  ## write docs/quality.md from the shipped networks and those in MUSUBI_DATA
	$(BIN)/python benchmarks/quality.py

KILLS ?= 1000
STEP ?= 1
crash: .venv/.dev  ## kill -9, torn logs, failing disk: KILLS times (default 1000)
	$(BIN)/python benchmarks/crash_import.py --kills $(KILLS)
	$(BIN)/python benchmarks/torn_wal.py --cuts $(KILLS)
	$(BIN)/python -m benchmarks.fail_io --step $(STEP)

TRIPLES ?= 50000
PAIRS ?= 10000
privacy: .venv/.dev  ## hidden words and pairs of worlds, TRIPLES and PAIRS times (default 50000, 10000)
	$(BIN)/python -m benchmarks.privacy --triples $(TRIPLES) --pairs $(PAIRS) --answers $(PAIRS)

FUZZED ?= 5000
FIRST ?= 1000000
fuzz: .venv/.dev  ## damaged files of every source, FUZZED of them (default 5000): none crashes, none is stored in part
	PYTHONPATH=. $(BIN)/python benchmarks/fuzz_imports.py --files $(FUZZED) --first $(FIRST)

HOSTILE ?= 10000
hostile: .venv/.dev  ## texts that break programs, HOSTILE of them (default 10000), through encoders, thesaurus, index and fit
	HOSTILE=$(HOSTILE) $(BIN)/python -m pytest -q tests/embeddings/test_hostile.py

import-rows: .venv/.dev  ## a member list of 100,000 rows beside csv and plain upserts
	PYTHONPATH=. $(BIN)/python benchmarks/import_rows.py

TAMPERS ?= 1000
tamper: .venv/.dev  ## change the audit behind the store's back, TAMPERS times (default 1000): each is found
	TAMPERS=$(TAMPERS) $(BIN)/python -m pytest -q tests/graph/test_audit.py

restore: .venv/.dev  ## back a store of 100,000 people and 1,000,000 ties up, restore it, compare
	PYTHONPATH=. $(BIN)/python benchmarks/restore.py

lock: .venv/.dev  ## pin versions anew (needs uv)
	bash requirements/lock.sh

clean:  ## remove what was made
	rm -rf .venv .venv-transformers out dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
