//! Bulk messages that are nothing but much: the program lives, stays small, and answers everybody
//! else meanwhile.

use crate::faults::clinic::Clinic;
use crate::faults::pace::{check, log_in};
use bytes::Bytes;
use onshi_bench::client::Target;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// How much more memory than before the program may have had at any moment, in KiB: four bodies of
/// 5 MB, what is held of them for a moment, and what an allocator keeps. One of them took 1 GB.
const GROWTH_MAX: u64 = 200_000;

/// How many send at once.
const SENDERS: usize = 4;

const JSON: &str = "application/json";
const XML: &str = "application/xml";

/// Bodies of about 5 MB, each too much in its own way.
fn bodies(institution: &str) -> Vec<(&'static str, &'static str, Bytes)> {
    let header = format!(
        "\"MessageHeader\":{{\"QualificationConfirmationDate\":\"20261126\",\
         \"MedicalInstitutionCode\":\"{institution}\"}}"
    );
    let json = |list: &str, entry: &str, count: usize| {
        let rows = vec![entry; count].join(",");
        Bytes::from(format!(
            "{{\"XmlMsg\":{{{header},\"MessageBody\":{{\"{list}\":[{rows}]}}}}}}"
        ))
    };
    let xml = |body: &str| {
        Bytes::from(format!(
            "<XmlMsg><MessageHeader><QualificationConfirmationDate>20261126\
             </QualificationConfirmationDate><MedicalInstitutionCode>{institution}\
             </MedicalInstitutionCode></MessageHeader><MessageBody>{body}</MessageBody></XmlMsg>"
        ))
    };
    let attributes: String = (0..400_000).map(|n| format!(" a{n}=''")).collect();
    vec![
        (
            "OQSmuquc01",
            JSON,
            json("QualificationConfirmSearchInfo", "{}", 1_500_000),
        ),
        (
            "OQSmuquc01",
            JSON,
            json("QualificationConfirmSearchInfo", "{\"a\":1}", 600_000),
        ),
        ("OQSmuquc01", JSON, json("Unknown", "0", 2_400_000)),
        (
            "OQSmuimm01",
            JSON,
            json("ReferenceNumberRegistrationInfo", "{}", 1_500_000),
        ),
        (
            "OQSmuquc01",
            XML,
            xml(&"<QualificationConfirmSearchInfo/>".repeat(150_000)),
        ),
        (
            "OQSmuimm01",
            XML,
            xml(&"<ReferenceNumberRegistrationInfo/>".repeat(150_000)),
        ),
        ("OQSmuquc01", XML, xml(&"<a/>".repeat(1_200_000))),
        ("OQSmuquc01", XML, xml(&"&amp;".repeat(1_000_000))),
        ("OQSmuquc01", XML, xml(&"<!---->".repeat(700_000))),
        ("OQSmuquc01", XML, xml(&format!("<a{attributes}/>"))),
        ("OQSmutic01", JSON, json("Unknown", "{}", 1_500_000)),
        ("OQSsiquc01", JSON, json("Unknown", "{}", 1_500_000)),
    ]
}

async fn send(target: Target, token: String, bodies: Arc<Vec<(&str, &str, Bytes)>>, from: usize) {
    for place in 0..bodies.len() {
        let (id, kind, body) = &bodies[(from + place) % bodies.len()];
        let mut caller = target.connect().await.unwrap();
        let path = format!("/onshi/v1/messages/{id}");
        let answer = caller
            .message_as(&path, Some(&token), kind, body.clone())
            .await;
        let answer = answer.unwrap_or_else(|e| panic!("{id} {kind} {place}: {e}"));
        let told = String::from_utf8_lossy(&answer.body).into_owned();
        match answer.status {
            // The message itself says that it is too much, or it is, before it was read.
            200 => assert!(told.contains("OQSB900"), "{id} {kind}: {told}"),
            413 | 503 => {}
            status => panic!("{id} {kind}: {status} {told}"),
        }
    }
}

#[test]
fn bodies_that_are_nothing_but_much_cost_little_and_stop_nobody() {
    let mut clinic = Clinic::open(20, 10);
    clinic.start_centre();
    let bodies = Arc::new(bodies(&clinic.site.facility_code()));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let checks = runtime.block_on(async {
        let mut reception = clinic.target().connect().await.unwrap();
        let token = log_in(&mut reception, &clinic.password).await;
        check(&clinic, &mut reception, &token, 0).await;
        let before = clinic.memory_peak_kib();
        let done = Arc::new(AtomicBool::new(false));
        let attack = {
            let (target, token) = (clinic.target(), token.clone());
            let (bodies, done) = (bodies.clone(), done.clone());
            tokio::spawn(async move {
                let senders: Vec<_> = (0..SENDERS)
                    .map(|from| {
                        tokio::spawn(send(target.clone(), token.clone(), bodies.clone(), from))
                    })
                    .collect();
                for sender in senders {
                    sender.await.unwrap();
                }
                done.store(true, Ordering::Relaxed);
            })
        };
        let mut checks = 0;
        while !done.load(Ordering::Relaxed) && !attack.is_finished() {
            check(&clinic, &mut reception, &token, checks).await;
            checks += 1;
        }
        attack.await.unwrap();
        check(&clinic, &mut reception, &token, 0).await;
        let grown = clinic.memory_peak_kib() - before;
        println!(
            "{checks} checks beside {} bodies; memory grew by {grown} KiB",
            SENDERS * bodies.len()
        );
        assert!(grown < GROWTH_MAX, "memory grew by {grown} KiB");
        checks
    });
    assert!(checks > 20, "only {checks} checks met it");
    assert_eq!(clinic.taken().len(), 0, "none of them was taken");
}
