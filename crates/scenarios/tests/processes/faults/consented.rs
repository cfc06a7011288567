//! The messages that rest on a consent or on an emergency, by the folders of the linked application: what a receipt
//! computer drops into `req`, and what it finds in `res`. YZKsiquc01 and TKKsiquc01 are in `journey/fetching`, too.

use crate::faults::clinic::{Clinic, account};
use onshi_core::account::password::generate;
use onshi_core::account::{
    AccountName, Holder, Managed, NewAccount, PasswordOrigin, Period, Profession, UserId, manage,
};
use onshi_core::clock::Day;
use onshi_core::consent::{self, NewConsent, Purpose, Verification};
use onshi_core::entropy::{Entropy, fresh_seed};
use onshi_core::insured::{Line, QualificationRecord};
use onshi_core::permission::Scope;
use onshi_core::service::OperationContext;
use onshi_core::{AccountKind, Actor, Error, Function, Request, Service, Tx, facility};
use onshi_population::{Plan, Population};
use onshi_server::operator::provision::Provision;
use onshi_wire::messages::{
    BulkEligibilityResponse, CheckupRequest, CheckupResponse, ConsentSubject, DownloadRequest,
    EligibilityRequest, EligibilityResponse, EmergencyCheckRequest, HomeVisitListRequest,
    MedicinesRequest, MedicinesResponse, OnlineListRequest, PersonRequestHeader,
    QualificationConfirmSearchInfo, UploadResponse, WithdrawalRequest, WithdrawalResponse,
    WithdrawalSearchInfo,
};
use onshi_wire::shape::{Block, Typed};
use onshi_wire::{Style, print_xml};

/// So many people, of whom the first two with a coverage are asked about.
const PEOPLE: usize = 20;

/// A clinic with its linked application, and patients at home and on line.
struct Desk {
    clinic: Clinic,
    people: Vec<QualificationRecord>,
    asked: usize,
}

impl Desk {
    /// What happens before the day begins, and the day.
    fn open(before: impl FnOnce(&Clinic, &Service, &[QualificationRecord])) -> Desk {
        let mut clinic = Clinic::open(PEOPLE, 10);
        let plan = Plan {
            persons: PEOPLE as u64 * 2,
            seed: 7,
            today: onshi_core::clock::now().jst_day(),
        };
        let insured = |line: Line| match line {
            Line::Qualification(row) if row.disqualification_date.is_none() => Some(*row),
            _ => None,
        };
        let people: Vec<_> = Population::new(plan).filter_map(insured).collect();
        let service = clinic.site.service().unwrap();
        before(&clinic, &service, &people);
        drop(service);
        clinic.start_centre();
        clinic.start_link();
        Desk {
            clinic,
            people,
            asked: 0,
        }
    }

    /// Drops a request, and takes its answer.
    fn ask<M: Typed>(&mut self, id: &str, message: &dyn Block) -> M {
        self.asked += 1;
        let bytes = print_xml(message, Style::default()).bytes;
        let name = |way: &str, number: usize| format!("{id}{way}_{number}.xml");
        self.clinic.drop_request(&name("req", self.asked), &bytes);
        self.clinic.take(&name("res", self.asked))
    }

    /// Sends a list, and fetches it until it is there.
    fn list(&mut self, id: &str, message: &dyn Block) -> BulkEligibilityResponse {
        let taken: UploadResponse = self.ask(&format!("{id}01"), message);
        let mut fetch = DownloadRequest::default();
        fetch.header.medical_institution_code = self.code();
        let number = taken.body.reception_number.clone();
        fetch.body.reception_number = number.unwrap_or_else(|| panic!("{taken:?}"));
        loop {
            let found: BulkEligibilityResponse = self.ask(&format!("{id}02"), &fetch);
            if found.header.segment_of_result != "2" {
                return found;
            }
        }
    }

    fn code(&self) -> String {
        self.clinic.site.facility_code()
    }

    fn card(&self, of: usize) -> QualificationConfirmSearchInfo {
        let one = &self.people[of];
        QualificationConfirmSearchInfo {
            insurer_number: format!("{:>8}", one.insurer_number),
            insured_card_symbol: one.insured_card_symbol.clone(),
            insured_identification_number: one.insured_identification_number.clone(),
            insured_branch_number: one.insured_branch_number.clone(),
            birthdate: one.birthdate.clone(),
            limit_application_certificate_related_cons_flg: "0".to_owned(),
            arbitrary_identifier: None,
        }
    }

    fn header(&self, of: usize) -> PersonRequestHeader {
        let card = self.card(of);
        PersonRequestHeader {
            medical_institution_code: self.code(),
            insurer_number: card.insurer_number,
            insurance_card_symbol: card.insured_card_symbol,
            insured_person_identification_number: card.insured_identification_number,
            branch_number: card.insured_branch_number,
            ..PersonRequestHeader::default()
        }
    }

