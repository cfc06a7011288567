//! What is refused of a line or of a whole source, and with which words.

use super::super::import::Run;
use super::super::import_reader::{Batch, Format, ImportReader, NotTaken};
use super::super::{
    ElderlyCertificate, LimitCertificate, Line, MedicalTicket, QualificationRecord,
    SpecificDiseasesCertificate,
};
use super::{after, all, jsonl, taro, text_of, told};

/// What is reported of the same person with this one thing changed.
fn rejected(spoil: impl FnOnce(&mut QualificationRecord)) -> String {
    let mut one = taro(1);
    spoil(&mut one);
    let told = told(&all(jsonl(3), text_of(one).as_bytes(), 50).unwrap());
    told.into_iter().map(|(_, why)| why).collect()
}

#[test]
fn what_no_message_could_carry_is_refused_with_the_form_that_it_should_have() {
    type Spoil = fn(&mut QualificationRecord, &str);
    let name: Spoil = |r, text| r.name = text.to_owned();
    let kana: Spoil = |r, text| r.name_kana = Some(text.to_owned());
    let branch: Spoil = |r, text| r.insured_branch_number = Some(text.to_owned());
    let number: Spoil = |r, text| r.insured_identification_number = text.to_owned();
    let symbol: Spoil = |r, text| r.insured_card_symbol = Some(text.to_owned());
    let ratio: Spoil = |r, text| r.insured_partial_contribution_ratio = Some(text.to_owned());
    let post: Spoil = |r, text| r.post_number = Some(text.to_owned());
    let address: Spoil = |r, text| r.address = Some(text.to_owned());
    let birth: Spoil = |r, text| r.birthdate = text.to_owned();
    let long = "9".repeat(21);
    let endless = "架".repeat(401);
    for (spoil, text, item, form) in [
        (branch, "1", "InsuredBranchNumber", "半角数字2桁"),
        (branch, "A1", "InsuredBranchNumber", "半角数字2桁"),
        (branch, "０１", "InsuredBranchNumber", "半角数字2桁"),
        (branch, "001", "InsuredBranchNumber", "例：02"),
        (number, &long, "InsuredIdentificationNumber", "20文字以内"),
        (
            number,
            "－ －",
            "InsuredIdentificationNumber",
            "誰にも照会できません",
        ),
        (
            number,
            "70\u{200B}14",
            "InsuredIdentificationNumber",
            "見えない文字",
        ),
        (symbol, &long, "InsuredCardSymbol", "20文字以内"),
        (symbol, "見本\n１", "InsuredCardSymbol", "改行"),
        (ratio, "1", "InsuredPartialContributionRatio", "半角数字3桁"),
        (
            ratio,
            "030%",
            "InsuredPartialContributionRatio",
            "半角数字3桁",
        ),
        (
            ratio,
            "011",
            "InsuredPartialContributionRatio",
            "010（1割）",
        ),
        (name, "架空\t太郎", "Name", "タブ"),
        (name, "\u{202E}架空", "Name", "向きを変える"),
        (name, "架空\u{FFFD}", "Name", "化け"),
        (name, &endless, "Name", "400文字以内"),
        (name, "　", "Name", "空白"),
        (kana, "カクウ　タロウ", "NameKana", "半角カナ"),
        (kana, "ｶｸｳ\u{0}", "NameKana", ""),
        (post, "1000001", "PostNumber", "123-4567"),
        (address, "東京都\r\n架空区", "Address", "改行"),
        (birth, "1990-01-01", "Birthdate", "yyyyMMdd"),
        (birth, "18000101", "Birthdate", "1868年"),
        (birth, "20230229", "Birthdate", "yyyyMMdd"),
    ] {
        let why = rejected(|r| spoil(r, text));
        let is_nul = text.contains('\0');
        assert!(is_nul || why.starts_with(item), "{text:?}: {why}");
        assert!(why.contains(form), "{text:?}: {why}");
        assert!(text.len() < 3 || !why.contains(text), "{text:?}: {why}");
    }
    for (spoil, text) in [
        (branch, "01"),
        (symbol, "見本１２３"),
        (ratio, "020"),
        (name, "葛\u{E0100}城　Ａｎｎａ"),
        (name, "\u{E000}本　太郎"),
        (kana, "ｶｸｳ ﾀﾛｳ"),
        (post, "100-0001"),
    ] {
        assert_eq!(rejected(|r| spoil(r, text)), "", "{text:?}");
    }
}

fn day() -> String {
    "20260401".to_owned()
}

