#!/bin/sh
# 資格確認を1件行う見本（curl と jq）。デモでは: . docs/samples/env.sh && sh docs/samples/check.sh
set -eu
send() {
  curl --silent --show-error --fail-with-body --retry 3 --cacert "$SAMPLE_CA" --cert "$SAMPLE_CERT" --key "$SAMPLE_KEY" "$@"
}

token=$(jq -n '{userId: env.SAMPLE_USER, password: env.SAMPLE_PASSWORD}' |
  send --json @- "$SAMPLE_URL/oqs-api-pro/MSA12020/ILI12020SV01/auth" | jq -r .result.idToken)

jq -n --arg day "$(TZ=Asia/Tokyo date +%Y%m%d)" '{XmlMsg: {
    MessageHeader: {QualificationConfirmationDate: $day, MedicalInstitutionCode: env.SAMPLE_INSTITUTION},
    MessageBody: {QualificationConfirmSearchInfo: (env.SAMPLE_PATIENTS | fromjson | .[0] | {InsurerNumber: .insurer_number,
      InsuredCardSymbol: .symbol, InsuredIdentificationNumber: .number, InsuredBranchNumber: .branch,
      Birthdate: .birthdate, LimitApplicationCertificateRelatedConsFlg: "1"})}}}' |
  send --json @- -H "Authorization: Bearer $token" "$SAMPLE_URL/onshi/v1/messages/OQSsiquc01" |
  jq -r '.XmlMsg | if .MessageHeader.SegmentOfResult == "1"
    then "資格有効性 \(.MessageBody.QualificationValidity) \(.MessageBody.ResultList[0].ResultOfQualificationConfirmation.Name)"
    else "\(.MessageHeader.ErrorCode)：\(.MessageHeader.ErrorMessage)" end'
