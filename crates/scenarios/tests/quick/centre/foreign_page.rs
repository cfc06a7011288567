//! A page of somebody else's, in a real browser that holds a certificate of ours.
//!
//! The browser shows the certificate with whatever a page makes it send. Each attack here is one that
//! a page can make without being asked back by the browser (a form, `no-cors`, a beacon, a picture),
//! or that only a preflight would stop. What it can't do must show in what the centre did.

use std::path::PathBuf;
use std::sync::Arc;

use onshi_core::audit::{Line, Outcome};
use onshi_core::certificate::Issued;
use onshi_core::{AccountKind, Function};
use onshi_scenarios::browser::{Browser, Options};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, pem::PemObject};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::test_centre::{TestCentre, TestClock, log_in, try_log_in};

const INSURER: &str = "06139018";
const AUTH: &str = "/oqs-api-pro/MSA12020/ILI12020SV01/auth";

/// What a foreign page has to work with: each of these sends and never fails.
const TOOLS: &str = "
    const soon = made => Promise.race([made, new Promise(done => setTimeout(done, 3000))]);
    const fly = (url, options) => fetch(url, {credentials: 'include', ...options}).catch(() => null);
    const plain = (url, body) => fly(url, {method: 'POST', mode: 'no-cors', body});
    const typeless = (url, body) => fly(url, {method: 'POST', mode: 'no-cors',
        body: new Blob([body])});
    const typed = (url, body, type) => fly(url, {method: 'POST', body,
        headers: {'Content-Type': type}});
    const beacon = (url, body) => { navigator.sendBeacon(url, body);
        return new Promise(done => setTimeout(done, 500)); };
    const picture = url => soon(new Promise(done => { const i = new Image();
        i.onload = i.onerror = done; i.src = url; }));
    const frame = url => soon(new Promise(done => { const f = document.createElement('iframe');
        f.onload = f.onerror = done; f.src = url; document.body.append(f); }));
    const form = (url, kind, fields) => soon(new Promise(done => {
        const f = document.createElement('iframe'), s = document.createElement('form');
        f.name = 'n' + Math.random(); document.body.append(f);
        s.method = 'POST'; s.action = url; s.enctype = kind; s.target = f.name;
        for (const [name, value] of fields) { const i = document.createElement('textarea');
            i.name = name; i.value = value; s.append(i); }
        document.body.append(s); f.onload = f.onerror = done; s.submit(); }));
";

/// A browser that holds this certificate and shows it to the centre without asking.
async fn holding(centre: &TestCentre, issued: &Issued, name: &str) -> Browser {
    let at = |file: &str| -> PathBuf { centre.folder.path().join(file) };
    let own = centre.authority.certificate_der();
    std::fs::write(at("ca.pem"), centre.authority.certificate_pem()).unwrap();
    let file = at(&format!("{name}.p12"));
    std::fs::write(&file, issued.pkcs12(own, name, "open me").unwrap()).unwrap();
    Browser::start(Options {
        authority_pem: Some(at("ca.pem")),
        client_p12: Some((file, "open me".to_owned())),
        auto_select: true,
        ..Options::default()
    })
    .await
    .unwrap()
}

/// The foreign pages: of another site, and of the same site on another port.
async fn foreign_pages(centre: &TestCentre) -> [String; 2] {
    let server = centre.certificate_of_a_server();
    let key = PrivateKeyDer::from_pem_slice(server.key_pem.as_bytes()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![server.certificate_der.clone().into()], key)
        .unwrap();
    let other_site = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let same_site = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let urls = [
        format!(
            "http://127.0.0.1:{}/",
            other_site.local_addr().unwrap().port()
        ),
        format!(
            "https://localhost:{}/",
            same_site.local_addr().unwrap().port()
        ),
    ];
    tokio::spawn(async move {
        while let Ok((stream, _)) = other_site.accept().await {
            tokio::spawn(empty_page(stream));
        }
    });
    let acceptor = TlsAcceptor::from(Arc::new(tls));
    tokio::spawn(async move {
        while let Ok((stream, _)) = same_site.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                if let Ok(stream) = acceptor.accept(stream).await {
                    empty_page(stream).await;
                }
            });
        }
    });
    urls
}

async fn empty_page(mut stream: impl AsyncReadExt + AsyncWriteExt + Unpin) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read_buf(&mut request).await {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
    }
    let answer = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\
                  content-length: 25\r\n\r\n<!doctype html><p>foreign";
    let _ = stream.write_all(answer.as_bytes()).await;
    let _ = stream.shutdown().await;
}

/// Lets the page that is open do this, and waits until all of it was answered.
async fn attack(browser: &Browser, script: &str) {
    let script = format!("{TOOLS} return (async () => {{ {script} return 'sent'; }})();");
    assert_eq!(browser.execute(&script).await.unwrap(), json!("sent"));
}

