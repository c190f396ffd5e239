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
	$(CACHE)/venv-clients/bin/python tests/clients/adbc_test.py --program $(PROGRAM)

build:
	$(BUILD)

lightgbm:                     ## the library that trains trees, from its Python wheel
	@infra/fetch-lightgbm

clients:                      ## pinned Python clients of the tests
	@infra/fetch-clients

lint:                         ## formatting and lints, warnings denied
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings

bench: clients                ## our time, the peer's on the same data in the same run, the ratio
	cargo build --workspace --release --locked
	$(CACHE)/venv-clients/bin/python tests/benches/run.py --program $(CARGO_TARGET_DIR)/release/trademl-sql

docs: build                   ## the function reference, generated from the code, and the book
	$(PROGRAM) docs docs/src/functions
	@if command -v mdbook >/dev/null; then mdbook build docs; \
	else echo "mdbook is not installed; the pages are in docs/src (cargo install mdbook)"; fi

bless: build                  ## rewrites every golden file; read the diff
	INSTA_UPDATE=always BLESS=1 cargo test --workspace --locked --quiet
