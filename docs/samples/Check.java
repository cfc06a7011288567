// 資格確認を1件行う見本（Java 11以降、標準ライブラリだけ）。デモでは: . docs/samples/env.sh && java docs/samples/Check.java
import java.io.FileInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

public class Check {
    static String env(String name) {
        return System.getenv(name);
    }

    /** 端末の電子証明書（PKCS#12）を示し、センターの認証局だけを信頼する。 */
    static SSLContext tls() throws Exception {
        char[] password = env("SAMPLE_P12_PASSWORD").toCharArray();
        KeyStore own = KeyStore.getInstance("PKCS12");
        try (FileInputStream file = new FileInputStream(env("SAMPLE_P12"))) {
            own.load(file, password);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, password);
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (FileInputStream file = new FileInputStream(env("SAMPLE_CA"))) {
            trusted.setCertificateEntry("centre", CertificateFactory.getInstance("X.509").generateCertificate(file));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    /** 見本なので、値は正規表現で取り出す。実際のプログラムではJSONのライブラリを使う。 */
    static String value(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"").matcher(json);
        return found.find() ? found.group(1) : null;
    }

    static String field(String name, String value) {
        return value == null ? "" : ",\"" + name + "\":\"" + value + "\"";
    }

    /** 混雑（429・503）では、Retry-Afterの秒数だけ待って、同じ内容を送り直す。 */
    static HttpResponse<String> post(HttpClient client, String path, String body, String token) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(env("SAMPLE_URL") + path))
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "application/json;charset=UTF-8")
            .POST(HttpRequest.BodyPublishers.ofString(body));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        for (int again = 0;; again++) {
            HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            boolean busy = answer.statusCode() == 429 || answer.statusCode() == 503;
            if (!busy || again == 3) {
                return answer;
            }
            Thread.sleep(1000L * Long.parseLong(answer.headers().firstValue("Retry-After").orElse("5")));
        }
    }

    public static void main(String[] arguments) throws Exception {
        HttpClient client = HttpClient.newBuilder().sslContext(tls()).version(HttpClient.Version.HTTP_1_1).build();
        HttpResponse<String> answer = post(client, "/oqs-api-pro/MSA12020/ILI12020SV01/auth",
            "{\"userId\":\"" + env("SAMPLE_USER") + "\",\"password\":\"" + env("SAMPLE_PASSWORD") + "\"}", null);
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(value(answer.body(), "code") + "：" + value(answer.body(), "detail"));
        }
        String token = value(answer.body(), "idToken");

        String patient = env("SAMPLE_PATIENTS").split("\\},\\{")[0];
        String day = LocalDate.now(ZoneId.of("Asia/Tokyo")).format(DateTimeFormatter.BASIC_ISO_DATE);
        String card = "\"InsurerNumber\":\"" + String.format("%8s", value(patient, "insurer_number")) + "\""
            + field("InsuredCardSymbol", value(patient, "symbol"))
            + field("InsuredIdentificationNumber", value(patient, "number"))
            + field("InsuredBranchNumber", value(patient, "branch"))
            + field("Birthdate", value(patient, "birthdate"))
            + field("LimitApplicationCertificateRelatedConsFlg", "1");
        answer = post(client, "/onshi/v1/messages/OQSsiquc01",
            "{\"XmlMsg\":{\"MessageHeader\":{\"QualificationConfirmationDate\":\"" + day + "\",\"MedicalInstitutionCode\":\""
            + env("SAMPLE_INSTITUTION") + "\"},\"MessageBody\":{\"QualificationConfirmSearchInfo\":{" + card + "}}}}", token);
        String told = answer.body();
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(value(told, "code") + "：" + value(told, "detail"));
        }
        if (!"1".equals(value(told, "SegmentOfResult"))) { // HTTPは200でも、メッセージが断られている
            throw new IllegalStateException(value(told, "ErrorCode") + "：" + value(told, "ErrorMessage"));
        }
        String name = value(told.substring(told.indexOf("\"ResultList\"")), "Name");
        System.out.println("資格有効性 " + value(told, "QualificationValidity") + " " + name);
    }
}
