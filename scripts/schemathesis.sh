#!/bin/sh
# Holds a demo's Web API against its own description: docs/testing-the-api.md says what is checked.
#
#   scripts/schemathesis.sh [EXAMPLES]        (100 for each operation unless told)
#
# It starts a demo of its own in a temporary folder and stops it again. ONSHI names the program
# (target/debug/onshi); SCHEMATHESIS the checker, which is installed into a folder of its own under
# /tmp when it is not there (needs python3 and the network).
set -eu

examples=${1:-100}
onshi=${ONSHI:-target/debug/onshi}
tool=${SCHEMATHESIS:-/tmp/schemathesis/bin/schemathesis}

if [ ! -x "$tool" ]; then
    python3 -m venv /tmp/schemathesis
    /tmp/schemathesis/bin/pip install --quiet schemathesis==4.32.5
    tool=/tmp/schemathesis/bin/schemathesis
fi

dir=$(mktemp -d /tmp/onshi-schemathesis-XXXXXX)
"$onshi" demo --dir "$dir" --centre-port 0 --portal-port 0 --gateway-port 0 \
    --operations-port 0 >"$dir/log" 2>&1 &
demo=$!
trap 'kill "$demo" 2>/dev/null; wait "$demo" 2>/dev/null; rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM
while [ ! -s "$dir/demo.json" ]; do
    kill -0 "$demo" 2>/dev/null || { cat "$dir/log" >&2; exit 1; }
    sleep 0.2
done

value() { python3 -c "import json,sys; d=json.load(open('$dir/demo.json')); print($1)"; }
port=$(python3 -c "import json; print(json.load(open('$dir/state.json'))['centre_port'])")
url=https://localhost:$port
certificate=$(value "d['facility']['terminal']['certificate']")
key=$(value "d['facility']['terminal']['key']")
password=$(value "[a['password'] for a in d['facility']['accounts'] if a['user_id']=='WebApi01'][0]")
authority=$dir/secrets/authority.pem

token=$(curl --silent --show-error --fail --cacert "$authority" --cert "$certificate" \
    --key "$key" --json "{\"userId\":\"WebApi01\",\"password\":\"$password\"}" \
    "$url/oqs-api-pro/MSA12020/ILI12020SV01/auth" |
    python3 -c "import json,sys; print(json.load(sys.stdin)['result']['idToken'])")
# It reads the description over the same connection; the client wants certificate and key in files.
curl --silent --show-error --fail --cacert "$authority" --cert "$certificate" --key "$key" \
    "$url/onshi/v1/openapi.json" -o "$dir/openapi.json"

# The same for the insurer's routes, with the number that its certificate is bound to.
insurer_certificate=$(value "d['insurer']['certificate']")
insurer_key=$(value "d['insurer']['key']")
python3 - "$dir/openapi.json" "$(value "d['insurer']['number']")" >"$dir/insurer.json" <<'END'
import json, sys
described = json.load(open(sys.argv[1]))
for path in described["paths"].values():
    for operation in path.values():
        for parameter in operation.get("parameters", []):
            if parameter["name"] == "insurer_number":
                parameter["schema"] = {"type": "string", "enum": [sys.argv[2]]}
print(json.dumps(described))
END

SCHEMATHESIS_HOOKS=$(cd "$(dirname "$0")" && pwd)/schemathesis_hooks.py
export SCHEMATHESIS_HOOKS

# It keeps what it found where it runs.
cd "$dir"
failed=0
check() {
    "$tool" run "$@" --url "$url" --tls-verify "$authority" \
        --phases examples,coverage,fuzzing --max-examples "$examples" --seed "${SEED:-1}" \
        --exclude-checks "$left_out" \
        --continue-on-failure --suppress-health-check all --workers 1 \
        --generation-database none --no-color || failed=1
}
left_out=negative_data_rejection
check "$dir/openapi.json" --request-cert "$certificate" --request-cert-key "$key" \
    --header "Authorization:$token"
# The description can't say what lines a report has to have, so a wrong one is no failure.
left_out=negative_data_rejection,positive_data_acceptance
check "$dir/insurer.json" --request-cert "$insurer_certificate" --request-cert-key "$insurer_key" \
    --include-path-regex insurers
exit "$failed"
