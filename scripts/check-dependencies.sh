#!/bin/sh
# What may be among the dependencies (deny.toml): licences, bans, sources, advisories.
#
# It works without a network once the crates are there. Advisories are asked of a local copy of the
# RustSec database; where there is none, this says so and does not pretend.
set -eu
if ! cargo deny --version >/dev/null 2>&1; then
    echo "cargo-deny is not installed (cargo install --locked cargo-deny): licences, bans, sources and"
    echo "pre-releases are checked by the test \`dependencies\`; ADVISORIES ARE NOT CHECKED."
    exec cargo test --locked --quiet --package onshi-scenarios --test dependencies
fi
cargo fetch --locked --quiet
cargo deny --locked --offline check --hide-inclusion-graph --allow duplicate licenses bans sources
copies="${CARGO_HOME:-$HOME/.cargo}/advisory-dbs"
if ls "$copies"/*/crates >/dev/null 2>&1; then
    for copy in "$copies"/*; do
        echo "advisories as of $(git -C "$copy" log -1 --format=%cs)"
    done
    cargo deny --locked --offline check --hide-inclusion-graph advisories
else
    echo "there is no copy of the advisory database in $copies (cargo deny fetch db):"
    echo "ADVISORIES ARE NOT CHECKED."
fi
