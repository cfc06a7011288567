//! What was sent comes back as it was spelt; what is absent, and what stands around a message.

use onshi_wire::messages::{
    BulkEligibilityRequest, EligibilityRequest, EligibilityResponse,
    ResultOfQualificationConfirmation,
};
use onshi_wire::{
    Encoding, Limits, ProblemCode, Style, parse_json, parse_xml, print_json, print_xml_as_spelt,
    private_use,
};

fn request(identifier: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><XmlMsg><MessageHeader>\
         <QualificationConfirmationDate>20261126</QualificationConfirmationDate>\
         <MedicalInstitutionCode>1319990014</MedicalInstitutionCode>\
         <ArbitraryFileIdentifier>{identifier}</ArbitraryFileIdentifier></MessageHeader>\
         <MessageBody><QualificationConfirmSearchInfo><InsurerNumber>01130012</InsurerNumber>\
         <InsuredIdentificationNumber>1001</InsuredIdentificationNumber>\
         <Birthdate>19811016</Birthdate><LimitApplicationCertificateRelatedConsFlg>1\
         </LimitApplicationCertificateRelatedConsFlg><ArbitraryIdentifier>{identifier}\
         </ArbitraryIdentifier></QualificationConfirmSearchInfo></MessageBody></XmlMsg>"
    )
}

/// The echo of a request, as an answer's file.
fn echo(text: &[u8], encoding: Encoding) -> Vec<u8> {
    let parsed = parse_xml::<EligibilityRequest>(text, &Limits::SINGLE);
    assert!(parsed.readable, "{:?}", parsed.problems);
    let mut answer = EligibilityResponse::default();
    answer.header.arbitrary_file_identifier = parsed.message.header.arbitrary_file_identifier;
    answer.body.search = Some(parsed.message.body.search);
    let style = Style {
        encoding,
        ..Style::default()
    };
    print_xml_as_spelt(&answer, style, &parsed.spellings).bytes
}

const SPELLINGS: [&str; 9] = [
    "a&amp;b&lt;c&gt;d&quot;e&apos;f",
    "a>b\"c'd",
    "&#x3042;&#12354;あ",
    "<![CDATA[a<b>&c]]>",
    "x<![CDATA[]]>y",
    "]]&gt;",
    "&#x20BB7;",
    "  a &#32; ",
    "&#38;gt;",
];

#[test]
fn identifiers_come_back_as_they_were_spelt() {
    for spelling in SPELLINGS {
        for encoding in [Encoding::Utf8, Encoding::ShiftJis] {
            let bytes = echo(request(spelling).as_bytes(), encoding);
            let text = match encoding {
                Encoding::Utf8 => String::from_utf8(bytes.clone()).unwrap(),
                Encoding::ShiftJis => encoding_rs::SHIFT_JIS.decode(&bytes).0.into_owned(),
            };
            for name in ["ArbitraryFileIdentifier", "ArbitraryIdentifier"] {
                let searched = format!("<{name}>{spelling}</{name}>");
                assert!(text.contains(&searched), "{spelling}: {text}");
            }
            let again = parse_xml::<EligibilityResponse>(&bytes, &Limits::SINGLE);
            assert!(again.readable, "{text}");
        }
    }
}

#[test]
fn what_came_in_shift_jis_goes_back_in_the_same_bytes() {
    let text = request("髙&gt;①ｶﾞ～").replace("UTF-8", "Shift_JIS");
    let (bytes, _, lost) = encoding_rs::SHIFT_JIS.encode(&text);
    assert!(!lost);
    let own = "<ArbitraryFileIdentifier>髙&gt;①ｶﾞ～</ArbitraryFileIdentifier>";
    let (own, ..) = encoding_rs::SHIFT_JIS.encode(own);
    let back = echo(&bytes, Encoding::ShiftJis);
    assert!(back.windows(own.len()).any(|piece| piece == &*own));
    // Characters of the sender's own fonts too.
    let mut bytes = bytes.into_owned();
    let place = bytes.windows(4).position(|piece| piece == b"&gt;").unwrap();
    bytes.splice(place..place, [0xF0, 0x40, 0xF9, 0xFC]);
    let back = echo(&bytes, Encoding::ShiftJis);
    let own = [0xF0, 0x40, 0xF9, 0xFC, b'&'];
    assert_eq!(back.windows(5).filter(|piece| *piece == own).count(), 1);
}

