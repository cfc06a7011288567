#!/bin/sh
# Installs what judge.mjs judges by into target/fhir-judge, as package-lock.json has it, unless it is there.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
there=$here/../../target/fhir-judge
command -v npm >/dev/null || sh "$here/../install-packages.sh" nodejs npm
cmp -s "$here/package-lock.json" "$there/installed.json" && exit 0
mkdir -p "$there"
cp "$here/package.json" "$here/package-lock.json" "$there/"
npm ci --prefix "$there" --ignore-scripts --no-audit --no-fund --silent
cp "$here/package-lock.json" "$there/installed.json"
