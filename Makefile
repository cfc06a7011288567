# Two commands do everything on a fresh Debian 12 machine that has Rust: `make demo` and `make test`.
#
# `make demo` runs it, `make test` proves it. Both install what is missing from Debian's packages.

DIR ?= demo
PROFILE ?= demo

.PHONY: demo test deps deps-demo deps-nation nation upgrade lint bench package clients samples help

help:
	@echo "make demo   everything on this machine, with fictional institutions (DIR=$(DIR))"
	@echo "make test   all tests: both databases, a real browser, faults"
	@echo "make lint   formatting, lints, dependencies"
	@echo "make nation two centres on three PostgreSQL, machines and lines taken away under load (as root; ONSHI_NATION_ROUNDS=1)"
	@echo "make upgrade   the last version and this one change places on one PostgreSQL, under load (ONSHI_UPGRADE_CHECKS=120000)"
	@echo "make package   a Debian package (target/package)"
	@echo "make samples   the samples of docs/samples, run against a demo (Java and C# where they are)"
	@echo "make clients   clients in Python and TypeScript made out of the API's description, built and run (PyPI, npm)"

demo: deps-demo
	cargo build --locked --profile $(PROFILE) --bin onshi
	./target/$(PROFILE)/onshi demo --dir $(DIR)

test: deps
	cargo build --locked --bin onshi
	CARGO_BUILD_RUSTDOC=$(CURDIR)/scripts/rustdoc.sh cargo test --locked --workspace

# What deploy/ has, run in network namespaces; each fault takes about two minutes. The table is in target/nation/faults.json too.
nation: deps-nation
	cargo build --locked --release --bin onshi
	sh deploy/patroni/install-patroni target/nation/patroni
	ONSHI_NATION_PROGRAM=$(CURDIR)/target/release/onshi cargo test --locked -p onshi-scenarios --test processes nation:: -- --ignored --nocapture

# The commit that packaging/last-version names, built beside this one; two centres, one after the other, from it to this version.
UPGRADE_PROFILE ?= release
upgrade: deps
	sh scripts/build-last-version.sh target/last $(UPGRADE_PROFILE)
	cargo build --locked --profile $(UPGRADE_PROFILE) --bin onshi --target-dir target/last/next
	ONSHI_LAST_PROGRAM=$(CURDIR)/target/last/onshi ONSHI_NEXT_PROGRAM=$$(ls $(CURDIR)/target/last/next/*/onshi) \
		cargo test --locked -p onshi-scenarios --test processes upgrade::the_last -- --ignored --nocapture

lint: deps-demo
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	sh scripts/check-dependencies.sh

package: deps-demo
	sh packaging/build.sh

samples:
	@sh scripts/install-packages.sh curl jq python3-venv default-jdk-headless
	cargo build --locked --bin onshi
	sh scripts/samples.sh

clients:
	@sh scripts/install-packages.sh curl jq python3-venv nodejs npm
	cargo build --locked --bin onshi
	sh scripts/clients.sh

# A C compiler is all that the build needs beside Rust. Printed documents (PDF) need the fonts.
FONTS = fonts-ipaexfont-gothic fonts-ipamj-mincho

deps-demo:
	@sh scripts/install-packages.sh gcc libc6-dev $(FONTS)

deps:
	@sh scripts/install-packages.sh gcc libc6-dev postgresql chromium chromium-driver \
		libnss3-tools openssl util-linux curl jq python3 fonts-ipafont-gothic poppler-utils \
		pcscd vsmartcard-vpcd opensc opensc-pkcs11 iproute2 $(FONTS)
	@sh scripts/fhir-judge/install.sh

deps-nation:
	@sh scripts/install-packages.sh gcc libc6-dev postgresql etcd-server haproxy python3-venv curl openssl iproute2 util-linux e2fsprogs $(FONTS)
