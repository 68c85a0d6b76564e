# One verb a step. Each sets up what it lacks; a second run installs nothing.
#   make build    everything: environment, dbt build on the demo data, publication
#   make test     what you run while you work: the sample, its unit tests, and pytest but
#                 for the slow ones
#   make test-all everything, as CI does: also kills, relations between runs, rich shops,
#                 real data, the browser
#   make check    looks at your input and says what to set, before any build; with
#                 WRITE=my.yml into a file, for make build VARS=my.yml
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
WRITE ?=
TARGET =
OPTIONS = $(if $(VARS),--vars "$$(cat '$(VARS)')") $(DBT)
export PYTHONPATH := python_models
export DO_NOT_TRACK := 1
SAMPLE := $(CURDIR)/target/sample-warehouse
OF_SAMPLE := --vars '{transactions: sample}' --target-path $(SAMPLE)/target \
    --log-path $(SAMPLE)/logs
# Takes the network away from a command, where the machine allows that.
OFFLINE = $(shell unshare --net true 2>/dev/null && echo unshare --net)
OLD_CLIENT := $(VENV)/duckdb-1.4

.PHONY: build sample test test-all lint check report rollback erase docs bench clean

build: $(VENV)/installed$(if $(TARGET),-$(TARGET))
	$(BIN)/dbt build $(if $(TARGET),--target $(TARGET)) $(OPTIONS)
	$(BIN)/python -m segmentation.publishing.summary

# The one build that all tests that only read it share; Python notes what it asks of the
# network. Sums and ties come out alike on all processors, as in the tests' own builds.
sample: $(VENV)/installed-dev
	rm -rf $(SAMPLE) $(SAMPLE).watched
	mkdir -p $(dir $(SAMPLE))
	OPENBLAS_CORETYPE=Haswell NPY_DISABLE_CPU_FEATURES="X86_V4 AVX512_ICL AVX512_SPR" \
	    PYTHONPATH=tests/python/helpers/watched:$(PYTHONPATH) \
	    WATCH_RECORD=$(SAMPLE).watched SEGMENTATION_HOME=$(SAMPLE) \
	    $(OFFLINE) $(BIN)/dbt build $(OF_SAMPLE)

PYTEST = OMP_NUM_THREADS=1 SEGMENTATION_SAMPLE_HOME=$(SAMPLE) \
    $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder
UNIT_TESTS = SEGMENTATION_HOME=$(SAMPLE) \
    $(BIN)/dbt test --selector unit_tests $(OF_SAMPLE)

test: sample
	$(UNIT_TESTS)
	$(PYTEST) -m "not slow"

test-all: sample
	$(UNIT_TESTS)
	$(PYTEST)

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint --disable-progress-bar models tests analyses

check: $(VENV)/installed
	@$(BIN)/python -m segmentation.inputs $(OPTIONS) $(if $(WRITE),--write '$(WRITE)')

report: $(VENV)/installed
	$(BIN)/python -m segmentation.report $(OPTIONS)

rollback: $(VENV)/installed
	$(BIN)/python -m segmentation.releases.rollback

erase: $(VENV)/installed
	@$(BIN)/python -m segmentation.publishing.erasure "$(CUSTOMER)"

docs: $(VENV)/installed
	$(BIN)/dbt docs generate --static $(OPTIONS)
	@echo "target/static_index.html"

bench: $(VENV)/installed-dev
	$(BIN)/python benchmarks/fitting.py 1000000
	$(BIN)/python benchmarks/scale.py target/benchmark --lines 1000000
	$(BIN)/python benchmarks/segmentation.py --seeds 100-102
	$(BIN)/python benchmarks/exports.py 500
	$(BIN)/python benchmarks/expectation.py
	$(BIN)/python benchmarks/campaigns.py

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
