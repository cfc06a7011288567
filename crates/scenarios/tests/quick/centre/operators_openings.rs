//! What operators open in a failure or a disaster from their screens, and what they see of the log: of patients nothing.

use onshi_core::emergency::{self, NewRequest};
use onshi_core::facility::{self, FacilityCode, Phone};
use onshi_core::second_factor::FactorPolicy;
use onshi_core::{AccountKind, Function, Role, Tx};
use onshi_scenarios::client::Client;

use super::operators::{browser, office, open};
use super::test_centre::{TestClock, done, log_in};

const PAGE: &str = "/web/openings";
const FAILURE: &str = "check_eligibility_in_failure";

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

/// The address of the first notice on the list that may be extended.
fn notice_at(list: &str) -> String {
    let end = list.find("/extend\"").unwrap_or_else(|| panic!("{list}"));
    let begin = list[..end].rfind('"').unwrap();
    list[begin + 1..end].to_owned()
}

/// What can't be opened is named, each at its field.
async fn what_is_wrong_is_named(officer: &mut Client, code: &str, hours: &impl Fn(i64) -> String) {
    let new = format!("{PAGE}/new");
    let until = hours(2);
    let unknown = FacilityCode::from_body("131999777").unwrap();
    let (unknown, past, earlier) = (unknown.as_str(), hours(-1), hours(3));
    for (fields, words) in [
        (vec![("until", until.as_str())], "一つ以上入力してください"),
        (
            vec![("facilities", "1312345670"), ("until", &until)],
            "検証番号",
        ),
        (
            vec![("facilities", unknown), ("until", &until)],
            "は登録されていません",
        ),
        (
            vec![("areas", "99"), ("until", &until)],
            "都道府県コード（2桁）",
        ),
        (
            vec![("facilities", code), ("until", "soon")],
            "閉塞の日時を選んでください",
        ),
        (
            vec![("facilities", code), ("until", &past)],
            "これから先の日時",
        ),
        (
            vec![("facilities", code), ("from", &earlier), ("until", &until)],
            "開放の日時より後",
        ),
        (
            vec![("facilities", code), ("from", "then"), ("until", &until)],
            "開放の日時を選び直して",
        ),
    ] {
        let mut fields = fields;
        fields.extend([("function", FAILURE), ("reason", "架空の障害")]);
        let answer = refused(officer, &new, &fields, 422).await;
        assert!(answer.contains(words), "{words}: {answer}");
    }
    let no_reason = [
        ("function", FAILURE),
        ("facilities", code),
        ("until", &until),
        ("reason", " "),
    ];
    let answer = refused(officer, &new, &no_reason, 422).await;
    assert!(answer.contains("理由を200文字以内"), "{answer}");
    let nothing = [
        ("function", "log_in"),
        ("facilities", code),
        ("until", &until),
    ];
    let answer = refused(officer, &new, &nothing, 422).await;
    assert!(answer.contains("開放する機能を選んでください"), "{answer}");
}

/// To what an opening can't be extended is named.
async fn what_cannot_be_is_not_extended(
    officer: &mut Client,
    extend: &str,
    (until, later): (&str, &str),
) {
    for (fields, words) in [
        (
            [("until", until), ("reason", "延びる")],
            "より後の日時にしてください",
        ),
        (
            [("until", ""), ("reason", "延びる")],
            "閉塞の日時を選んでください",
        ),
        ([("until", later), ("reason", "")], "理由を200文字以内"),
    ] {
        let answer = refused(officer, extend, &fields, 422).await;
        assert!(answer.contains(words), "{words}: {answer}");
    }
}

