//! アカウントの一括登録: what is brought is looked at, registered all at once or not at all, and told of once.

use bytes::Bytes;
use http::{Request, header};
use onshi_core::AccountKind;
use onshi_core::audit::{Detail, Line};
use onshi_scenarios::client::{Answer, Client};

use super::test_centre::{Institution, TestCentre, TestClock, log_in, try_log_in};

const LINE: &str = "====the line between the parts====";
const PAGE: &str = "/web/accounts/bulk";

/// What a browser sends of the form.
#[derive(Clone, Default)]
struct Form<'a> {
    text: &'a str,
    rows: &'a str,
    action: &'a str,
    file: &'a [u8],
}

async fn send(client: &mut Client, page: &str, form: &Form<'_>) -> Answer {
    let token = client.form_token(page).unwrap();
    let mut body = Vec::new();
    for (name, value) in [
        ("text", form.text),
        ("rows", form.rows),
        ("action", form.action),
        ("form_token", &token),
    ] {
        let part = format!(
            "--{LINE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        );
        body.extend(part.as_bytes());
    }
    let head = format!(
        "--{LINE}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.xlsm\"\r\nContent-Type: application/octet-stream\r\n\r\n"
    );
    body.extend(head.as_bytes());
    body.extend(form.file);
    body.extend(format!("\r\n--{LINE}--\r\n").as_bytes());
    let (mut parts, _) = client.form(page, &[]).unwrap().into_parts();
    let kind = format!("multipart/form-data; boundary=\"{LINE}\"");
    parts
        .headers
        .insert(header::CONTENT_TYPE, kind.parse().unwrap());
    parts.headers.remove(header::CONTENT_LENGTH);
    let request = Request::from_parts(parts, Bytes::from(body));
    client.send(request).await.unwrap()
}

async fn look(client: &mut Client, form: &Form<'_>) -> String {
    let preview = Form {
        action: "preview",
        ..form.clone()
    };
    send(client, PAGE, &preview).await.text()
}

async fn register(client: &mut Client, looked: &str) -> Answer {
    let (rows, text) = (hidden(looked, "rows"), left(looked));
    let form = Form {
        rows: &rows,
        text: &text,
        action: "register",
        ..Form::default()
    };
    send(client, PAGE, &form).await
}

fn plain(text: &str) -> String {
    text.replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

fn hidden(page: &str, name: &str) -> String {
    let begin = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.split_once(&begin).expect(page);
    plain(rest.split_once('"').unwrap().0)
}

fn left(page: &str) -> String {
    let (_, rest) = page.split_once("<textarea").unwrap();
    let rest = rest.split_once('>').unwrap().1;
    plain(rest.split_once("</textarea>").unwrap().0)
}

/// The passwords of a page, in order.
fn passwords(page: &str) -> Vec<String> {
    let secrets = page.split("<p class=\"secret\">").skip(1);
    let password = |secret: &str| {
        let spans = secret.split_once("</p>").unwrap().0.split("\">").skip(1);
        spans.map(|span| span.split('<').next().unwrap()).collect()
    };
    secrets.map(password).collect()
}

async fn admin(centre: &TestCentre, at: &Institution) -> Client {
    let mut client = centre.client(&at.terminal);
    log_in(&mut client, at.login(AccountKind::Admin)).await;
    client
}

/// What was registered, newest request only.
fn registered(lines: &[Line]) -> usize {
    let of = |line: &&Line| matches!(line.detail, Some(Detail::Registered { .. }));
    let newest = lines.iter().find(of).map(|line| line.request);
    let lines = lines.iter().filter(of);
    lines.filter(|line| Some(line.request) == newest).count()
}

const CSV: &str = "権限区分,ユーザID,ユーザ名,職種,使い終わる日,所属\r\n\
    一般,Ｕｋｅ０１,受付 一子,,,受付\r\n\
    医療情報閲覧,ishi01,医師 二郎,医師,2099/3/31 0:00,内科\r\n\
    Web API用,karte01,電子カルテ,,,\r\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_is_registered_at_once_and_its_passwords_are_shown_once() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let mut client = admin(&centre, &ours).await;
    let file = [b"\xEF\xBB\xBF", CSV.as_bytes()].concat();
    let form = Form {
        file: &file,
        ..Form::default()
    };
    let looked = look(&mut client, &form).await;
    assert!(looked.contains("3件をすべて登録する"), "{looked}");
    assert!(looked.contains("使わなかった列：所属"), "{looked}");
    assert!(looked.contains("半角にし、Uke01"), "{looked}");
    assert!(looked.contains("付いていた時刻"), "{looked}");
    let answer = register(&mut client, &looked).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let lines = centre.audit(&ours.code, 10);
    assert_eq!(registered(&lines), 3, "each has an entry: {lines:?}");

    let page = client.get(answer.location()).await.unwrap();
    let shown = passwords(&page.text());
    assert_eq!(shown.len(), 3, "{}", page.text());
    let again = client.get(answer.location()).await.unwrap().text();
    assert!(passwords(&again).is_empty() && again.contains("もう表示できません"));
    for (id, password) in ["uke01", "ishi01"].into_iter().zip(&shown) {
        let mut person = centre.client(&ours.terminal);
        let answer = try_log_in(&mut person, id, password).await;
        assert_eq!((answer.status, answer.location()), (303, "/web/password"));
    }
    // The report names them, and no password.
    let query = answer.location().split_once('?').unwrap().1;
    let report = client.get(&format!("{PAGE}/report.csv?{query}")).await;
    let report = report.unwrap().text();
    assert!(report.contains("登録しました,karte01,電子カルテ,Web API用"));
    assert!(shown.iter().all(|password| !report.contains(password)));
    assert_eq!(
        client
            .get(&format!("{PAGE}/report.csv"))
            .await
            .unwrap()
            .status,
        404
    );
    // The same table once more is known as the same.
    let looked = look(&mut client, &form).await;
    assert!(looked.contains("登録済みのアカウント 3件"), "{looked}");
    assert!(looked.contains("すべて登録済みです"), "{looked}");
    assert!(!looked.contains("value=\"register\""), "{looked}");
    centre.closed().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_good_rows_are_registered_while_the_others_are_mended_and_all_or_none() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let mut client = admin(&centre, &ours).await;
    let staff = &ours.login(AccountKind::General).user_id;
    let text = format!(
        "ユーザID\tユーザ名\t種別\nuke01\t受付 一子\t一般\n1E+05\t丸め\t一般\nuke01\t同じ人\t一般\n{staff}\t別の人\t一般\nKanri01\t管理の名\t一般\nkanri9\t管理\t管理\nuke02\t受付 二子\t一般"
    );
    let form = Form {
        text: &text,
        ..Form::default()
    };
    let looked = look(&mut client, &form).await;
    for words in [
        "登録できる2件だけを登録する",
        "A3 ユーザID：表計算ソフトが丸めた",
        "2行目と同じユーザID",
        "別のアカウント（",
        "Kanri01 はすでに使われています",
        "C7 権限区分：「管理」のアカウントは、ここでは登録できません",
    ] {
        assert!(looked.contains(words), "{words}: {looked}");
    }
    // While one of them is registered by hand, none of the others is.
    let by_hand = [("kind", "general"), ("user_id", "uke02"), ("name", "手")];
    let answer = client.post("/web/accounts", &by_hand).await.unwrap();
    assert_eq!(answer.status, 303, "{}", answer.text());
    let answer = register(&mut client, &looked).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text().contains("uke02 は、別のアカウント（手"));
    let list = client.get("/web/accounts?q=uke01").await.unwrap().text();
    assert!(list.contains("条件に合うアカウントはありません"), "{list}");

    let answer = register(&mut client, &answer.text()).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let page = client.get(answer.location()).await.unwrap().text();
    assert!(page.contains("アカウントを1件登録しました"), "{page}");
    assert!(left(&page).contains("1E+05"), "{page}");
    let mended = left(&page).replace("1E+05", "100000");
    let looked = look(
        &mut client,
        &Form {
            text: &mended,
            ..Form::default()
        },
    )
    .await;
    assert!(looked.contains("登録できる1件だけ"), "{looked}");
    centre.closed().await;
}

