#!/bin/sh
# Makes clients in Python and TypeScript out of the description of the Web API, builds them, and lets each log in to a demo
# over mutual TLS and ask for a check. It needs Python, Node and the network (PyPI, npm), so it is no part of `make test`.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
onshi=${ONSHI:-$root/target/debug/onshi}
work=$(mktemp -d)
"$onshi" demo --dir "$work/demo" --centre-port 0 --portal-port 0 --gateway-port 0 --operations-port 0 --messages-port 0 \
  --kiosk-port 0 --card-port 0 >"$work/log" 2>&1 &
demo=$!
trap 'kill $demo; wait $demo || true; rm -rf "$work"' EXIT
while [ ! -e "$work/demo/demo.json" ]; do sleep 0.5; kill -0 $demo; done
SAMPLE_DEMO=$work/demo/demo.json
. docs/samples/env.sh
curl -sS --cacert "$SAMPLE_CA" "$SAMPLE_URL/onshi/v1/openapi.json" >"$work/openapi.json"
operations=$(jq '[.paths[] | keys[]] | length' "$work/openapi.json")

echo "== Python: openapi-python-client"
python3 -m venv "$work/python"
"$work/python/bin/pip" install --quiet openapi-python-client==0.26.2
cd "$work"
PATH="$work/python/bin:$PATH" openapi-python-client generate --path openapi.json --output-path client --meta none >generator 2>&1
generated=$(find client/api -name '*.py' ! -name '__init__.py' | wc -l)
longest=$(find client -name '*.py' | awk '{ print length($0) }' | sort -n | tail -n 1)
echo "operations: $operations, of these generated: $generated; files: $(find client -name '*.py' | wc -l), longest path: $longest"
# What insurers report are streams of lines, which this generator passes over; all else it takes.
grep 'Endpoint will not be generated' generator | grep -v /insurers/ && exit 1
grep 'removal of' generator && exit 1
[ "$longest" -lt 120 ]
cp "$root/scripts/clients/ask.py" .
python/bin/python -m compileall -q client
python/bin/python ask.py

echo "== TypeScript: openapi-typescript and openapi-fetch"
mkdir "$work/typescript"
cd "$work/typescript"
cp "$root/scripts/clients/ask.mts" .
npm init -y >/dev/null
npm install --silent openapi-typescript@7 openapi-fetch@0.13 typescript@5 undici@7 @types/node@20 >/dev/null
npx openapi-typescript ../openapi.json -o api.d.ts >/dev/null
npx tsc --strict --target es2022 --module nodenext --skipLibCheck ask.mts
echo "api.d.ts: $(wc -l <api.d.ts) lines, checked by tsc"
node ask.mjs
