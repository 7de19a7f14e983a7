# Everything runs in a private virtual environment, which the first target that needs it makes.
#
#   make demo     set up and run the whole chain on the bundled study, in minutes (DEMO=--full: all of it)
#   make test     set up with the test tools and run the tests
#   make test-interpreted    the kernels' tests once more, as plain Python
#   make lint     ruff: rules and format
#   make types    mypy
#   make docs     the documentation as a site in build/docs, which needs no network
#   make clean    remove what the targets made
#
# PYTHON=python3.12 picks another interpreter, VENV=DIR another place, OUT=DIR the demo's folder, PYTEST="-k offsets"
# adds arguments to pytest.

PYTHON ?= python3
VENV ?= .venv
OUT ?= demo-out
PYTEST ?=
DEMO ?=

.DEFAULT_GOAL := help
.PHONY: help demo test test-interpreted lint types docs clean
.DELETE_ON_ERROR:

pip = "$(VENV)/bin/python" -m pip install --quiet --disable-pip-version-check
described = pyproject.toml setup.py VERSION

help:
	@sed -n 's/^#   //p' Makefile

demo: $(VENV)/installed
	"$(VENV)/bin/greenband" demo --out "$(OUT)" $(DEMO)

test: $(VENV)/tools-installed
	"$(VENV)/bin/python" -m pytest $(PYTEST)

# Compiled lines are invisible to coverage and to debuggers, and the compiler may differ from Python in a corner.
test-interpreted: $(VENV)/tools-installed
	NUMBA_DISABLE_JIT=1 "$(VENV)/bin/python" -m pytest tests/kernels $(PYTEST)

lint: $(VENV)/tools-installed
	"$(VENV)/bin/ruff" check .
	"$(VENV)/bin/ruff" format --check .

types: $(VENV)/tools-installed
	PYTHON="$(abspath $(VENV))/bin/python" bash .ci/types

docs: $(VENV)/docs-installed
	"$(VENV)/bin/python" docs/make/site.py

clean:
	rm -rf "$(VENV)" "$(OUT)" build dist greenband.egg-info .pytest_cache .ruff_cache .mypy_cache

$(VENV)/bin/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Greenband needs Python 3.11 or newer as '$(PYTHON)': install it, or name another, make PYTHON=python3.11 …" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "'$(PYTHON)' cannot make virtual environments: apt install python3-venv" >&2; exit 1; }
	"$(PYTHON)" -m venv "$(VENV)"

# Editable, so that a changed line counts at once and the compiled kernels are cached beside their sources; where
# those cannot be written, Numba caches in the user's own cache folder, or in NUMBA_CACHE_DIR.
$(VENV)/installed: $(described) | $(VENV)/bin/python
	$(pip) --editable .
	@touch "$@"

# The scenario networks that some tests read come with the extra `benchmarks`.
$(VENV)/tools-installed: $(described) | $(VENV)/bin/python
	$(pip) --editable ".[test,benchmarks]"
	@touch "$@" "$(VENV)/installed"

$(VENV)/docs-installed: $(described) | $(VENV)/bin/python
	$(pip) --editable ".[docs]"
	@touch "$@" "$(VENV)/installed"
