//! What is accepted, what is refused, and in which words.

use expect_test::{Expect, expect};
use onshi_wire::messages::*;
use onshi_wire::{Encoding, Limits, Parsed, ProblemCode, parse_xml};

const HEADER: &str = "<MessageHeader>
<QualificationConfirmationDate>20261122</QualificationConfirmationDate>
<MedicalInstitutionCode>1319999999</MedicalInstitutionCode></MessageHeader>";

fn request(search: &str) -> String {
    format!("<XmlMsg>{HEADER}<MessageBody>{search}</MessageBody></XmlMsg>")
}

fn person(change: &str) -> String {
    let (element, value) = change.split_once('=').unwrap_or(("", ""));
    let mut text = "<QualificationConfirmSearchInfo>\n".to_owned();
    for (name, usual) in [
        ("InsurerNumber", "  138057"),
        ("InsuredCardSymbol", "見本１"),
        ("InsuredIdentificationNumber", "1001"),
        ("InsuredBranchNumber", "02"),
        ("Birthdate", "19750502"),
        ("LimitApplicationCertificateRelatedConsFlg", "1"),
    ] {
        let value = if name == element { value } else { usual };
        text.push_str(&format!("<{name}>{value}</{name}>\n"));
    }
    text + "</QualificationConfirmSearchInfo>"
}

fn parse(xml: &str) -> Parsed<EligibilityRequest> {
    parse_xml(xml.as_bytes(), &Limits::SINGLE)
}

fn told<M>(parsed: &Parsed<M>) -> String {
    let mut text = format!("readable: {}\n", parsed.readable);
    for problem in &parsed.problems {
        text.push_str(&format!("{problem}\n  {}\n", problem.sentence_ja()));
    }
    for warning in &parsed.warnings {
        text.push_str(&format!("warning {warning}\n  {}\n", warning.sentence_ja()));
    }
    text
}

fn check(xml: &str, expected: Expect) {
    expected.assert_eq(&told(&parse(xml)));
}

#[test]
fn what_real_clients_send_is_read() {
    for change in [
        "",
        "InsuredCardSymbol=",
        "InsuredBranchNumber=",
        "InsurerNumber=138057",
        "InsurerNumber=01130012",
        "InsuredCardSymbol=<![CDATA[1<2]]>",
        "InsuredCardSymbol=&#x31;",
        "InsuredIdentificationNumber=１２ー３４　５６",
    ] {
        let parsed = parse(&request(&person(change)));
        assert_eq!(
            (parsed.problems, parsed.warnings),
            (vec![], vec![]),
            "{change}"
        );
    }
    let xml = request(&person("")).replace(
        "<InsuredCardSymbol>見本１</",
        "<InsuredCardSymbol >見本１</",
    );
    let xml = xml.replace(
        "<InsuredBranchNumber>02</InsuredBranchNumber>",
        "<InsuredBranchNumber />",
    );
    let message = parse(&format!("\u{FEFF}<?xml version=\"1.0\"?>\r\n{xml}\n"))
        .into_result()
        .unwrap();
    assert_eq!(
        message.body.search.insured_card_symbol.as_deref(),
        Some("見本１")
    );
    assert_eq!(message.body.search.insured_branch_number, None);
    assert_eq!(message.body.search.insurer_number, "  138057");
}

#[test]
fn the_declaration_decides() {
    let xml = request(&person("InsuredCardSymbol=髙①～"));
    for (name, encoding) in [
        ("UTF-8", Encoding::Utf8),
        ("utf-8", Encoding::Utf8),
        ("Shift_JIS", Encoding::ShiftJis),
        ("windows-31j", Encoding::ShiftJis),
        ("CP932", Encoding::ShiftJis),
    ] {
        let xml = format!("<?xml version='1.0' encoding='{name}' standalone='no'?>{xml}");
        let bytes = match encoding {
            Encoding::Utf8 => xml.into_bytes(),
            Encoding::ShiftJis => encoding_rs::SHIFT_JIS.encode(&xml).0.into_owned(),
        };
        let parsed = parse_xml::<EligibilityRequest>(&bytes, &Limits::SINGLE);
        assert_eq!(parsed.encoding, encoding);
        let message = parsed.into_result().unwrap();
        assert_eq!(
            message.body.search.insured_card_symbol.as_deref(),
            Some("髙①～")
        );
    }
}