fn elderly(ratio: &str, until: &str) -> ElderlyCertificate {
    ElderlyCertificate {
        issued: day(),
        from: day(),
        until: until.to_owned(),
        ratio: ratio.to_owned(),
    }
}

fn limit(band: &str, from: &str) -> LimitCertificate {
    LimitCertificate {
        classification: "01".to_owned(),
        band: band.to_owned(),
        issued: day(),
        from: from.to_owned(),
        until: None,
        long_term: None,
    }
}

fn specific(self_pay: &str) -> SpecificDiseasesCertificate {
    SpecificDiseasesCertificate {
        category: "1".to_owned(),
        issued: day(),
        from: day(),
        until: None,
        self_pay: self_pay.to_owned(),
    }
}

fn ticket(code: &str, name: &str, kind: &str) -> MedicalTicket {
    MedicalTicket {
        ticket_type: kind.to_owned(),
        from: day(),
        until: "20260430".to_owned(),
        issue_number: "0000001".to_owned(),
        treatment_month: "202604".to_owned(),
        institution_code: code.to_owned(),
        institution_name: name.to_owned(),
        treatment_type: "02".to_owned(),
        self_pay: "0".to_owned(),
        injury_name: None,
        single_or_combined: "01".to_owned(),
        social_insurance: "02".to_owned(),
    }
}

#[test]
fn certificates_and_tickets_are_held_to_their_layout_too() {
    for (list, why) in [
        (
            "Ratio",
            rejected(|r| r.elderly_recipient_certificates = vec![elderly("2", "20270331")]),
        ),
        (
            "Until",
            rejected(|r| r.elderly_recipient_certificates = vec![elderly("020", "20260331")]),
        ),
        (
            "Until",
            rejected(|r| r.elderly_recipient_certificates = vec![elderly("020", "2027-03-31")]),
        ),
        (
            "Band",
            rejected(|r| r.limit_application_certificates = vec![limit("Z99", "20260401")]),
        ),
        (
            "From",
            rejected(|r| r.limit_application_certificates = vec![limit("A01", "2026/4/1")]),
        ),
        (
            "SelfPay",
            rejected(|r| r.specific_diseases_certificates = vec![specific("1万円")]),
        ),
        (
            "SelfPay",
            rejected(|r| r.specific_diseases_certificates = vec![specific("１００００")]),
        ),
        (
            "SelfPay",
            rejected(|r| r.specific_diseases_certificates = vec![specific("1234567890")]),
        ),
        (
            "InstitutionCode",
            rejected(|r| r.medical_tickets = vec![ticket("131", "架空内科", "01")]),
        ),
        (
            "InstitutionName",
            rejected(|r| r.medical_tickets = vec![ticket("1319999999", "架空\t内科", "01")]),
        ),
        (
            "TicketType",
            rejected(|r| r.medical_tickets = vec![ticket("1319999999", "架空内科", "1")]),
        ),
    ] {
        assert!(why.contains(&format!(".{list}: ")), "{list}: {why}");
    }
    let all = rejected(|r| {
        r.elderly_recipient_certificates = vec![elderly("020", "20270331")];
        r.limit_application_certificates = vec![limit("A01", "20260401")];
        r.specific_diseases_certificates = vec![specific("10000")];
        r.medical_tickets = vec![ticket("1319999999", "架空内科", "01")];
    });
    assert_eq!(all, "");
}

const NAMES: &str = "Person,InsurerNumber,InsuredIdentificationNumber,InsuredCardClassification,\
                     Name,Sex1,Birthdate,QualificationDate";
const ROW: &str = "1,06139018,1,01,架空太郎,1,19900101,20200401";

#[test]
fn every_kind_of_line_end_and_blank_lines_are_read_alike() {
    let is_same = |text: String| {
        for piece in [1, 2, 3, 7, 1000] {
            let csv = ImportReader::begin(Format::Csv, 2).going_on(Run::default());
            let whole = all(csv, text.as_bytes(), piece).unwrap();
            let lines: Vec<&Line> = whole.iter().flat_map(|batch| &batch.lines).collect();
            assert_eq!(lines, [&Line::Qualification(Box::new(taro(1)))], "{text:?}");
            let told = told(&whole);
            assert_eq!(told.len(), 1, "{text:?}");
            let place = told[0].0;
            let before = text.replace("\r\n", "\n").replace('\r', "\n");
            let right = before.lines().position(|line| line == "x").unwrap() + 1;
            assert_eq!(place, right as i64, "{text:?}");
        }
    };
    for end in ["\n", "\r\n", "\r"] {
        is_same(format!("{NAMES}{end}{ROW}{end}x{end}"));
        is_same(format!("{end}{NAMES}{end}{end}{ROW}{end}x"));
        is_same(format!(
            "\u{FEFF}{end} {end}{NAMES}{end}x{end}{ROW}{end}\u{1A}"
        ));
    }
    let going_on = || ImportReader::begin(Format::Csv, 1);
    let text = format!("{NAMES}\r\n{ROW}\r\nx\r\n");
    let whole = all(going_on().going_on(Run::default()), text.as_bytes(), 5).unwrap();
    for (place, batch) in whole.iter().enumerate() {
        let rest = all(going_on().going_on(after(batch)), text.as_bytes(), 5).unwrap();
        assert_eq!(rest, whole[place + 1..]);
    }
}

