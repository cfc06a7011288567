// A log-in and a check by the client that openapi-typescript and openapi-fetch make, over mutual TLS.
import { readFileSync } from "node:fs";
import createClient from "openapi-fetch";
import { Agent, fetch as undici } from "undici";
import type { components, paths } from "./api.js";

const env = process.env as Record<string, string>;
const read = (name: string) => readFileSync(env[name]!, "utf8");
const dispatcher = new Agent({ connect: { ca: read("SAMPLE_CA"), cert: read("SAMPLE_CERT"), key: read("SAMPLE_KEY") } });
const shown = async (request: Request): Promise<Response> => {
  const body = await request.text();
  const headers = Object.fromEntries(request.headers);
  const answer = await undici(request.url, { method: request.method, headers, body, dispatcher });
  return answer as unknown as Response;
};
const client = createClient<paths>({ baseUrl: env["SAMPLE_URL"]!, fetch: shown });

const login = await client.POST("/oqs-api-pro/MSA12020/ILI12020SV01/auth", {
  body: { userId: env["SAMPLE_USER"]!, password: env["SAMPLE_PASSWORD"]! },
});
if (!login.data) throw new Error(JSON.stringify(login.error));

const patient = JSON.parse(env["SAMPLE_PATIENTS"]!)[0];
const day = new Date(Date.now() + 9 * 3600_000).toISOString().slice(0, 10).replaceAll("-", "");
const body: components["schemas"]["OQSsiquc01req"] = {
  XmlMsg: {
    MessageHeader: { QualificationConfirmationDate: day, MedicalInstitutionCode: env["SAMPLE_INSTITUTION"]! },
    MessageBody: {
      QualificationConfirmSearchInfo: {
        InsurerNumber: patient.insurer_number,
        InsuredCardSymbol: patient.symbol,
        InsuredIdentificationNumber: patient.number,
        InsuredBranchNumber: patient.branch,
        Birthdate: patient.birthdate,
        LimitApplicationCertificateRelatedConsFlg: "1",
      },
    },
  },
};
const told = await client.POST("/onshi/v1/messages/OQSsiquc01", {
  body,
  headers: { Authorization: `Bearer ${login.data.result.idToken}` },
});
if (!told.data) throw new Error(JSON.stringify(told.error));
// Asked in JSON, it is answered in JSON and not in XML.
if (!("XmlMsg" in told.data)) throw new Error("an answer in XML");
console.log("資格有効性", told.data.XmlMsg.MessageBody.QualificationValidity);
