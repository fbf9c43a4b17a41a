# Every target that needs the environment calls `setup`; the stamp makes that cheap.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
INDEX ?= build/index

.DEFAULT_GOAL := help
.PHONY: help setup index serve model test test-milvus test-ray soak bench lint types check format evaluate lock clean

help:  ## Show this help
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP)  ## Create .venv with everything installed

# torch first: the range in pyproject.toml would otherwise be resolved together with everything else.
$(STAMP): pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) not found: install Python 3.11 or newer"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade pip
	$(BIN)/pip install --quiet "torch==2.13.0"
	$(BIN)/pip install --quiet --editable ".[fast,haystack,langchain,milvus,notebook,ray,dev]"
	@touch $@

# Takes a tenth of a second where nothing changed.
index: setup  ## Bring the index of corpus/ up to date
	$(BIN)/yibao rebuild-index --index $(INDEX)

serve: index  ## Bring the index up to date, then serve the page on http://127.0.0.1:8000
	$(BIN)/yibao serve --index $(INDEX)

model: setup  ## Train the bundled embedding model anew (needs ../shared, about fifteen minutes)
	$(BIN)/python -m training.prepare
	$(BIN)/python -m training.train
	$(BIN)/python -m training.export

test: setup  ## Run all tests
	$(BIN)/python -m pytest

# The newest server that pip installs is 2.3.5; with MILVUS=http://host:19530 the contract is tested on one that runs.
test-milvus: setup  ## Test the Milvus backend on a server, started here unless MILVUS=URI is given
ifdef MILVUS
	YIBAO_TEST_MILVUS=$(MILVUS) $(BIN)/python -m pytest tests/index/test_backend_contract.py
else
	$(BIN)/pip install --quiet "milvus==2.3.5"
	YIBAO_TEST_SERVER=1 $(BIN)/python -m pytest tests/index/milvus/test_real_server.py
endif

test-ray: setup  ## Test rebuilds on a Ray cluster of this machine, workers that die included
	YIBAO_TEST_RAY=1 $(BIN)/python -m pytest tests/index/test_ray_pool.py

# SECONDS=600 is the long run: 20 builds in ten minutes.
SECONDS ?= 60
soak: setup  ## Search over HTTP while the index is rebuilt, killed and switched (SECONDS=60)
	$(BIN)/python tests/reliability/soak.py --seconds $(SECONDS)

lint: setup  ## Check style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup  ## Check types
	$(BIN)/mypy

check: lint types test  ## Style, types, tests

format: setup  ## Let the formatter settle the rest
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# txtai, LangChain and Haystack come into the same environment, with the torch that is there.
$(VENV)/.bench: $(STAMP)
	$(BIN)/pip install --quiet --editable ".[bench]" "torch==2.13.0"
	@touch $@

# What is measured is described in docs/benchmarks.md; BENCH takes any other option of `python -m benchmarks`.
SIZES ?= 1000 10000 100000 1000000
COMPARE ?= 20000
bench: setup $(VENV)/.bench  ## Measure speed and growth beside other systems (SIZES="1000 10000" COMPARE="20000")
	$(BIN)/python -m benchmarks --sizes $(SIZES) --compare $(COMPARE) $(BENCH)

lock: setup  ## Pin what the image installs, with hashes
	$(BIN)/pip install --quiet "uv>=0.5"
	$(BIN)/python deploy/dependencies.py bundled | $(BIN)/uv pip compile --quiet --upgrade --generate-hashes \
		--no-emit-index-url --no-annotate --custom-compile-command "make lock" --python-version 3.11 \
		--output-file deploy/requirements.lock -

evaluate: index  ## Score the labelled questions of the sample corpus
	$(BIN)/yibao evaluate corpus/questions.jsonl --index $(INDEX)

clean:  ## Remove what was built
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache
