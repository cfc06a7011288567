//! What programs asked for, on the screen: every kind of bulk request opens with its results.

use onshi_core::AccountKind;
use onshi_scenarios::client::Client;
use onshi_wire::messages::{
    BulkReferenceNumberRequest, HomeVisitListRequest, OnlineListRequest,
    ReferenceNumberRegistrationInfo, TicketListRequest, UploadResponse,
};

use super::bulk::{many, number};
use super::program::{How, Program, card, today};
use crate::centre::test_centre::{TestCentre, TestClock, log_in};

/// The page of a request, when it is done.
async fn page(client: &mut Client, number: &str) -> String {
    let path = format!("/web/bulk/{number}");
    loop {
        let answer = client.get(&path).await.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
        let page = answer.text();
        if !page.contains("処理中") {
            return page;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_bulk_request_opens_on_the_screen() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.institution("131999001", "架空中央クリニック", "");
    let patients = centre.populate();
    let mut program = Program::log_in(&centre, &ours).await;
    let mut client = centre.client(&ours.terminal);
    log_in(&mut client, ours.login(AccountKind::General)).await;
    let code = program.code.clone();

    let asked = many(&code, &patients[..3]);
    let checks: UploadResponse = program.ask("OQSmuquc01", How::Json, &asked).await;
    let mut references = BulkReferenceNumberRequest::default();
    references.header.medical_institution_code = code.clone();
    let unknown = patients
        .iter()
        .find(|p| p.expected_validity == "4")
        .unwrap();
    for (patient, reference) in [(&patients[0], "カルテ0001"), (unknown, "カルテ0002")] {
        let card = card(patient);
        references
            .body
            .registrations
            .push(ReferenceNumberRegistrationInfo {
                reference_number: reference.to_owned(),
                insurer_number: card.insurer_number,
                insured_card_symbol: card.insured_card_symbol,
                insured_identification_number: card.insured_identification_number,
                insured_branch_number: card.insured_branch_number,
            });
    }
    let registered: UploadResponse = program.ask("OQSmuimm01", How::Json, &references).await;
    let mut tickets = TicketListRequest::default();
    tickets.header.medical_institution_code = code.clone();
    tickets.body.search.medical_treatment_month = today()[..6].to_owned();
    let listed: UploadResponse = program.ask("OQSmutic01", How::Json, &tickets).await;

    let shown = page(&mut client, &number(&checks)).await;
    assert!(
        shown.contains("P00000") && shown.contains("3件中"),
        "{shown}"
    );
    let shown = page(&mut client, &number(&registered)).await;
    for words in ["カルテ0001", "登録しました", "カルテ0002", "登録できません"] {
        assert!(shown.contains(words), "no {words} in {shown}");
    }
    assert!(
        shown.contains("該当する資格がありません"),
        "it says why: {shown}"
    );
    let shown = page(&mut client, &number(&listed)).await;
    assert!(shown.contains("交付番号"), "{shown}");

    let list = client.get("/web/bulk").await.unwrap().text();
    for taken in [&checks, &registered, &listed] {
        assert!(list.contains(&number(taken)));
    }
    // Lists of consents are empty, and say so.
    let mut visits = HomeVisitListRequest::default();
    visits.header.medical_institution_code = code.clone();
    visits.body.search.consent_date_from = today();
    visits.body.search.consent_date_to = today();
    visits.body.search.medical_treatment_flag = "1".to_owned();
    let mut online = OnlineListRequest::default();
    online.header.medical_institution_code = code;
    online.body.search.consent_date_from = Some(today());
    online.body.search.consent_date_to = Some(today());
    online.body.search.medical_treatment_flag = "1".to_owned();
    for (id, empty) in [
        ("OQSmuhvq01", &visits as &dyn onshi_wire::Block),
        ("OQSmuonq01", &online),
    ] {
        let answer = program.send_once(id, id, empty).await;
        let taken = answer.json();
        let number = taken["XmlMsg"]["MessageBody"]["ReceptionNumber"].as_str();
        let number = number.unwrap_or_else(|| panic!("{taken}"));
        let shown = page(&mut client, number).await;
        assert!(shown.contains("表示する方はいません"), "{shown}");
    }
    centre.closed().await;
}
