#!/bin/sh
# `make package`: a Debian package of the centre, with man pages, shell completion and a list of all parts (SBOM).
#
# PROFILE=release builds what is given away; PROFILE=demo is quicker, for trying the package.
set -eu
cd "$(dirname "$0")/.."
profile="${PROFILE:-release}"
folder="$profile"
out=target/package

for tool in cargo-deb cargo-sbom; do
    if ! command -v "$tool" >/dev/null 2>&1; then
        echo "installing $tool"
        cargo install --locked "$tool"
    fi
done

cargo build --locked --profile "$profile" --features packaging --bin onshi
rm -rf "$out"
mkdir -p "$out"
"target/$folder/onshi" package-files --out "$out"
cargo sbom --output-format spdx_json_2_3 --cargo-package onshi > "$out/onshi.spdx.json"
cp THIRD-PARTY-NOTICES.md docs/operating.md docs/limits.md "$out/"
cargo deb --no-build --locked --profile "$profile" -p onshi --output "$out/" ${DEB_VERSION:+--deb-version "$DEB_VERSION"}
ls -l "$out"/*.deb
