//! What operators do at institutions from their screens: found, stopped, certificates revoked, accounts helped; all of it in the
//! institution's own log, under the operator's user id.

use onshi_core::account::UserId;
use onshi_core::facility::FacilityCode;
use onshi_core::password::PasswordHash;
use onshi_core::registration::{self, FirstPassword, NewFacility};
use onshi_core::second_factor::FactorPolicy;
use onshi_core::{AccountKind, Function, Role, Tx};
use onshi_scenarios::client::Client;

use super::operators::{browser, office, open};
use super::test_centre::{TestCentre, TestClock, done, log_in, shown_password, try_log_in};

const PAGE: &str = "/web/institutions";

async fn page(client: &mut Client, path: &str) -> String {
    let answer = client.get(path).await.unwrap();
    assert_eq!(answer.status, 200, "{path} {}", answer.text());
    answer.text()
}

async fn refused(client: &mut Client, path: &str, fields: &[(&str, &str)], status: u16) -> String {
    let answer = client.post(path, fields).await.unwrap();
    assert_eq!(answer.status, status, "{path} {}", answer.text());
    answer.text()
}

/// Whether the newest deed of this function in an institution's log is an operator's, and in words what it was.
fn noted(centre: &TestCentre, code: &FacilityCode, function: Function, words: &str) {
    let lines = centre.audit(code, 60);
    let of_it = |line: &&onshi_core::audit::Line| {
        let said = line.detail.as_ref().map(|detail| detail.words());
        line.function == Some(function) && said.is_some_and(|said| said.contains(words))
    };
    let line = lines.iter().find(of_it);
    let line = line.unwrap_or_else(|| panic!("{words}: {lines:?}"));
    assert_eq!(line.role, Some(Role::Officer), "{line:?}");
    assert_eq!(line.user_id.as_deref(), Some("Tanto01"), "{line:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn institutions_are_found_and_stopped_and_go_on() {
    static CLOCK: TestClock = TestClock::new();
    let centre = open(|| CLOCK.read(), FactorPolicy::Offered).await;
    let (ours, theirs, office) = (centre.ours(), centre.theirs(), office(&centre));
    let mut officer = browser(&centre, Some(&office.terminal));
    log_in(&mut officer, &office.logins[0]).await;
    let (own, other) = ("霞が関みらい診療所", "となりの薬局");
    for (query, expected) in [
        ("", [true, true]),
        ("?q=131234", [true, false]),
        // In full width.
        ("?q=%EF%BC%91%EF%BC%93%EF%BC%91", [true, false]),
        ("?q=%E3%81%A8%E3%81%AA%E3%82%8A", [false, true]),
        // What means any text in a pattern is a letter like others.
        ("?q=%25", [false, false]),
        ("?q=_", [false, false]),
        ("?state=stopped", [false, false]),
    ] {
        let list = page(&mut officer, &format!("{PAGE}{query}")).await;
        let found = [own, other].map(|name| list.contains(name));
        assert_eq!(found, expected, "{query}");
    }
    let none = page(&mut officer, &format!("{PAGE}?q=nothing")).await;
    assert!(none.contains("条件に合う医療機関等はありません"), "{none}");

    let here = format!("{PAGE}/{}", ours.code);
    let shown = page(&mut officer, &here).await;
    assert!(shown.contains(own) && shown.contains("登録なし"), "{shown}");
    let nobody = FacilityCode::from_body("131999777").unwrap();
    for unknown in [nobody.as_str(), "operators", "1312345670", "%00"] {
        for behind in ["", "/stop", "/terminals", "/accounts"] {
            let path = format!("{PAGE}/{unknown}{behind}");
            let answer = officer.get(&path).await.unwrap();
            assert_eq!(answer.status, 404, "{path}");
        }
    }

    let stop = format!("{here}/stop");
    let mut admin = centre.client(&ours.terminal);
    log_in(&mut admin, ours.login(AccountKind::Admin)).await;
    let asked = page(&mut officer, &stop).await;
    assert!(asked.contains("だれもログインできません"), "{asked}");
    let wrong = refused(&mut officer, &stop, &[("reason", " ")], 422).await;
    assert!(wrong.contains("理由を200文字以内"), "{wrong}");
    refused(&mut officer, &format!("{here}/nothing"), &[], 404).await;
    refused(&mut officer, &format!("{here}/resume"), &[], 409).await;
    let after = done(&mut officer, &stop, &[("reason", "架空の届出")])
        .await
        .text();
    assert!(
        after.contains("利用を停止しました") && after.contains("架空の届出"),
        "{after}"
    );
    assert_eq!(admin.get("/web/menu").await.unwrap().status, 403);
    refused(&mut officer, &stop, &[("reason", "もう一度")], 409).await;
    let list = page(&mut officer, &format!("{PAGE}?state=stopped")).await;
    assert!(list.contains(own) && !list.contains(other), "{list}");
    noted(
        &centre,
        &ours.code,
        Function::ManageFacilities,
        "架空の届出",
    );

    let after = done(&mut officer, &format!("{here}/resume"), &[])
        .await
        .text();
    assert!(after.contains("利用を再開しました"), "{after}");
    assert_eq!(
        log_in(&mut admin, ours.login(AccountKind::Admin)).await,
        "/web/menu"
    );
    assert!(
        !centre
            .audit(&theirs.code, 60)
            .iter()
            .any(|line| line.role == Some(Role::Officer))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_terminal_that_was_lost_is_revoked() {
    static CLOCK: TestClock = TestClock::new();
    let centre = open(|| CLOCK.read(), FactorPolicy::Offered).await;
    let (ours, theirs, office) = (centre.ours(), centre.theirs(), office(&centre));
    let mut officer = browser(&centre, Some(&office.terminal));
    log_in(&mut officer, &office.logins[0]).await;
    let here = format!("{PAGE}/{}/terminals", ours.code);
    let list = page(&mut officer, &here).await;
    assert!(
        list.contains("ONS01") && list.contains(&ours.terminal.serial),
        "{list}"
    );
    // Neither another institution's nor the operators' own is there.
    for foreign in [&theirs.terminal.serial, &office.terminal.serial, "00"] {
        let path = format!("{here}/{foreign}");
        assert_eq!(officer.get(&path).await.unwrap().status, 404, "{path}");
        refused(&mut officer, &path, &[("reason", "盗難")], 404).await;
    }
    let path = format!("{here}/{}", ours.terminal.serial);
    let asked = page(&mut officer, &path).await;
    assert!(
        asked.contains("元には戻せません") && asked.contains("ONS01"),
        "{asked}"
    );
    let wrong = refused(&mut officer, &path, &[("reason", "")], 422).await;
    assert!(wrong.contains("理由を200文字以内"), "{wrong}");
    let after = done(&mut officer, &path, &[("reason", "架空の盗難")])
        .await
        .text();
    assert!(
        after.contains("失効させました") && after.contains("架空の盗難"),
        "{after}"
    );
    refused(&mut officer, &path, &[("reason", "もう一度")], 409).await;
    let mut lost = centre.client(&ours.terminal);
    let admin = ours.login(AccountKind::Admin);
    let answer = try_log_in(&mut lost, &admin.user_id, &admin.password).await;
    assert_eq!(answer.status, 403, "{}", answer.text());
    noted(
        &centre,
        &ours.code,
        Function::ManageCertificates,
        "架空の盗難",
    );
}

/// The address of the account of this user id on the list.
fn account_at(list: &str, user_id: &str) -> String {
    let rows = list
        .split("href=\"")
        .filter(|row| row.contains(&format!(">{user_id}<")));
    let row = rows.last().unwrap_or_else(|| panic!("{user_id}: {list}"));
    row.split('"').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_are_unlocked_and_what_is_in_use_is_given_to_nobody() {
    static CLOCK: TestClock = TestClock::new();
    let centre = open(|| CLOCK.read(), FactorPolicy::Offered).await;
    let (ours, theirs, office) = (centre.ours(), centre.theirs(), office(&centre));
    let mut officer = browser(&centre, Some(&office.terminal));
    log_in(&mut officer, &office.logins[0]).await;
    let admin = ours.login(AccountKind::Admin);
    let accounts = format!("{PAGE}/{}/accounts", ours.code);
    let list = page(&mut officer, &accounts).await;
    let here = account_at(&list, &admin.user_id);
    let narrowed = page(&mut officer, &format!("{accounts}?q=master")).await;
    assert!(
        narrowed.contains("Master01") && !narrowed.contains(&admin.user_id),
        "{narrowed}"
    );

    // Nothing is locked, and there is no second factor.
    let shown = page(&mut officer, &here).await;
    assert!(shown.contains("マスタアカウントが行います"), "{shown}");
    for (deed, status) in [
        ("unlock", 409),
        ("reset-factor", 409),
        ("activate", 409),
        ("stop", 404),
    ] {
        refused(&mut officer, &format!("{here}/{deed}"), &[], status).await;
    }
    let mut reception = centre.client(&ours.terminal);
    for _ in 0..20 {
        try_log_in(&mut reception, &admin.user_id, "Wrong-password-1").await;
    }
    let shown = page(&mut officer, &here).await;
    assert!(shown.contains("ロックの期限"), "{shown}");
    let after = done(&mut officer, &format!("{here}/unlock"), &[])
        .await
        .text();
    assert!(after.contains("ロックを解除しました"), "{after}");
    noted(&centre, &ours.code, Function::OperateAccounts, "ロック");
    assert_eq!(log_in(&mut reception, admin).await, "/web/menu");
    centre.add_factor(&ours, admin);
    let asked = page(&mut officer, &format!("{here}/reset-factor")).await;
    assert!(asked.contains("届出の電話番号に電話"), "{asked}");
    let after = done(&mut officer, &format!("{here}/reset-factor"), &[])
        .await
        .text();
    assert!(after.contains("二要素認証を初期化しました"), "{after}");
    noted(&centre, &ours.code, Function::OperateAccounts, "二要素認証");

    // A master that is in use is given to nobody by one operator alone.
    let master = account_at(&list, "Master01");
    let shown = page(&mut officer, &master).await;
    assert!(
        shown.contains("二人の担当者が必要") && !shown.contains("/activate"),
        "{shown}"
    );
    let answer = refused(&mut officer, &format!("{master}/activate"), &[], 409).await;
    assert!(answer.contains("担当者一人では発行できません"), "{answer}");
    let lines = centre.audit(&ours.code, 1);
    assert_eq!(lines[0].refusal.as_deref(), Some("account.recovery_needed"));
    // An account is found only at its own institution.
    let elsewhere = master.replace(ours.code.as_str(), theirs.code.as_str());
    assert_eq!(officer.get(&elsewhere).await.unwrap().status, 404);
    refused(&mut officer, &format!("{elsewhere}/unlock"), &[], 404).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_that_nobody_used_is_issued_again_and_shown_once() {
    static CLOCK: TestClock = TestClock::new();
    let centre = open(|| CLOCK.read(), FactorPolicy::Offered).await;
    let office = office(&centre);
    let code = FacilityCode::from_body("131999777").unwrap();
    let id = |text: &str| UserId::parse(text).unwrap();
    let new = NewFacility {
        code: code.clone(),
        name: "架空はじまり診療所".to_owned(),
        secret_number_hash: PasswordHash::none(),
        master: (id("Hajimari01"), FirstPassword::Activation),
        reset: (id("Hajimari02"), FirstPassword::Activation),
    };
    centre.operate(&code, Function::ManageFacilities, move |tx: &mut Tx<'_>| {
        registration::register(tx, &new).map(drop)
    });
    let mut officer = browser(&centre, Some(&office.terminal));
    log_in(&mut officer, &office.logins[0]).await;
    let list = page(&mut officer, &format!("{PAGE}/{code}/accounts")).await;
    let here = account_at(&list, "Hajimari01");
    let activate = format!("{here}/activate");
    let asked = page(&mut officer, &activate).await;
    assert!(asked.contains("次の画面に一度だけ表示します"), "{asked}");
    let answer = officer.post(&activate, &[]).await.unwrap();
    assert_eq!(answer.status, 303, "{}", answer.text());
    let place = answer.location().to_owned();
    let shown = officer.get(&place).await.unwrap();
    let secret = shown_password(&shown);
    assert!(
        secret.len() == 19 && shown.text().contains("架空はじまり診療所"),
        "{secret}"
    );
    let again = page(&mut officer, &place).await;
    assert!(again.contains("もう表示できません"), "{again}");
    noted(&centre, &code, Function::OperateAccounts, "利用開始コード");
}
