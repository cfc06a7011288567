//! A clinic's day over real TLS, with a clock of the test: the patient consents at the reader, the doctor looks and
//! prints, programs fetch by Web API and by folder, the reception is refused, and after 24 hours it is over;
//! all of it in the institution's log, in plain Japanese.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use onshi_core::medical::{Record, import};
use onshi_core::{AccountKind, Function};
use onshi_population::Showcase;
use onshi_population::medical::showcase_records;
use onshi_scenarios::client::Client;
use onshi_terminal::link::{self, LinkConfig};
use onshi_wire::messages::{
    MedicinesRequest, MedicinesRequestBody, MedicinesResponse, PersonRequestHeader,
};
use onshi_wire::{Encoding, Style, print_xml};
use serde_json::json;

use super::consents::{Reader, without_card};
use super::program::{How, Program};
use crate::centre::test_centre::{Institution, TestCentre, TestClock, log_in};
use crate::centre::viewing::person_of;

static CLOCK: TestClock = TestClock::new();

fn medicines(code: &str, patient: &Showcase, category: &str) -> MedicinesRequest {
    let month = onshi_core::Month::of(CLOCK.read().jst_day());
    MedicinesRequest {
        header: PersonRequestHeader {
            medical_institution_code: code.to_owned(),
            insurer_number: format!("{:>8}", patient.insurer_number),
            insurance_card_symbol: patient.symbol.clone(),
            insured_person_identification_number: patient.number.clone(),
            branch_number: patient.branch.clone(),
            arbitrary_file_identifier: Some("yakuzai-0001".to_owned()),
        },
        body: MedicinesRequestBody {
            start_date: month.plus(-36).six(),
            end_date: month.six(),
            file_category: category.to_owned(),
            pr_di_inf_classification: Some("1".to_owned()),
            medical_treatment_flag: Some("1".to_owned()),
        },
    }
}

/// The folders of a linked application that runs.
struct Folders {
    root: PathBuf,
    stop: tokio::sync::oneshot::Sender<()>,
    running: tokio::task::JoinHandle<()>,
}

impl Folders {
    fn open(centre: &TestCentre, at: &Institution) -> Folders {
        let root = centre.folder.path().join("oqs");
        for name in ["req", "res"] {
            fs::create_dir_all(root.join(name)).unwrap();
        }
        let kept = |name: &str, text: &str| {
            let path = root.join(name);
            fs::write(&path, text).unwrap();
            path
        };
        let login = at.login(AccountKind::Link);
        let config = LinkConfig {
            centre_url: format!("https://localhost:{}", centre.running.address.port()),
            authority_pem: kept("authority.crt", centre.authority.certificate_pem()),
            certificate: kept("terminal.pem", &at.terminal.certificate_pem),
            key: kept("terminal.key.pem", &at.terminal.key_pem),
            user_id: login.user_id.clone(),
            password_file: kept("password", &login.password),
            req: root.join("req"),
            res: root.join("res"),
            work: root.join("work"),
            poll: Duration::from_millis(50),
            settle: Duration::from_millis(50),
            patience: Duration::from_millis(500),
            ..LinkConfig::usual(|| onshi_core::clock::now().ms())
        };
        let link = link::open(config).unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let running = tokio::spawn(link.run(async { drop(stopped.await) }));
        Folders {
            root,
            stop,
            running,
        }
    }

    /// Puts a request, and takes the answer out.
    async fn ask(&self, name: &str, message: &MedicinesRequest, answer: &str) -> Vec<u8> {
        let style = Style {
            encoding: Encoding::Utf8,
            ..Style::default()
        };
        let whole = self.root.join("half-written");
        fs::write(&whole, print_xml(message, style).bytes).unwrap();
        fs::rename(&whole, self.root.join("req").join(name)).unwrap();
        taken(&self.root.join("res").join(answer)).await
    }

    async fn close(self) {
        drop(self.stop);
        self.running.await.unwrap();
    }
}

