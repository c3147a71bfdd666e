# The few verbs of the workbook. Values reach the commands through the environment, never by pasting them into a shell line.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export YEAR ?= 2024
export MUNICIPALITY ?=
export MUNICIPALITIES ?= all
export SOURCE ?= all
export SCOPE ?= default
export WELLBEING_DRAFT ?= $(DRAFT)

.DEFAULT_GOAL := help
.PHONY: help setup lab data report batch pdf watch handover forms test check calibrate fuzz kills bench clean

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
	@IPYTHONDIR="$(CURDIR)/.ipython" $(BIN)/jupyter lab --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/notebooks/playground.ipynb

data: setup ## Fetch new figures: make data [SOURCE=sotkanet] [SCOPE=national]
	@$(BIN)/wellbeing data fetch --source "$$SOURCE" --scope "$$SCOPE"

report: setup ## Make the appendix: make report YEAR=2024 [MUNICIPALITY=290] [DRAFT=1]
	@$(BIN)/wellbeing report --year "$$YEAR" --municipality "$$MUNICIPALITY"

pdf: setup ## Make the appendix and its PDF files: make pdf YEAR=2024
	@$(BIN)/wellbeing pdf --year "$$YEAR" --municipality "$$MUNICIPALITY"

watch: setup ## Make the appendix again at every saved file: make watch YEAR=2024
	@$(BIN)/wellbeing watch --year "$$YEAR" --municipality "$$MUNICIPALITY"

handover: setup ## Pack the built version into build/handover/: make handover YEAR=2024
	@$(BIN)/wellbeing handover --year "$$YEAR"

forms: setup ## Write the branches' forms into data/forms/: make forms YEAR=2024
	@$(BIN)/wellbeing forms write --year "$$YEAR"

batch: setup ## Make the pages of many: make batch YEAR=2024 MUNICIPALITIES=205,290 (or all)
	@$(BIN)/wellbeing batch --year "$$YEAR" --municipalities "$$MUNICIPALITIES"

test: setup ## Run every check and every test
	@$(MAKE) --no-print-directory check
	@$(BIN)/python -m pytest tests/test_kernels.py
	@$(BIN)/python -m pytest -n auto --dist worksteal --ignore tests/test_kernels.py

check: setup ## Look over code, types, imports, notebooks, params and dependencies
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/basedpyright
	@$(BIN)/lint-imports
	@$(BIN)/nbstripout --keep-id --verify notebooks/*.ipynb
	@$(BIN)/wellbeing check
	@$(BIN)/python -m tests.supply

calibrate: setup ## Rerun simulations and backtest, and write their tables into docs/methods.md
	@$(BIN)/python -m tests.calibration

fuzz: setup ## Try wrong inputs at every door for ten minutes; figures into docs/reliability.md
	@$(BIN)/python -m tests.fuzz inputs

kills: setup ## Kill commands fifty times at random moments; figures into docs/reliability.md
	@$(BIN)/python -m tests.fuzz kills

bench: setup ## Measure every speed side by side and write the figures into docs/performance.md
	@$(BIN)/python -m tests.bench

clean: ## Take away what was built, the environment too; versions handed over stay
	@test ! -d build || find build -mindepth 1 -maxdepth 1 ! -name handover -exec rm -rf {} +
	rm -rf $(VENV) .hypothesis .pytest_cache .ruff_cache *.egg-info
