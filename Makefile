# Shuke: `make run` serves it with its demo city, `make test` proves it. Needs Python 3.11+, Node 20+, git, make.
.DEFAULT_GOAL := run
.PHONY: run test check bench proof rows packages dev-packages demo-packages web browser lock clean
SHELL := /bin/sh

PORT ?= 8000
HOST ?= 127.0.0.1
DATA ?= .shuke
WORKERS ?= 1
BENCH ?=

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
sum = $(shell cat $(1) 2>/dev/null | cksum | cut -d ' ' -f 1)
VENV := .venv/.made
RUN := .venv/.run.$(call sum,requirements/uv.txt requirements/run.txt)
DEV := .venv/.dev.$(call sum,requirements/uv.txt requirements/dev.txt)
DEMO := .venv/.demo.$(call sum,requirements/uv.txt requirements/demo.txt)
NODE := web/node_modules/.made.$(call sum,web/package-lock.json)
STATIC := shuke/static/.made
WEB_SOURCES = $(shell find web -path web/node_modules -prune -o -type f -print 2>/dev/null) $(shell find shuke -name '*.html')

# --- serving

run:
	@$(MAKE) --no-print-directory -j 2 packages web
	@SHUKE_DEV=1 exec .venv/bin/python -m shuke serve --host $(HOST) --port $(PORT) --data "$(DATA)" --workers $(WORKERS) \
		--demo '$(MAKE) --no-print-directory demo-packages'

bench: packages
	@.venv/bin/python -m shuke bench $(BENCH)

proof: packages
	@.venv/bin/python -m shuke proof

# --- checking

# A browser test that fails is tried once more, and named as such (docs/decisions/0016). Browser tests hold the thread's loop, so that others can't run behind them in the same process (5: none was marked so)
test: dev-packages demo-packages web browser
	@failed=0; \
	.venv/bin/python -m pytest -q -n 2 -m 'not browser and not proof and not fuzz' || failed=1; \
	for alone in '-n 2 -m browser --reruns 1 -rR' '-m proof' '-n 2 -m fuzz'; do \
		.venv/bin/python -m pytest -q $$alone || [ $$? -eq 5 ] || failed=1; \
	done; \
	exit $$failed

check: dev-packages demo-packages
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/python -m pytest -q -n 2 -m 'not browser and not proof and not fuzz and not race and not slow'

rows: dev-packages
	@.venv/bin/python -m tests.rows

# --- packages: each stamp carries the checksum of its list, so a list that changes is installed again

packages: $(RUN)
dev-packages: $(DEV)
demo-packages: $(DEMO)

$(VENV):
	@test -n "$(PYTHON)" || { echo 'Shuke needs Python 3.11 or newer'; exit 1; }
	@$(PYTHON) -m venv .venv || { echo 'Python cannot make a virtual environment: on Debian, apt install python3-venv'; exit 1; }
	@touch $@

$(RUN): | $(VENV)
	@./requirements/install.sh requirements/run.txt
	@touch $@
$(DEV): | $(VENV)
	@./requirements/install.sh requirements/dev.txt
	@touch $@ $(RUN)
$(DEMO): | $(VENV)
	@./requirements/install.sh requirements/demo.txt --no-deps
	@touch $@

lock: $(VENV)
	@./requirements/lock.sh

# --- what the browser gets

web: $(STATIC)
ifneq ($(wildcard web/package-lock.json),)
$(NODE):
	@command -v npm >/dev/null || { echo 'Shuke needs Node 20 or newer to build its pages'; exit 1; }
	@cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@
$(STATIC): $(NODE) $(WEB_SOURCES)
	@cd web && npm run --silent build
	@touch $@
else
$(STATIC): ;
endif

browser:
	@./tests/browser_packages.sh

clean:
	rm -rf .venv web/node_modules shuke/static build dist *.egg-info
