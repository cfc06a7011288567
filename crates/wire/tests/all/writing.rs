//! What our files look like.

use expect_test::expect;
use onshi_wire::messages::*;
use onshi_wire::{Encoding, MessageKind, Style, example, print_xml};

#[test]
fn a_file_is_in_layout_order() {
    let style = Style {
        indented: true,
        ..Style::default()
    };
    let printed = print_xml(&*example(MessageKind::EligibilityRequest), style);
    expect![[r#"
        <?xml version="1.0" encoding="UTF-8" standalone="no"?>
        <XmlMsg>
          <MessageHeader>
            <QualificationConfirmationDate>20261122</QualificationConfirmationDate>
            <MedicalInstitutionCode>1319999999</MedicalInstitutionCode>
            <ArbitraryFileIdentifier>demo-20261122-0001</ArbitraryFileIdentifier>
          </MessageHeader>
          <MessageBody>
            <QualificationConfirmSearchInfo>
              <InsurerNumber>  138057</InsurerNumber>
              <InsuredCardSymbol>見本１</InsuredCardSymbol>
              <InsuredIdentificationNumber>1001</InsuredIdentificationNumber>
              <InsuredBranchNumber>02</InsuredBranchNumber>
              <Birthdate>19750502</Birthdate>
              <LimitApplicationCertificateRelatedConsFlg>1</LimitApplicationCertificateRelatedConsFlg>
              <ArbitraryIdentifier>P0001</ArbitraryIdentifier>
            </QualificationConfirmSearchInfo>
          </MessageBody>
        </XmlMsg>
    "#]].assert_eq(std::str::from_utf8(&printed.bytes).unwrap());
}

#[test]
fn identifiers_are_echoed_to_the_letter() {
    let mut message = UploadResponse::default();
    let identifier = " a>b \"c\" 'd' ｶﾞ～① ";
    message.header.arbitrary_file_identifier = Some(identifier.into());
    message.body.reception_number = Some("0001".into());
    for encoding in [Encoding::Utf8, Encoding::ShiftJis] {
        let printed = print_xml(
            &message,
            Style {
                encoding,
                indented: true,
                ..Style::default()
            },
        );
        let searched = format!("<ArbitraryFileIdentifier>{identifier}</ArbitraryFileIdentifier>");
        let searched = match encoding {
            Encoding::Utf8 => searched.into_bytes(),
            Encoding::ShiftJis => encoding_rs::SHIFT_JIS.encode(&searched).0.into_owned(),
        };
        assert!(
            printed
                .bytes
                .windows(searched.len())
                .any(|piece| piece == searched)
        );
        assert_eq!(printed.replaced, []);
    }
}

#[test]
fn what_shift_jis_has_not_is_shown_and_named() {
    let mut response = EligibilityResponse::default();
    let name = "𠮷野　翔\u{301C}é".to_owned();
    let person = ResultOfQualificationConfirmation {
        name,
        ..Default::default()
    };
    response.body.result_list = vec![Default::default(), person];
    let style = Style {
        encoding: Encoding::ShiftJis,
        indented: false,
        ..Style::default()
    };
    let printed = print_xml(&response, style);
    let text = encoding_rs::SHIFT_JIS.decode(&printed.bytes).0.into_owned();
    assert!(
        text.starts_with(
            "<?xml version=\"1.0\" encoding=\"Shift_JIS\" standalone=\"no\"?>\n<XmlMsg>"
        )
    );
    assert!(text.contains("<Name>●野　翔\u{FF5E}●</Name>"), "{text}");
    let element = "XmlMsg/MessageBody/ResultList/ResultOfQualificationConfirmation[2]/Name";
    let told: Vec<_> = printed
        .replaced
        .iter()
        .map(|r| (&*r.element, r.character, r.code_point))
        .collect();
    assert_eq!(told, [(element, '𠮷', 0x20BB7), (element, 'é', 0xE9)]);
}

#[test]
fn only_what_xml_needs_is_escaped() {
    let mut message = UploadResponse::default();
    message.header.error_message = Some("a<b&c>d]]>e\"'\r\n\t\u{1}".into());
    let printed = print_xml(&message, Style::default());
    let text = std::str::from_utf8(&printed.bytes).unwrap();
    assert!(
        text.contains("<ErrorMessage>a&lt;b&amp;c>d]]&gt;e\"'&#13;\n\t●</ErrorMessage>"),
        "{text}"
    );
    assert_eq!(printed.replaced[0].code_point, 1);
}