#[test]
fn nothing_but_the_value_can_be_smuggled_in() {
    for (inside, absent) in [
        ("a<!--x-->b&gt;", "<!--"),
        ("a<?x y?>b&gt;", "<?x "),
        ("a&#1;b", "&#1;"),
        ("a&#x85;b", "&#x85;"),
        ("<b>&gt;</b>c", "<b>"),
        ("a<![CDATA[\u{1}]]>", "\u{1}"),
    ] {
        let bytes = echo(request(inside).as_bytes(), Encoding::Utf8);
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.contains(absent), "{inside}: {text}");
    }
    // A value that only looks like a spelling is escaped as ever.
    let text = request("&lt;/ArbitraryFileIdentifier&gt;&lt;ErrorCode&gt;");
    let told = String::from_utf8(echo(text.as_bytes(), Encoding::Utf8)).unwrap();
    assert_eq!(told.matches("<ErrorCode>").count(), 0, "{told}");
    let json = br#"{"XmlMsg":{"MessageHeader":{"ArbitraryFileIdentifier":"&gt;<![CDATA[x]]>"}}}"#;
    let parsed = parse_json::<EligibilityRequest>(json, &Limits::SINGLE);
    assert!(parsed.spellings.is_empty());
    let printed = print_xml_as_spelt(&parsed.message, Style::default(), &parsed.spellings);
    let told = String::from_utf8(printed.bytes).unwrap();
    assert!(told.contains(">&amp;gt;&lt;![CDATA[x]]&gt;</"), "{told}");
}

#[test]
fn a_result_is_not_spelt_as_the_question_was() {
    let text = request("1").replace("1001</Insured", "10&#48;1</Insured");
    let parsed = parse_xml::<EligibilityRequest>(text.as_bytes(), &Limits::SINGLE);
    let mut answer = EligibilityResponse::default();
    let result = ResultOfQualificationConfirmation {
        insured_identification_number: Some("1001".into()),
        ..Default::default()
    };
    answer.body.result_list.push(result);
    answer.body.search = Some(parsed.message.body.search);
    let printed = print_xml_as_spelt(&answer, Style::default(), &parsed.spellings);
    let told = String::from_utf8(printed.bytes).unwrap();
    assert_eq!(told.matches(">10&#48;1<").count(), 1, "{told}");
    assert_eq!(told.matches(">1001<").count(), 1, "{told}");
}

#[test]
fn null_is_absent() {
    let read = |header: &str, search: &str| {
        let text = format!(
            "{{\"XmlMsg\":{{\"MessageHeader\":{header},\"MessageBody\":{{\
             \"QualificationConfirmSearchInfo\":{search}}}}}}}"
        );
        parse_json::<EligibilityRequest>(text.as_bytes(), &Limits::SINGLE)
    };
    let header = r#"{"QualificationConfirmationDate":"20261126","MedicalInstitutionCode":"1319990014","ArbitraryFileIdentifier":null}"#;
    let search = r#"{"InsurerNumber":"39139027","InsuredCardSymbol":null,"InsuredIdentificationNumber":"1","InsuredBranchNumber":null,"Birthdate":"19461016","LimitApplicationCertificateRelatedConsFlg":"1","ArbitraryIdentifier":null,"Own":null}"#;
    let parsed = read(header, search);
    assert_eq!(parsed.problems, []);
    assert_eq!(parsed.message.body.search.insured_card_symbol, None);
    let missing = |header: &str, search: &str| {
        let parsed = read(header, search);
        assert!(!parsed.problems.is_empty(), "{header} {search}");
        for problem in &parsed.problems {
            assert_eq!(problem.code, ProblemCode::Missing, "{problem}");
        }
        parsed.problems.len()
    };
    let born = search.replace("\"19461016\"", "null");
    assert_eq!(missing(header, &born), 1);
    assert_eq!(missing(header, "null"), 1);
    assert_eq!(missing("null", search), 1);
    let text = br#"{"XmlMsg":{"MessageHeader":{"QualificationConfirmationDate":"20261126","MedicalInstitutionCode":"1319990014"},"MessageBody":null}}"#;
    let parsed = parse_json::<BulkEligibilityRequest>(text, &Limits::BULK);
    assert_eq!(parsed.problems[0].code, ProblemCode::Missing);
    let text = br#"{"XmlMsg":{"MessageBody":{"QualificationConfirmSearchInfo":null}}}"#;
    let parsed = parse_json::<BulkEligibilityRequest>(text, &Limits::BULK);
    assert!(
        parsed
            .problems
            .iter()
            .all(|p| p.code == ProblemCode::Missing)
    );
    let parsed = parse_json::<EligibilityRequest>(b"{\"XmlMsg\":null}", &Limits::SINGLE);
    assert_eq!(parsed.problems[0].code, ProblemCode::Root);
    // What is told to be there is not made empty by it.
    let text = br#"{"XmlMsg":{"MessageBody":{"QualificationConfirmSearchInfo":null,"ResultList":[{"ResultOfQualificationConfirmation":null}]}}}"#;
    let parsed = parse_json::<EligibilityResponse>(text, &Limits::SINGLE);
    assert_eq!(parsed.message.body.search, None);
    assert!(
        parsed
            .problems
            .iter()
            .any(|p| p.element.contains("Confirmation[1]/Name"))
    );
    // A row that is null is no row, and says so: rows are counted.
    let text = br#"{"XmlMsg":{"MessageBody":{"QualificationConfirmSearchInfo":[null]}}}"#;
    let parsed = parse_json::<BulkEligibilityRequest>(text, &Limits::BULK);
    assert!(
        parsed
            .problems
            .iter()
            .any(|p| p.code == ProblemCode::Structure)
    );
}

