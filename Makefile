# Everything a newcomer, a developer or CI needs. `make run`, `make demo`, `make test`, `make check`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CONFIG ?= config/monitor.yaml
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run demo test check lint types floors ops bench bench-smoke quality payloads chaos cuts fuzz soak lock clean

help:            ## this list
	@sed -n 's/^\([a-z-]*\): .*## /  make \1\t/p; s/^\([a-z-]*\): *## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 18

# The environment: pinned, hashed packages only, and our own package from this folder.
# A stamp is newer than what it was made from, so the second `make run` installs nothing.
$(VENV)/run.stamp: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; try: make PYTHON=python3.12 run")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what the monitor needs into $(VENV) (once)…"
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements-dev.txt
	@echo "Installing what the tests need into $(VENV) (once)…"
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@

setup: $(VENV)/run.stamp    ## make the environment; the command is then .venv/bin/monitor

setup-dev: $(VENV)/dev.stamp

run: setup       ## watch what config/monitor.yaml names
	@exec $(BIN)/monitor run -c $(CONFIG)

demo: setup      ## 16 November 2021 in half a minute, without the internet
	@exec $(BIN)/monitor demo $(ARGS)

test: setup-dev  ## the whole test suite
	@$(BIN)/python -m pytest

lint: setup-dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: setup-dev
	@$(BIN)/mypy

floors: setup-dev
	@$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports

ops: setup-dev   # the files for operators: image, unit, shipped configuration
	@$(BIN)/hadolint Dockerfile
	@$(BIN)/monitor check -c config/monitor.yaml
	@! command -v systemd-analyze >/dev/null || deploy/verify-unit

check: lint types floors ops bench-smoke test   ## lint, types, floors, operators' files, costs, tests: what CI runs

bench: setup-dev ## measure beside others for hours (ARGS="--only …"), and write tables to benchmarks/results/
	@$(BIN)/python -m benchmarks $(ARGS)

bench-smoke: setup-dev  ## count what the hot paths cost; fails a tenth over what is recorded
	@$(BIN)/python -m benchmarks.smoke $(ARGS)

quality: setup-dev  ## how good the rules are, over labelled statements
	@$(BIN)/python -m benchmarks.quality $(ARGS)

payloads: setup-dev  ## what each kind of source makes of platforms' real answers, field by field
	@$(BIN)/python -m benchmarks.payloads $(ARGS)

chaos: setup-dev ## kill everything at random for a while, and count what arrived
	@$(BIN)/python -m tests.chaos $(ARGS)

cuts: setup-dev  ## cut polls at random instants while sources publish, and count what was stored
	@$(BIN)/python -m tests.cuts $(ARGS)

fuzz: setup-dev  ## look for bytes that break a parser's promises (needs Atheris: tests/fuzz/__init__.py says how)
	@$(BIN)/python -m tests.fuzz $(ARGS)

soak: setup-dev  ## an hour on 2,000 sources, a fifth of them hostile: what grows, who waits, what is lost
	@$(BIN)/python -m tests.soak $(ARGS)

lock: setup-dev  ## pin the newest versions that pyproject.toml allows (needs uv)
	@uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links -q -o requirements.txt
	@uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links -q -c requirements.txt -o requirements-dev.txt

clean:           ## remove the environment and every cache; keeps data/
	@rm -rf $(VENV) benchmarks/.peers .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
