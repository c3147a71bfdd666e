# The few verbs of the workbook. Values reach the commands through the environment, never by pasting them into a shell line,
# and make itself takes them as they are: it would run the command of a $(shell ...) that somebody has typed.
PYTHON ?= python3
YEAR ?= 2024
MUNICIPALITIES ?= all
SOURCE ?= all
SCOPE ?= default
ifeq ($(origin WELLBEING_DRAFT),undefined)
WELLBEING_DRAFT := $(value DRAFT)
endif
override VENV := .venv
override BIN := .venv/bin
TYPED := $(foreach name,$(.VARIABLES),$(if $(findstring command,$(origin $(name))),$(name)))
$(foreach name,$(sort PYTHON YEAR MUNICIPALITY MUNICIPALITIES SOURCE SCOPE DRAFT WELLBEING_DRAFT $(TYPED)),\
  $(eval override $(name) := $$(value $(name))))
export PYTHON YEAR MUNICIPALITY MUNICIPALITIES SOURCE SCOPE WELLBEING_DRAFT

.DEFAULT_GOAL := help
.PHONY: help setup lab data report batch pdf watch handover forms test check calibrate fuzz kills bench clean

help: ## Show what can be done
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

setup: $(VENV)/ready ## Make .venv with the exact versions of requirements.lock

$(VENV)/ready: requirements.lock pyproject.toml
	@"$$PYTHON" -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else 0'
	"$$PYTHON" -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

lab: setup ## Open the notebooks in JupyterLab
	@IPYTHONDIR="$$(pwd)/.ipython" $(BIN)/python -m jupyterlab --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/notebooks/playground.ipynb

data: setup ## Fetch new figures: make data [SOURCE=sotkanet] [SCOPE=national]
	@$(BIN)/python -m wellbeing_lib data fetch --source "$$SOURCE" --scope "$$SCOPE"

report: setup ## Make the appendix: make report YEAR=2024 [MUNICIPALITY=290] [DRAFT=1]
	@$(BIN)/python -m wellbeing_lib report --year "$$YEAR" --municipality "$$MUNICIPALITY"

pdf: setup ## Make the appendix and its PDF files: make pdf YEAR=2024
	@$(BIN)/python -m wellbeing_lib pdf --year "$$YEAR" --municipality "$$MUNICIPALITY"

watch: setup ## Make the appendix again at every saved file: make watch YEAR=2024
	@$(BIN)/python -m wellbeing_lib watch --year "$$YEAR" --municipality "$$MUNICIPALITY"

handover: setup ## Pack the built version into build/handover/: make handover YEAR=2024
	@$(BIN)/python -m wellbeing_lib handover --year "$$YEAR"

forms: setup ## Write the branches' forms into data/forms/: make forms YEAR=2024
	@$(BIN)/python -m wellbeing_lib forms write --year "$$YEAR"

batch: setup ## Make the pages of many: make batch YEAR=2024 MUNICIPALITIES=205,290 (or all)
	@$(BIN)/python -m wellbeing_lib batch --year "$$YEAR" --municipalities "$$MUNICIPALITIES"

test: check ## Run every check and every test: make test [WELLBEING_INSTALL=0]
	@$(BIN)/python -m pytest tests/test_kernels.py
	@$(BIN)/python -m pytest -n auto --dist worksteal --ignore tests/test_kernels.py

check: setup ## Look over code, types, imports, notebooks, params and dependencies
	@$(BIN)/python -m ruff check
	@$(BIN)/python -m ruff format --check
	@$(BIN)/python -m basedpyright
	@$(BIN)/python -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'
	@$(BIN)/python -m nbstripout --keep-id --verify notebooks/*.ipynb notebooks/methods/*.ipynb
	@$(BIN)/python -m wellbeing_lib check
	@$(BIN)/python -m tests.supply

calibrate: setup ## Run notebooks/methods/ and the simulations; tables into docs/methods.md
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
