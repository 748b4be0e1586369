# Two commands matter: `make demo` and `make test`. Both install what they need.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PY := .venv/bin/python
CLEAN := .make/clean-env
MEMBERS := $(wildcard platform/*/pyproject.toml services/*/pyproject.toml) slo/pyproject.toml synthetics/pyproject.toml dashboards/pyproject.toml
SOURCES := platform slo synthetics dashboards services tests benchmarks
ARGS ?=
BROWSER := SIGHTLINE_CHROMIUM="$$(cat .tools/chromium)"
# What `make tools` built is found before an older one of the machine.
export PATH := $(CURDIR)/.tools/bin:$(PATH)

.PHONY: help demo test test-slow test-platform test-promtool test-isolated lint format types install browser tools lock update bench compose-test clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|'

demo: install browser ## run the whole story on this machine (ARGS="--no-fault", "--telemetry otel", …)
	@$(BROWSER) $(CLEAN) .venv/bin/sightline demo $(ARGS)

test: install browser ## the quick suite
	@$(BROWSER) $(CLEAN) $(PY) -m pytest -m "not slow and not e2e" -n 2 -q -rs $(ARGS)

test-slow: install browser ## what takes longer: real processes end to end
	@$(BROWSER) $(CLEAN) $(PY) -m pytest -m "slow and not e2e and not real_servers" -n 2 -q -rs --durations=10 $(ARGS)
	@$(BROWSER) $(CLEAN) $(PY) -m pytest -m "e2e and not real_servers" -q -rs --durations=10 $(ARGS)

test-platform: install ## against real servers (Vault, kube-apiserver, helm, …), where `make tools` has built them
	@$(CLEAN) $(PY) -m pytest -m real_servers -q -rs --durations=10 $(ARGS)

test-promtool: install tools ## every exported test of the shop's SLOs by promtool (minutes)
	@$(CLEAN) .venv/bin/sightline slo test slo/specs/shop --promtool $(ARGS)

test-isolated: install browser ## each member's tests in an environment that holds only what it declares
	@$(CLEAN) $(PY) .make/isolated $(ARGS)

lint: install ## ruff, mypy, import-linter, deptry
	@.venv/bin/ruff format --check --quiet $(SOURCES) || { echo "run: make format" >&2; exit 1; }
	@.venv/bin/ruff check --quiet $(SOURCES)
	@.venv/bin/lint-imports --no-cache
	@$(PY) .make/deptry
	@$(MAKE) --no-print-directory types

types: install ## mypy, strict
	@.venv/bin/mypy --no-error-summary $(SOURCES)

format: install ## let ruff write
	@.venv/bin/ruff format --quiet $(SOURCES)
	@.venv/bin/ruff check --fix --quiet $(SOURCES)

install: .venv/.installed ## the virtual environment and the console's bundle
	@.make/console

.venv/.installed: requirements.lock $(MEMBERS) .make/python
	@.make/python
	@touch $@

browser: install ## find or install a Chromium
	@mkdir -p .tools && .make/browser > .tools/chromium

tools: ## build the real servers and checkers that tests run against, where Go is (minutes, once; ARGS="vault helm")
	@.make/tools $(ARGS)

lock: install ## resolve the dependencies anew
	@.make/lock --upgrade

update: install ## write the golden files anew
	@SIGHTLINE_UPDATE_GOLDEN=1 $(CLEAN) $(PY) -m pytest -q -m "not slow and not e2e" $(ARGS)

bench: install ## the benchmarks, one table each
	@for each in benchmarks/[a-z]*.py; do echo "== $$each"; $(CLEAN) $(PY) $$each || exit 1; done

compose-test: install ## build the images and serve an order, where a Docker engine is
	@$(CLEAN) .make/compose-test

clean: ## remove what make built
	@rm -rf .venv .tools .run platform/local/console/node_modules platform/local/src/sightline_local/console/static
