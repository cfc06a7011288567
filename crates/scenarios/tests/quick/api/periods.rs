//! An account whose period ends at midnight, over the wire: on the screen, by tokens, in a bulk request.

use onshi_core::account::{AccountName, Managed, Period, UserId, manage};
use onshi_core::{AccountKind, Function, Moment};
use onshi_wire::messages::UploadResponse;

use super::bulk::{fetched, many, number};
use super::program::Program;
use crate::centre::test_centre::{Institution, TestCentre, TestClock, log_in};

const LONG_CACHE_MS: i64 = 3_600_000;

fn to_midnight(now: Moment) -> i64 {
    let since = (now.ms() / 1000 + 9 * 3600).rem_euclid(86_400);
    86_400 - since
}

fn ends_today(centre: &TestCentre, at: &Institution, kind: AccountKind, today: Moment) {
    let id = UserId::parse(&at.login(kind).user_id).unwrap();
    centre.operate(&at.code, Function::OperateAccounts, move |tx| {
        let account = manage::find_by_user_id(tx, &id)?;
        let edit = manage::Edit {
            name: AccountName::parse(&account.name)?,
            holder: account.holder.clone(),
            emergency_viewing: false,
            period: Period {
                from: None,
                until: Some(today.jst_day()),
            },
            note: String::new(),
            version: account.version,
        };
        manage::edit(tx, Managed::All, &account.account_id, &edit)
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_midnight_everything_in_the_accounts_name_ends_with_words() {
    static CLOCK: TestClock = TestClock::new();
    CLOCK.advance(0);
    let centre = TestCentre::open_with(
        || CLOCK.read(),
        // What is found before midnight must not be carried over it.
        |config| config.login.identity_cache_ms = LONG_CACHE_MS,
    )
    .await;
    let ours = centre.ours();
    let patients = centre.populate();
    CLOCK.advance((to_midnight(CLOCK.read()) - 600).max(0));
    for kind in [AccountKind::WebApi, AccountKind::Admin] {
        ends_today(&centre, &ours, kind, CLOCK.read());
    }
    let mut program = Program::log_in(&centre, &ours).await;
    let mut other = Program::log_in_as(&centre, &ours, AccountKind::Link).await;
    let mut admin = centre.client(&ours.terminal);
    log_in(&mut admin, ours.login(AccountKind::Admin)).await;
    CLOCK.advance(to_midnight(CLOCK.read()) - 1);
    let token = program.token.clone();
    assert_eq!(program.gets(&token).await, 200);
    assert_eq!(admin.get("/web/accounts").await.unwrap().status, 200);

    let asked = many(&program.code, &patients[..1]);
    let _: UploadResponse = program.ask_once("OQSmuquc01", "before", &asked).await;
    CLOCK.advance(1);
    // The token: refused as such, with the reason beside it; a repetition of what was taken before too.
    let answer = program.send_once("OQSmuquc01", "before", &asked).await;
    assert_eq!(answer.status, 401, "{}", answer.text());
    let problem = answer.json();
    assert_eq!(problem["code"], "token.invalid");
    let words = problem["problems"][0]["detail"].as_str().unwrap();
    assert!(words.contains("有効期間"), "{words}");
    assert_eq!(program.gets(&token).await, 401);
    assert_eq!(
        other.gets(&other.token.clone()).await,
        200,
        "another account goes on"
    );
    let refresh = serde_json::json!({"refreshToken": program.refresh});
    let answer = program
        .client
        .json("/oqs-api-pro/MSA12020/ILI12020SV01/refresh", None, &refresh)
        .await
        .unwrap();
    assert_eq!(answer.status, 403);
    assert_eq!(answer.json()["code"], "account.outside_period");
    // The screen says why, and does nothing any more.
    let fields = [
        ("kind", "general"),
        ("user_id", "Ato0001"),
        ("name", "後の 人"),
    ];
    for (asked, log_in) in [
        ("/web/accounts", "/web/login?next=%2Fweb%2Faccounts"),
        ("/web/menu", "/web/login"),
    ] {
        let answer = admin.get(asked).await.unwrap();
        assert_eq!((answer.status, answer.location()), (303, log_in));
    }
    let answer = admin.post("/web/accounts", &fields).await.unwrap();
    let log_in = "/web/login?next=%2Fweb%2Faccounts%2Fnew";
    assert_eq!((answer.status, answer.location()), (303, log_in));
    let page = admin.get("/web/login").await.unwrap().text();
    assert!(
        page.contains("アカウントの有効期間の外になったため"),
        "{page}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bulk_request_in_progress_at_midnight_leaves_the_rest() {
    static CLOCK: TestClock = TestClock::new();
    CLOCK.advance(0);
    const PERSONS: usize = 200;
    let centre = TestCentre::open_with(|| CLOCK.read(), |config| config.rules.bulk.chunk = 1).await;
    let ours = centre.ours();
    let shown = centre.populate();
    let patients: Vec<_> = shown.iter().cycle().take(PERSONS).cloned().collect();
    CLOCK.advance((to_midnight(CLOCK.read()) - 600).max(0));
    ends_today(&centre, &ours, AccountKind::WebApi, CLOCK.read());
    let mut program = Program::log_in(&centre, &ours).await;
    let mut other = Program::log_in_as(&centre, &ours, AccountKind::Link).await;
    let asked = many(&program.code, &patients);
    let taken: UploadResponse = program.ask_once("OQSmuquc01", "night", &asked).await;
    CLOCK.advance(to_midnight(CLOCK.read()));
    let answer = fetched(&mut other, &number(&taken)).await;
    let left: Vec<_> = answer
        .body
        .units
        .iter()
        .filter(|unit| unit.processing_result_code.as_deref() == Some("OQSB9011E"))
        .collect();
    assert!(!left.is_empty(), "midnight came in the middle");
    for unit in left {
        let words = unit.processing_result_message.as_deref().unwrap();
        assert!(words.contains("有効期間"), "{words}");
    }
}
