# make run: the system with its demo world on this machine.  make test: every test and check.
# Needs python3 (3.11 or later) and make; the rest is installed into .venv, and by apt where that is allowed.

PYTHON ?= python3
BIN := .venv/bin
# The lock files are whole: --no-deps keeps pip from looking for newer releases of what an extra names.
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install -qq --require-hashes --no-deps
# Checks of the deployment look at the settings that a public server has.
PRODUCTION := DATABASE_URL=postgres://case@localhost/case REDIS_URL=redis://localhost/0 EMAIL_URL=smtp://localhost BEHIND_PROXY=true \
	SITE_ORIGIN=https://accreditation.example.org DJANGO_SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))')

.PHONY: soak gallery messages run install demo-reset test test-fast test-faults mutate-guards lint format check bench lock system-run system-test

run: install
	@exec $(BIN)/python manage.py dev

demo-reset: install
	@$(BIN)/python manage.py demo_reset

install: system-run $(BIN)/.base

test: system-test $(BIN)/.dev lint check
	$(BIN)/python -m pytest --embedded -m sqlite -q
	$(BIN)/python -m pytest --cov --cov-report=term

test-fast: $(BIN)/.dev
	$(BIN)/python -m pytest -m "not browser"

# The long forms: hundreds of decisions while everything is killed. CASE_FAULT_SEED=7 repeats a run's choices.
test-faults: system-test $(BIN)/.dev
	$(BIN)/python -m pytest -m faults

# Switches off one thing after the other in every guard, and shows that somebody then gets another answer than the oracle's.
mutate-guards: system-test $(BIN)/.dev
	$(BIN)/python -m pytest -s -m "faults or not faults" tests/access/test_guards_needed.py

lint: $(BIN)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint templates --lint
	$(BIN)/lint-imports
	$(BIN)/mypy

format: $(BIN)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

check: $(BIN)/.dev
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(BIN)/python -W error manage.py check --deploy --fail-level WARNING

# Collects the strings for Welsh into accreditation/locale/cy. Once every one of them is translated, it compiles them, and Welsh
# is offered from then on: both files are kept. Needs the Debian package gettext.
WELSH := accreditation/locale/cy/LC_MESSAGES/django

messages: $(BIN)/.dev
	$(BIN)/python manage.py makemessages --locale cy --no-wrap --add-location file --verbosity 0 \
		$(foreach folder,.venv bench gallery static tests var,--ignore $(folder))
	@rm -f $(WELSH).mo
	@if [ -n "$$(msgattrib --no-obsolete --untranslated $(WELSH).po; msgattrib --no-obsolete --only-fuzzy $(WELSH).po)" ]; then \
		echo "Not whole, so Welsh is not offered:"; msgfmt --statistics --output-file /dev/null $(WELSH).po; \
	else $(BIN)/python manage.py compilemessages --locale cy --verbosity 0; fi

gallery: system-test $(BIN)/.dev
	$(BIN)/python -m tests.gallery $(ROLES)

# Ratios to the limit and to others, in a private database; BENCH_LARGE=1 for 2.4 million scans. Writes into bench/.
bench: system-test $(BIN)/.dev .bench_cache/.peers
	nice -n 5 $(BIN)/python -m tests.benchmarks

# Fifty people at once for SOAK_MINUTES (10), and as long again with a fault a minute: errors, times beside a trivial page, memory.
soak: system-test $(BIN)/.dev
	$(BIN)/python -m tests.load

# --- How the environment is made ---------------------------------------------------------------------------------
system-run:
	@.ci/system-packages run

system-test:
	@.ci/system-packages run test

$(BIN)/python: | system-run
	@echo "Making the private Python environment (.venv) ..."
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed, this is " + sys.version) if sys.version_info < (3, 11) else 0'
	@$(PYTHON) -m venv .venv

$(BIN)/.base: requirements/base.txt | $(BIN)/python
	@echo "Installing what the system needs (held to their hashes) ..."
	@$(PIP) -r requirements/base.txt
	@touch $@

$(BIN)/.dev: requirements/dev.txt $(BIN)/.base
	@echo "Installing what the tests need ..."
	@$(PIP) -r requirements/dev.txt
	@touch $@

# Peers lie apart from the product's packages; where they cannot be had, the benchmark says "not run".
.bench_cache/.peers: requirements/bench.txt $(BIN)/.dev
	@mkdir -p .bench_cache
	@$(PIP) --upgrade --target .bench_cache/peers -r requirements/bench.txt && touch $@ || echo "No peers to measure against."

# Locks requirements/*.in into *.txt: `make lock`, or `make lock UPGRADE=--upgrade` for the newest allowed releases.
LOCK = .uv_cache/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header $(UPGRADE)
LOCK_NOTE := \# Made by `make lock` from the .in file beside it; every package is held to its hash.

lock: .uv_cache/bin/uv
	@for name in base s3 dev bench lock; do \
		$(LOCK) requirements/$$name.in --output-file requirements/$$name.txt && \
		sed -i '1i $(LOCK_NOTE)' requirements/$$name.txt || exit 1; \
	done

.uv_cache/bin/uv: requirements/lock.txt
	@$(PYTHON) -m venv .uv_cache
	@.uv_cache/bin/python -m pip --disable-pip-version-check --no-input install -qq --require-hashes --no-deps -r requirements/lock.txt
	@touch $@
