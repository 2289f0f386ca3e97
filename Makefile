# Everything runs in .venv, from pinned packages whose hashes are checked.
PYTHON ?= python3
BIN    := .venv/bin
DATA   ?= demo-data
PORT   ?= 8757
PIP    := $(BIN)/pip install --quiet --disable-pip-version-check

.PHONY: demo test prove lint bench wheel lock clean

demo: .venv/run ## install, build everything from the packaged datasets, show the questions, serve
	$(BIN)/sluis demo --data $(DATA) --port $(PORT)

test: .venv/dev ## install and run the tests
	$(BIN)/python -m pytest

prove: .venv/dev ## the laws again, over 100,000 cases and more, counted; then 200 rounds of kills
	HYPOTHESIS_PROFILE=prove $(BIN)/python -m pytest tests/laws tests/conformance tests/attacks/test_guard_fuzz.py
	$(BIN)/python -m tests.crash.kill9 --rounds 200

lint: .venv/dev ## style, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/dev ## measure; prints ratios and writes nothing (BENCH="--quads 1000000 --json FILE" for more)
	$(BIN)/python -m tests.benchmarks $(BENCH)

wheel: .venv/dev ## build the wheel and the source archive in dist/
	$(BIN)/python -m build --no-isolation

lock: ## pin the newest versions that requirements/*.in allow (needs pip-tools)
	for name in run dev; do pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras \
	  --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --annotation-style=line \
	  --output-file requirements/$$name.txt requirements/$$name.in; done

clean: ## remove what the targets above made, but no data
	rm -rf .venv dist

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Sluis needs Python 3.11 or newer" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv

.venv/run: requirements/run.txt pyproject.toml | .venv/bin/python
	$(PIP) --require-hashes -r requirements/run.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	touch $@

.venv/dev: requirements/dev.txt .venv/run
	$(PIP) --require-hashes -r requirements/dev.txt
	touch $@
