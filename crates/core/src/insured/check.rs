//! What is wrong with a line that an insurer sent, in words for the insurer.
//!
//! The words name the item and never repeat its value: they are kept, and shown to whoever reads
//! the report. Numbers of insurers, which are public, are the exception.

use super::layout::{self, Goes};
use super::record::{
    ElderlyCertificate, InsurerRecord, LimitCertificate, Line, MedicalTicket, QualificationRecord,
    SpecificDiseasesCertificate,
};
use crate::clock::Day;
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

/// No person alive, and no scheme, is older.
const FIRST_DAY: Day = Day::MEIJI;
/// Certificates or tickets of one kind in one line: a ticket a month, for longer than a card lasts.
const LIST_MAX: usize = 200;
/// Amounts of money, in digits. The real length is not public.
const YEN_DIGITS_MAX: usize = 9;

#[derive(Default)]
struct Found(Vec<String>);

impl Found {
    fn wrong(&mut self, item: &str, why: &str) {
        self.0.push(format!("{item}: {why}"));
    }

    /// A value that goes out as the element of this name. True when it may.
    fn held(&mut self, item: &str, goes: Goes, element: &str, text: &str) -> bool {
        let problem = layout::problem(goes, element, text);
        if let Some(why) = &problem {
            self.wrong(item, why);
        }
        problem.is_none()
    }

    /// An item of the qualification itself, which has the name of its element.
    fn item(&mut self, name: &str, text: &str) -> bool {
        self.held(name, Goes::Result, name, text)
    }

