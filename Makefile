# The two commands that matter: `make audit` and `make test`. Both set up what they need in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
REPORTS := build/reports

.PHONY: audit test lab lint bench calibrate fuzz samples readme clean

audit: $(VENV)/.core
	@mkdir -p $(REPORTS)
	@for runner in runner-a runner-b; do \
		$(BIN)/stressfx audit data-samples/$$runner -o $(REPORTS)/$$runner.html || exit 1; \
	done
	@echo
	@echo "The reports are $(REPORTS)/runner-a.html and $(REPORTS)/runner-b.html: open them in a browser."

test: $(VENV)/.test
	$(BIN)/python -m pytest -q -n auto

lab: $(VENV)/.lab
	$(BIN)/stressfx lab

lint: $(VENV)/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tests/lint/docstrings.py
	$(BIN)/python tests/readme/generate.py --check

bench: $(VENV)/.bench
	$(BIN)/python tests/bench/readers.py
	$(BIN)/python tests/bench/growth.py
	$(BIN)/python tests/bench/exports.py
	$(BIN)/python tests/bench/cohort.py
	$(BIN)/python tests/bench/studies.py

# Studies on 500 made-up cohorts of every kind, half an hour on two cores; or `make calibrate TRIALS=50`: a quick look.
calibrate: $(VENV)/.core
	$(BIN)/python tests/calibration/calibrate.py $(if $(TRIALS),--trials $(TRIALS))

# Everything once; or `make fuzz MINUTES=60`: mutants from new seeds until the time is over.
fuzz: $(VENV)/.test
	$(if $(MINUTES),$(BIN)/python tests/fuzz/longer.py $(MINUTES),STRESSFX_FUZZ=full $(BIN)/python -m pytest -q -n auto tests/fuzz)

readme: $(VENV)/.core
	$(BIN)/python tests/readme/generate.py

samples: $(VENV)/.core
	$(BIN)/python -m stressfx.cohort.sample_runners data-samples

clean:
	rm -rf build dist $(VENV)

$(VENV)/bin/python:
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or newer is needed; try: make PYTHON=python3.12')"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"

$(VENV)/.core: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.lab: $(VENV)/.core
	$(BIN)/python -m pip install --quiet --editable ".[lab]"
	@touch $@

$(VENV)/.test: $(VENV)/.core
	$(BIN)/python -m pip install --quiet --editable ".[lab,osm]" --group test
	@touch $@

$(VENV)/.lint: $(VENV)/.test
	$(BIN)/python -m pip install --quiet --group lint
	@touch $@

$(VENV)/.bench: $(VENV)/.core
	$(BIN)/python -m pip install --quiet --group bench
	@touch $@
