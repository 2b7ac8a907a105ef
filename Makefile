# Two commands need nothing but Python 3.11+ and make:
#   make run    opens linktui on the embedded provider
#   make test   runs the tests
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test check lint types contracts soak bench bench-peers screenshots docs man clean

run: .venv/ready
	$(BIN)/linktui

# In the order of the folders: the tests that take long come first, and the last are short enough to share out.
# What is compiled is kept even where the environment says otherwise: every worker reads all of it.
test: .venv/ready-dev
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -m "not soak" -n auto --dist loadfile --no-loadscope-reorder

check: lint types contracts test

lint: .venv/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/ready-dev
	$(BIN)/mypy

contracts: .venv/ready-dev
	$(BIN)/lint-imports

# Takes about 25 minutes, ten of them one test; LINKTUI_SOAK=60 makes that one a minute.
soak: .venv/ready-dev
	$(BIN)/python -m pytest -m soak

# Takes long, and wants a quiet machine; peers that are not installed are left out.
bench: .venv/ready-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	$(BIN)/python benchmarks/report.py

# Other programs for the terminal, to be measured beside ours; they have an environment of their own.
bench-peers:
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check -r benchmarks/peers.txt

screenshots: .venv/ready-dev
	$(BIN)/python screenshots/make.py

docs: .venv/ready-dev
	$(BIN)/python docs/make.py

man: .venv/ready
	$(BIN)/linktui man >man/linktui.1

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/ready: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

.venv/ready-dev: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch .venv/ready $@

clean:
	rm -rf .venv .venv-peers .extras .mypy_cache .ruff_cache .pytest_cache
