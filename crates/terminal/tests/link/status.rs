//! The status page, and the check of a file.

use onshi_terminal::link::check::check;
use onshi_terminal::link::{self, LinkError};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{ANSWER, Clinic, message, until};

async fn get(clinic: &Clinic, path: &str, host: Option<&str>) -> String {
    let address = clinic.status.unwrap();
    let own = format!("localhost:{}", address.port());
    let host = host.unwrap_or(&own);
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    text
}

async fn status(clinic: &Clinic) -> serde_json::Value {
    let text = get(clinic, "/status.json", None).await;
    serde_json::from_str(text.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[tokio::test]
async fn lights_and_nobodys_data() {
    let clinic = Clinic::open().await;
    clinic.put("OQSsiquc01req_patient42.xml", message("secret"));
    clinic.take("OQSsiquc01res_patient42.xml").await;
    clinic.quiet().await;
    let shown = status(&clinic).await;
    assert_eq!(shown["trouble"], serde_json::Value::Null, "{shown}");
    let lights = shown["lights"].as_array().unwrap();
    let ids: Vec<_> = lights
        .iter()
        .map(|light| light["id"].as_str().unwrap())
        .collect();
    assert_eq!(
        ids,
        ["network", "certificate", "account", "centre", "watch"]
    );
    assert!(
        lights.iter().all(|light| light["tone"] == "good"),
        "{shown}"
    );
    assert_eq!(shown["last_answer"]["message"], "OQSsiquc01req");
    let page = get(&clinic, "/", None).await;
    for words in [
        "200 OK",
        "電子証明書",
        "残り900日",
        "ログイン中",
        "data-reload=\"10\"",
    ] {
        assert!(page.contains(words), "{words} is missing in {page}");
    }
    assert!(!page.contains("patient42") && !shown.to_string().contains("patient42"));
    let health = get(&clinic, "/health", None).await;
    assert!(
        health.starts_with("HTTP/1.1 200") && health.contains("\"ok\""),
        "{health}"
    );
    let figures = get(&clinic, "/metrics", None).await;
    for line in [
        "onshi_link_light_bad{light=\"watch\"} 0",
        "onshi_link_look_age_seconds 0.",
        "onshi_link_waiting 0",
    ] {
        assert!(figures.contains(line), "{line} is missing in {figures}");
    }
    let style = get(&clinic, "/terminal/assets/terminal.css", None).await;
    assert!(style.contains(".light"));
    let script = get(&clinic, "/terminal/assets/terminal.js", None).await;
    assert!(script.contains("text/javascript"), "{script}");
}

#[tokio::test]
async fn a_file_that_nobody_answers_is_named_with_the_reason() {
    let clinic = Clinic::open().await;
    for name in ["OQSsiquc01req_1.tmp", "資格確認.xml", "oqssiquc01req_1.xml"] {
        clinic.put(name, message("a"));
    }
    for number in 0..9 {
        clinic.put(&format!("鑑{number}-{}", "x".repeat(100)), message("a"));
    }
    for _ in 0..200 {
        if status(&clinic).await["left_alone"]["count"] == 12 {
            break;
        }
        super::pause(50).await;
    }
    let page = get(&clinic, "/", None).await;
    for words in [
        "読み取らないファイル",
        "OQSsiquc01req_1.tmp",
        "「.xml」で終わる名前",
        "資格確認.xml",
        "「_」がありません",
        "大文字と小文字が違います",
        "x…</span>",
        "ほかに2件あります",
    ] {
        assert!(page.contains(words), "{words} is missing in {page}");
    }
    let shown = status(&clinic).await;
    assert_eq!(shown["left_alone"]["count"], 12);
    // The names are on the page alone, where whoever put them there looks.
    assert!(!shown.to_string().contains("資格確認.xml"));
    assert!(
        get(&clinic, "/metrics", None)
            .await
            .contains("onshi_link_left_alone 12")
    );
}

#[tokio::test]
async fn it_answers_to_its_own_name_only() {
    let clinic = Clinic::open().await;
    let page = get(&clinic, "/", Some("evil.example")).await;
    assert!(page.starts_with("HTTP/1.1 421"), "{page}");
    assert!(
        get(&clinic, "/elsewhere", None)
            .await
            .starts_with("HTTP/1.1 404")
    );
    let mut config = clinic.config.clone();
    config.work = config.work.join("another");
    config.status_listen = Some("0.0.0.0:0".parse().unwrap());
    assert!(matches!(link::open(config), Err(LinkError::NotLoopback(_))));
}

async fn trouble(clinic: &Clinic) -> String {
    let shown = status(clinic).await;
    shown["trouble"].as_str().unwrap_or_default().to_owned()
}

async fn until_trouble(clinic: &Clinic, wanted: &str) {
    for _ in 0..600 {
        if trouble(clinic).await == wanted {
            return;
        }
        super::pause(50).await;
    }
    panic!("{}", status(clinic).await);
}

#[tokio::test]
async fn it_says_which_light_is_the_trouble() {
    let mut clinic = Clinic::new().await;
    clinic.centre.script().password = "Changed-2".to_owned();
    clinic.start();
    until_trouble(&clinic, "account").await;
    assert!(
        get(&clinic, "/", None)
            .await
            .contains("パスワードが違います")
    );
    clinic.password("Changed-2");
    until_trouble(&clinic, "").await;
    clinic.centre.stop();
    until_trouble(&clinic, "network").await;
    let health = get(&clinic, "/health", None).await;
    assert!(
        health.starts_with("HTTP/1.1 503") && health.contains("network"),
        "{health}"
    );
    clinic.put("OQSsiquc01req_1.xml", message("waits"));
    until("in work", || super::listed(&clinic.config.work).len() > 1).await;
    let authority = &clinic.authority;
    clinic.centre.go_on(authority).await;
    until_trouble(&clinic, "").await;
    clinic.take(ANSWER).await;
    std::fs::remove_file(&clinic.config.key).unwrap();
    until_trouble(&clinic, "certificate").await;
    assert!(get(&clinic, "/", None).await.contains("terminal.key.pem"));
}

#[test]
fn a_check_names_line_column_and_element() {
    let body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<XmlMsg>\n<MessageHeader>\n\
        <QualificationConfirmationDate>20261122</QualificationConfirmationDate>\n\
        <MedicalInstitutionCode>1319999999</MedicalInstitutionCode>\n</MessageHeader>\n\
        <MessageBody><QualificationConfirmSearchInfo>\n\
        <InsurerNumber>  138057</InsurerNumber>\n\
        <InsuredIdentificationNumber>1001</InsuredIdentificationNumber>\n\
        <Birthdate>19750230</Birthdate>\n\
        <LimitApplicationCertificateRelatedConsFlg>1</LimitApplicationCertificateRelatedConsFlg>\n\
        </QualificationConfirmSearchInfo></MessageBody>\n</XmlMsg>\n";
    let report = check("OQSsiquc01req_req1.xml", body.as_bytes());
    assert_eq!(report.message, Some("OQSsiquc01req"));
    assert_eq!(report.problems.len(), 1, "{report:?}");
    let problem = &report.problems[0];
    assert_eq!(problem.line, Some(10));
    assert!(problem.column.is_some());
    assert!(problem.element.ends_with("/Birthdate"));
    assert!(problem.text.contains("生年月日"));
    assert!(
        !problem.sentence().contains("19750230"),
        "values may be personal"
    );
    assert_eq!(report.warnings.len(), 1, "req in the name's body");

    let good = body.replace("19750230", "19750228");
    assert!(check("OQSsiquc01req_1.xml", good.as_bytes()).is_clean());
    for (name, words) in [
        ("oqssiquc01req_1.xml", "OQSsiquc01req_1.xml"),
        ("EPSsiDMP01req_1.xml", ".err"),
        ("OQSsiquc01res_1.xml", "結果のファイル名"),
        ("notes.txt", "触れません"),
    ] {
        let report = check(name, good.as_bytes());
        assert!(!report.is_clean());
        assert!(report.problems[0].text.contains(words), "{report:?}");
    }
}
