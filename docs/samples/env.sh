# What the samples read from the environment, out of demo/demo.json: . docs/samples/env.sh
# They do not begin with ONSHI_, which the program's own settings do.
J=${SAMPLE_DEMO:-${1:-demo/demo.json}}
export SAMPLE_URL=$(jq -r .centre.url $J) SAMPLE_CA=$(jq -r .centre.ca $J) SAMPLE_INSTITUTION=$(jq -r .facility.code $J)
export SAMPLE_CERT=$(jq -r .facility.terminal.certificate $J) SAMPLE_KEY=$(jq -r .facility.terminal.key $J)
export SAMPLE_P12=$(jq -r .facility.terminal.pkcs12 $J) SAMPLE_P12_PASSWORD=$(jq -r .facility.terminal.pkcs12_password $J)
export SAMPLE_USER=WebApi01 SAMPLE_PASSWORD=$(jq -r '.facility.accounts[] | select(.kind == "webapi").password' $J)
export SAMPLE_PATIENTS="$(jq -c .patients $J)"
