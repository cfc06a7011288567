"""A log-in and a check by the client that openapi-python-client makes, over mutual TLS."""
import json
import os
import ssl
import time

from client import AuthenticatedClient, Client
from client.api.default import auth, oq_ssiquc_01
from client.models import AuthBody, OQSsiquc01Req

env = os.environ
tls = ssl.create_default_context(cafile=env["SAMPLE_CA"])
tls.load_cert_chain(env["SAMPLE_CERT"], env["SAMPLE_KEY"])
client = Client(base_url=env["SAMPLE_URL"], verify_ssl=tls)
told = auth.sync(client=client, body=AuthBody(user_id=env["SAMPLE_USER"], password=env["SAMPLE_PASSWORD"]))
token = told.result.id_token

patient = json.loads(env["SAMPLE_PATIENTS"])[0]
search = {
    "InsurerNumber": patient["insurer_number"],
    "InsuredCardSymbol": patient["symbol"],
    "InsuredIdentificationNumber": patient["number"],
    "InsuredBranchNumber": patient["branch"],
    "Birthdate": patient["birthdate"],
    "LimitApplicationCertificateRelatedConsFlg": "1",
}
header = {
    "QualificationConfirmationDate": time.strftime("%Y%m%d", time.gmtime(time.time() + 9 * 3600)),
    "MedicalInstitutionCode": env["SAMPLE_INSTITUTION"],
}
message = {"MessageHeader": header, "MessageBody": {"QualificationConfirmSearchInfo": search}}
client = AuthenticatedClient(base_url=env["SAMPLE_URL"], verify_ssl=tls, token=token)
told = oq_ssiquc_01.sync(client=client, body=OQSsiquc01Req.from_dict({"XmlMsg": message}))
print("資格有効性", told.xml_msg.message_body.qualification_validity)
