#!/bin/sh
# 資格確認を1件行う見本（curl と jq）。デモでは: . docs/samples/env.sh && sh docs/samples/check.sh
set -eu
send() {
  curl --silent --show-error --fail-with-body --retry 3 --cacert "$ONSHI_CA" --cert "$ONSHI_CERT" --key "$ONSHI_KEY" "$@"
}

token=$(jq -n '{userId: env.ONSHI_USER, password: env.ONSHI_PASSWORD}' |
  send --json @- "$ONSHI_URL/oqs-api-pro/MSA12020/ILI12020SV01/auth" | jq -r .result.idToken)

jq -n --arg day "$(TZ=Asia/Tokyo date +%Y%m%d)" '{XmlMsg: {
    MessageHeader: {QualificationConfirmationDate: $day, MedicalInstitutionCode: env.ONSHI_INSTITUTION},
    MessageBody: {QualificationConfirmSearchInfo: (env.ONSHI_PATIENTS | fromjson | .[0] | {InsurerNumber: .insurer_number,
      InsuredCardSymbol: .symbol, InsuredIdentificationNumber: .number, InsuredBranchNumber: .branch,
      Birthdate: .birthdate, LimitApplicationCertificateRelatedConsFlg: "1"})}}}' |
  send --json @- -H "Authorization: Bearer $token" "$ONSHI_URL/onshi/v1/messages/OQSsiquc01" |
  jq -r '.XmlMsg | if .MessageHeader.SegmentOfResult == "1"
    then "資格有効性 \(.MessageBody.QualificationValidity) \(.MessageBody.ResultList[0].ResultOfQualificationConfirmation.Name)"
    else "\(.MessageHeader.ErrorCode)：\(.MessageHeader.ErrorMessage)" end'
