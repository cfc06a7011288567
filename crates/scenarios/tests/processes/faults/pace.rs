//! Single checks keep their pace while a bulk request is worked, and while a backup is made: whoever waits at a
//! reception is a person, and these have the night.
//!
//! Only ratios within one run are compared, and quiet and busy times take turns, so that what else
//! the machine does meets both.

use crate::faults::clinic::Clinic;
use crate::faults::place::patients;
use bytes::Bytes;
use onshi_bench::client::Caller;
use onshi_core::Rules;
use onshi_wire::messages::EligibilityRequest;
use onshi_wire::print_json;
use serde_json::{Value, json};
use std::process::Stdio;
use std::time::{Duration, Instant};

const ROUNDS: usize = 4;
/// How many checks a quiet time has, and a busy one at the most.
const CHECKS: usize = 100;
/// What is still called keeping the pace.
const MEDIAN_RATIO_MAX: f64 = 4.0;
const P99_RATIO_MAX: f64 = 12.0;

#[test]
fn single_checks_keep_their_pace_beside_a_bulk_request() {
    let chunk = Rules::default().bulk.chunk;
    let mut clinic = Clinic::open(patients(600), chunk);
    clinic.start_centre();
    let bulk = Bytes::from(print_json(&clinic.request));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (mut quiet, mut busy) = (Vec::new(), Vec::new());
    runtime.block_on(async {
        let mut reception = clinic.target().connect().await.unwrap();
        let token = log_in(&mut reception, &clinic.password).await;
        for round in 0..ROUNDS {
            for _ in 0..CHECKS {
                quiet.push(check(&clinic, &mut reception, &token, quiet.len()).await);
            }
            let path = "/onshi/v1/messages/OQSmuquc01";
            let taken = reception.message(path, Some(&token), bulk.clone()).await;
            assert_eq!(taken.unwrap().status, 200);
            for _ in 0..CHECKS {
                if is_over(&clinic, round) {
                    break;
                }
                busy.push(check(&clinic, &mut reception, &token, busy.len()).await);
            }
            while !is_over(&clinic, round) {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        }
    });
    assert!(
        busy.len() > 10 * ROUNDS,
        "only {} checks met it",
        busy.len()
    );
    keeps_the_pace("a bulk request", quiet, busy);
}

/// The pages of both files are read, written elsewhere and flushed meanwhile, and every seal is verified.
#[test]
fn single_checks_keep_their_pace_beside_a_backup() {
    let mut clinic = Clinic::open(patients(10_000), Rules::default().bulk.chunk);
    clinic.start_centre();
    let backups = clinic.place.path().join("backups");
    std::fs::create_dir(&backups).unwrap();
    let to = backups.display().to_string();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (mut quiet, mut busy) = (Vec::new(), Vec::new());
    runtime.block_on(async {
        let mut reception = clinic.target().connect().await.unwrap();
        let token = log_in(&mut reception, &clinic.password).await;
        for _ in 0..ROUNDS {
            for _ in 0..CHECKS {
                quiet.push(check(&clinic, &mut reception, &token, quiet.len()).await);
            }
            let mut command = clinic.place.onshi(&["backup", "--to", &to]);
            let mut backup = command.stdout(Stdio::null()).spawn().unwrap();
            let ended = loop {
                if let Some(ended) = backup.try_wait().unwrap() {
                    break ended;
                }
                busy.push(check(&clinic, &mut reception, &token, busy.len()).await);
            };
            assert!(ended.success(), "{}", clinic.place.complaints());
        }
    });
    keeps_the_pace("a backup", quiet, busy);
}

/// Compares how long checks took in quiet times with how long beside something.
fn keeps_the_pace(what: &str, mut quiet: Vec<Duration>, mut busy: Vec<Duration>) {
    let [before, beside] = [&mut quiet, &mut busy].map(|taken| {
        taken.sort_unstable();
        [50, 99].map(|percent| taken[(taken.len() - 1) * percent / 100].as_secs_f64() * 1_000.0)
    });
    let [median, p99] = [0, 1].map(|place| beside[place] / before[place]);
    println!(
        "single checks, median and p99 in ms: quiet {before:.2?} of {}, beside {what} \
         {beside:.2?} of {}; ratios {median:.2} and {p99:.2}",
        quiet.len(),
        busy.len()
    );
    assert!(
        median < MEDIAN_RATIO_MAX,
        "a check takes {median:.2} times as long"
    );
    assert!(
        p99 < P99_RATIO_MAX,
        "one in a hundred takes {p99:.2} times as long"
    );
}

/// Whether the bulk request of this round was worked.
fn is_over(clinic: &Clinic, round: usize) -> bool {
    let done = clinic.taken().iter().filter(|taken| taken.finished).count();
    done > round
}

pub async fn log_in(caller: &mut Caller, password: &str) -> String {
    let path = "/oqs-api-pro/MSA12020/ILI12020SV01/auth";
    let body = json!({"userId": "Renkei01", "password": password}).to_string();
    let answer = caller.message(path, None, body.into()).await.unwrap();
    let answer: Value = serde_json::from_slice(&answer.body).unwrap();
    answer["result"]["idToken"].as_str().unwrap().to_owned()
}

/// Checks one of the patients, and says how long that took.
pub async fn check(clinic: &Clinic, caller: &mut Caller, token: &str, number: usize) -> Duration {
    let all = &clinic.request;
    let mut request = EligibilityRequest::default();
    request.header.qualification_confirmation_date =
        all.header.qualification_confirmation_date.clone();
    request.header.medical_institution_code = all.header.medical_institution_code.clone();
    request.body.search = all.body.searches[number % all.body.searches.len()].clone();
    let path = "/oqs-api-pro/MSA01030/ILI01030SV01/search";
    let body = Bytes::from(print_json(&request));
    let begun = Instant::now();
    let answer = caller.message(path, Some(token), body).await.unwrap();
    assert_eq!(answer.status, 200);
    begun.elapsed()
}
