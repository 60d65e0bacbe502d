# Everything works in .venv/; nothing else is needed than Python 3.11 and make.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
# Test files are dealt out to this many processes; 0 runs them in one.
WORKERS ?= 2
PYTEST := $(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder
export DO_NOT_TRACK := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export GX_ANALYTICS_ENABLED := false
export PREFECT_SERVER_ANALYTICS_ENABLED := false

.PHONY: help demo test slow guards lint lock bench format dictionary clean

help: ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

.venv/.run: requirements/base.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements/base.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.run
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements/dev.txt
	@touch $@

demo: .venv/.run ## a simulated city, a quarter of nights, published
	$(BIN)/jianhui demo

test: .venv/.dev ## all tests but the slow ones
	$(PYTEST) -m "not slow and not guard"

slow: .venv/.dev ## the slow tests: whole cities, many nights
	$(PYTEST) -rP -m slow

guards: .venv/.dev ## rules taken out of the code one by one: a test must fail
	$(BIN)/python -m pytest -q -n $(WORKERS) -m guard tests/guards

lint: .venv/.dev ## layout, types, import contract, SQL, generated documents
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint --disable-progress-bar dbt_project/models
	$(BIN)/python -m jianhui.warehouse.dictionary --check

format: .venv/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

dictionary: .venv/.dev ## docs/data-dictionary.md from the models
	$(BIN)/python -m jianhui.warehouse.dictionary

bench: .venv/.dev ## speed, as ratios against a floor of the same run
	$(BIN)/python -m tests.benchmarks

lock: ## new lock files (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --extra build pyproject.toml -o requirements/base.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --extra build --extra dev pyproject.toml -o requirements/dev.txt

clean: ## everything that can be made again
	rm -rf .venv demo cache .mypy_cache .ruff_cache .pytest_cache
