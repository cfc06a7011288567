//! 本日の資格確認: the list, its search, its file, and one of its rows again.

use crate::http::route::Call;
use crate::sheet::write;
use crate::web::eligibility;
use crate::web::eligibility::today_view::{OpenedCheckPage, TodayPage, TodayRow};
use crate::web::eligibility::verdict::{Days, verdict, word_of};
use crate::web::eligibility::{facts, unshown};
use crate::web::layout::form::SearchForm;
use crate::web::reply;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use onshi_core::clock::Day;
use onshi_core::eligibility::today::{self, CHECKS_MAX, CheckId, TodaysCheck, validity};
use onshi_core::fold::folded;
use onshi_core::{Error, RefusalCode, Subject};

const PAGE_ROWS: usize = 50;

/// What stands for a name where there is none.
fn nobody(validity: &str) -> &'static str {
    match validity {
        "4" => "（該当する方なし）",
        "5" => "（お一人に決まらず）",
        "" => "（確認に至らず）",
        _ => "（登録が変わりました）",
    }
}

/// A row, and what it is found by.
fn row(check: &TodaysCheck, today: Day) -> TodayRow {
    let checked = check.checked;
    let code = checked.as_ref().and_then(validity).map_or("", |v| v.code());
    let asked_for = checked.map_or(today, |checked| checked.asked_for);
    let days = Days {
        asked_for,
        asked_on: today,
        read_on: today,
    };
    let person = check.person();
    let good = matches!(code, "1" | "6");
    let coverage = check.coverage.as_ref();
    let text = |text: Option<&String>| text.cloned().unwrap_or_default();
    let card = coverage.map_or_else(String::new, |q| {
        let parts = [q.symbol.as_deref(), Some(&*q.number), q.branch.as_deref()];
        parts.into_iter().flatten().collect::<Vec<_>>().join("・")
    });
    let unshown = coverage.map(|q| {
        unshown::places([
            ("氏名", q.name.as_str()),
            ("カナ", q.name_kana.as_deref().unwrap_or_default()),
            ("保険者", q.insurer_name.as_deref().unwrap_or_default()),
            ("記号・番号・枝番", card.as_str()),
            (
                "照会番号",
                q.reference_number.as_deref().unwrap_or_default(),
            ),
        ])
    });
    TodayRow {
        at: check.at.jst_time_words(),
        name: coverage.map_or_else(|| nobody(code).to_owned(), |q| q.name.clone()),
        kana: text(coverage.and_then(|q| q.name_kana.as_ref())),
        birthdate: person
            .as_ref()
            .map(|r| facts::born_words(&r.birthdate, asked_for))
            .unwrap_or_default(),
        verdict: verdict(code, check.has_notice(), days),
        word: word_of(code, days),
        share: person
            .as_ref()
            .filter(|_| good)
            .map(facts::share)
            .unwrap_or_default(),
        day: asked_for.words(),
        other_day: checked.is_some() && asked_for != today,
        insurer: text(coverage.and_then(|q| q.insurer_name.as_ref())),
        insurer_number: coverage.map_or_else(String::new, |q| q.insurer_number.clone()),
        card,
        unshown: unshown.unwrap_or_default(),
        reference_number: text(coverage.and_then(|q| q.reference_number.as_ref())),
        account_name: text(check.account_name.as_ref()),
        user_id: text(check.user_id.as_ref()),
        terminal: text(check.terminal_name.as_ref()),
        href: coverage.map(|_| format!("/web/eligibility/today/{}", check.id)),
    }
}

fn fits(row: &TodayRow, asked: &str) -> bool {
    let texts = [
        &row.name,
        &row.kana,
        &row.word,
        &row.share,
        &row.birthdate,
        &row.day,
        &row.insurer,
        &row.insurer_number,
        &row.card,
        &row.reference_number,
        &row.account_name,
        &row.user_id,
        &row.terminal,
    ];
    asked.is_empty() || texts.iter().any(|text| folded(text).contains(asked))
}