    fn day(&mut self, item: &str, goes: Goes, element: &str, text: &str) -> Option<Day> {
        if !self.held(item, goes, element, text) {
            return None;
        }
        let day = Day::parse(text);
        if day.is_none_or(|day| day < FIRST_DAY) {
            let why = "1868年（明治元年）以降の日付で設定してください。";
            self.wrong(item, why);
            return None;
        }
        day
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

    fn insurer(&mut self, record: &InsurerRecord) {
        self.number(&record.insurer_number);
        self.item("InsurerName", &record.insurer_name);
        // The day is none of the message's, and has the form of those that are.
        self.day(
            "DataDate",
            Goes::Result,
            "QualificationDate",
            &record.data_date,
        );
    }

    fn qualification(&mut self, record: &QualificationRecord) {
        self.number(&record.insurer_number);
        if record.person < 1 {
            self.wrong("Person", "1以上の番号が必要です。");
        }
        self.texts(record);
        self.days(record);
        let reason = record.reason_of_loss.as_ref();
        if record.disqualification_date.is_none() != reason.is_none() {
            let why = "ReasonOfLoss と揃っている必要があります。";
            self.wrong("DisqualificationDate", why);
        }
        let (elderly, limits) = (
            &record.elderly_recipient_certificates,
            &record.limit_application_certificates,
        );
        let (diseases, tickets) = (
            &record.specific_diseases_certificates,
            &record.medical_tickets,
        );
        self.list("ElderlyRecipientCertificates", elderly, Found::elderly);
        self.list("LimitApplicationCertificates", limits, Found::limit);
        self.list("SpecificDiseasesCertificates", diseases, Found::specific);
        self.list("MedicalTickets", tickets, Found::ticket);
    }

    fn list<T>(&mut self, name: &str, entries: &[T], check: fn(&mut Found, &T)) {
        if entries.len() > LIST_MAX {
            self.wrong(name, &format!("{LIST_MAX}件までです。"));
            return;
        }
        for entry in entries {
            check(self, entry);
        }
    }

    fn texts(&mut self, record: &QualificationRecord) {
        self.item("Name", &record.name);
        self.item("Sex1", &record.sex1);
        let (card, number) = (
            &record.insured_card_classification,
            &record.insured_identification_number,
        );
        self.item("InsuredCardClassification", card);
        self.item("InsuredIdentificationNumber", number);
        for (name, text) in [
            ("InsuredCardSymbol", &record.insured_card_symbol),
            ("InsuredBranchNumber", &record.insured_branch_number),
            (
                "PersonalFamilyClassification",
                &record.personal_family_classification,
            ),
            ("InsuredName", &record.insured_name),
            ("NameOfOther", &record.name_of_other),
            ("NameKana", &record.name_kana),
            ("NameOfOtherKana", &record.name_of_other_kana),
            ("Sex2", &record.sex2),
            ("Address", &record.address),
            ("PostNumber", &record.post_number),
            ("ReasonOfLoss", &record.reason_of_loss),
            (
                "InsuredPartialContributionRatio",
                &record.insured_partial_contribution_ratio,
            ),
        ] {
            if let Some(text) = text {
                self.item(name, text);
            }
        }
    }

    fn days(&mut self, record: &QualificationRecord) {
        let mut day = |name: &str, text: &str| self.day(name, Goes::Result, name, text);
        let birth = day("Birthdate", &record.birthdate);
        let acquired = day("QualificationDate", &record.qualification_date);
        let lost = record.disqualification_date.as_ref();
        let lost = lost.and_then(|text| day("DisqualificationDate", text));
        for (name, text) in [
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
            if let Some(text) = text {
                day(name, text);
            }
        }
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
    }

    fn elderly(&mut self, certificate: &ElderlyCertificate) {
        let mut part = Part::of(self, "ElderlyRecipientCertificates", Goes::Elderly);
        part.day(
            "Issued",
            "ElderlyRecipientCertificateDate",
            &certificate.issued,
        );
        part.period(
            ("ElderlyRecipientValidStartDate", &certificate.from),
            ("ElderlyRecipientValidEndDate", Some(&certificate.until)),
        );
        part.held(
            "Ratio",
            "ElderlyRecipientContributionRatio",
            &certificate.ratio,
        );
    }

    fn limit(&mut self, certificate: &LimitCertificate) {
        let mut part = Part::of(self, "LimitApplicationCertificates", Goes::Limit);
        part.day(
            "Issued",
            "LimitApplicationCertificateDate",
            &certificate.issued,
        );
        part.period(
            (
                "LimitApplicationCertificateValidStartDate",
                &certificate.from,
            ),
            (
                "LimitApplicationCertificateValidEndDate",
                certificate.until.as_ref(),
            ),
        );
        if let Some(day) = &certificate.long_term {
            part.day("LongTerm", "LimitApplicationCertificateLongTermDate", day);
        }
        part.held(
            "Classification",
            "LimitApplicationCertificateClassification",
            &certificate.classification,
        );
        part.held(
            "Band",
            "LimitApplicationCertificateClassificationFlag",
            &certificate.band,
        );
    }

    fn specific(&mut self, certificate: &SpecificDiseasesCertificate) {
        let mut part = Part::of(self, "SpecificDiseasesCertificates", Goes::Specific);
        part.day(
            "Issued",
            "SpecificDiseasesCertificateDate",
            &certificate.issued,
        );
        part.period(
            ("SpecificDiseasesValidStartDate", &certificate.from),
            ("SpecificDiseasesValidEndDate", certificate.until.as_ref()),
        );
        part.held(
            "Category",
            "SpecificDiseasesDiseaseCategory",
            &certificate.category,
        );
        part.yen("SelfPay", "SpecificDiseasesSelfPay", &certificate.self_pay);
    }

    fn ticket(&mut self, ticket: &MedicalTicket) {
        let mut part = Part::of(self, "MedicalTickets", Goes::Ticket);
        part.period(
            ("MedicalTicketValidDate", &ticket.from),
            ("MedicalTicketExpirationDate", Some(&ticket.until)),
        );
        part.yen("SelfPay", "SelfPayAmount", &ticket.self_pay);
        for (item, element, text) in [
            ("TicketType", "TicketType", &ticket.ticket_type),
            ("IssueNumber", "IssueNumber", &ticket.issue_number),
            (
                "TreatmentMonth",
                "MedicalTreatmentMonth",
                &ticket.treatment_month,
            ),
            (
                "InstitutionCode",
                "DesignatedMedicalInstitutionCode",
                &ticket.institution_code,
            ),
            (
                "InstitutionName",
                "DesignatedMedicalInstitutionName",
                &ticket.institution_name,
            ),
            (
                "TreatmentType",
                "MedicalTreatmentType",
                &ticket.treatment_type,
            ),
            (
                "SingleOrCombined",
                "SingleOrCombinedUse",
                &ticket.single_or_combined,
            ),
            (
                "SocialInsurance",
                "StatusOfSocialInsurance",
                &ticket.social_insurance,
            ),
        ] {
            part.held(item, element, text);
        }
        if let Some(name) = &ticket.injury_name {
            part.held("InjuryName", "InjuryName1", name);
        }
    }
}

/// One of several certificates or tickets.
struct Part<'a> {
    found: &'a mut Found,
    list: &'static str,
    goes: Goes,
}

impl<'a> Part<'a> {
    fn of(found: &'a mut Found, list: &'static str, goes: Goes) -> Part<'a> {
        Part { found, list, goes }
    }

    fn name(&self, item: &str) -> String {
        format!("{}.{item}", self.list)
    }

    fn held(&mut self, item: &str, element: &str, text: &str) {
        let name = self.name(item);
        self.found.held(&name, self.goes, element, text);
    }

    fn day(&mut self, item: &str, element: &str, text: &str) -> Option<Day> {
        let name = self.name(item);
        self.found.day(&name, self.goes, element, text)
    }

    fn period(&mut self, (from, begin): (&str, &str), (until, end): (&str, Option<&String>)) {
        let begin = self.day("From", from, begin);
        let end = end.and_then(|text| self.day("Until", until, text));
        if let (Some(begin), Some(end)) = (begin, end)
            && end < begin
        {
            let name = self.name("Until");
            self.found.wrong(&name, "終了日が開始日より前です。");
        }
    }

    fn yen(&mut self, item: &str, element: &str, text: &str) {
        let name = self.name(item);
        if self.found.held(&name, self.goes, element, text) && text.len() > YEN_DIGITS_MAX {
            let why = format!("金額は{YEN_DIGITS_MAX}桁以内で設定してください。");
            self.found.wrong(&name, &why);
        }
    }
}
