// 資格確認を1件行う見本（.NET 8以降、標準ライブラリだけ）。デモの環境変数を設定してから: dotnet run
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;

string Env(string name) => Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException(name);

// 端末の電子証明書を示し、センターの認証局だけを信頼する。
var own = X509Certificate2.CreateFromPemFile(Env("SAMPLE_CERT"), Env("SAMPLE_KEY"));
own = new X509Certificate2(own.Export(X509ContentType.Pkcs12)); // Windowsでは、この変換が必要
var authority = new X509Certificate2(Env("SAMPLE_CA"));
var handler = new HttpClientHandler { ClientCertificates = { own } };
handler.ServerCertificateCustomValidationCallback = (_, certificate, _, errors) =>
{
    var chain = new X509Chain();
    chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
    chain.ChainPolicy.CustomTrustStore.Add(authority);
    chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
    var nameFits = !errors.HasFlag(System.Net.Security.SslPolicyErrors.RemoteCertificateNameMismatch);
    return nameFits && certificate is not null && chain.Build(certificate);
};
using var client = new HttpClient(handler) { BaseAddress = new Uri(Env("SAMPLE_URL")), Timeout = TimeSpan.FromSeconds(60) };

// 混雑（429・503）では、Retry-Afterの秒数だけ待って、同じ内容を送り直す。
async Task<JsonNode> Post(string path, JsonNode body, string? token)
{
    for (var again = 0; ; again++)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        if (token is not null) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        using var answer = await client.SendAsync(request);
        var told = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        var busy = (int)answer.StatusCode is 429 or 503;
        if (busy && again < 3)
        {
            await Task.Delay(answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(5));
            continue;
        }
        if ((int)answer.StatusCode != 200) throw new InvalidOperationException($"{told["code"]}：{told["detail"]}");
        return told;
    }
}

var login = new JsonObject { ["userId"] = Env("SAMPLE_USER"), ["password"] = Env("SAMPLE_PASSWORD") };
var tokens = (await Post("/oqs-api-pro/MSA12020/ILI12020SV01/auth", login, null))["result"]!;

var patient = JsonNode.Parse(Env("SAMPLE_PATIENTS"))![0]!;
var card = new JsonObject
{
    ["InsurerNumber"] = patient["insurer_number"]!.ToString().PadLeft(8),
    ["InsuredIdentificationNumber"] = patient["number"]!.ToString(),
    ["Birthdate"] = patient["birthdate"]!.ToString(),
    ["LimitApplicationCertificateRelatedConsFlg"] = "1",
};
if (patient["symbol"] is { } symbol) card["InsuredCardSymbol"] = symbol.ToString();
if (patient["branch"] is { } branch) card["InsuredBranchNumber"] = branch.ToString();
var check = new JsonObject
{
    ["XmlMsg"] = new JsonObject
    {
        ["MessageHeader"] = new JsonObject
        {
            ["QualificationConfirmationDate"] = DateTime.UtcNow.AddHours(9).ToString("yyyyMMdd"), // 日本の日付
            ["MedicalInstitutionCode"] = Env("SAMPLE_INSTITUTION"),
        },
        ["MessageBody"] = new JsonObject { ["QualificationConfirmSearchInfo"] = card },
    },
};
var result = (await Post("/onshi/v1/messages/OQSsiquc01", check, tokens["idToken"]!.ToString()))["XmlMsg"]!;
var header = result["MessageHeader"]!;
if (header["SegmentOfResult"]!.ToString() != "1") // HTTPは200でも、メッセージが断られている
    throw new InvalidOperationException($"{header["ErrorCode"]}：{header["ErrorMessage"]}");
var person = result["MessageBody"]!["ResultList"]![0]!["ResultOfQualificationConfirmation"]!;
Console.WriteLine($"資格有効性 {result["MessageBody"]!["QualificationValidity"]} {person["Name"]}");
