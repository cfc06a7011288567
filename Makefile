# Two commands do everything on a fresh Debian 12 machine that has Rust: `make demo` and `make test`.
#
# `make demo` runs it, `make test` proves it. Both install what is missing from Debian's packages.

DIR ?= demo
PROFILE ?= demo

.PHONY: demo test deps deps-demo lint bench help

help:
	@echo "make demo   everything on this machine, with fictional institutions (DIR=$(DIR))"
	@echo "make test   all tests: both databases, a real browser, faults"
	@echo "make lint   formatting, lints, dependencies"

demo: deps-demo
	cargo build --locked --profile $(PROFILE) --bin onshi
	./target/$(PROFILE)/onshi demo --dir $(DIR)

test: deps
	cargo build --locked --bin onshi
	CARGO_BUILD_RUSTDOC=$(CURDIR)/scripts/rustdoc.sh cargo test --locked --workspace

lint: deps-demo
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	sh scripts/check-dependencies.sh

# A C compiler is all that the build needs beside Rust. Printed documents (PDF) need the fonts.
FONTS = fonts-ipaexfont-gothic fonts-ipamj-mincho

deps-demo:
	@sh scripts/install-packages.sh gcc libc6-dev $(FONTS)

deps:
	@sh scripts/install-packages.sh gcc libc6-dev postgresql chromium chromium-driver \
		libnss3-tools openssl util-linux fonts-ipafont-gothic poppler-utils \
		pcscd vsmartcard-vpcd opensc opensc-pkcs11 iproute2 $(FONTS)
	@sh scripts/fhir-judge/install.sh
