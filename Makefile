# `make` lists what there is. `make book` and `make test` need nothing but Python 3.11–3.13.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
BIN := .venv/bin
SITE := _build/html
PORT ?= 8000

.PHONY: help env book pdf test verify scoreboard execute explorers serve lab lint format links lock clean clean-env

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

env: # make or update .venv (every command below does this first)
	@sh tools/env.sh

book: env ## build the site with warnings as errors
	@$(BIN)/python tools/build.py

pdf: book ## print the book as one PDF (needs Chromium)
	@$(BIN)/python tools/pdf.py

test: book ## run every test and every notebook, outputs compared
	@$(BIN)/python -m pytest $(ARGS)

verify: env ## run changed notebooks over 5 seeds and record what held (NB=02, ALL=1)
	@$(BIN)/python tools/verify.py $(if $(ALL),--all) $(NB)

scoreboard: env ## train the scoreboard's full grid, half an hour (ARGS="--jobs 2")
	@$(BIN)/python tools/scoreboard.py $(ARGS)

execute: env ## re-run a notebook and store its outputs (NB=02)
	@$(BIN)/python tools/execute.py $(NB)

explorers: env ## export what the site's explorers run out of the notebooks (NB=06_3)
	@$(BIN)/python tools/explorers.py $(NB)

serve: book ## build the site and serve it on http://localhost:8000 (PORT=…)
	@echo "book: http://localhost:$(PORT)/  (Ctrl-C stops)"
	@$(BIN)/python -m http.server $(PORT) --bind 127.0.0.1 --directory $(SITE)

lab: env ## open the notebooks in JupyterLab
	@$(BIN)/python -m pip install -q "jupyterlab>=4,<5" -c constraints.txt
	@$(BIN)/jupyter lab --notebook-dir notebooks

lint: env ## check code style in notebooks, tests and tools
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

format: env ## mend code style
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

links: env ## check every external link (needs a network)
	@$(BIN)/jupyter-book build . --builder linkcheck --path-output _build/links

lock: env ## write constraints.txt anew from the newest allowed versions
	@$(BIN)/python tools/lock.py

clean: ## remove what was built
	@rm -rf _build .pytest_cache .ruff_cache verification/.progress

clean-env: ## remove the environment
	@rm -rf .venv
