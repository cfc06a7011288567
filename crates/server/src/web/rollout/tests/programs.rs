//! Workbooks as other programs write them.

use super::sheet;

/// A workbook from its parts.
fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    use std::io::Write as _;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file(*name, options).expect("a part");
        archive.write_all(text.as_bytes()).expect("a part");
    }
    archive.finish().expect("it is written").into_inner()
}

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// The parts of a workbook as Excel 16 writes them: shared texts with phonetic guides and pieces of several fonts, numbers where somebody
/// typed digits, a hidden sheet, styles of dates, names, a chain of calculations.
fn as_excel_writes_it() -> Vec<u8> {
    let shared = [
        "<si><t>医療機関コード</t><rPh sb=\"0\" eb=\"4\"><t>イリョウキカン</t></rPh><phoneticPr fontId=\"1\"/></si>",
        "<si><r><rPr><b/></rPr><t>端末</t></r><r><t>名称</t></r><rPh sb=\"0\" eb=\"2\"><t>タンマツ</t></rPh></si>",
        "<si><t xml:space=\"preserve\"> 受付1号機 </t><rPh sb=\"1\" eb=\"3\"><t>ウケツケ</t></rPh></si>",
        "<si><t>備考</t></si>",
        "<si><t>1行目_x000D_\n2行目</t></si>",
        "<si><t>ふりがなのない_x005F_名前</t></si>",
    ];
    let strings = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n<sst xmlns=\"{MAIN}\" count=\"7\" uniqueCount=\"6\">{}</sst>",
        shared.concat()
    );
    let sheet = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n<worksheet xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\" \
         xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" mc:Ignorable=\"x14ac\" \
         xmlns:x14ac=\"http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac\"><dimension ref=\"A1:XFD1048576\"/>\
         <sheetViews><sheetView tabSelected=\"1\" workbookViewId=\"0\"><selection activeCell=\"A2\" sqref=\"A2\"/></sheetView></sheetViews>\
         <sheetFormatPr defaultRowHeight=\"18.75\" x14ac:dyDescent=\"0.4\"/><cols><col min=\"1\" max=\"2\" width=\"20\" customWidth=\"1\"/></cols>\
         <sheetData><row r=\"1\" spans=\"1:3\" x14ac:dyDescent=\"0.4\"><c r=\"A1\" s=\"1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c>\
         <c r=\"C1\" t=\"s\"><v>3</v></c></row><row r=\"2\" spans=\"1:3\"><c r=\"A2\"><v>1310000011</v></c><c r=\"B2\" t=\"s\"><v>2</v></c>\
         <c r=\"C2\" t=\"s\"><v>4</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\" s=\"2\"/></row></sheetData>\
         <phoneticPr fontId=\"1\"/><dataValidations count=\"1\"><dataValidation type=\"list\" sqref=\"C2\"><formula1>\"する,しない\"</formula1>\
         </dataValidation></dataValidations><pageMargins left=\"0.7\" right=\"0.7\" top=\"0.75\" bottom=\"0.75\" header=\"0.3\" footer=\"0.3\"/></worksheet>"
    );
    let hidden = format!(
        "<worksheet xmlns=\"{MAIN}\"><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>する</t></is></c></row></sheetData></worksheet>"
    );
    let book = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><workbookPr defaultThemeVersion=\"166925\"/>\
         <sheets><sheet name=\"&lt;PC設定&gt;\" sheetId=\"1\" r:id=\"rId1\"/><sheet name=\"選択肢\" sheetId=\"2\" state=\"hidden\" r:id=\"rId2\"/></sheets>\
         <definedNames><definedName name=\"_xlnm.Print_Area\" localSheetId=\"0\">'&lt;PC設定&gt;'!$A$1:$C$2</definedName></definedNames><calcPr calcId=\"191029\"/></workbook>"
    );
    let relation = |id: u8, kind: &str, target: &str| {
        format!("<Relationship Id=\"rId{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>")
    };
    let relations = |all: &[String]| {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n<Relationships xmlns=\"{RELATIONS}\">{}</Relationships>",
            all.concat()
        )
    };
    let of_book = relations(&[
        relation(1, "worksheet", "worksheets/sheet1.xml"),
        relation(2, "worksheet", "worksheets/sheet2.xml"),
        relation(3, "styles", "styles.xml"),
        relation(4, "sharedStrings", "sharedStrings.xml"),
    ]);
    let styles = format!(
        "<styleSheet xmlns=\"{MAIN}\"><fonts count=\"1\"><font><sz val=\"11\"/></font></fonts><cellXfs count=\"3\"><xf numFmtId=\"0\"/><xf numFmtId=\"49\"/>\
         <xf numFmtId=\"14\"/></cellXfs></styleSheet>"
    );
    zipped(&[
        (
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>",
        ),
        (
            "_rels/.rels",
            &relations(&[relation(1, "officeDocument", "xl/workbook.xml")]),
        ),
        ("xl/workbook.xml", &book),
        ("xl/_rels/workbook.xml.rels", &of_book),
        ("xl/worksheets/sheet1.xml", &sheet),
        ("xl/worksheets/sheet2.xml", &hidden),
        ("xl/styles.xml", &styles),
        ("xl/sharedStrings.xml", &strings),
    ])
}