#[test]
fn every_problem_is_told_with_its_place() {
    let xml = request(&person("Birthdate=20250229"))
        .replace("20261122<", "2026/11/22<")
        .replace(">1319999999<", "><")
        .replace(">1</Limit", ">9</Limit")
        .replace(">02<", ">2<")
        .replace(
            "</QualificationConfirmSearchInfo>",
            "<InsuredBranchNumber>03</InsuredBranchNumber>
<Foreign a='1'><Deep/></Foreign>stray</QualificationConfirmSearchInfo>",
        );
    check(
        &xml,
        expect![[r#"
            readable: true
            Missing at 1:9 in XmlMsg/MessageHeader/MedicalInstitutionCode: required
              1行目9文字目: 医療機関コード（MedicalInstitutionCode）は必須です。
            Date at 2:1 in XmlMsg/MessageHeader/QualificationConfirmationDate: must be a day, yyyyMMdd
              2行目1文字目: 資格確認日（QualificationConfirmationDate）はyyyyMMdd形式の実在する日付で設定してください。
            Format at 7:1 in XmlMsg/MessageBody/QualificationConfirmSearchInfo/InsuredBranchNumber: must have 2 digits
              7行目1文字目: 被保険者証枝番（InsuredBranchNumber）は半角数字2桁で設定してください。
            Date at 8:1 in XmlMsg/MessageBody/QualificationConfirmSearchInfo/Birthdate: must be a day, yyyyMMdd
              8行目1文字目: 生年月日（Birthdate）はyyyyMMdd形式の実在する日付で設定してください。
            Code at 9:1 in XmlMsg/MessageBody/QualificationConfirmSearchInfo/LimitApplicationCertificateRelatedConsFlg: must be in OQSCD001
              9行目1文字目: 限度額適用認定証提供同意フラグ（LimitApplicationCertificateRelatedConsFlg）の値が正しくありません。使える値は 0・1 です。
            Duplicate at 10:1 in XmlMsg/MessageBody/QualificationConfirmSearchInfo/InsuredBranchNumber: there more than once
              10行目1文字目: 被保険者証枝番（InsuredBranchNumber）が2回以上あります。
            Structure at 11:33 in XmlMsg/MessageBody/QualificationConfirmSearchInfo: text between elements
              11行目33文字目: 要素の間に文字があります。
            warning Ignored at 11:1 in XmlMsg/MessageBody/QualificationConfirmSearchInfo/Foreign: an attribute was ignored
              11行目1文字目: 属性は無視しました。
            warning UnknownElement at 11:1 in XmlMsg/MessageBody/QualificationConfirmSearchInfo/Foreign: an unknown element was ignored
              11行目1文字目: Foreign はこの電文にない要素のため、無視しました。
        "#]],
    );
}

#[test]
fn absent_blocks_are_told_once() {
    check(
        "<XmlMsg/>",
        expect![[r#"
        readable: true
        Missing at 1:1 in XmlMsg/MessageHeader: required
          1行目1文字目: メッセージヘッダー（MessageHeader）は必須です。
        Missing at 1:1 in XmlMsg/MessageBody: required
          1行目1文字目: メッセージボディー（MessageBody）は必須です。
    "#]],
    );
    check(
        "<XmlMsg><MessageHeader/><MessageBody/></XmlMsg>",
        expect![[r#"
        readable: true
        Missing at 1:9 in XmlMsg/MessageHeader/QualificationConfirmationDate: required
          1行目9文字目: 資格確認日（QualificationConfirmationDate）は必須です。
        Missing at 1:9 in XmlMsg/MessageHeader/MedicalInstitutionCode: required
          1行目9文字目: 医療機関コード（MedicalInstitutionCode）は必須です。
        Missing at 1:25 in XmlMsg/MessageBody/QualificationConfirmSearchInfo: required
          1行目25文字目: 資格確認照会用情報（QualificationConfirmSearchInfo）は必須です。
    "#]],
    );
}

#[test]
fn values_are_checked() {
    for (change, code) in [
        ("InsurerNumber=        ", ProblemCode::Format),
        ("InsurerNumber=   38057", ProblemCode::Format),
        ("InsurerNumber=   138057", ProblemCode::Format),
        ("InsurerNumber=１３８０５７", ProblemCode::Format),
        ("InsuredIdentificationNumber=　 ", ProblemCode::Missing),
        ("InsuredIdentificationNumber=", ProblemCode::Missing),
        (
            "InsuredIdentificationNumber=123456789012345678901",
            ProblemCode::TooLong,
        ),
        ("InsuredCardSymbol=a\nb", ProblemCode::Character),
        ("InsuredCardSymbol=a&#10;b", ProblemCode::Character),
        ("InsuredCardSymbol=a<b/>", ProblemCode::Structure),
        ("Birthdate=19750431", ProblemCode::Date),
        ("Birthdate=19000229", ProblemCode::Date),
        ("Birthdate=09990101", ProblemCode::Date),
        ("Birthdate=1975050", ProblemCode::Date),
        ("Birthdate=+9750502", ProblemCode::Date),
        (
            "LimitApplicationCertificateRelatedConsFlg=2",
            ProblemCode::Code,
        ),
    ] {
        let parsed = parse(&request(&person(change)));
        let codes: Vec<_> = parsed.problems.iter().map(|problem| problem.code).collect();
        assert_eq!(codes, [code], "{change}");
        assert!(parsed.readable, "{change}");
    }
    for date in ["20000229", "20241231", "10000101"] {
        assert!(
            parse(&request(&person(&format!("Birthdate={date}"))))
                .problems
                .is_empty()
        );
    }
}

#[test]
fn rows_of_a_bulk_request_are_told_apart() {
    let people = person("").repeat(2) + &person("Birthdate=x") + &person("InsurerNumber=x");
    let xml = request(&people);
    let parsed = parse_xml::<BulkEligibilityRequest>(xml.as_bytes(), &Limits::BULK);
    assert_eq!(parsed.message.body.searches.len(), 4);
    let rows: Vec<_> = parsed.problems.iter().map(|problem| problem.unit).collect();
    assert_eq!(rows, [Some(2), Some(3)]);
    let path = "XmlMsg/MessageBody/QualificationConfirmSearchInfo[3]/Birthdate";
    assert_eq!(parsed.problems[0].element, path);
    let none = parse_xml::<BulkEligibilityRequest>(request("").as_bytes(), &Limits::BULK);
    assert_eq!(none.problems[0].code, ProblemCode::Missing);
}

#[test]
fn a_fourth_disease_is_too_many() {
    let disease = "<SpecificDiseasesCertificateInfo/>".repeat(4);
    let xml = format!(
        "<XmlMsg><MessageHeader/><MessageBody><ResultList><ResultOfQualificationConfirmation>\
         <SpecificDiseasesCertificateList>{disease}</SpecificDiseasesCertificateList>\
         </ResultOfQualificationConfirmation></ResultList></MessageBody></XmlMsg>"
    );
    let parsed = parse_xml::<EligibilityResponse>(xml.as_bytes(), &Limits::BULK);
    assert!(
        parsed
            .problems
            .iter()
            .any(|problem| problem.code == ProblemCode::Count)
    );
}

#[test]
fn personal_data_is_never_repeated() {
    let xml = request(&person("InsuredCardSymbol=ひみつ\u{7F}")).replace("19750502", "ひみつ");
    let parsed = parse(&xml);
    assert_eq!(parsed.problems.len(), 2);
    assert!(!told(&parsed).contains("ひみつ"));
    let shown = format!("{:?}", parsed.message.body.search);
    assert!(
        shown.contains("Birthdate: ***") && !shown.contains("ひみつ"),
        "{shown}"
    );
}
