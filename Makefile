# Everything a person or CI runs. `make` or `make help` lists the targets.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export VENV
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --no-input

# The Pythons that the service runs on, the oldest first.
PYTHONS := 3.11 3.12 3.13 3.14

# One version of each package, the newest that the oldest Python has too: a transcript is the same on every Python.
RESOLVE := uv pip compile --quiet --universal --fork-strategy fewest --python-version $(firstword $(PYTHONS)) --generate-hashes \
    --no-emit-index-url --no-header

# Stamps: a target that is up to date asks the package index nothing, so it works without a network.
RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev

.PHONY: help setup run test test-pythons check format test-long conformance chaos hostile fidelity real-voices speakers hearing-again long-files short-clips other-writers waiting overhead job-list eta layouts preparation memory openapi wheel wheel-check coverage docs lock demo-model clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

setup: $(RUNTIME) ## Make .venv with the stt command in it
	@echo "Ready: $(BIN)/stt --help"

run: $(RUNTIME) ## Start the service and transcribe a sample (FILE=talk.mp3 MODEL=small LANGUAGE=vi for your own)
	@$(BIN)/stt try $(if $(FILE),"$(FILE)") $(if $(MODEL),--model "$(MODEL)") $(if $(LANGUAGE),--language "$(LANGUAGE)")

test: $(DEV) ## Set up everything, real servers included, and run all tests but the long ones
	@scripts/test

test-pythons: $(DEV) ## Set-up, a sample and the unit tests on every other Python of this machine
	@scripts/test-pythons $(PYTHONS)

check: $(DEV) ## ruff, mypy --strict, import contract, house rules, ESLint where there is npm
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@for version in $(PYTHONS); do $(BIN)/mypy --python-version $$version; done
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python tools/house_rules.py
	@scripts/lint-page

format: $(DEV) ## Format the code and mend what ruff can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

test-long: $(DEV) ## The tests that take minutes
	@scripts/test -m long

conformance: $(DEV) ## Call the service with OpenAI's SDKs and write the table in docs/openai.md
	@scripts/sdks
	@scripts/test tests/conformance
	@$(BIN)/python -m tools.conformance_table

chaos: $(DEV) ## Kill processes wherever they write, put consumers to sleep, break servers (SEED=1 POINTS=0 KILLS=60 TROUBLES=6)
	@scripts/debian-packages libfaketime || echo "Tests that set the clock will say so." >&2
	@STT_CHAOS_SEED=$(or $(SEED),1) STT_CHAOS_POINTS=$(or $(POINTS),0) STT_CHAOS_KILLS=$(or $(KILLS),60) \
	    STT_CHAOS_TROUBLES=$(or $(TROUBLES),6) STT_CHAOS_JUMPS=$(or $(TROUBLES),6) \
	    STT_CHAOS_STORIES=10 STT_CHAOS_EXAMPLES=300 STT_TEST_OUTAGE_SECONDS=60 \
	    scripts/test -m "not long" -s tests/chaos tests/acceptance/test_faults.py tests/contract/test_claim_machine.py

hostile: $(DEV) ## Upload files that were made to do harm, and damaged ones of every format (SEED=1 MUTATIONS=40)
	@STT_HOSTILE_SEED=$(or $(SEED),1) STT_HOSTILE_MUTATIONS=$(or $(MUTATIONS),40) $(BIN)/python -m pytest -s tests/hostile

fidelity: $(DEV) ## Measure how far transcripts can be trusted, beside bare libraries (MINUTES=10 DOCS=1)
	@scripts/debian-packages espeak-ng
	@$(BIN)/python -m benchmarks.fidelity --minutes $(or $(MINUTES),10) $(if $(DOCS),--docs)

real-voices: $(DEV) ## Measure how people are heard, by real weights and beside bare libraries (MINUTES=1.5 SEEDS=1 RESUME=1 DOCS=1)
	@scripts/real-weights
	@$(BIN)/python -m benchmarks.real_voices --minutes $(or $(MINUTES),1.5) --seeds $(or $(SEEDS),1) \
	    $(if $(RESUME),--resume) $(if $(DOCS),--docs)

speakers: $(DEV) ## Measure how well speakers are told apart (MINUTES=1 PEER=1 DOCS=1 BORDERS=60)
	@[[ -d .models/speakers ]] || STT_MODEL_DIR=.models $(BIN)/stt models pull speakers
	@$(BIN)/python -m benchmarks.speakers --minutes $(or $(MINUTES),1) $(if $(PEER),--peer) $(if $(DOCS),--docs)
	@$(if $(BORDERS),$(BIN)/python -m benchmarks.speakers.borders --minutes $(BORDERS))

hearing-again: $(DEV) ## Measure what each way of hearing again is worth on real voices (MINUTES=1 SEEDS=1 DOCS=1)
	@scripts/real-weights
	@$(BIN)/python -m benchmarks.hearing_again --minutes $(or $(MINUTES),1) --seeds $(or $(SEEDS),1) $(if $(DOCS),--docs)