#[test]
fn a_source_that_is_no_text_of_ours_is_refused_with_the_cause() {
    let wide = |text: &str, big: bool| -> Vec<u8> {
        let units = text.encode_utf16();
        units
            .flat_map(|unit| {
                if big {
                    unit.to_be_bytes()
                } else {
                    unit.to_le_bytes()
                }
            })
            .collect()
    };
    let csv = format!("{NAMES}\r\n{ROW}\r\n");
    let with_mark = format!("\u{FEFF}{csv}");
    for (bytes, cause) in [
        (wide(&with_mark, false), "UTF-16"),
        (wide(&with_mark, true), "UTF-16"),
        (wide(&csv, false), "UTF-16"),
        (wide(&csv, true), "UTF-16"),
        (b"PK\x03\x04rest".to_vec(), "Excel"),
        (b"\x1f\x8brest".to_vec(), "gzip"),
        (Vec::new(), "1行もありません"),
        (b"\r\n\r\n".to_vec(), "1行もありません"),
        (format!("{NAMES}\r\n").into_bytes(), "1行もありません"),
        (csv.replace(',', ";").into_bytes(), "見出し"),
        (csv.replace(',', "\t").into_bytes(), "見出し"),
        (csv.replace("Sex1", "Sex").into_bytes(), "「Sex」"),
        (csv.replace("Sex1", "Name").into_bytes(), "2回"),
        (encoded(&csv.replace("Sex1", "性別")), "UTF-8ではありません"),
    ] {
        for format in [Format::Csv, Format::JsonLines] {
            for piece in [1, 3, 1000] {
                let import_reader = ImportReader::begin(format, 2).going_on(Run::default());
                let told = all(import_reader, &bytes, piece);
                let is_text = cause.contains("見出し") || cause.contains('「');
                if format == Format::JsonLines && (is_text || told.is_ok()) {
                    // Every line of it is told apart there.
                    let told = told_of(told);
                    assert!(!told.is_empty(), "{cause}");
                    continue;
                }
                let Err(NotTaken::Beginning(why)) = told else {
                    panic!("{cause}: {told:?}");
                };
                assert!(why.japanese.contains(cause), "{why:?}");
                assert!(why.english.is_ascii(), "{why:?}");
            }
        }
    }
}

fn told_of(answer: Result<Vec<Batch>, NotTaken>) -> Vec<(i64, String)> {
    told(&answer.unwrap())
}

/// A text in Shift_JIS, of the few characters that these tests need.
fn encoded(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for character in text.chars() {
        match character {
            '性' => out.extend([0x90, 0xAB]),
            '別' => out.extend([0x95, 0xCA]),
            other if other.is_ascii() => out.push(other as u8),
            _ => out.extend([0x89, 0xCB]),
        }
    }
    out
}

#[test]
fn columns_are_those_of_the_records() {
    let mut full = taro(1);
    let text = || Some("1".to_owned());
    full.insured_card_symbol = text();
    full.insured_branch_number = text();
    full.personal_family_classification = text();
    full.insured_name = text();
    full.name_of_other = text();
    full.name_kana = text();
    full.name_of_other_kana = text();
    full.sex2 = text();
    full.address = text();
    full.post_number = text();
    full.disqualification_date = text();
    full.reason_of_loss = text();
    full.insured_certificate_issuance_date = text();
    full.insured_card_valid_date = text();
    full.insured_card_expiration_date = text();
    full.insured_partial_contribution_ratio = text();
    let serde_json::Value::Object(full) = serde_json::to_value(&full).unwrap() else {
        panic!("a record is an object");
    };
    for name in full.keys() {
        assert!(
            super::super::lines::columns(name.as_bytes()).is_ok(),
            "{name}"
        );
    }
}