fn of(lines: &[Line], function: Function) -> Vec<&Line> {
    lines
        .iter()
        .filter(|line| line.function == Some(function))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_foreign_page_reports_nobody_by_an_insurers_certificate() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let insurer = centre.insurer("架空健康保険組合", &[INSURER]);
    let browser = holding(&centre, &insurer, "insurer").await;
    let records = format!("{}/onshi/v1/insurers/{INSURER}/records", centre.url());
    let lines = [
        json!({"Insurer": {"InsurerNumber": INSURER, "InsurerName": "架空健康保険組合",
            "DataDate": "20261101"}})
        .to_string(),
        json!({"Qualification": {"Person": 987_654_321, "InsurerNumber": INSURER,
            "InsuredIdentificationNumber": "9", "InsuredCardClassification": "01",
            "Name": "偽の 人", "Sex1": "1", "Birthdate": "19800101",
            "QualificationDate": "20200401", "Address": "a=b"}})
        .to_string(),
    ];
    let body = serde_json::to_string(&lines.join("\n")).unwrap();
    for page in foreign_pages(&centre).await {
        browser.goto(&page).await.unwrap();
        attack(
            &browser,
            &format!(
                "const url = '{records}', body = {body};
                const [name, value] = [body.slice(0, body.indexOf('a=b') + 1),
                    body.slice(body.indexOf('a=b') + 2)];
                await form(url, 'text/plain', [[name, value]]);
                await form(url, 'multipart/form-data', [[name, value]]);
                await form(url, 'application/x-www-form-urlencoded', [[name, value]]);
                await plain(url, body);
                await typeless(url, body);
                await beacon(url, body);
                await beacon(url, new Blob([body], {{type: 'application/x-ndjson'}}));
                await typed(url, body, 'application/x-ndjson');
                await typed(url, body, 'text/plain; application/x-ndjson');
                await picture(url.replace('records', 'status'));
                await frame(url.replace('records', 'status'));"
            ),
        )
        .await;
    }
    let mut program = centre.client(&insurer);
    let path = format!("/onshi/v1/insurers/{INSURER}/status");
    let told = program.get(&path).await.unwrap().json();
    assert_eq!(
        (&told["persons"], &told["lastReport"]),
        (&json!(0), &json!(null)),
        "{told}"
    );
    let log = centre.audit_of_insurers(500);
    let done: Vec<_> = log
        .iter()
        .filter(|line| line.outcome == Some(Outcome::Done))
        .collect();
    assert_eq!(
        done.len(),
        1,
        "only what the program itself asked: {done:?}"
    );
    let refused = of(&log, Function::ReportInsuredPersons);
    assert!(
        refused.len() >= 10,
        "the attempts are in the log: {}",
        refused.len()
    );
    for line in refused {
        assert_eq!(line.refusal.as_deref(), Some("request.foreign_origin"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_foreign_page_locks_nobody_and_reads_nothing_through_a_terminal() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let admin = ours.login(AccountKind::Admin);
    let browser = holding(&centre, &ours.terminal, "terminal").await;
    // Somebody is logged in, and the cookie of that goes to every port of this host.
    let url = centre.url();
    browser.goto(&format!("{url}/web/login")).await.unwrap();
    browser.tab_to("#user_id", 10).await.unwrap();
    browser.type_text(&admin.user_id).await.unwrap();
    browser.tab_to("#password", 5).await.unwrap();
    browser.type_text(&admin.password).await.unwrap();
    browser
        .keys(&[onshi_scenarios::browser::Press::Enter])
        .await
        .unwrap();
    browser.wait_for("a[href=\"/web/history\"]").await.unwrap();
    let before = centre.audit(&ours.code, 500);
    let wrong = json!({"userId": admin.user_id, "password": "wrong=wrong"}).to_string();
    let wrong = serde_json::to_string(&wrong).unwrap();
    for page in foreign_pages(&centre).await {
        browser.goto(&page).await.unwrap();
        attack(
            &browser,
            &format!(
                "const url = '{url}{AUTH}', body = {wrong};
                for (let i = 0; i < 6; i++) {{
                    await form(url, 'text/plain', [[body.slice(0, body.indexOf('=')),
                        body.slice(body.indexOf('=') + 1)]]);
                    await plain(url, body);
                    await typeless(url, body);
                    await form('{url}/web/login', 'application/x-www-form-urlencoded',
                        [['user_id', '{user}'], ['password', 'wrong']]);
                }}
                await form('{url}/web/accounts', 'application/x-www-form-urlencoded',
                    [['kind', 'general'], ['user_id', 'Forged01'], ['name', '偽']]);
                await form('{url}/web/logout', 'application/x-www-form-urlencoded', []);
                for (const path of ['/web/history', '/web/history.csv', '/web/accounts',
                        '/web/menu', '/web/eligibility/today']) {{
                    await picture('{url}' + path);
                    await frame('{url}' + path);
                    await fly('{url}' + path, {{mode: 'no-cors'}});
                    await fly('{url}' + path);
                }}",
                user = admin.user_id,
            ),
        )
        .await;
    }
    let log = centre.audit(&ours.code, 1000);
    let new: Vec<_> = log
        .iter()
        .filter(|line| before.iter().all(|b| b.seq != line.seq))
        .collect();
    for line in &new {
        assert_eq!(line.outcome, Some(Outcome::Refused), "{line:?}");
        assert_eq!(
            line.refusal.as_deref(),
            Some("request.foreign_origin"),
            "{line:?}"
        );
    }
    assert!(new.len() >= 20, "{}", new.len());
    // Nobody is locked, and who was logged in still is.
    let mut other = centre.client(&ours.terminal);
    let answer = try_log_in(&mut other, &admin.user_id, &admin.password).await;
    assert_eq!(
        answer.status,
        200,
        "it asks whether to take over: {}",
        answer.text()
    );
    browser.goto(&format!("{url}/web/menu")).await.unwrap();
    browser.wait_for("a[href=\"/web/history\"]").await.unwrap();
    log_in(&mut other, admin).await;
}