    fn medicines(&self, of: usize, class: Option<&str>) -> MedicinesRequest {
        let mut asked = MedicinesRequest {
            header: self.header(of),
            ..MedicinesRequest::default()
        };
        asked.body.start_date = "202001".to_owned();
        asked.body.end_date = "203001".to_owned();
        asked.body.file_category = "4".to_owned();
        asked.body.medical_treatment_flag = class.map(str::to_owned);
        asked
    }

    /// The log is whole, and nobody was asked twice for one request.
    fn close(mut self, function: &str, expected: &[&str]) {
        self.clinic.stop_link();
        let code = self.code();
        self.clinic.kill_centre();
        let export = self
            .clinic
            .place
            .ask(&["audit", "export", "--facility", &code]);
        let lines = export
            .lines()
            .map(|line| serde_json::from_str(line).unwrap());
        let lines: Vec<serde_json::Value> = lines.collect();
        let of = lines.iter().filter(|line| line["function"] == function);
        let outcomes = of.map(|line| match line["refusal"].as_str() {
            Some(refusal) => refusal.to_owned(),
            None => line["outcome"].as_str().unwrap().to_owned(),
        });
        let mut outcomes: Vec<String> = outcomes.collect();
        // The newest comes first.
        outcomes.reverse();
        assert_eq!(outcomes, expected);
        self.clinic.place.ask(&["audit", "verify"]);
    }
}

/// Does something in the place of an account.
fn act<T: Send + 'static>(
    service: &Service,
    (actor, function): (Actor, Function),
    work: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
) -> T {
    let operation = OperationContext::new(actor, function, Request::fresh());
    service.change_and_wait(operation, work).unwrap()
}

/// Somebody consents to medicines and not to checkups.
fn consents(clinic: &Clinic, service: &Service, (person, purpose): (i64, Purpose)) {
    let site = &clinic.site;
    let (authority, operator) = (site.authority().unwrap(), site.operator(service).unwrap());
    let provision = Provision {
        service,
        authority: &authority,
        operator: &operator,
    };
    let face = provision.actor(&site.code().unwrap(), "Kao01", &site.issued.serial);
    let online = purpose == Purpose::Online;
    let new = NewConsent {
        person,
        purpose,
        verified: Verification::Face,
        kinds: vec![(Scope::Medicines, true), (Scope::Checkups, false)],
        ceiling: false,
        booked: online.then(|| onshi_core::clock::now().jst_day().plus_days(1)),
        reader: None,
    };
    act(
        service,
        (face.unwrap(), Function::RecordConsent),
        move |tx| consent::record(tx, &new).map(drop),
    );
}

fn eight(day: Day) -> String {
    day.eight()
}

#[test]
fn consents_at_home_and_on_line_go_through_the_folders() {
    let mut desk = Desk::open(|clinic, service, people| {
        account(&clinic.site, AccountKind::Face, "Kao01");
        consents(clinic, service, (people[0].person, Purpose::HomeVisit));
        consents(clinic, service, (people[1].person, Purpose::Online));
    });
    let today = onshi_core::clock::now().jst_day();
    let mut again = EligibilityRequest::default();
    again.header.qualification_confirmation_date = eight(today);
    again.header.medical_institution_code = desk.code();
    again.body.search = desk.card(0);
    let told: EligibilityResponse = desk.ask("OQSsihvq01", &again);
    let flag = |told: &EligibilityResponse| {
        let one = &told.body.result_list[0];
        one.consent(ConsentSubject::PharmacistsInfo).flag
    };
    assert_eq!(flag(&told).as_deref(), Some("1"), "{told:?}");

    let mut list = HomeVisitListRequest::default();
    list.header.medical_institution_code = desk.code();
    list.body.search.consent_date_from = eight(today.plus_days(-1));
    list.body.search.consent_date_to = eight(today);
    list.body.search.medical_treatment_flag = "2".to_owned();
    let found = desk.list("OQSmuhvq", &list);
    assert_eq!(found.body.units.len(), 1);
    let unit = &found.body.units[0];
    assert_eq!(unit.processing_result_message, None, "{unit:?}");

    let mut online = OnlineListRequest::default();
    online.header.medical_institution_code = desk.code();
    online.body.search.medical_treatment_flag = "3".to_owned();
    online.body.search.examination_date_from = Some(eight(today.plus_days(1)));
    online.body.search.examination_date_to = Some(eight(today.plus_days(1)));
    let found = desk.list("OQSmuonq", &online);
    assert_eq!(found.body.units.len(), 1, "{found:?}");

    let mut back = WithdrawalRequest::default();
    back.header.medical_institution_code = desk.code();
    let card = desk.card(0);
    back.body.search = WithdrawalSearchInfo {
        insurer_number: card.insurer_number,
        insured_card_symbol: card.insured_card_symbol,
        insured_identification_number: card.insured_identification_number,
        insured_branch_number: card.insured_branch_number,
        birthdate: card.birthdate,
        medical_treatment_flag: "2".to_owned(),
    };
    let code = |told: &WithdrawalResponse| told.body.processing_result_code.clone();
    let told: WithdrawalResponse = desk.ask("OQSsihvd01", &back);
    assert_eq!(told.body.processing_result_status.as_deref(), Some("1"));
    assert_eq!(told.body.search.as_ref(), Some(&back.body.search));
    // What was told with the consent is not told any more, with its own reason.
    let twice: WithdrawalResponse = desk.ask("OQSsihvd01", &back);
    assert_eq!(code(&twice).as_deref(), Some("OQSB9031E"));
    let told: EligibilityResponse = desk.ask("OQSsihvq01", &again);
    assert_eq!(
        told.body.processing_result_code.as_deref(),
        Some("OQSB9031E")
    );
    assert!(told.body.result_list.is_empty());
    let refused: MedicinesResponse = desk.ask("YZKsiquc01", &desk.medicines(0, Some("2")));
    let words = refused.header.message_contents.unwrap_or_default();
    assert!(words.starts_with("OQSB9031E"), "{words}");
    assert!(refused.header.qua_inf.is_none());
    let found = desk.list("OQSmuhvq", &list);
    let words = found.body.units[0].processing_result_message.as_deref();
    assert!(
        words.unwrap_or_default().contains("医療機関等による取消"),
        "{words:?}"
    );
    desk.close("withdraw_consent_at_home", &["done", "consent.withdrawn"]);
}

