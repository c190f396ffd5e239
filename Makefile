# The two commands of the README (`make demo`, `make test`) and the daily ones. Nothing needs root.
# Build products and fetched clients live in the cache folder, outside the checkout.

CACHE  ?= $(or $(TRADEML_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/trademl-sql)
export TRADEML_CACHE := $(CACHE)
export CARGO_TARGET_DIR ?= $(CACHE)/target
PYTHON ?= python3
# One selection of packages for every build: cargo then builds the dependencies once.
BUILD   = cargo build --workspace --locked
PROGRAM = $(CARGO_TARGET_DIR)/debug/trademl-sql

.PHONY: demo test build lightgbm clients lint bench docs bless

demo: build lightgbm          ## the research night on 20 US stocks, 1990–2022
	$(PROGRAM) --lake $(CACHE)/demo-lake run sql/nightly.sql --param reports=reports

test: build lightgbm clients  ## all tests: unit, property, SQL suites, end to end, real clients
	cargo test --workspace --locked --quiet
	$(CACHE)/venv-clients/bin/python tests/clients/adbc_test.py $(PROGRAM)
	$(CACHE)/venv-clients/bin/python tests/clients/delta_test.py $(PROGRAM)
	$(CACHE)/venv-clients/bin/python tests/clients/asof_test.py $(PROGRAM)
	$(CACHE)/venv-qlib/bin/python tests/clients/alpha_test.py $(PROGRAM)
	$(CACHE)/venv-clients/bin/python tests/clients/talib_test.py $(PROGRAM)
	$(CACHE)/venv-clients/bin/python tests/clients/rolling_test.py $(PROGRAM)

build:
	$(BUILD)

lightgbm:                     ## the library that trains trees, from its Python wheel
	@infra/fetch-lightgbm

clients:                      ## pinned Python clients of the tests
	@infra/fetch-python tests/clients/requirements.txt venv-clients
	@infra/fetch-python tests/clients/requirements-qlib.txt venv-qlib

lint:                         ## formatting and lints, warnings denied
	cargo fmt --all --check
	cargo fmt --manifest-path tests/s3/Cargo.toml --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo clippy --manifest-path tests/s3/Cargo.toml --target-dir $(CARGO_TARGET_DIR)/s3-test --locked -- -D warnings

bench:                        ## our time, the peer's on the same data in the same run, the ratio
	@infra/fetch-python tests/benches/requirements.txt venv-bench
	cargo bench --workspace --locked --bench workloads -- \
		--python $(CACHE)/venv-bench/bin/python --data $(CACHE)/bench $(BENCH)

docs:                         ## the reference, written from the code with each example run, and the book
	BLESS=1 cargo test --workspace --locked --quiet --test reference
	@if command -v mdbook >/dev/null; then mdbook build docs; \
	else echo "mdbook is not installed; the pages are in docs/src (cargo install mdbook)"; fi

bless: build lightgbm         ## rewrites every golden file; read the diff
	INSTA_UPDATE=always BLESS=1 cargo test --workspace --locked --quiet
