#!/bin/sh
# Makes clients in Python and TypeScript out of the description of the Web API, builds them, and lets the Python one ask a
# demo. It needs Python, Node and the network (PyPI, npm), so it is no part of `make test`.
set -eu
cd "$(dirname "$0")/.."
onshi=${ONSHI:-target/debug/onshi}
work=$(mktemp -d)
"$onshi" demo --dir "$work/demo" --centre-port 0 --portal-port 0 --gateway-port 0 --operations-port 0 --messages-port 0 \
  --kiosk-port 0 --card-port 0 --desk-port 0 >"$work/log" 2>&1 &
demo=$!
trap 'kill $demo; wait $demo || true; rm -rf "$work"' EXIT
while [ ! -e "$work/demo/demo.json" ]; do sleep 0.5; kill -0 $demo; done
eval "$("$onshi" demo env --dir "$work/demo")"
curl -sS --cacert "$ONSHI_CA" "$ONSHI_URL/onshi/v1/openapi.json" >"$work/openapi.json"

echo "== Python: openapi-python-client"
python3 -m venv "$work/python"
"$work/python/bin/pip" install --quiet openapi-python-client==0.26.2
(cd "$work" && python/bin/openapi-python-client generate --path openapi.json --output-path client --meta none)
longest=$(cd "$work/client" && find . -name '*.py' | awk '{ print length($0) }' | sort -n | tail -1)
echo "files: $(find "$work/client" -name '*.py' | wc -l), longest path: $longest"
[ "$longest" -lt 120 ]
cat >"$work/ask.py" <<'P'
import json, os, ssl, time
from client import AuthenticatedClient, Client
from client.api.default import auth, oq_ssiquc_01
from client.models import *
env = os.environ
tls = ssl.create_default_context(cafile=env["ONSHI_CA"])
tls.load_cert_chain(env["ONSHI_CERT"], env["ONSHI_KEY"])
client = Client(base_url=env["ONSHI_URL"], verify_ssl=tls)
told = auth.sync_detailed(client=client, body=AuthBody(user_id=env["ONSHI_USER"], password=env["ONSHI_PASSWORD"]))
token = json.loads(told.content)["result"]["idToken"]
patient = json.loads(env["ONSHI_PATIENTS"])[0]
search = {"InsurerNumber": patient["insurer_number"], "InsuredCardSymbol": patient["symbol"],
    "InsuredIdentificationNumber": patient["number"], "InsuredBranchNumber": patient["branch"],
    "Birthdate": patient["birthdate"], "LimitApplicationCertificateRelatedConsFlg": "1"}
day = time.strftime("%Y%m%d", time.gmtime(time.time() + 9 * 3600))
body = OQSsiquc01Req.from_dict({"XmlMsg": {"MessageHeader": {"QualificationConfirmationDate": day,
    "MedicalInstitutionCode": env["ONSHI_INSTITUTION"]}, "MessageBody": {"QualificationConfirmSearchInfo": search}}})
client = AuthenticatedClient(base_url=env["ONSHI_URL"], verify_ssl=tls, token=token)
told = oq_ssiquc_01.sync(client=client, body=body)
print("資格有効性", told.xml_msg.message_body.qualification_validity)
P
(cd "$work" && python/bin/python ask.py)

echo "== TypeScript: openapi-typescript"
mkdir "$work/ts"
(cd "$work/ts" && npm init -y >/dev/null && npm install --silent openapi-typescript@7 typescript@5 >/dev/null)
(cd "$work/ts" && npx openapi-typescript ../openapi.json -o api.d.ts >/dev/null)
cat >"$work/ts/use.ts" <<'T'
import type { components, operations } from "./api";
type Answer = components["schemas"]["OQSsiquc01res"];
export const validity = (answer: Answer) => answer.XmlMsg.MessageBody.QualificationValidity;
export type Check = operations["OQSsiquc01"]["requestBody"]["content"]["application/json"];
T
(cd "$work/ts" && npx tsc --noEmit --strict --skipLibCheck false use.ts api.d.ts)
echo "TypeScript: $(wc -l <"$work/ts/api.d.ts") lines, checked by tsc"