#[test]
fn a_workbook_as_excel_writes_it_is_read() {
    let sheet = sheet(&as_excel_writes_it());
    let facility = &sheet.facilities[0];
    assert_eq!(facility.code.as_str(), "1310000011");
    assert_eq!(
        facility.machines[0].name, "受付1号機",
        "without its phonetic guide"
    );
    assert!(facility.machines[0].note.starts_with("1行目"));
    assert!(
        facility.handed_on.is_empty(),
        "a hidden sheet is not handed on"
    );
}

#[test]
fn workbooks_of_other_programs_are_read_alike() {
    let samples: [&[u8]; 2] = [
        include_bytes!("../samples/openpyxl.xlsx"),
        // The same, kept as a table of LibreOffice 7.4 and saved by it for Excel.
        include_bytes!("../samples/libreoffice.xlsx"),
    ];
    for bytes in samples {
        let sheet = sheet(bytes);
        let facility = &sheet.facilities[0];
        assert_eq!((facility.machines.len(), facility.accounts.len()), (2, 5));
        let reception = &facility.machines[0];
        let folders = reception.folders.as_ref().expect("it has some");
        assert_eq!(folders.req, "C:\\OQS\\req");
        assert_eq!((reception.port, facility.shift_jis), (8080, Some(true)));
        assert_eq!(
            facility.machines[1].name, "診察室1号機",
            "its code is a number"
        );
        let names: Vec<&str> = facility
            .handed_on
            .iter()
            .map(|handed| handed.tab.as_str())
            .collect();
        assert_eq!(names, ["回線工事", "レセコン"]);
        assert_eq!(facility.handed_on[0].rows[0][1], "2026-12-10");
    }
}

#[test]
fn what_unpacks_without_end_or_brings_a_program_is_refused() {
    let spaces = " ".repeat(40 * 1024 * 1024);
    let many: Vec<String> = (0..2100).map(|number| format!("xl/{number}")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), "")).collect();
    let huge = [("xl/worksheets/sheet1.xml", spaces.as_str())];
    for (bytes, words) in [
        (zipped(&huge), "ブックが大きすぎます"),
        (zipped(&many), "ブックが大きすぎます"),
        (
            zipped(&[("xl/vbaProject.bin", "x")]),
            "マクロの付いたブック",
        ),
        (zipped(&[]), "Excelブック（.xlsx）ではありません"),
    ] {
        let told = super::problems(&bytes);
        assert!(
            told[0].contains(words) || bytes.len() < 100,
            "{words}: {told:?}"
        );
    }
}
