//! Documentation out of the tables.

use expect_test::expect;
use onshi_wire::{
    Limits, MessageKind, Style, example, field_table, parse_json_into, parse_xml_into, print_json,
    print_xml, schema,
};

#[test]
fn every_example_is_right() {
    for kind in MessageKind::ALL {
        let message = example(*kind);
        let bytes = print_json(&*message);
        let mut back = kind.empty();
        let parsed = parse_json_into(&mut *back, &bytes, &Limits::SINGLE);
        assert_eq!(
            (parsed.problems, parsed.warnings),
            (vec![], vec![]),
            "{}",
            kind.id()
        );
        let xml = print_xml(&*message, Style::default()).bytes;
        let parsed = parse_xml_into(&mut *kind.empty(), &xml, &Limits::SINGLE);
        assert_eq!(
            (parsed.problems, parsed.warnings),
            (vec![], vec![]),
            "{}",
            kind.id()
        );
        assert_eq!(print_json(&*back), bytes);
        assert_eq!(schema(*kind)["title"], kind.id());
        assert_eq!(MessageKind::from_id(kind.id()), Some(*kind));
    }
}

#[test]
fn every_element_has_a_japanese_name() {
    for kind in MessageKind::ALL {
        for line in field_table(*kind).lines().skip(4) {
            let ja = line.split('|').nth(2).unwrap().trim();
            assert!(!ja.is_ascii() || ja == "OID", "{line}");
        }
    }
}

#[test]
fn a_schema_says_what_is_checked() {
    let schema = schema(MessageKind::EligibilityRequest);
    let body = &schema["properties"]["XmlMsg"]["properties"]["MessageBody"];
    let search = &body["properties"]["QualificationConfirmSearchInfo"];
    let mut text = search["required"].to_string();
    for name in [
        "InsurerNumber",
        "InsuredCardSymbol",
        "InsuredBranchNumber",
        "Birthdate",
    ] {
        text.push_str(&format!("\n{name} {:#}", search["properties"][name]));
    }
    expect![[r#"
        ["InsurerNumber","InsuredIdentificationNumber","Birthdate","LimitApplicationCertificateRelatedConsFlg"]
        InsurerNumber {
          "description": "保険者番号: the insurer's number, 8 characters padded on the left with blanks.",
          "examples": [
            "  138057"
          ],
          "maxLength": 8,
          "pattern": "^([0-9]{8}| {0,2}[0-9]{6})$",
          "type": "string"
        }
        InsuredCardSymbol {
          "description": "被保険者証記号: the card's symbol.",
          "examples": [
            "見本１"
          ],
          "maxLength": 20,
          "pattern": "^([^\\u0000-\\u001f\\u007f-\\u009f\\ufffe\\uffff]*)$",
          "type": "string"
        }
        InsuredBranchNumber {
          "description": "被保険者証枝番: the branch number; without it several persons may fit.",
          "examples": [
            "02"
          ],
          "maxLength": 2,
          "pattern": "^([0-9]{2})?$",
          "type": "string"
        }
        Birthdate {
          "description": "生年月日: date of birth.",
          "examples": [
            "19750502"
          ],
          "maxLength": 8,
          "pattern": "^([1-9][0-9]{3}((0[13578]|1[02])(0[1-9]|[12][0-9]|3[01])|(0[469]|11)(0[1-9]|[12][0-9]|30)|02(0[1-9]|1[0-9]|2[0-8]))|(([2468][048]|[13579][26])00|[1-9][0-9](0[48]|[2468][048]|[13579][26]))0229)$",
          "type": "string"
        }"#]].assert_eq(&text);
}

#[test]
fn a_table_for_people() {
    expect![[r#"
        ### OQSsiimm01req 照会番号登録要求

        | element | 項目 | | content | |
        |---|---|---|---|---|
        | `MessageHeader` | メッセージヘッダー | 必須 |  | who asks. |
        | 　`MedicalInstitutionCode` | 医療機関コード | 必須 | 10 digits | who asks. |
        | 　`ArbitraryFileIdentifier` | 任意のファイル識別子 | 任意 | text ≤50 | the sender's, echoed unchanged. |
        | `MessageBody` | メッセージボディー | 必須 |  | about whom. |
        | 　`ReferenceNumberRegistrationInfo` | 照会番号登録情報 | 必須 |  | the number and the person. |
        | 　　`ReferenceNumber` | 照会番号 | 必須 | text ≤50 | the institution's own number of the patient. |
        | 　　`InsurerNumber` | 保険者番号 | 必須 | 8, left-padded | the insurer's number, 8 characters padded on the left with blanks. |
        | 　　`InsuredCardSymbol` | 被保険者証記号 | 任意 | text ≤20 | the card's symbol. |
        | 　　`InsuredIdentificationNumber` | 被保険者証番号 | 必須 | text ≤20 | the card's number. |
        | 　　`InsuredBranchNumber` | 被保険者証枝番 | 任意 | 2 digits | the branch number; needed except in the scheme for the elderly. |
    "#]].assert_eq(&field_table(MessageKind::ReferenceNumberRequest));
}
