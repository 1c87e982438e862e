# `make demo` shows the main job on a generated shop; `make test` passes every test. Both set themselves up.
SHELL := /bin/bash
VENV := .venv
PYTHON ?= $(shell for p in python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null && echo $$p && break; done)
STAMP := $(VENV)/.installed

AXE := 4.14.1
BROWSER := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

.PHONY: setup demo test coverage lint browser clean

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "error: no Python 3.11 or 3.12 found: install one, or name it with \`make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)\`"; exit 1; }
	@command -v c++ >/dev/null || command -v g++ >/dev/null || { echo "error: no C++ compiler found, which Annoy needs: install g++ (Debian, Ubuntu: \`apt-get install g++\`)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $(STAMP)

demo: setup
	$(VENV)/bin/python -m pipeline.run --config configs/demo.yaml

lint: setup
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

TESTED = $(VENV)/bin/python -m pytest --numprocesses=auto --dist=loadfile

test: lint
	$(TESTED)
	@test -n "$(BROWSER)" || echo "note: pages were not looked at in a browser, since there is no Chromium: install it (Debian, Ubuntu: \`apt-get install chromium\`), then \`make browser test\`"
	@test -z "$(BROWSER)" -o -e .browser/node_modules/axe-core || echo "note: pages were not looked over by axe-core: fetch it by \`make browser\`"

# The same tests with every line and branch watched, which takes a third longer.
coverage: setup
	$(VENV)/bin/coverage erase
	$(TESTED) --cov --cov-report=term

# What tests read of pages in a browser; a third party's file under its own licence (MPL-2.0) stays out of this repository.
browser: .browser/node_modules/axe-core/axe.min.js

.browser/node_modules/axe-core/axe.min.js: Makefile
	@command -v npm >/dev/null || { echo "error: no npm found, which fetches axe-core: install it (Debian, Ubuntu: \`apt-get install npm\`)"; exit 1; }
	npm install --prefix .browser --no-save --no-audit --no-fund --silent axe-core@$(AXE)
	@touch $@

clean:
	rm -rf artifacts .numba_cache .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .coverage*
