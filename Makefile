# Two commands do everything:
#   make demo   converts the shipped network to INT8, proves it, and finds the faces in a photograph
#   make test   lints, checks types, and runs the tests (make slow: those that take minutes)
# Each makes its own virtual environment. PYTHON chooses the interpreter: make demo PYTHON=python3.12

PYTHON ?= python3
VENV ?= .venv
DEMO_VENV ?= .venv-demo
DEMO_OUT ?= demo-output
DEMO_PHOTO := calibration/featherface_calibration/photos/demo/astronaut.jpg
CONSTRAINTS := .ci/constraints.txt
PIP := -m pip install --disable-pip-version-check --quiet --constraint $(CONSTRAINTS)

.PHONY: help demo test lint format types unit slow pages docs clean
.DELETE_ON_ERROR:

help:
	@sed -n '2,4s/^# *//p' Makefile

demo: $(DEMO_VENV)/.ready
	rm -rf $(DEMO_OUT)
	$(DEMO_VENV)/bin/fe-convert --target tflite-int8 -o $(DEMO_OUT)
	$(DEMO_VENV)/bin/fe-detect $(DEMO_OUT)/*.tflite $(DEMO_PHOTO) --out $(DEMO_OUT)
	@echo "The annotated picture is in $(DEMO_OUT)/"

test: lint types unit

lint: $(VENV)/.ready
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

format: $(VENV)/.ready
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

types: $(VENV)/.ready
	$(VENV)/bin/mypy
	$(VENV)/bin/pyright --pythonpath $(VENV)/bin/python

unit: $(VENV)/.ready
	$(VENV)/bin/python -m pytest -m "not slow and not pages"

slow: $(VENV)/.ready
	$(VENV)/bin/python -m pytest -m slow

pages: $(VENV)/.ready
	$(VENV)/bin/python -m pytest -m pages

docs: $(VENV)/.ready
	COLUMNS=100 $(VENV)/bin/python -m sphinx -q -W --keep-going -b html docs docs/_build
	@echo "The pages are in docs/_build/"

clean:
	rm -rf $(VENV) $(DEMO_VENV) $(DEMO_OUT) docs/_build docs/reference

$(DEMO_VENV)/.ready: EXTRAS := convert
$(VENV)/.ready: EXTRAS := all,dev

%/.ready: pyproject.toml $(CONSTRAINTS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "converting needs Python 3.11 or newer: name one with PYTHON=python3.11" >&2; exit 1; }
	@rm -rf $*
	@$(PYTHON) -m venv $* || \
	    { echo "no virtual environment: on Debian, apt install python3-venv" >&2; rm -rf $*; exit 1; }
	@echo "installing featherface-edge[$(EXTRAS)] into $*: some minutes"
	$*/bin/python $(PIP) --editable '.[$(EXTRAS)]'
	@touch $@
