#!/usr/bin/env python3
"""資格確認を1件行い、照会番号を登録し、2人分をまとめて照会する見本（Python 3.9以降、標準ライブラリだけ）。

設定は環境変数から読みます。デモでは、次のように実行します。
    . docs/samples/env.sh && python3 docs/samples/check.py
"""
import http.client
import json
import os
import ssl
import sys
import time
import uuid
from urllib.parse import urlsplit

env = os.environ
centre = urlsplit(env["SAMPLE_URL"])
tls = ssl.create_default_context(cafile=env["SAMPLE_CA"])
tls.load_cert_chain(env["SAMPLE_CERT"], env["SAMPLE_KEY"])  # 端末の電子証明書と秘密鍵

AUTH = "/oqs-api-pro/MSA12020/ILI12020SV01/auth"
REFRESH = "/oqs-api-pro/MSA12020/ILI12020SV01/refresh"
tokens = {}


class Refused(Exception):
    """プログラムの設定か利用者の操作を直さないと、繰り返しても同じ結果になるもの。"""


def send(path, body, headers):
    """1回だけ送る。JSONは必ずUTF-8。"""
    connection = http.client.HTTPSConnection(centre.hostname, centre.port, context=tls, timeout=60)
    try:
        headers = {"Content-Type": "application/json;charset=UTF-8", **headers}
        connection.request("POST", path, json.dumps(body).encode(), headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, json.loads(answer.read())
    finally:
        connection.close()


def post(path, body, headers=None, tries=4):
    """混雑（429・503）と通信の失敗では、待ってから同じ内容を送り直す。"""
    for again in range(tries):
        try:
            status, told, answer = send(path, body, headers or {})
        except (OSError, http.client.HTTPException, ValueError):
            if again + 1 == tries:
                raise
            time.sleep(2 ** again)
            continue
        if status in (429, 503) and again + 1 < tries:
            time.sleep(int(told.get("Retry-After", "5")))
            continue
        return status, answer
    raise AssertionError("unreachable")


def log_in():
    body = {"userId": env["SAMPLE_USER"], "password": env["SAMPLE_PASSWORD"]}
    status, answer = post(AUTH, body)
    if status != 200:
        raise Refused(answer["code"] + "：" + answer["detail"])
    tokens.update(answer["result"])


def renew():
    """トークンを更新する。更新できないときは、ログインし直す。"""
    status, answer = post(REFRESH, {"refreshToken": tokens["refreshToken"]})
    if status == 200:
        tokens.update(answer["result"])
    else:
        log_in()


def message(name, header, body, key=None):
    """メッセージを送り、結果のXmlMsgを返す。トークンが切れていれば、1度だけ更新して送り直す。"""
    if not tokens:
        log_in()
    whole = {"XmlMsg": {"MessageHeader": {"MedicalInstitutionCode": env["SAMPLE_INSTITUTION"], **header}, "MessageBody": body}}
    for attempt in (1, 2):
        headers = {"Authorization": "Bearer " + tokens["idToken"]}
        if key:
            headers["Idempotency-Key"] = key
        status, answer = post("/onshi/v1/messages/" + name, whole, headers)
        if status == 401 and attempt == 1:
            renew()
            continue
        break
    if status != 200:
        raise Refused(answer["code"] + "：" + answer["detail"])
    told = answer["XmlMsg"]
    if told["MessageHeader"]["SegmentOfResult"] == "9":  # HTTPは200でも、メッセージが断られている
        raise Refused(told["MessageHeader"]["ErrorCode"] + "：" + told["MessageHeader"]["ErrorMessage"])
    return told


def card(patient):
    """demo.json の患者を、被保険者証の項目にする。ない項目は送らない。"""
    fields = {
        "InsurerNumber": patient["insurer_number"].rjust(8),  # 8桁。足りない分は左に空白
        "InsuredCardSymbol": patient.get("symbol"),
        "InsuredIdentificationNumber": patient["number"],
        "InsuredBranchNumber": patient.get("branch"),
        "Birthdate": patient["birthdate"],
        "LimitApplicationCertificateRelatedConsFlg": "1",
    }
    return {name: value for name, value in fields.items() if value}


def main():
    patients = json.loads(env["SAMPLE_PATIENTS"])
    day = time.strftime("%Y%m%d", time.gmtime(time.time() + 9 * 3600))  # 資格確認日は日本の日付

    told = message("OQSsiquc01", {"QualificationConfirmationDate": day}, {"QualificationConfirmSearchInfo": card(patients[0])})
    result = told["MessageBody"]
    person = result["ResultList"][0]["ResultOfQualificationConfirmation"]
    print("資格有効性", result["QualificationValidity"], person["Name"])

    number = {key: value for key, value in card(patients[0]).items() if not key.startswith(("Birth", "Limit"))}
    told = message("OQSsiimm01", {}, {"ReferenceNumberRegistrationInfo": {"ReferenceNumber": "P-0001", **number}})
    print("照会番号の登録", told["MessageBody"]["ProcessingResultStatus"])

    # 一括照会。送り直しても二重に受け付けられないように、1つの要求に1つの鍵を付ける。
    rows = [{**card(patient), "ArbitraryIdentifier": str(row)} for row, patient in enumerate(patients[:2])]
    told = message("OQSmuquc01", {"QualificationConfirmationDate": day}, {"QualificationConfirmSearchInfo": rows}, key=str(uuid.uuid4()))
    reception = told["MessageBody"]["ReceptionNumber"]
    while True:
        told = message("OQSmuquc02", {}, {"ReceptionNumber": reception})
        if told["MessageHeader"]["SegmentOfResult"] != "2":  # 2は処理中。少し待って、同じ受付番号でもう一度
            break
        time.sleep(2)
    for unit in told["MessageBody"]["BulkConfirmUnit"]:
        print("一括", unit["QualificationConfirmSearchInfo"]["ArbitraryIdentifier"], unit.get("QualificationValidity"))


if __name__ == "__main__":
    try:
        main()
    except Refused as refused:
        sys.exit(str(refused))