/// It is closed once, and not extended any more.
async fn is_closed(officer: &mut Client, admin: &mut Client, (notice, later): (&str, &str)) {
    let extend = format!("{notice}/extend");
    let close = format!("{notice}/close");
    let asked = page(officer, &close).await;
    assert!(asked.contains("延長した分も"), "{asked}");
    let list = done(officer, &close, &[]).await.text();
    assert!(
        list.contains("開放を終了しました（6件）") && list.contains("閉塞"),
        "{list}"
    );
    refused(officer, &close, &[], 409).await;
    refused(
        officer,
        &extend,
        &[("until", later), ("reason", "もう一度")],
        409,
    )
    .await;
    assert!(page(officer, &extend).await.contains("延長できません"));
    assert!(!page(admin, "/web/menu").await.contains("架空の障害"));
    for unknown in ["/none/extend", "/none/close"] {
        let path = format!("{PAGE}{unknown}");
        assert_eq!(officer.get(&path).await.unwrap().status, 404, "{path}");
    }
    refused(officer, &format!("{PAGE}/none/close"), &[], 409).await;
    refused(officer, &format!("{notice}/other"), &[], 404).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_function_is_opened_extended_and_closed() {
    static CLOCK: TestClock = TestClock::new();
    let centre = open(|| CLOCK.read(), FactorPolicy::Offered).await;
    let (ours, theirs, office) = (centre.ours(), centre.theirs(), office(&centre));
    let mut officer = browser(&centre, Some(&office.terminal));
    log_in(&mut officer, &office.logins[0]).await;
    let mut admin = centre.client(&ours.terminal);
    log_in(&mut admin, ours.login(AccountKind::Admin)).await;
    let hours = |hours: i64| CLOCK.read().plus_seconds(hours * 3600).local_field();
    let new = format!("{PAGE}/new");
    let (code, until, later) = (ours.code.as_str(), hours(2), hours(5));
    what_is_wrong_is_named(&mut officer, code, &hours).await;
    assert!(!page(&mut admin, "/web/menu").await.contains("開放中"));

    let both = format!("{code}　{}", theirs.code);
    let fields = [
        ("function", FAILURE),
        ("facilities", both.as_str()),
        ("areas", "17"),
        ("until", &until),
        ("reason", "架空の障害"),
    ];
    let list = done(&mut officer, &new, &fields).await.text();
    assert!(
        list.contains("開放しました") && list.contains("都道府県 17"),
        "{list}"
    );
    assert!(list.contains("開放中") && list.contains(code), "{list}");
    assert!(page(&mut admin, "/web/menu").await.contains("架空の障害"));

    let notice = notice_at(&list);
    let extend = format!("{notice}/extend");
    let shown = page(&mut officer, &extend).await;
    assert!(shown.contains("延長する開放"), "{shown}");
    what_cannot_be_is_not_extended(&mut officer, &extend, (&until, &later)).await;
    let fields = [("until", later.as_str()), ("reason", "架空の復旧の遅れ")];
    let list = done(&mut officer, &extend, &fields).await.text();
    assert!(
        list.contains("開放を延長しました") && list.contains("の延長"),
        "{list}"
    );

    is_closed(&mut officer, &mut admin, (&notice, &later)).await;
    let lines = centre.audit(&FacilityCode::of_operators(), 60);
    let opened = lines.iter().filter(|line| {
        line.function == Some(Function::OpenEmergencyMode)
            && line.detail.is_some()
            && line.outcome == Some(onshi_core::audit::Outcome::Done)
    });
    let by: Vec<_> = opened.map(|line| line.user_id.as_deref()).collect();
    assert_eq!(by, [Some("Tanto01"); 3], "{lines:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_is_called_back_and_settled() {
    static CLOCK: TestClock = TestClock::new();
    let centre = open(|| CLOCK.read(), FactorPolicy::Offered).await;
    let (ours, office) = (centre.ours(), office(&centre));
    let phone = Phone::parse("03-0000-0000").unwrap();
    let at = ours.code.clone();
    centre.operate(
        &ours.code,
        Function::ManageFacilities,
        move |tx: &mut Tx<'_>| facility::set_phone(tx, &at, Some(&phone)),
    );
    let new = NewRequest::parse(FAILURE, "架空の回線障害", ("山田 太郎", "090-0000-0000")).unwrap();
    // Whoever asks is of the institution; what is asked is as its screen asks it.
    let id = centre.operate(
        &ours.code,
        Function::OpenEmergencyMode,
        move |tx: &mut Tx<'_>| emergency::request(tx, &new),
    );
    let mut officer = browser(&centre, Some(&office.terminal));
    log_in(&mut officer, &office.logins[0]).await;
    let list = page(&mut officer, "/web/opening-requests").await;
    assert!(
        list.contains(&id) && list.contains("03-0000-0000"),
        "{list}"
    );
    let here = format!("/web/opening-requests/{id}");
    let shown = page(&mut officer, &here).await;
    assert!(
        shown.contains("03-0000-0000") && shown.contains("090-0000-0000"),
        "{shown}"
    );
    let form = format!(
        "/web/openings/new?facilities={}&function={FAILURE}",
        ours.code
    );
    let form = page(&mut officer, &form).await;
    assert!(form.contains(&format!("value=\"{}\"", ours.code)), "{form}");
    let answer = refused(&mut officer, &here, &[("remark", " ")], 422).await;
    assert!(answer.contains("200文字以内"), "{answer}");
    let after = done(&mut officer, &here, &[("remark", "17時まで開放しました")])
        .await
        .text();
    assert!(
        after.contains("対応を記録しました") && !after.contains(&id),
        "{after}"
    );
    refused(&mut officer, &here, &[("remark", "もう一度")], 409).await;
    let all = page(&mut officer, "/web/opening-requests?state=all").await;
    assert!(
        all.contains(&id) && all.contains("17時まで開放しました"),
        "{all}"
    );
    let unknown = "/web/opening-requests/none";
    assert_eq!(officer.get(unknown).await.unwrap().status, 404);
    refused(&mut officer, unknown, &[("remark", "なし")], 409).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_is_searched_and_tells_nothing_of_patients() {
    static CLOCK: TestClock = TestClock::new();
    let centre = open(|| CLOCK.read(), FactorPolicy::Offered).await;
    let (ours, office) = (centre.ours(), office(&centre));
    let patient = centre.populate().swap_remove(0);
    let mut staff = centre.client(&ours.terminal);
    log_in(&mut staff, ours.login(AccountKind::General)).await;
    let card = [
        ("insurer_number", patient.insurer_number.as_str()),
        ("symbol", patient.symbol.as_deref().unwrap_or_default()),
        ("number", patient.number.as_str()),
        ("branch", patient.branch.as_deref().unwrap_or_default()),
        ("birthdate", patient.birthdate.as_str()),
    ];
    let checked = staff.post("/web/eligibility", &card).await.unwrap();
    assert_eq!(checked.status, 303, "{}", checked.text());
    let line = centre
        .audit(&ours.code, 60)
        .into_iter()
        .find(|line| line.function == Some(Function::CheckEligibility) && line.detail.is_some());
    let said = line.unwrap().detail.unwrap().words();
    let mut officer = browser(&centre, Some(&office.terminal));
    log_in(&mut officer, &office.logins[0]).await;
    let own = page(&mut officer, "/web/audit").await;
    assert!(own.contains("Tanto01") && !own.contains("Kanri01"), "{own}");
    let today = CLOCK.read().jst_day();
    let here = format!("/web/audit?facility={}", ours.code);
    let of_today = format!("{here}&day={}", today.dashed());
    let found = page(&mut officer, &of_today).await;
    assert!(
        found.contains("資格確認（券面情報）") && found.contains("Staff01"),
        "{found}"
    );
    assert!(
        !said.is_empty() && !found.contains(&said),
        "{said}: {found}"
    );
    let yesterday = page(
        &mut officer,
        &format!("{here}&day={}", today.plus_days(-1).dashed()),
    )
    .await;
    assert!(
        yesterday.contains("条件に合う記録はありません"),
        "{yesterday}"
    );
    let narrowed = page(&mut officer, &format!("{here}&function=log_in")).await;
    let body = narrowed.split("<tbody>").nth(1).unwrap();
    assert!(
        body.contains("ログイン") && !body.contains("資格確認"),
        "{body}"
    );
    // That it was read stands in the log that was read.
    let lines = centre.audit(&ours.code, 60);
    let read = lines.iter().filter(|line| line.role == Some(Role::Officer));
    assert!(read.clone().count() >= 3, "{lines:?}");
    assert!(
        read.clone()
            .all(|line| line.user_id.as_deref() == Some("Tanto01"))
    );
    let unknown = FacilityCode::from_body("131999777").unwrap();
    for (query, words) in [
        (format!("facility={unknown}"), "登録されていません"),
        ("facility=123".to_owned(), "半角数字10桁"),
        ("facility=operators".to_owned(), "半角数字10桁"),
        ("day=yesterday".to_owned(), "日付を選び直してください"),
    ] {
        let answer = officer.get(&format!("/web/audit?{query}")).await.unwrap();
        assert_eq!(answer.status, 422, "{query}");
        assert!(answer.text().contains(words), "{words}: {}", answer.text());
    }
}
