# Holdspace: what you can do here. `make help` says it in a line each.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help demo test check bench faults danger lock
help:            ## Say what each target does
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /	/' | expand -t 12

.venv/done: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch .venv/done

demo: .venv/done ## Run the directory with invented therapists on http://localhost:8000
	$(BIN)/holdspace demo

test: .venv/done ## Run the tests (those that need a missing program are skipped and named)
	$(BIN)/pytest

check: .venv/done ## Lint, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/done ## Measure speed and print it
	$(BIN)/python -m bench $(if $(SIZES),--sizes $(SIZES)) $(if $(KINDS),--kinds $(KINDS)) $(if $(ENGINES),--engines $(ENGINES))

faults: .venv/done ## Break things on purpose and see that nothing is lost
	$(BIN)/pytest tests/faults --override-ini addopts=-q

danger: .venv/done ## Learn anew how danger sounds, after sayings in the seeds changed (some minutes)
	$(BIN)/python -m search_index.danger_learning

lock: .venv/done ## Write requirements.lock anew from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --generate-hashes --no-header --quiet -o requirements.lock
