# Everything runs in .venv, made here from the locked requirements; only Python >= 3.11 and make are assumed.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

# uv is four times as fast as pip. It reads none of pip's settings, so it is told pip's index, and pip helps where it fails.
install = index="$${PIP_INDEX_URL:-$$($(PIP) config get global.index-url 2>/dev/null)}"; \
	$(BIN)/uv pip install --quiet --system-certs --python $(BIN)/python --require-hashes \
		$${index:+--default-index "$$index"} -r $(1) 2>/dev/null || $(PIP) install --require-hashes -r $(1)

# Tests and commands start many processes; without bytecode each would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run demo test soak burst check fuzz bench quality format schema places sbom audit lock clean

help:  ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

run: .venv/runtime  ## start the service (alerts on the terminal; on Slack when SLACK_BOT_TOKEN is set)
	$(BIN)/python service.py run $(ARGS)

demo: .venv/runtime  ## a demo with feeds of its own; nothing leaves this machine (ARGS=--once)
	$(BIN)/python service.py demo $(ARGS)

test: .venv/dev  ## the tests
	$(BIN)/python -m pytest -n 4 --dist worksteal $(ARGS)

soak: .venv/dev  ## the long tests, then kill services 200 times while all goes wrong (ARGS="--kills N --seed N"; ARGS=--hour watches one for an hour)
	$(BIN)/python -m pytest -n 3 --dist worksteal -m long
	$(BIN)/python -m tests.soak $(ARGS)

burst: .venv/dev  ## 300 alerts in one second on a Slack that takes one a second: arrival and memory
	$(BIN)/python -m tests.burst

check: .venv/dev  ## style, types, and the shipped feeds, routes and rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python service.py check

fuzz: .venv/fuzz  ## look for input that crashes or hangs what takes it, on Linux (TARGET=feed|opml|page|rules|cards|settings, ARGS="--seconds 600")
	$(BIN)/python -m tests.fuzz $(or $(TARGET),feed) $(ARGS)

bench: .venv/bench  ## measure the speeds; writes docs/benchmarks.md
	$(BIN)/python -m benchmarks $(ARGS)

quality: .venv/dev  ## precision and recall of the rules on labelled news (EVAL=DIR)
	$(BIN)/python -m benchmarks.quality $(EVAL)

format: .venv/dev  ## rewrite the code in the project's style
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

schema: .venv/dev  ## write the JSON Schemas of rules/schema anew, from the models of rules and routes
	$(BIN)/python -m monitor.match.checks.schema rules/schema
	$(BIN)/python -m monitor.decide.routeschema rules/schema

places: .venv/dev  ## build the gazetteer anew from GeoNames
	$(BIN)/python -m monitor.link.places.build

sbom: .venv/audit/done  ## list the packages of the image, with versions and hashes, as CycloneDX in sbom.json
	.venv/audit/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible -o sbom.json \
		$(or $(FILE),requirements.txt)

audit: .venv/audit/done  ## ask the package index for known weaknesses of the packages; says so when it cannot
	.venv/audit/bin/python deploy/audit.py $(or $(FILE),requirements.txt)

lock: .venv/dev  ## lock the newest dependencies with hashes
	$(BIN)/uv pip compile --quiet --upgrade --group install $(LOCK) -o requirements-install.txt
	$(BIN)/uv pip compile --quiet --upgrade pyproject.toml $(LOCK) -o requirements.txt
	$(BIN)/uv pip compile --quiet --upgrade pyproject.toml --extra learn -c requirements.txt $(LOCK) -o requirements-learn.txt
	$(BIN)/uv pip compile --quiet --upgrade pyproject.toml --extra meaning -c requirements.txt $(LOCK) -o requirements-meaning.txt
	$(BIN)/uv pip compile --quiet --upgrade pyproject.toml --extra finetune -c requirements-learn.txt -c requirements-meaning.txt $(LOCK) -o requirements-finetune.txt
	$(BIN)/uv pip compile --quiet --upgrade pyproject.toml --extra ops -c requirements.txt $(LOCK) -o requirements-ops.txt
	$(BIN)/uv pip compile --quiet --upgrade pyproject.toml --group dev -c requirements.txt $(LOCK) -o requirements-dev.txt
	$(BIN)/uv pip compile --quiet --upgrade pyproject.toml --group dev --group bench -c requirements-dev.txt $(LOCK) -o requirements-bench.txt
	$(BIN)/uv pip compile --quiet --upgrade --group fuzz $(LOCK) -o requirements-fuzz.txt
	$(BIN)/uv pip compile --quiet --upgrade --group audit $(LOCK) -o requirements-audit.txt

LOCK := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

.venv/fuzz: requirements-fuzz.txt .venv/dev
	@$(call install,requirements-fuzz.txt)
	@touch $@

# In an environment of their own: feedparser would behave otherwise with what these two need.
.venv/audit/done: requirements-audit.txt | .venv/bin/python
	@$(PYTHON) -m venv .venv/audit
	@.venv/audit/bin/python -m pip --quiet --disable-pip-version-check install --require-hashes -r requirements-audit.txt
	@touch $@

clean:  ## remove what the other targets made
	rm -rf .venv build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Wirewatch needs Python 3.11 or newer; set PYTHON=")'
	@echo "installing into .venv (once) ..."
	@$(PYTHON) -m venv .venv

.venv/bin/uv: requirements-install.txt | .venv/bin/python
	@$(PIP) install --require-hashes -r requirements-install.txt
	@touch $@

.venv/runtime: requirements.txt .venv/bin/uv
	@$(call install,requirements.txt)
	@touch $@

.venv/dev: requirements-dev.txt .venv/runtime
	@$(call install,requirements-dev.txt)
	@touch $@

.venv/bench: requirements-bench.txt .venv/dev
	@$(call install,requirements-bench.txt) || echo "not all peers can be installed here; those missing are named"
	@touch $@
