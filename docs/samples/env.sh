# What the samples read from the environment, out of demo/demo.json: . docs/samples/env.sh
J=${1:-demo/demo.json}
export ONSHI_URL=$(jq -r .centre.url $J) ONSHI_CA=$(jq -r .centre.ca $J) ONSHI_INSTITUTION=$(jq -r .facility.code $J)
export ONSHI_CERT=$(jq -r .facility.terminal.certificate $J) ONSHI_KEY=$(jq -r .facility.terminal.key $J)
export ONSHI_P12=$(jq -r .facility.terminal.pkcs12 $J) ONSHI_P12_PASSWORD=$(jq -r .facility.terminal.pkcs12_password $J)
export ONSHI_USER=WebApi01 ONSHI_PASSWORD=$(jq -r '.facility.accounts[] | select(.kind == "webapi").password' $J)
export ONSHI_PATIENTS="$(jq -c .patients $J)"
