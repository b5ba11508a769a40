# make lab     the course in your browser; make lab ARGS="--no-browser --port 8899 --dir DIR"
# make test    everything, with three seeds
# make seeds   what is asked of exercises, with seventeen other seeds
# make build   the notebooks, from solutions/*.py
# make bench   what the engines, a check and verifying cost, beside others; prints, asserts nothing

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CORES := --numprocesses=auto
NBVAL := -m pytest --nbval --nbval-current-env --nbval-cell-timeout=60 -p no:cacheprovider

# What a build sets, tests set too. Idle OpenMP threads that spin make two busy cores fifty times slower.
SETTINGS := AUTOGRAD_LAB_HOME=$(CURDIR)/$(VENV)/progress AUTOGRAD_LAB_OFFLINE=1 AUTOGRAD_LAB_STATIC=1 \
	OMP_WAIT_POLICY=PASSIVE JUPYTER_PREFER_ENV_PATH=1

.PHONY: lab test seeds build bench lint unit notebooks

lab: $(VENV)/installed
	$(BIN)/autograd-lab start $(ARGS)

test: lint unit notebooks

build: $(VENV)/installed-for-tests
	$(BIN)/autograd-lab build

bench: $(VENV)/installed-for-bench
	$(SETTINGS) $(BIN)/python tests/bench/bench_engine.py
	$(SETTINGS) $(BIN)/python tests/bench/bench_check.py
	$(SETTINGS) $(BIN)/python tests/bench/bench_verify.py
	$(SETTINGS) $(BIN)/python tests/bench/bench_lessons.py

lint: $(VENV)/installed-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# A process for each core, each with one thread; the tests of one exercise go to the same.
unit: $(VENV)/installed-for-tests
	$(SETTINGS) OMP_NUM_THREADS=1 $(BIN)/python -m pytest $(CORES) --dist=loadgroup tests

seeds: $(VENV)/installed-for-tests
	$(SETTINGS) OMP_NUM_THREADS=1 $(BIN)/python -m pytest $(CORES) --dist=loadgroup --other-seeds tests/test_exercises.py

# Strictly, as stored; then one of them with one thread and from elsewhere, where nothing may change.
notebooks: $(VENV)/installed-for-tests
	$(BIN)/autograd-lab build --check
	$(SETTINGS) $(BIN)/python $(NBVAL) $(CORES) --dist=loadfile lessons solutions
	cd / && $(SETTINGS) OMP_NUM_THREADS=1 $(CURDIR)/$(BIN)/python $(NBVAL) --rootdir=$(CURDIR) \
		-c $(CURDIR)/pyproject.toml $(CURDIR)/lessons/00_welcome.ipynb

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else \
		"Python 3.11 or newer is needed; say which with: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/installed-for-tests: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	@touch $@ $(VENV)/installed

$(VENV)/installed-for-bench: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[bench]'
	@touch $@ $(VENV)/installed
