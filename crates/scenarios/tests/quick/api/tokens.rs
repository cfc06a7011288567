//! Tokens: how long they hold, how they are renewed, and what ends them.

use onshi_core::account::Managed;
use onshi_core::account::manage;
use onshi_core::account::password::generate;
use onshi_core::entropy::Entropy;
use onshi_core::facility;
use onshi_core::{AccountKind, Function};
use serde_json::json;

use super::program::Program;
use crate::centre::test_centre::{Institution, TestCentre, TestClock};

const REFRESH: &str = "/oqs-api-pro/MSA12020/ILI12020SV01/refresh";

async fn renewed(program: &mut Program, token: &str) -> (u16, serde_json::Value) {
    let body = json!({"refreshToken": token});
    let answer = program.client.json(REFRESH, None, &body).await.unwrap();
    (answer.status, answer.json())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_holds_for_its_time() {
    static CLOCK: TestClock = TestClock::new();
    CLOCK.advance(0);
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let mut program = Program::log_in(&centre, &ours).await;
    let (token, access, refresh) = (
        program.token.clone(),
        program.access.clone(),
        program.refresh.clone(),
    );
    let seconds = centre.running.centre.config.rules.token.seconds;
    assert_eq!(program.gets(&token).await, 200);
    assert_eq!(
        program.gets(&access).await,
        200,
        "for clients that send that one"
    );
    assert_eq!(
        program.refused(&refresh).await,
        (401, "token.other_use".to_owned()),
        "it is for the renewal alone"
    );
    CLOCK.advance(seconds - 1);
    assert_eq!(program.gets(&token).await, 200);
    CLOCK.advance(1);
    let expired = (401, "token.expired".to_owned());
    assert_eq!(program.refused(&token).await, expired);
    assert_eq!(program.refused(&access).await, expired);
    for (forged, code) in [
        ("", "token.missing"),
        ("Bearer ", "token.missing"),
        ("nobody's", "token.unknown"),
        ("' or 1=1 --", "token.unknown"),
        (&"x".repeat(513), "token.missing"),
    ] {
        let told = program.refused(forged).await;
        assert_eq!(told, (401, code.to_owned()), "{forged}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refresh_token_serves_once() {
    static CLOCK: TestClock = TestClock::new();
    CLOCK.advance(0);
    let short = |config: &mut onshi_server::Config| {
        config.login.identity_cache_ms = 0;
        // So that it ends before the terminals' certificates of these tests do.
        config.rules.token.refresh_seconds = 2 * 60 * 60;
    };
    let centre = TestCentre::open_with(|| CLOCK.read(), short).await;
    let ours = centre.ours();
    let theirs = centre.theirs();
    let mut program = Program::log_in(&centre, &ours).await;
    let (first, old) = (program.refresh.clone(), program.token.clone());

    // Neither another institution nor another terminal of the own one can use it.
    let other = centre.certificate(&ours.code, "ONS02", -3600, 86_400);
    for (stranger, code) in [
        (&theirs.terminal, "token.unknown"),
        (&other, "token.other_certificate"),
    ] {
        let mut client = centre.client(stranger);
        let body = json!({"refreshToken": first});
        let answer = client.json(REFRESH, None, &body).await.unwrap();
        let told = (answer.status, answer.json()["code"].clone());
        assert_eq!(told, (401, json!(code)), "{}", answer.text());
    }
    let (status, answer) = renewed(&mut program, &old).await;
    // An id token renews nothing.
    assert_eq!((status, &answer["code"]), (401, &json!("token.other_use")));

    let (status, answer) = renewed(&mut program, &first).await;
    assert_eq!(status, 200, "{answer}");
    let new = answer["result"]["idToken"].as_str().unwrap().to_owned();
    let thief = answer["result"]["refreshToken"]
        .as_str()
        .unwrap()
        .to_owned();
    // What workers by the side have under way with the old one does not fail, and it ends soon after.
    let grace = centre.running.centre.config.rules.token.grace_seconds;
    assert_eq!(program.gets(&old).await, 200);
    CLOCK.advance(grace - 1);
    assert_eq!(program.gets(&old).await, 200);
    CLOCK.advance(1);
    let replaced = (401, "token.replaced".to_owned());
    assert_eq!(program.refused(&old).await, replaced);
    assert_eq!(program.gets(&new).await, 200);
    // It comes again: one of the two who have it should not, so nothing of this log-in is good.
    let (status, answer) = renewed(&mut program, &first).await;
    assert_eq!((status, &answer["code"]), (401, &json!("token.reused")));
    let log = centre.audit(&ours.code, 100);
    let told = log
        .iter()
        .filter(|line| line.refusal.as_deref() == Some("token.reused"));
    assert_eq!(told.count(), 1, "the log says so under its own code");
    assert_eq!(program.gets(&new).await, 401);
    let (status, answer) = renewed(&mut program, &thief).await;
    assert_eq!((status, &answer["code"]), (401, &json!("token.invalid")));
    let mut program = Program::log_in(&centre, &ours).await;
    let second = program.refresh.clone();

    let lives = centre.running.centre.config.rules.token.refresh_seconds;
    CLOCK.advance(lives - 1);
    // It begins anew with each renewal, and ends when nobody comes for its whole time.
    let (status, answer) = renewed(&mut program, &second).await;
    assert_eq!(status, 200, "{answer}");
    let third = answer["result"]["refreshToken"]
        .as_str()
        .unwrap()
        .to_owned();
    CLOCK.advance(lives);
    let (status, answer) = renewed(&mut program, &third).await;
    assert_eq!((status, &answer["code"]), (401, &json!("token.expired")));
}

/// What ends the tokens of an account; each on an institution of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_stopped_is_refused_within_the_moment_of_the_cache() {
    static CLOCK: TestClock = TestClock::new();
    CLOCK.advance(0);
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let keep = centre.running.centre.config.login.identity_cache_ms;
    assert_eq!(keep, 1000, "the hand below moves by whole seconds");
    let account = |at: &Institution| {
        let login = at.login(AccountKind::WebApi).clone();
        let code = at.code.clone();
        centre.operate(&code, Function::OperateAccounts, move |tx| {
            let id = onshi_core::account::UserId::parse(&login.user_id).unwrap();
            manage::find_by_user_id(tx, &id).map(|account| account.account_id)
        })
    };
    let ends: [(&str, &str, &'static str); 6] = [
        ("password", "131111111", "Aa"),
        ("reset", "131222222", "Bb"),
        ("stop", "131333333", "Cc"),
        ("retire", "131444444", "Dd"),
        ("institution", "131555555", "Ee"),
        ("certificate", "131666666", "Ff"),
    ];
    for (what, body, prefix) in ends {
        let at = centre.institution(body, "架空医院", prefix);
        let mut program = Program::log_in(&centre, &at).await;
        let token = program.token.clone();
        assert_eq!(program.gets(&token).await, 200, "{what}");
        let id = account(&at);
        let code = at.code.clone();
        match what {
            "password" => {
                centre.used(&at, at.login(AccountKind::WebApi));
            }
            "reset" => {
                let rules = &centre.running.centre.config.rules.password;
                let password = generate(&mut Entropy::new([7; 32]));
                let hash = password.hash(rules, [7; 16]);
                centre.operate(&code, Function::OperateAccounts, move |tx| {
                    manage::reset_password(tx, Managed::All, &id, &hash)
                });
            }
            "stop" => centre.operate(&code, Function::OperateAccounts, move |tx| {
                manage::stop(tx, Managed::All, &id, "試験")
            }),
            "retire" => centre.operate(&code, Function::OperateAccounts, move |tx| {
                manage::retire(tx, Managed::All, &id, "試験")
            }),
            "institution" => {
                let own = code.clone();
                centre.operate(&code, Function::ManageFacilities, move |tx| {
                    onshi_core::registration::stop(tx, &own, "試験")
                });
                let own = code.clone();
                // What ended does not come back when the institution goes on.
                centre.operate(&code, Function::ManageFacilities, move |tx| {
                    facility::resume(tx, &own)
                });
            }
            _ => {
                let serial = at.terminal.serial.clone();
                centre.operate(&code, Function::ManageCertificates, move |tx| {
                    onshi_core::certificate::revoke(tx, &serial, "試験")
                });
            }
        }
        CLOCK.advance(1);
        let status = program.gets(&token).await;
        assert!(matches!(status, 401 | 403), "{what}: {status}");
        let refresh = program.refresh.clone();
        let (status, answer) = renewed(&mut program, &refresh).await;
        assert!(matches!(status, 401 | 403), "{what}: {answer}");
    }
}