async fn taken(path: &Path) -> Vec<u8> {
    for _ in 0..600 {
        if let Ok(bytes) = fs::read(path) {
            fs::remove_file(path).unwrap();
            return bytes;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{} did not come", path.display());
}

async fn person(centre: &TestCentre, at: &Institution, kind: AccountKind) -> Client {
    let mut client = centre.client(&at.terminal);
    log_in(&mut client, at.login(kind)).await;
    client
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_from_the_consent_to_its_end() {
    let centre = TestCentre::open_with(|| CLOCK.read(), without_card).await;
    let mut ours = centre.institution("131999001", "架空中央クリニック", "");
    // The day is longer than the certificates of other tests.
    ours.terminal = centre.certificate(&ours.code, "ONS02", -3600, 3 * 86_400);
    let patient = centre.populate().swap_remove(0);
    let records: Vec<Record> = showcase_records(CLOCK.read().jst_day());
    centre.operate(&ours.code, Function::ImportMedicalRecords, move |tx| {
        import::take(tx, "showcase", &records)
    });
    let of = person_of(&patient);
    let pages =
        ["medicines", "treatment", "checkups"].map(|page| format!("/web/medical/{of}/{page}"));
    let mut doctor = person(&centre, &ours, AccountKind::Viewer).await;
    let mut program = Program::log_in(&centre, &ours).await;
    let folders = Folders::open(&centre, &ours);
    let asked = medicines(&program.code, &patient, "2");

    // From here on the clock goes by hand.
    CLOCK.advance(0);
    // Before the patient says anything, there is nothing.
    let list = doctor.get("/web/medical").await.unwrap().text();
    assert!(
        list.contains("いま、閲覧の同意がある方はいません"),
        "{list}"
    );
    assert!(
        doctor
            .get(&pages[0])
            .await
            .unwrap()
            .text()
            .contains("consent.missing")
    );

    // The patient consents at the reader, by its signed request.
    let mut reader = Reader::at(&centre, &ours, CLOCK.read()).await;
    let said = json!({"purpose": "1", "verified": "face", "ceiling": true,
        "kinds": {"YZK": true, "TKK": true, "SRJ": true, "SHJ": true}});
    let answer = reader.says(&patient, CLOCK.read(), said).await;
    assert_eq!(answer.status, 200, "{}", answer.text());

    looks(&mut doctor, &pages).await;
    fetches(&mut program, &folders, &patient).await;

    // The reception is told that it may not, and why.
    let mut reception = person(&centre, &ours, AccountKind::General).await;
    let refused = reception.get(&pages[0]).await.unwrap();
    assert_eq!(refused.status, 403);
    assert!(
        refused
            .text()
            .contains("このアカウントでは、この機能を利用できません")
    );

    // Until the last second of the 24 hours it is there; then it is over, with a code of its own.
    CLOCK.advance(86_400 - 1);
    let mut doctor = person(&centre, &ours, AccountKind::Viewer).await;
    assert_eq!(doctor.get(&pages[0]).await.unwrap().status, 200);
    CLOCK.advance(1);
    let over = doctor.get(&pages[0]).await.unwrap();
    assert_eq!(over.status, 403);
    assert!(over.text().contains("consent.ended"), "{}", over.text());
    let mut program = Program::log_in(&centre, &ours).await;
    let told: MedicinesResponse = program.ask("YZKsiquc01", How::Json, &asked).await;
    assert_eq!(told.header.result_code, "9");
    let words = told.header.message_contents.unwrap_or_default();
    assert!(words.starts_with("OQSB9030E"), "{words}");
    folders.close().await;

    in_the_log(&centre, &ours).await;
    centre.closed().await;
}

/// The doctor finds the patient on the list, looks at everything, and prints it.
async fn looks(doctor: &mut Client, pages: &[String; 3]) {
    let list = doctor.get("/web/medical").await.unwrap().text();
    assert!(
        list.contains(&pages[0]) && list.contains("あと24時間0分"),
        "{list}"
    );
    let timeline = doctor.get(&pages[0]).await.unwrap().text();
    assert!(
        timeline.contains("月ごとの薬剤の表") && timeline.contains("自院"),
        "{timeline}"
    );
    assert!(
        timeline.contains("data-consent-left=\"86400\""),
        "{timeline}"
    );
    let checkups = doctor.get(&pages[2]).await.unwrap().text();
    assert!(checkups.contains("HbA1c"), "{checkups}");
    for page in pages {
        let pdf = doctor.get(&format!("{page}.pdf")).await.unwrap();
        assert_eq!(pdf.status, 200, "{page}: {}", pdf.text());
        assert!(pdf.body.starts_with(b"%PDF-"), "{page}");
    }
}

/// Programs fetch the same, by the Web API and by folder, as XML and as PDF.
async fn fetches(program: &mut Program, folders: &Folders, patient: &Showcase) {
    let asked = medicines(&program.code, patient, "2");
    let told: MedicinesResponse = program.ask("YZKsiquc01", How::Json, &asked).await;
    assert_eq!(
        told.header.result_code, "1",
        "{:?}",
        told.header.message_contents
    );
    assert!(!told.body.months.is_empty());
    let file = folders
        .ask("YZKsiquc01req_1.xml", &asked, "YZKsiquc01res_1.xml")
        .await;
    let file = String::from_utf8_lossy(&file);
    assert!(
        file.contains("<ResultCode>1</ResultCode>") && file.contains("<DrugN>"),
        "{file}"
    );
    let printed = medicines(&program.code, patient, "1");
    let file = folders
        .ask("YZKsiquc01req_2.xml", &printed, "YZKsiquc01res_2.pdf")
        .await;
    assert!(file.starts_with(b"%PDF-"));
}

/// What the institution reads of it in 操作履歴.
async fn in_the_log(centre: &TestCentre, ours: &Institution) {
    let mut admin = person(centre, ours, AccountKind::Admin).await;
    let csv = admin.get("/web/history.csv").await.unwrap().text();
    let lines: Vec<&str> = csv.lines().collect();
    let has = |parts: &[&str]| {
        let fits = |line: &&&str| parts.iter().all(|part| line.contains(part));
        assert!(lines.iter().any(|line| fits(&line)), "{parts:?} in\n{csv}");
    };
    has(&[
        "顔認証",
        "同意の登録",
        "完了",
        "同意を登録（手術情報・診療情報・特定健診情報・薬剤情報・限度額。外来等、顔認証で本人確認）",
    ]);
    has(&["医療情報閲覧", "同意取得済み患者一覧", "完了"]);
    has(&["医療情報閲覧", "完了", "薬剤情報（", "件）を提供"]);
    has(&["医療情報閲覧", "完了", "特定健診情報（", "件）を提供"]);
    has(&[
        "Web API用",
        "薬剤情報・特定健診情報の取得",
        "完了",
        "薬剤情報（",
    ]);
    has(&[
        "連携アプリ用",
        "薬剤情報・特定健診情報の取得",
        "完了",
        "薬剤情報（",
    ]);
    has(&["一般", "医療情報閲覧", "拒否"]);
    has(&["医療情報閲覧", "拒否", "患者の同意の有効期限が切れています"]);
    has(&["Web API用", "拒否", "患者の同意の有効期限が切れています"]);
}
