//! What an answer tells of what there is: nothing by its words, and nothing by the work that it took.

use std::sync::atomic::Ordering;

use onshi_core::account::password::{Owner, accept};
use onshi_core::account::{Managed, UserId, manage};
use onshi_core::rules::PasswordRules;
use onshi_core::{AccountKind, Function};
use onshi_scenarios::client::{Answer, Client};

use super::test_centre::{Institution, TestCentre, TestClock, log_in, try_log_in};

const OLD: &str = "mukashi-no-kotoba-1";

/// Gives the account a password whose hash is as the rules wanted it once.
fn aged(centre: &TestCentre, at: &Institution, user_id: &str, (memory, passes): (u32, u32)) {
    let rules = PasswordRules {
        argon2_memory_kib: memory,
        argon2_passes: passes,
        strength_min: 0,
        ..PasswordRules::default()
    };
    let owner = Owner {
        user_id: user_id.to_owned(),
        name: String::new(),
        facility_code: String::new(),
        facility_name: String::new(),
    };
    let accepted = match accept(OLD, &owner, &rules) {
        Ok(accepted) => accepted,
        Err(problems) => panic!("{problems:?}"),
    };
    let hash = accepted.hash(&rules, [1; 16]);
    let id = UserId::parse(user_id).unwrap();
    centre.operate(&at.code, Function::OperateAccounts, move |tx| {
        let account = manage::find_by_user_id(tx, &id)?;
        manage::reset_password(tx, Managed::All, &account.account_id, &hash).map(drop)
    });
}

fn end(centre: &TestCentre, at: &Institution, user_id: &str, retire: bool) {
    let id = UserId::parse(user_id).unwrap();
    centre.operate(&at.code, Function::OperateAccounts, move |tx| {
        let id = manage::find_by_user_id(tx, &id)?.account_id;
        match retire {
            true => manage::retire(tx, Managed::All, &id, "退職"),
            false => manage::stop(tx, Managed::All, &id, "休職"),
        }
    });
}

/// One attempt on the screen and one by the API, and how much work each was.
async fn attempts(centre: &TestCentre, client: &mut Client, id: &str, password: &str) -> [u64; 2] {
    let work = || centre.running.centre.password_work.load(Ordering::Relaxed);
    let before = work();
    try_log_in(client, id, password).await;
    let between = work();
    client.log_in_for_tokens(id, password).await.unwrap();
    [between - before, work() - between]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_log_in_is_the_same_work_whoever_is_named() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open_with(
        || CLOCK.read(),
        |config| {
            config.rules.password.argon2_memory_kib = 64;
            config.rules.password.argon2_passes = 3;
            config.rules.lock.failures = 1_000;
        },
    )
    .await;
    let ours = centre.ours();
    for word in ["Mukashi1", "Yasumi01", "Taishoku1", "Tsuyoi01"] {
        centre.account(&ours, AccountKind::General, word);
    }
    aged(&centre, &ours, "Mukashi1", (16, 2));
    aged(&centre, &ours, "Yasumi01", (16, 2));
    aged(&centre, &ours, "Tsuyoi01", (128, 4));
    end(&centre, &ours, "Yasumi01", false);
    end(&centre, &ours, "Taishoku1", true);
    let mut client = centre.client(&ours.terminal);
    // Three costs are in use here, the rules' own among them: each is paid for whoever is named.
    let expected = 16 * 2 + 64 * 3 + 128 * 4;
    let ids = [
        "Nobody01",
        "Kanri01",
        "Staff01",
        "Master01",
        "Reset01",
        "WebApi01",
        "Yasumi01",
        "Taishoku1",
        "Tsuyoi01",
        "Mukashi1",
        "Nobody02",
    ];
    for id in ids {
        let paid = attempts(&centre, &mut client, id, "machigai-kotoba-1").await;
        assert_eq!(paid, [expected, expected], "{id}");
    }
    // A right password is no more work either, though it leaves a stronger hash behind.
    let paid = attempts(&centre, &mut client, "Mukashi1", OLD).await;
    assert_eq!(paid, [expected, expected]);
    let paid = attempts(&centre, &mut client, "Yasumi01", OLD).await;
    assert_eq!(paid[0], expected, "it was the last but one of its age");
    // No account here has the old cost any more, so nobody pays it.
    for id in ["Nobody01", "Mukashi1", "Kanri01"] {
        let paid = attempts(&centre, &mut client, id, "machigai-kotoba-1").await;
        assert_eq!(paid, [64 * 3 + 128 * 4; 2], "{id}");
    }
}

/// An answer without what is of the request alone.
fn told(answer: &Answer, asked: &str) -> String {
    let mut headers: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| *name != "date")
        .map(|(name, value)| format!("{name}: {value:?}"))
        .collect();
    headers.sort();
    // A form's token is of the page that it is on.
    let token = "name=\"form_token\" value=\"";
    let body = answer.text().replace(asked, "ID");
    let body: Vec<_> = body
        .split(token)
        .enumerate()
        .map(|(place, part)| match place {
            0 => part,
            _ => part.split_once('"').map_or(part, |(_, rest)| rest),
        })
        .collect();
    let body = body.join(token);
    format!("{}\n{}\n{body}", answer.status, headers.join("\n"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_somebody_elses_answers_as_what_is_not() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let (ours, theirs) = (centre.ours(), centre.theirs());
    let (foreign, _) = centre.account(&theirs, AccountKind::General, "Yoso0001");
    let (other_group, _) = centre.account(&ours, AccountKind::Admin, "Kanri02");
    let mut admin = centre.client(&ours.terminal);
    log_in(&mut admin, ours.login(AccountKind::Admin)).await;
    let nothing = format!("a{}", "0".repeat(foreign.len() - 1));
    for (method, path) in [
        ("GET", "/web/accounts/ID"),
        ("POST", "/web/accounts/ID"),
        ("GET", "/web/accounts/ID/stop"),
        ("POST", "/web/accounts/ID/stop"),
        ("POST", "/web/accounts/ID/retire"),
        ("POST", "/web/accounts/ID/reset"),
    ] {
        let mut answers = Vec::new();
        for id in [&nothing, &foreign, &other_group] {
            let path = path.replace("ID", id);
            let fields = [("reason", "試験"), ("name", "試験"), ("version", "1")];
            let answer = match method {
                "GET" => admin.get(&path).await.unwrap(),
                _ => admin.post(&path, &fields).await.unwrap(),
            };
            assert_eq!(answer.status, 404, "{method} {path}");
            answers.push(told(&answer, id));
            let line = centre.audit(&ours.code, 1).remove(0);
            assert_eq!(
                line.refusal.as_deref(),
                Some("not_found"),
                "{method} {path}"
            );
        }
        assert_eq!(answers[0], answers[1], "{method} {path}");
        assert_eq!(answers[0], answers[2], "{method} {path}");
    }
}
