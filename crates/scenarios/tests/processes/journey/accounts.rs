//! Many accounts at once, by keyboard: registered from a table, reviewed, stopped and signed for.

use onshi_scenarios::demo::Demo;

use super::person::{ADMIN, Person};

const TABLE: &str = "権限区分,ユーザID,ユーザ名,職種\n一般,uke01,架空 一子,\n医療情報閲覧,ishi01,架空 二郎,医師\n一般,1E+05,架空 三子,\n";

#[tokio::test]
async fn an_administrator_registers_a_table_and_reviews_the_accounts() {
    let demo = Demo::start().await.unwrap();
    let admin = Person::logged_in(&demo, ADMIN).await;
    admin.press("main a[href='/web/accounts/bulk']").await;
    assert_eq!(admin.heading().await, "アカウント管理（一括登録）");
    admin.sees("90-accounts-table").await;
    admin.fill("#text", TABLE).await;
    admin.press("main button[value='preview']").await;
    admin.is_refused(422).await;
    admin.reads("登録できる2件だけを登録する").await;
    admin.reads("表計算ソフトが丸めた値").await;
    admin.sees("91-accounts-looked-at").await;
    admin.press("main button[value='register']").await;
    assert_eq!(admin.heading().await, "アカウントを2件登録しました");
    admin.sees("92-accounts-registered").await;

    admin.press("nav a[href='/web/account-review']").await;
    assert_eq!(admin.heading().await, "アカウントの棚卸し");
    admin.reads("未使用").await;
    admin.sees("93-account-review").await;
    let box_of = "input[name='account'][aria-label^='uke01']";
    admin.marks(box_of).await;
    admin.press("main button[value='ask-stop']").await;
    assert_eq!(admin.heading().await, "1件のアカウントを停止しますか");
    admin.is_ready_at("#reason").await;
    admin.sees("94-account-review-asks").await;
    admin.fill("#reason", "採用の延期のため").await;
    admin.press("main button[value='stop']").await;
    admin.reads("アカウントを1件停止しました").await;
    admin.press("main button[value='sign']").await;
    admin.reads("記録に署名しました").await;
    admin.sees("95-account-review-signed").await;
    admin.had_no_trouble().await;
}
