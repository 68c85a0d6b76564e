# One verb a step. Each sets up what it lacks; a second run installs nothing.
#   make build    everything: environment, dbt build on the demo data, publication
#   make test     dbt's tests on the sample, then pytest
#   make check    looks at your input and says what to set, before any build
#   make lint     sqlfluff and ruff
#   make report   the report drawn again from what is published, without a build: new
#                 wording or colours (opened where there is a desktop)
#   make rollback publish the release before this one again
#   make erase    CUSTOMER=id: remove one person from everything
#   make docs     dbt's documentation of every model and column
#   make bench    how good and how fast: benchmarks/
# Your vars are in a file: make check VARS=my.yml (a copy of examples/your_orders.yml).
# On Spark, with Java 17 on the machine: make build TARGET=spark.
# Other dbt options go with DBT, for example: make build DBT=--full-refresh
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DBT ?=
VARS ?=
TARGET =
OPTIONS = $(if $(VARS),--vars "$$(cat '$(VARS)')") $(DBT)
export PYTHONPATH := python_models
export DO_NOT_TRACK := 1
SAMPLE_HOME := target/sample-warehouse
OLD_CLIENT := $(VENV)/duckdb-1.4

.PHONY: build test lint check report rollback erase docs bench clean

build: $(VENV)/installed$(if $(TARGET),-$(TARGET))
	$(BIN)/dbt build $(if $(TARGET),--target $(TARGET)) $(OPTIONS)
	$(BIN)/python -m segmentation.summary

test: $(VENV)/installed-dev
	SEGMENTATION_HOME=$(SAMPLE_HOME) $(BIN)/dbt build --vars '{transactions: sample}'
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint --disable-progress-bar models tests analyses

check: $(VENV)/installed
	$(BIN)/python -m segmentation.inputs $(OPTIONS)

report: $(VENV)/installed
	$(BIN)/python -m segmentation.report $(OPTIONS)

rollback: $(VENV)/installed
	$(BIN)/python -m segmentation.rollback

erase: $(VENV)/installed
	@$(BIN)/python -m segmentation.erasure "$(CUSTOMER)"

docs: $(VENV)/installed
	$(BIN)/dbt docs generate --static $(OPTIONS)
	@echo "target/static_index.html"

bench: $(VENV)/installed-dev
	$(BIN)/python benchmarks/fitting.py 1000000
	$(BIN)/python benchmarks/scale.py 1000000 target/benchmark --repeats 1
	$(BIN)/python benchmarks/segmentation.py --seeds 100-102
	$(BIN)/python benchmarks/expectation.py

clean:
	rm -rf target logs

# An environment that fails half-way is not marked as installed. The locks are complete,
# so nothing beside them is looked up.
$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV) || $(PYTHON) -m virtualenv $(VENV) || { \
	    echo "Python's venv is missing: apt install python3-venv"; exit 1; }

$(VENV)/installed: requirements.lock | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
	    --require-hashes -r requirements.lock
	touch $@

$(VENV)/installed-dev: requirements-dev.lock requirements-axe.lock \
    requirements-clients.lock $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
	    --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
	    --require-hashes -r requirements-axe.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
	    --require-hashes --upgrade --target $(OLD_CLIENT) -r requirements-clients.lock
	touch $@

# Beside what DuckDB needs: the same versions of what both do.
$(VENV)/installed-spark: requirements-spark.lock $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
	    --require-hashes -r requirements-spark.lock
	touch $@

# Lock files with hashes, from pyproject.toml.
.PHONY: lock
LOCK := $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --no-header \
    --no-emit-index-url --no-emit-find-links --no-emit-trusted-host
lock: $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet "pip-tools>=7.5"
	$(LOCK) --output-file requirements.lock pyproject.toml
	$(LOCK) --extra dev --extra metrics --output-file requirements-dev.lock pyproject.toml
	$(LOCK) --extra spark --constraint requirements-dev.lock \
	    --output-file requirements-spark.lock pyproject.toml
