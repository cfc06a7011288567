//! 操作履歴: who did what, found again and saved.

use onshi_scenarios::demo::Demo;

use super::person::{ADMIN, Person, STAFF};

#[tokio::test]
async fn an_administrator_finds_what_was_done_and_saves_it() {
    let demo = Demo::start().await.unwrap();
    let staff = Person::at_log_in(&demo).await;
    staff.log_in(STAFF, "chigau-pasuwaado-1").await;
    staff.is_refused(403).await;

    let admin = Person::logged_in(&demo, ADMIN).await;
    admin.press("main a[href='/web/history']").await;
    assert_eq!(admin.heading().await, "操作履歴");
    admin.sees("70-history").await;
    admin.fill("#account", STAFF).await;
    admin.select("#function", "ログイン").await;
    admin.select("#outcome", "拒否").await;
    admin.press("main .filter button").await;
    admin.sees("71-history-filtered").await;
    let rows = "return [...document.querySelectorAll('main tbody tr')].map(e => e.innerText);";
    let rows: Vec<String> = serde_json::from_value(admin.script(rows).await).unwrap();
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert!(
        rows[0].contains(STAFF) && rows[0].contains("拒否"),
        "{rows:?}"
    );

    let download = "
        const link = document.querySelector('a[download]');
        const request = new XMLHttpRequest();
        request.open('GET', link.href, false);
        request.send();
        return [request.status, request.getResponseHeader('content-type'), request.responseText];";
    let (status, kind, text): (u16, String, String) =
        serde_json::from_value(admin.script(download).await).unwrap();
    assert_eq!((status, kind.as_str()), (200, "text/csv; charset=utf-8"));
    let lines: Vec<&str> = text.trim().lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(lines[1].contains(STAFF), "{text}");

    admin.fill("#account", "Dare01").await;
    admin.press("main .filter button").await;
    admin.reads("条件に合う記録はありません").await;
    admin.sees("72-history-empty").await;
    admin.had_no_trouble().await;
}
