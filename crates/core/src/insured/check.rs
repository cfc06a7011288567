//! What is wrong with a line that an insurer sent, in words for the insurer.
//!
//! The words name the item and never repeat its value: they are kept, and shown to whoever reads
//! the report. Numbers of insurers, which are public, are the exception.

use super::record::{
    ElderlyCertificate, InsurerRecord, LimitCertificate, Line, MedicalTicket, QualificationRecord,
    SpecificDiseasesCertificate,
};
use crate::clock::Day;
use onshi_wire::codes;
use onshi_wire::numbers::{InsurerNumber, has_right_check_digit};

/// What is wrong with a line; empty when it can be taken.
pub fn check(line: &Line) -> Vec<String> {
    let mut found = Found::default();
    match line {
        Line::Insurer(record) => found.insurer(record),
        Line::Qualification(record) => found.qualification(record),
    }
    found.0
}

#[derive(Default)]
struct Found(Vec<String>);

impl Found {
    fn wrong(&mut self, item: &str, why: &str) {
        self.0.push(format!("{item}: {why}"));
    }

    fn number(&mut self, text: &str) {
        match InsurerNumber::parse(text) {
            Err(_) => self.wrong("InsurerNumber", "8桁（国保は6桁）の番号が必要です。"),
            Ok(number) if !has_right_check_digit(number.digits()) => {
                self.wrong("InsurerNumber", &format!("{text} の検証番号が違います。"));
            }
            Ok(_) => {}
        }
    }

    fn there(&mut self, item: &str, text: &str) {
        if text.trim().is_empty() {
            self.wrong(item, "値がありません。");
        }
    }

    fn day(&mut self, item: &str, text: &str) -> Option<Day> {
        let day = Day::parse(text);
        if day.is_none() {
            self.wrong(item, "日付ではありません（yyyymmdd）。");
        }
        day
    }

    fn day_if_there(&mut self, item: &str, text: Option<&String>) -> Option<Day> {
        text.and_then(|text| self.day(item, text))
    }

    fn coded(&mut self, item: &str, list: &str, value: Option<&String>) {
        if value.is_some_and(|value| codes::label(list, value).is_none()) {
            self.wrong(item, &format!("{list} にない値です。"));
        }
    }

    fn digits(&mut self, item: &str, text: &str) {
        if text.is_empty() || text.len() > 9 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            self.wrong(item, "数字ではありません。");
        }
    }

    fn period(&mut self, item: &str, from: &str, until: Option<&String>) {
        let begin = self.day(item, from);
        let end = self.day_if_there(item, until);
        if let (Some(begin), Some(end)) = (begin, end)
            && end < begin
        {
            self.wrong(item, "終了日が開始日より前です。");
        }
    }

    fn insurer(&mut self, record: &InsurerRecord) {
        self.number(&record.insurer_number);
        self.there("InsurerName", &record.insurer_name);
        self.day("DataDate", &record.data_date);
    }

    fn qualification(&mut self, record: &QualificationRecord) {
        self.number(&record.insurer_number);
        if record.person < 1 {
            self.wrong("Person", "1以上の番号が必要です。");
        }
        self.there("Name", &record.name);
        let number = &record.insured_identification_number;
        self.there("InsuredIdentificationNumber", number);
        self.days(record);
        let sex1 = Some(&record.sex1);
        let card = Some(&record.insured_card_classification);
        let family = record.personal_family_classification.as_ref();
        let reason = record.reason_of_loss.as_ref();
        self.coded("InsuredCardClassification", "OQSCD010", card);
        self.coded("PersonalFamilyClassification", "OQSCD009", family);
        self.coded("Sex1", "OQSCD007", sex1);
        self.coded("Sex2", "OQSCD007", record.sex2.as_ref());
        self.coded("ReasonOfLoss", "OQSCD008", reason);
        if record.disqualification_date.is_none() != reason.is_none() {
            let why = "ReasonOfLoss と揃っている必要があります。";
            self.wrong("DisqualificationDate", why);
        }
        for certificate in &record.elderly_recipient_certificates {
            self.elderly(certificate);
        }
        for certificate in &record.limit_application_certificates {
            self.limit(certificate);
        }
        for certificate in &record.specific_diseases_certificates {
            self.specific(certificate);
        }
        for ticket in &record.medical_tickets {
            self.ticket(ticket);
        }
    }

    fn days(&mut self, record: &QualificationRecord) {
        let birth = self.day("Birthdate", &record.birthdate);
        let acquired = self.day("QualificationDate", &record.qualification_date);
        let lost = record.disqualification_date.as_ref();
        let lost = self.day_if_there("DisqualificationDate", lost);
        if let (Some(birth), Some(acquired)) = (birth, acquired)
            && acquired < birth
        {
            self.wrong("QualificationDate", "Birthdate より前です。");
        }
        if let (Some(acquired), Some(lost)) = (acquired, lost)
            && lost < acquired
        {
            self.wrong("DisqualificationDate", "QualificationDate より前です。");
        }
        for (item, text) in [
            (
                "InsuredCertificateIssuanceDate",
                &record.insured_certificate_issuance_date,
            ),
            ("InsuredCardValidDate", &record.insured_card_valid_date),
            (
                "InsuredCardExpirationDate",
                &record.insured_card_expiration_date,
            ),
        ] {
            self.day_if_there(item, text.as_ref());
        }
    }

    fn elderly(&mut self, certificate: &ElderlyCertificate) {
        const ITEM: &str = "ElderlyRecipientCertificates";
        self.day(ITEM, &certificate.issued);
        self.period(ITEM, &certificate.from, Some(&certificate.until));
    }

    fn limit(&mut self, certificate: &LimitCertificate) {
        const ITEM: &str = "LimitApplicationCertificates";
        self.day(ITEM, &certificate.issued);
        self.period(ITEM, &certificate.from, certificate.until.as_ref());
        self.day_if_there(ITEM, certificate.long_term.as_ref());
        self.coded(ITEM, "OQSCD011", Some(&certificate.classification));
        self.coded(ITEM, "OQSCD012", Some(&certificate.band));
    }

    fn specific(&mut self, certificate: &SpecificDiseasesCertificate) {
        const ITEM: &str = "SpecificDiseasesCertificates";
        self.day(ITEM, &certificate.issued);
        self.period(ITEM, &certificate.from, certificate.until.as_ref());
        self.coded(ITEM, "OQSCD013", Some(&certificate.category));
    }

    fn ticket(&mut self, ticket: &MedicalTicket) {
        const ITEM: &str = "MedicalTickets";
        self.period(ITEM, &ticket.from, Some(&ticket.until));
        self.there(ITEM, &ticket.institution_code);
        self.digits(ITEM, &ticket.self_pay);
        let month = &ticket.treatment_month;
        self.day(ITEM, &format!("{month}01"));
        self.coded(ITEM, "OQSCD019", Some(&ticket.treatment_type));
        self.coded(ITEM, "OQSCD020", Some(&ticket.single_or_combined));
        self.coded(ITEM, "OQSCD021", Some(&ticket.social_insurance));
    }
}
