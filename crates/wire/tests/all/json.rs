//! The Web API's form.

use expect_test::expect;
use onshi_wire::messages::*;
use onshi_wire::{
    Limits, MessageKind, ProblemCode, example, parse_json, print_json, print_json_indented,
};

#[test]
fn the_specifications_example_is_read() {
    let text = r#"{"XmlMsg":{"MessageHeader":{"QualificationConfirmationDate":"20261122",
        "MedicalInstitutionCode":"1319999999"},"MessageBody":{"QualificationConfirmSearchInfo":{
        "InsurerNumber":"  138057","InsuredCardSymbol":"見本１","InsuredIdentificationNumber":"1001",
        "InsuredBranchNumber":"02","Birthdate":"19750502",
        "LimitApplicationCertificateRelatedConsFlg":"1"}}}}"#;
    let parsed = parse_json::<EligibilityRequest>(text.as_bytes(), &Limits::SINGLE);
    let message = parsed.into_result().unwrap();
    assert_eq!(message.body.search.insurer_number, "  138057");
    let squeezed: String = text.lines().map(str::trim_start).collect();
    assert_eq!(print_json(&message), squeezed.into_bytes());
}

#[test]
fn lists_are_arrays() {
    let mut response = EligibilityResponse::default();
    let mut person = ResultOfQualificationConfirmation::default();
    person
        .specific_diseases_certificate_list
        .push(Default::default());
    person.specific_diseases_certificate_list[0].specific_diseases_self_pay = Some("10000".into());
    response.body.result_list.push(person);
    expect![[r#"
        {
          "XmlMsg": {
            "MessageHeader": {},
            "MessageBody": {
              "ResultList": [
                {
                  "ResultOfQualificationConfirmation": {
                    "SpecificDiseasesCertificateList": [
                      {
                        "SpecificDiseasesSelfPay": "10000"
                      }
                    ]
                  }
                }
              ]
            }
          }
        }
    "#]]
    .assert_eq(std::str::from_utf8(&print_json_indented(&response)).unwrap());
}

#[test]
fn lists_are_read_in_every_form() {
    for list in [
        r#"[{"ResultOfQualificationConfirmation":{"Name":"架空"}}]"#,
        r#"[{"Name":"架空"}]"#,
        r#"{"ResultOfQualificationConfirmation":{"Name":"架空"}}"#,
        r#"{"ResultOfQualificationConfirmation":[{"Name":"架空"}]}"#,
    ] {
        let text = format!(r#"{{"XmlMsg":{{"MessageBody":{{"ResultList":{list}}}}}}}"#);
        let parsed = parse_json::<EligibilityResponse>(text.as_bytes(), &Limits::SINGLE);
        assert_eq!(parsed.warnings, [], "{list}");
        assert_eq!(parsed.message.body.result_list.len(), 1, "{list}");
        assert_eq!(parsed.message.body.result_list[0].name, "架空", "{list}");
    }
}

#[test]
fn problems_have_paths() {
    let bytes = print_json(&*example(MessageKind::BulkUploadRequest));
    let text = String::from_utf8(bytes).unwrap();
    let text = text
        .replace("\"19750502\"", "19750502")
        .replace("\"02\"", "\"\"")
        .replace("\"1001\"", "\"\"")
        .replace("\"見本１\"", "[\"見本１\"]")
        .replace(
            "\"P0001\"",
            "\"P0001\",\"ArbitraryIdentifier\":\"x\",\"Foreign\":{\"a\":[1]}",
        );
    let parsed = parse_json::<BulkEligibilityRequest>(text.as_bytes(), &Limits::SINGLE);
    assert!(parsed.readable);
    let mut told = String::new();
    for problem in parsed.problems.iter().chain(&parsed.warnings) {
        told.push_str(&format!("{problem}\n  {}\n", problem.sentence_ja()));
    }
    expect![[r#"
        Structure in XmlMsg/MessageBody/QualificationConfirmSearchInfo[1]/InsuredCardSymbol: of another JSON type
          XmlMsg/MessageBody/QualificationConfirmSearchInfo[1]/InsuredCardSymbol: 被保険者証記号（InsuredCardSymbol）は文字列（" "）で設定してください。
        Structure in XmlMsg/MessageBody/QualificationConfirmSearchInfo[1]/Birthdate: of another JSON type
          XmlMsg/MessageBody/QualificationConfirmSearchInfo[1]/Birthdate: 生年月日（Birthdate）は文字列（" "）で設定してください。
        Duplicate in XmlMsg/MessageBody/QualificationConfirmSearchInfo[1]/ArbitraryIdentifier: there more than once
          XmlMsg/MessageBody/QualificationConfirmSearchInfo[1]/ArbitraryIdentifier: 任意の識別子（ArbitraryIdentifier）が2回以上あります。
        Missing in XmlMsg/MessageBody/QualificationConfirmSearchInfo[1]/InsuredIdentificationNumber: required
          XmlMsg/MessageBody/QualificationConfirmSearchInfo[1]/InsuredIdentificationNumber: 被保険者証番号（InsuredIdentificationNumber）は必須です。
        UnknownElement in XmlMsg/MessageBody/QualificationConfirmSearchInfo[1]/Foreign: an unknown key was ignored
          XmlMsg/MessageBody/QualificationConfirmSearchInfo[1]/Foreign: Foreign はこの電文にない項目のため、無視しました。
    "#]].assert_eq(&told);
}

#[test]
fn what_is_not_json_has_its_line() {
    let parsed = parse_json::<EligibilityRequest>(b"{\"XmlMsg\":\n {]}", &Limits::SINGLE);
    let problem = &parsed.problems[0];
    assert_eq!(
        (problem.code, problem.line),
        (ProblemCode::NotWellFormed, Some(2))
    );
    assert!(!parsed.readable);
}