async fn rows(call: &Call, skip: usize, limit: usize) -> Result<Vec<TodayRow>, Error> {
    let asked = folded(&call.query.read::<SearchForm>().q);
    let today = call.request.now.jst_day();
    let found = call
        .service
        .scan(Subject::NONE, move |tx| {
            let fits = |check: &TodaysCheck| asked.is_empty() || fits(&row(check, today), &asked);
            today::list(tx, fits, skip, limit)
        })
        .await?;
    Ok(found.iter().map(|check| row(check, today)).collect())
}

/// Today's checks.
pub async fn list(call: Call) -> Result<Response, Error> {
    let form: SearchForm = call.query.read();
    let skip: usize = form.skip.parse().unwrap_or(0).min(CHECKS_MAX);
    let mut rows = rows(&call, skip, PAGE_ROWS + 1).await?;
    let more = rows.len() > PAGE_ROWS;
    rows.truncate(PAGE_ROWS);
    let asked = form.q.trim().to_owned();
    let has_unshown = rows.iter().any(|row| !row.unshown.is_empty());
    let href = |path: &str, skip: usize| {
        let skip = skip.to_string();
        let pairs = [("q", asked.as_str()), ("skip", &skip)];
        let given = pairs
            .iter()
            .filter(|(_, value)| !matches!(*value, "" | "0"));
        let given: Vec<_> = given.collect();
        match serde_urlencoded::to_string(given).unwrap_or_default() {
            query if query.is_empty() => path.to_owned(),
            query => format!("{path}?{query}"),
        }
    };
    let path = "/web/eligibility/today";
    Ok(reply::page(&TodayPage {
        frame: call.frame()?,
        today: call.request.now.jst_day().words(),
        shown_at: call.request.now.jst_words(),
        shown_by: eligibility::asker(&call)?,
        rows,
        has_unshown,
        older: more.then(|| href(path, skip + PAGE_ROWS)),
        newer: (skip > 0).then(|| href(path, skip.saturating_sub(PAGE_ROWS))),
        csv_href: href("/web/eligibility/today.csv", 0),
        asked,
    }))
}

/// The same as a file: all that fit.
pub async fn csv(call: Call) -> Result<Response, Error> {
    let at = call.request.now.jst_day();
    let rows = rows(&call, 0, CHECKS_MAX).await?;
    let columns = vec![
        "確認した日",
        "時刻",
        "氏名",
        "カナ",
        "生年月日",
        "結果",
        "負担割合",
        "資格確認日",
        "本日以外の確認",
        "保険者番号",
        "保険者",
        "記号・番号・枝番",
        "照会番号",
        "確認した人",
        "ユーザID",
        "端末",
        "外字（表示できない文字）",
    ];
    let cells = |row: TodayRow| {
        vec![
            at.words(),
            row.at,
            row.name,
            row.kana,
            row.birthdate,
            format!("{} {}", row.verdict.sign(), row.word),
            row.share,
            row.day,
            if row.other_day { "本日以外" } else { "" }.to_owned(),
            row.insurer_number,
            row.insurer,
            row.card,
            row.reference_number,
            row.account_name,
            row.user_id,
            row.terminal,
            row.unshown,
        ]
    };
    let table = write::Export {
        about: Vec::new(),
        columns,
        rows: rows.into_iter().map(cells).collect(),
    };
    let text = call.beside(move || write::csv(&table)).await??;
    let mut response = reply::raw(StatusCode::OK, "text/csv; charset=utf-8", text);
    response.headers_mut().insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"onshi-today.csv\""),
    );
    Ok(response)
}

/// One of today's checks again, without typing its card: what is known now, for its day.
pub async fn open(call: Call) -> Result<Response, Error> {
    let id = CheckId::parse(call.parameter("check")).ok_or(RefusalCode::NotFound)?;
    let (check, answer) = call
        .service
        .scan(Subject::NONE, move |tx| today::open(tx, id))
        .await?;
    let now = call.request.now;
    let mut answer = eligibility::shown(&answer, (now, now), eligibility::asker(&call)?);
    let who = check.account_name.or(check.user_id).unwrap_or_default();
    answer.reopened = Some(format!(
        "{}に{who}が確認した方です。いま登録されている内容を表示しています。",
        check.at.jst_time_words(),
    ));
    Ok(reply::page(&OpenedCheckPage {
        frame: call.frame_at("/web/eligibility/today")?,
        answer,
    }))
}