long-files: $(DEV) ## Measure one long file beside bare libraries (MINUTES=10 SHAPE=base RUNS=3 DOCS=1)
	@scripts/debian-packages espeak-ng
	@$(BIN)/python -m benchmarks.long_files --minutes $(or $(MINUTES),10) --shape $(or $(SHAPE),base) \
	    --runs $(or $(RUNS),3) $(if $(DOCS),--docs)

short-clips: $(DEV) ## Measure throughput and latency of short clips beside other servers, through OpenAI's SDK (DOCS=1)
	@scripts/debian-packages espeak-ng
	@scripts/sdks
	@$(BIN)/python -m benchmarks.short_clips $(if $(DOCS),--docs)

other-writers: $(DEV) ## Decode hundreds of files that other programs write
	@packages=$$($(BIN)/python -c 'from tools.other_writers.files import PACKAGES; print(*PACKAGES)') && \
	    scripts/debian-packages espeak-ng $$packages
	@$(BIN)/python -m tools.other_writers

waiting: $(DEV) ## Measure the wait for first words, and for a clip behind a long file (DOCS=1)
	@scripts/debian-packages espeak-ng
	@scripts/services start
	@eval "$$(scripts/services env)" && $(BIN)/python -m benchmarks.waiting $(if $(DOCS),--docs)

overhead: $(DEV) ## Measure what a chunk, a question and an upload cost beside inference (DOCS=1)
	@scripts/services start
	@eval "$$(scripts/services env)" && $(BIN)/python -m benchmarks.overhead $(if $(DOCS),--docs)

job-list: $(DEV) ## Measure what a page of the list of jobs costs among a million (DOCS=1)
	@scripts/services start
	@eval "$$(scripts/services env)" && $(BIN)/python -m benchmarks.job_list $(if $(DOCS),--docs)

eta: $(DEV) ## Measure how far it can be trusted when jobs are said to be done (REAL=50 DOCS=1)
	@$(BIN)/python -m benchmarks.eta --real $(or $(REAL),50) $(if $(DOCS),--docs)

layouts: $(DEV) ## Measure layouts of inference with random weights (SHAPE=base DOCS=1)
	@$(BIN)/python -m benchmarks.layouts --shape $(or $(SHAPE),base) $(if $(DOCS),--docs)

preparation: $(DEV) ## Measure decoding and cutting beside the bare libraries (DOCS=1)
	@$(BIN)/python -m benchmarks.preparation $(if $(DOCS),--docs)

memory: $(DEV) ## Measure what processes hold under large uploads and long files (FULL=1 DOCS=1)
	@$(BIN)/python -m benchmarks.memory $(if $(FULL),--full) $(if $(DOCS),--docs)

openapi: $(DEV) ## Write docs/openapi.json, the OpenAPI document of the code
	@$(BIN)/python -m tools.openapi_document

wheel-check: $(DEV) ## Install wheel and sdist without the lock, with the newest and oldest packages allowed, and transcribe
	@scripts/test-bounds

coverage: $(DEV) ## The unit and contract tests, and which lines of src they leave out; fails below 90 % (TESTS=tests/unit)
	@scripts/services start || echo "Tests that need a server that is missing will say so." >&2
	@eval "$$(scripts/services env)" && $(BIN)/python -m pytest --quiet --numprocesses auto --dist loadfile \
	    -m "not long and not chaos and not alone" --cov --cov-report=term --cov-fail-under=90 \
	    $(or $(TESTS),tests/unit tests/contract tests/integration)

docs: $(DEV) ## Build the documentation's site into site/; a broken link or anchor is an error
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

wheel: $(DEV) ## Build wheel and sdist into dist/
	@$(BIN)/python -m hatchling build -t wheel -t sdist -d dist

lock: ## Resolve the dependencies anew into requirements/*.lock (needs uv)
	$(RESOLVE) pyproject.toml -o requirements/runtime.lock
	$(RESOLVE) pyproject.toml --group dev -c requirements/runtime.lock -o requirements/dev.lock
	echo hatchling | $(RESOLVE) --no-annotate -c requirements/dev.lock - -o requirements/build.lock

demo-model: $(DEV) ## Build the demo model that ships in the package from its weights
	@$(BIN)/python -m tools.demo_model

clean: ## Remove what the targets made, servers and their data included
	@-scripts/services stop
	rm -rf $(VENV) .pythons .services .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) scripts/can-run-stt
	@$(PYTHON) -m venv $(VENV) || { echo "No virtual environment in $(VENV); elsewhere: make VENV=/some/folder"; false; }

$(RUNTIME): requirements/runtime.lock requirements/build.lock pyproject.toml | $(BIN)/python
	@echo "Installing the locked dependencies into $(VENV) ..."
	@$(PIP) install --require-hashes -r requirements/runtime.lock -r requirements/build.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements/dev.lock $(RUNTIME)
	@echo "Installing the tools for development ..."
	@$(PIP) install --require-hashes -r requirements/dev.lock
	@touch $@
