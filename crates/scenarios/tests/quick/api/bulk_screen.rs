//! 一括照会 on the screen, from what people bring to what they take away: pasted rows, CSV,
//! workbooks, those that are to be mended, reloads, and files that are no tables.

use bytes::Bytes;
use http::{Request, header};
use onshi_core::AccountKind;
use onshi_population::Showcase;
use onshi_scenarios::client::{Answer, Client};
use onshi_server::sheet::{Bounds, Cell, read_file, write};
use std::fmt::Write;

use super::program::today;
use crate::centre::test_centre::{TestCentre, TestClock, log_in};

const LINE: &str = "====the line between the parts====";

/// What a browser sends of the form.
#[derive(Clone, Default)]
struct Form<'a> {
    day: &'a str,
    text: &'a str,
    good: &'a str,
    action: &'a str,
    /// The token of the page; without one a fresh page's.
    token: &'a str,
    file: &'a [u8],
}

async fn send(client: &mut Client, form: &Form<'_>) -> Answer {
    let mut body = Vec::new();
    let fresh = client.form_token("/web/bulk").unwrap();
    let token = match form.token {
        "" => &fresh,
        token => token,
    };
    for (name, value) in [
        ("day", form.day),
        ("text", form.text),
        ("good", form.good),
        ("action", form.action),
        ("form_token", token),
    ] {
        let part = format!(
            "--{LINE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        );
        body.extend(part.as_bytes());
    }
    let head = format!(
        "--{LINE}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\nContent-Type: application/octet-stream\r\n\r\n"
    );
    body.extend(head.as_bytes());
    body.extend(form.file);
    body.extend(format!("\r\n--{LINE}--\r\n").as_bytes());
    let plain = client.form("/web/bulk", &[]).unwrap();
    let (mut parts, _) = plain.into_parts();
    let kind = format!("multipart/form-data; boundary=\"{LINE}\"");
    parts
        .headers
        .insert(header::CONTENT_TYPE, kind.parse().unwrap());
    parts.headers.remove(header::CONTENT_LENGTH);
    client
        .send(Request::from_parts(parts, Bytes::from(body)))
        .await
        .unwrap()
}

/// The page after a form.
async fn after(client: &mut Client, form: &Form<'_>) -> String {
    let answer = send(client, form).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    client.get(answer.location()).await.unwrap().text()
}

/// The value of a hidden field of a page.
fn hidden(page: &str, name: &str) -> String {
    let begin = format!("name=\"{name}\" value=\"");
    let (_, rest) = page
        .split_once(&begin)
        .unwrap_or_else(|| panic!("no {name} in {page}"));
    let value = rest.split_once('"').expect("it ends").0;
    value
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

/// What is left in the text field.
fn left(page: &str) -> String {
    let (_, rest) = page.split_once("<textarea").expect("there is one");
    let rest = rest.split_once('>').expect("it begins").1;
    rest.split_once("</textarea>")
        .expect("it ends")
        .0
        .to_owned()
}

fn dashed() -> String {
    let today = today();
    format!("{}-{}-{}", &today[..4], &today[4..6], &today[6..])
}

fn row(mark: &str, patient: &Showcase) -> [String; 6] {
    [
        mark.to_owned(),
        patient.insurer_number.trim().to_owned(),
        patient.symbol.clone().unwrap_or_default(),
        patient.number.clone(),
        patient.branch.clone().unwrap_or_default(),
        patient.birthdate.clone(),
    ]
}

pub(super) async fn results(client: &mut Client, location: &str) -> String {
    loop {
        let page = client.get(location).await.unwrap().text();
        if !page.contains("処理中") {
            return page;
        }
        tokio::task::yield_now().await;
    }
}

/// The results as files: for which day, when born, how much is paid.
async fn given_back(client: &mut Client, path: &str, day: &str, first_patient: &Showcase) {
    for (file, kind) in [
        ("results.csv", "text/csv"),
        ("results.xlsx", "spreadsheetml"),
    ] {
        let answer = client.get(&format!("{path}/{file}")).await.unwrap();
        assert_eq!(answer.status, 200);
        assert!(answer.header("content-type").contains(kind));
        let table = read_file(&answer.body, Bounds::for_persons(600)).unwrap();
        let words = |row: usize| -> Vec<String> {
            let cell = |cell: &Cell| match cell {
                Cell::Text(text) => text.clone(),
                _ => String::new(),
            };
            table.rows[row].cells.iter().map(cell).collect()
        };
        assert!(words(1)[0].contains("資格確認日"), "{:?}", words(1));
        let headings = words(3);
        assert_eq!(table.rows.len(), 504, "{file}");
        let first = words(4);
        let at = |name: &str| &first[headings.iter().position(|h| h == name).unwrap()];
        assert_eq!(at("患者番号"), "P0000");
        assert_eq!(at("資格確認日"), day);
        assert_eq!(at("生年月日").replace('-', ""), first_patient.birthdate);
        assert!(at("負担割合").contains('割'), "{first:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_people_bring_is_looked_at_taken_once_and_given_back_as_files() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.institution("131999001", "架空中央クリニック", "");
    let patients = centre.populate();
    let mut client = centre.client(&ours.terminal);
    log_in(&mut client, ours.login(AccountKind::General)).await;
    let day = dashed();
    let form = Form {
        day: &day,
        action: "preview",
        ..Form::default()
    };

    // 500 rows are 500 rows, however long the Japanese in them; one more is too many, and stays.
    let mut text = "患者番号,氏名,住所,保険者番号,記号,番号,枝番,生年月日\r\n".to_owned();
    for place in 0..500 {
        let [mark, insurer, symbol, number, branch, born] =
            row(&format!("P{place:04}"), &patients[place % patients.len()]);
        let long = "架空の長い名前と住所".repeat(8);
        write!(
            text,
            "{mark},{long},{long},{insurer},{symbol},{number},{branch},{born}\r\n"
        )
        .unwrap();
    }
    let looked = send(
        &mut client,
        &Form {
            text: &text,
            ..form.clone()
        },
    )
    .await
    .text();
    assert!(looked.contains("照会できる方 500人"), "{looked}");
    assert!(looked.contains("使わなかった列：氏名、住所"));
    let (good, token) = (hidden(&looked, "good"), hidden(&looked, "form_token"));
    let accepting = Form {
        good: &good,
        token: &token,
        action: "accept",
        ..form.clone()
    };
    let taken = send(&mut client, &accepting).await;
    assert_eq!(taken.status, 303, "{}", taken.text());
    let again = send(&mut client, &accepting).await;
    assert_eq!(
        again.location(),
        taken.location(),
        "a reload takes nobody twice"
    );
    let shown = results(&mut client, taken.location()).await;
    let path = taken.location().split('?').next().unwrap();
    assert!(shown.contains("500件中"), "{shown}");
    let one_more = text.clone() + "P0500,,,138057,見本１,1001,02,19750502\r\n";
    let refused = send(
        &mut client,
        &Form {
            text: &one_more,
            ..form.clone()
        },
    )
    .await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("500人までです"));
    assert!(
        left(&refused.text()).contains("P0500"),
        "what was typed stays"
    );

    given_back(&mut client, path, &day, &patients[0]).await;
    let foreign = client.get(&format!("{path}/results.pdf")).await.unwrap();
    assert_eq!(foreign.status, 404);
    centre.closed().await;
}

/// A table with somebody whose numbers lost their zeros, and somebody whose number is lost.
fn brought(patient: &Showcase) -> write::Export {
    let [_, insurer, symbol, number, branch, born] = row("P1", patient);
    write::Export {
        about: Vec::new(),
        columns: vec![
            "患者ID",
            "保険者番号",
            "記号",
            "番号",
            "枝番号",
            "生年月日(和暦)",
        ],
        rows: vec![
            vec![
                "P1".into(),
                insurer.trim_start_matches('0').into(),
                symbol.clone(),
                number.clone(),
                branch.trim_start_matches('0').into(),
                born.clone(),
            ],
            vec![
                "P2".into(),
                insurer.clone(),
                symbol.clone(),
                "9.99E+07".into(),
                branch.clone(),
                born.clone(),
            ],
        ],
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_good_rows_of_a_workbook_go_while_the_bad_ones_are_mended() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.institution("131999001", "架空中央クリニック", "");
    let patients = centre.populate();
    let mut client = centre.client(&ours.terminal);
    log_in(&mut client, ours.login(AccountKind::General)).await;
    let day = dashed();
    let number = patients[0].number.clone();
    let table = brought(&patients[0]);
    let book = write::workbook(&table).unwrap();
    let form = Form {
        day: &day,
        action: "preview",
        file: &book,
        ..Form::default()
    };
    let looked = send(&mut client, &form).await.text();
    assert!(looked.contains("照会できる方 1人"), "{looked}");
    assert!(looked.contains("D3 番号：表計算ソフトが丸めた"), "{looked}");
    let (good, token, text) = (
        hidden(&looked, "good"),
        hidden(&looked, "form_token"),
        left(&looked),
    );
    assert!(text.contains("P2\t") && text.contains("9.99E+07"), "{text}");

    let accepting = Form {
        day: &day,
        good: &good,
        token: &token,
        text: &text,
        action: "accept",
        ..Form::default()
    };
    let taken = after(&mut client, &accepting).await;
    assert!(taken.contains("1人を受け付けました"), "{taken}");
    let mended = left(&taken).replace("9.99E+07", &number);
    let looked = send(
        &mut client,
        &Form {
            day: &day,
            text: &mended,
            action: "preview",
            ..Form::default()
        },
    )
    .await
    .text();
    assert!(
        looked.contains("照会できる方 1人") && !looked.contains("直すところのある方"),
        "{looked}"
    );
    let taken_again = after(&mut client, &accepting).await;
    let count = |page: &str| {
        page.matches("<tr><th scope=\"row\"><a class=\"code\" href=\"/web/bulk/")
            .count()
    };
    assert_eq!(
        count(&taken_again),
        1,
        "a reload takes nobody twice: {taken_again}"
    );

    // Mended and carried together, they are one request.
    let both = Form {
        day: &day,
        good: &good,
        text: &mended,
        action: "preview",
        ..Form::default()
    };
    let looked = send(&mut client, &both).await.text();
    assert!(looked.contains("照会できる方 2人"), "{looked}");

    // Who sends something else as good is shown what is wrong with it.
    let forged = Form {
        good: "P1\t1\t\t\t\t",
        token: "",
        ..accepting.clone()
    };
    let answer = send(&mut client, &forged).await;
    assert_eq!(answer.status, 422, "{}", answer.text());
    centre.closed().await;
}

/// A workbook whose one sheet unpacks to far more than it has.
fn bomb() -> Vec<u8> {
    use std::io::Write as _;
    let options = zip::write::SimpleFileOptions::default();
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file("xl/workbook.xml", options).unwrap();
    let blanks = vec![b' '; 1 << 20];
    for _ in 0..64 {
        archive.write_all(&blanks).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A workbook that names its last cell and nothing before it.
fn far_cell() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "患者番号").unwrap();
    sheet.write_string(1_048_575, 16_383, "x").unwrap();
    book.save_to_buffer().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_table_is_named_and_nothing_is_made_of_it() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.institution("131999001", "架空中央クリニック", "");
    centre.populate();
    let mut client = centre.client(&ours.terminal);
    log_in(&mut client, ours.login(AccountKind::General)).await;
    let day = dashed();
    let (bomb, far) = (bomb(), far_cell());
    let zip = [&b"PK\x03\x04"[..], &[7; 100]].concat();
    for (file, words) in [
        (&b"%PDF-1.7"[..], "PDF"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "古い形式"),
        (b"\x00\x00\x00", "表のファイルではない"),
        (b"a\xFFb\xFE", "文字コード"),
        (&zip, "Excelブックとして読み取れません"),
        (&bomb, "大きすぎます"),
        (&far, "列が多すぎます"),
        (b",,,\r\n,,", "1人ずつ貼り付けるか"),
        ("保険者番号,記号\n1,2".as_bytes(), "列がありません"),
    ] {
        let form = Form {
            day: &day,
            action: "preview",
            file,
            ..Form::default()
        };
        let answer = send(&mut client, &form).await;
        assert_eq!(answer.status, 422, "{words}: {}", answer.text());
        assert!(answer.text().contains(words), "{words}: {}", answer.text());
    }
    let shift_jis: &[u8] = b"\x8A\xB3\x8E\xD2\x94\xD4\x8D\x86,\x95\xDB\x8C\xAF\x8E\xD2\x94\xD4\x8D\x86,\x94\xD4\x8D\x86,\x90\xB6\x94N\x8C\x8E\x93\xFA\r\nP1,6139018,1001,19750502";
    let form = Form {
        day: &day,
        action: "preview",
        file: shift_jis,
        ..Form::default()
    };
    let looked = send(&mut client, &form).await.text();
    assert!(
        looked.contains("先頭の0が消えていたため 06139018"),
        "{looked}"
    );
    centre.closed().await;
}
