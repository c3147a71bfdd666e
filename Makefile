# The few verbs of the workbook. Values reach the commands through the environment, never by pasting them into a shell line.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export YEAR ?= 2024
export MUNICIPALITY ?=

.DEFAULT_GOAL := help
.PHONY: help setup lab report test check calibrate clean

help: ## Show what can be done
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

setup: $(VENV)/ready ## Make .venv with the exact versions of requirements.lock

$(VENV)/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

lab: setup ## Open the notebooks in JupyterLab
	$(BIN)/jupyter lab notebooks

report: setup ## Make the appendix: make report YEAR=2024 [MUNICIPALITY=290]
	@$(BIN)/wellbeing report --year "$$YEAR" --municipality "$$MUNICIPALITY"

test: setup ## Run every check and every test
	@$(MAKE) --no-print-directory check
	@$(BIN)/python -m pytest -n auto --dist loadgroup

check: setup ## Look over code, types, imports and notebooks
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/basedpyright
	@$(BIN)/lint-imports
	@$(BIN)/nbstripout --verify notebooks/*.ipynb

calibrate: setup ## Rerun simulations and backtest, and write their tables into docs/methods.md
	@$(BIN)/python -m tests.calibration

clean: ## Take away what was built, the environment too
	rm -rf build $(VENV) .hypothesis .pytest_cache .ruff_cache *.egg-info