/// A workbook with this in its second row.
fn workbook(write: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, heading) in (0u16..).zip(["権限区分", "ユーザID", "ユーザ名"]) {
        sheet.write_string(0, column, heading).unwrap();
    }
    write(sheet);
    book.save_to_buffer().unwrap()
}

/// The same with a part that holds macros.
fn with_macros(book: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut archive = zip::ZipWriter::new_append(std::io::Cursor::new(book.to_vec())).unwrap();
    let options = zip::write::SimpleFileOptions::default();
    archive.start_file("xl/vbaProject.bin", options).unwrap();
    archive.write_all(b"\xD0\xCF\x11\xE0").unwrap();
    archive.finish().unwrap().into_inner()
}

/// A sheet that unpacks to far more than it has.
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_table_of_accounts_is_refused_by_its_name() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let mut client = admin(&centre, &ours).await;
    let plain_book = workbook(|_| {});
    let formula = workbook(|sheet| {
        sheet.write_formula(1, 1, "=\"a\"&\"dmin\"").unwrap();
    });
    let many = "権限区分,ユーザID,ユーザ名\n".to_owned() + &"一般,a,b\n".repeat(100_000);
    let wide = "権限区分,ユーザID,ユーザ名".to_owned() + &",x".repeat(70);
    for (file, words) in [
        (with_macros(&plain_book), "マクロの付いたブック"),
        (formula, "B2に数式があります"),
        (bomb(), "大きすぎます"),
        (many.into_bytes(), "200件までです"),
        (wide.into_bytes(), "列が多すぎます"),
        (b"%PDF-1.7".to_vec(), "PDF"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(), "古い形式"),
        (b"a\xFFb\xFE".to_vec(), "文字コード"),
        (b"\x00\x01".to_vec(), "表のファイルではない"),
        (
            "種別,ユーザID,ユーザ名,初期パスワード\n一般,a01,b,Himitsu-1\n".into(),
            "パスワードは、ファイルに書かないでください",
        ),
        ("a,b\nc,d\n".into(), "見出しの行がありません"),
        (plain_book, "登録するアカウントの表を選ぶか"),
    ] {
        let form = Form {
            file: &file,
            action: "preview",
            ..Form::default()
        };
        let answer = send(&mut client, PAGE, &form).await;
        let page = answer.text();
        assert_eq!(answer.status, 422, "{words}: {page}");
        assert!(page.contains(words), "{words}: {page}");
        assert!(!page.contains("Himitsu"), "{page}");
    }
    // More than a form may be is told as that, before anything of it is read.
    let large = vec![b'a'; 3 * 1024 * 1024];
    let form = Form {
        file: &large,
        action: "preview",
        ..Form::default()
    };
    let answer = send(&mut client, PAGE, &form).await;
    assert_eq!(answer.status, 413);
    assert!(answer.text().contains("大きすぎます"));
    // In Shift_JIS, as a spreadsheet of here saves it.
    let shift_jis: &[u8] = b"\x8E\xED\x95\xCA,\x83\x86\x81[\x83UID,\x96\xBC\x91O\r\n\x88\xEA\x94\xCA,uke01,\x8E\xF3\x95t\r\n";
    let form = Form {
        file: shift_jis,
        ..Form::default()
    };
    let looked = look(&mut client, &form).await;
    assert!(looked.contains("1件をすべて登録する"), "{looked}");
    centre.closed().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_master_registers_administrators_and_nobody_else() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let mut master = centre.client(&ours.terminal);
    log_in(&mut master, ours.login(AccountKind::Master)).await;
    let page = "/web/administrators/bulk";
    let form = Form {
        text: "ユーザID,ユーザ名,権限区分\nkanri7,管理 七,\nuke01,受付,一般\n",
        action: "preview",
        ..Form::default()
    };
    let looked = send(&mut master, page, &form).await.text();
    assert!(looked.contains("登録できる1件だけ"), "{looked}");
    assert!(
        looked.contains("ここで登録できるのは、管理です"),
        "{looked}"
    );
    for file in ["template.csv", "template.xlsx"] {
        let answer = master.get(&format!("{page}/{file}")).await.unwrap();
        assert_eq!(answer.status, 200);
        assert!(
            answer
                .header("content-disposition")
                .contains("onshi-accounts.")
        );
    }
    assert_eq!(
        master.get(&format!("{page}/x.csv")).await.unwrap().status,
        404
    );
    centre.closed().await;
}