/// Registers a doctor to whom 管理 gave 救急時閲覧権限.
fn doctor(clinic: &Clinic, service: &Service) {
    let new = NewAccount {
        user_id: UserId::parse("Kyukyu01").unwrap(),
        kind: AccountKind::Viewer,
        name: AccountName::parse("架空 医師").unwrap(),
        holder: Some(Holder::Licensed(Profession::Doctor, None)),
        emergency_viewing: true,
        period: Period::default(),
        note: String::new(),
        password: generate(&mut Entropy::new(fresh_seed()))
            .hash(&service.rules().password, [7; 16]),
        origin: PasswordOrigin::Initial,
    };
    let admin = (clinic.site.admin.clone(), Function::ManageAccounts);
    act(service, admin, move |tx| {
        manage::register(tx, Managed::Others, &new).map(drop)
    });
}

#[test]
fn a_hospital_looks_in_emergency_care_through_the_folders() {
    let mut desk = Desk::open(|clinic, service, _| {
        doctor(clinic, service);
        let code = clinic.site.code().unwrap();
        let operator = clinic.site.operator(service).unwrap().at(code.clone());
        act(service, (operator, Function::ManageFacilities), move |tx| {
            facility::set_emergency_hospital(tx, &code, true)
        });
    });
    let mut asked = EmergencyCheckRequest::default();
    asked.header.medical_institution_code = desk.code();
    asked.header.qualification_confirmation_date = eight(onshi_core::clock::now().jst_day());
    asked.body.search = desk.card(0);
    let access = &mut asked.body.access;
    access.user_id = "Kyukyu01".to_owned();
    access.emergency_viewing_flag = "1".to_owned();
    access.information_request_pattern = "3".to_owned();
    access.authentication_factor1 = Some("1".to_owned());
    access.authentication_method1 = Some("01".to_owned());
    access.authentication_factor2 = Some("3".to_owned());
    access.authentication_method2 = Some("01".to_owned());
    let without: EligibilityResponse = desk.ask("OQSsiemv01", &asked);
    assert_eq!(without.header.segment_of_result, "9", "a reason is needed");
    let words = |told: Option<String>| told.unwrap_or_default();
    let refused: MedicinesResponse = desk.ask("YZKsiquc01", &desk.medicines(0, Some("4")));
    assert!(words(refused.header.message_contents).starts_with("OQSB90"));
    asked.body.access.reason = Some("意識がない".to_owned());
    let told: EligibilityResponse = desk.ask("OQSsiemv01", &asked);
    let operations = told.body.result_list[0].consent(ConsentSubject::OperationInfo);
    assert_eq!(operations.flag.as_deref(), Some("3"));
    // Nothing is kept of these people, which is told in words of its own: they may be asked about.
    let medicines: MedicinesResponse = desk.ask("YZKsiquc01", &desk.medicines(0, Some("4")));
    assert_eq!(medicines.header.result_code, "1", "{medicines:?}");
    assert!(medicines.header.qua_inf.is_some());
    let mut checkups = CheckupRequest {
        header: desk.header(0),
        ..CheckupRequest::default()
    };
    checkups.body.file_category = "2".to_owned();
    checkups.body.medical_treatment_flag = Some("4".to_owned());
    let checkups: CheckupResponse = desk.ask("TKKsiquc01", &checkups);
    let said = words(checkups.header.message_contents);
    assert!(
        said.starts_with("OQSB9046E"),
        "it was not asked for: {said}"
    );
    // Another patient was not declared.
    let other: MedicinesResponse = desk.ask("YZKsiquc01", &desk.medicines(1, Some("4")));
    assert!(other.header.qua_inf.is_none());
    desk.close(
        "fetch_in_emergency_care",
        &[
            "emergency.care_not_declared",
            "done",
            "emergency.pattern_other",
            "emergency.care_not_declared",
        ],
    );
}