#[test]
fn what_editors_leave_around_a_message_is_passed_over() {
    let good = request("lead");
    let json =
        print_json(&parse_xml::<EligibilityRequest>(good.as_bytes(), &Limits::SINGLE).message);
    let heads = [
        "\u{FEFF}",
        "\n",
        "\r\n \t\n",
        "\u{FEFF}\r\n",
        "\n\u{FEFF}",
        "\u{FEFF}\u{FEFF}",
    ];
    let tails = [
        "\x1A", "\0", "\0\0\0", "\r\n\x1A", "\n\n  ", "\x1A\r\n", "\x1A\0",
    ];
    let pairs = heads
        .map(|head| (head, ""))
        .into_iter()
        .chain(tails.map(|tail| ("", tail)));
    for (head, tail) in pairs {
        let text = format!("{head}{good}{tail}");
        let parsed = parse_xml::<EligibilityRequest>(text.as_bytes(), &Limits::SINGLE);
        assert_eq!(parsed.problems, [], "{head:?} {tail:?}");
        let text = [head.as_bytes(), &json, tail.as_bytes()].concat();
        let parsed = parse_json::<EligibilityRequest>(&text, &Limits::SINGLE);
        assert_eq!(parsed.problems, [], "{head:?} {tail:?}");
        if !head.contains('\u{FEFF}') {
            let text = format!("{head}{}{tail}", good.replace("UTF-8", "Shift_JIS"));
            let parsed = parse_xml::<EligibilityRequest>(text.as_bytes(), &Limits::SINGLE);
            assert_eq!(
                (parsed.problems, parsed.encoding),
                (vec![], Encoding::ShiftJis)
            );
        }
    }
    // Lines are counted with what was passed over.
    let text = format!("\n\n{}", good.replace("20261126", "20261131"));
    let parsed = parse_xml::<EligibilityRequest>(text.as_bytes(), &Limits::SINGLE);
    assert_eq!(parsed.problems[0].line, Some(3));
    let parsed = parse_json::<EligibilityRequest>(b"\n\xEF\xBB\xBF\n{]", &Limits::SINGLE);
    assert_eq!(parsed.problems[0].line, Some(3));
}

#[test]
fn what_is_more_than_that_is_refused_by_its_cause() {
    let good = request("lead");
    for (text, cause) in [
        (
            format!("{good}\x1Aold end"),
            "XmlMsg の後に余分な文字（U+001A）",
        ),
        (format!("{good}\n　"), "XmlMsg の後に余分な文字（U+3000）"),
        (format!("\0{good}"), "XmlMsg の前に余分な文字（U+0000）"),
        (format!("x{good}"), "XmlMsg の前に余分な文字（U+0078）"),
        (
            good.replace("</MessageHeader>", "</MessageHeader>\x1A"),
            "余分な文字（U+001A）",
        ),
    ] {
        let parsed = parse_xml::<EligibilityRequest>(text.as_bytes(), &Limits::SINGLE);
        let told = parsed.problems[0].sentence_ja();
        assert!(told.contains(cause), "{told}");
    }
    for wide in [b"<\0?\0x\0".as_slice(), b"\0<\0?\0x", b"\xFF\xFE<\0"] {
        let parsed = parse_xml::<EligibilityRequest>(wide, &Limits::SINGLE);
        assert_eq!(parsed.problems[0].code, ProblemCode::Encoding);
    }
}

#[test]
fn private_use_characters_are_named_to_readers_of_utf_8() {
    let mut answer = EligibilityResponse::default();
    let result = ResultOfQualificationConfirmation {
        name: "架空\u{E000}\u{E000}\u{F8FF}髙！ﾟ\u{10FFFD}".to_owned(),
        ..Default::default()
    };
    answer.body.result_list.push(result);
    let found = private_use(&answer, &print_json(&answer));
    let told: Vec<_> = found
        .iter()
        .map(|one| (one.code_point, one.as_it_is))
        .collect();
    assert_eq!(told, [(0xE000, true), (0xF8FF, true), (0x10FFFD, true)]);
    let path = "XmlMsg/MessageBody/ResultList/ResultOfQualificationConfirmation[1]/Name";
    assert_eq!(found[0].element, path);
    answer.body.result_list[0].name = "架空髙！ﾟ𠮷\u{FA11}".to_owned();
    assert_eq!(private_use(&answer, &print_json(&answer)), []);
    // What insurers sent of them goes out to Shift_JIS as what that set has not.
    answer.body.result_list[0].name = "\u{E000}".to_owned();
    let style = Style {
        encoding: Encoding::ShiftJis,
        ..Style::default()
    };
    let printed = onshi_wire::print_xml(&answer, style);
    assert!(
        encoding_rs::SHIFT_JIS
            .decode(&printed.bytes)
            .0
            .contains("<Name>●</Name>")
    );
    assert_eq!(printed.replaced.len(), 1);
}
