//! 環境設定情報更新: the institution's settings, what they do, and which readers follow them.

pub mod form;
pub mod view;
mod words;

use crate::http::route::Call;
use crate::http::submission::After;
use crate::web::environment::form::{EnvironmentField, EnvironmentForm};
use crate::web::environment::view::{
    AppliedRow, ConfirmEnvironmentPage, EnvironmentPage, HistoryRow,
};
use crate::web::layout::form::{FieldError, field_error};
use crate::web::reply;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::environment::{
    self, Environment, EnvironmentChange, EnvironmentSettings, Setting, SettingChange,
};
use onshi_core::reader::rollout::{self, Applied, ReaderSettings};
use onshi_core::{Error, Moment, RefusalCode, Subject, Tx};

const PAGE: &str = "/web/environment";

/// What the page shows.
struct Found {
    now: Environment,
    history: Vec<EnvironmentChange>,
    readers: Vec<ReaderSettings>,
}

async fn find(call: &Call) -> Result<Found, Error> {
    let read = |tx: &mut Tx<'_>| {
        Ok(Found {
            now: environment::current(tx)?,
            history: environment::history(tx)?,
            readers: rollout::list(tx)?,
        })
    };
    call.service.scan(Subject::NONE, read).await
}

/// The settings. Values in the address are chosen before the ones that hold, for whoever comes back to choose again.
pub async fn show(call: Call) -> Result<Response, Error> {
    let form: EnvironmentForm = call.query.read();
    let found = find(&call).await?;
    let chosen = form.applied_to(&found.now).unwrap_or(found.now.settings);
    Ok(reply::page(&page(&call, &found, &chosen, Vec::new())?))
}

fn page(
    call: &Call,
    found: &Found,
    chosen: &EnvironmentSettings,
    errors: Vec<FieldError<EnvironmentField>>,
) -> Result<EnvironmentPage, Error> {
    let today = call.request.now;
    Ok(EnvironmentPage {
        frame: call.frame_at(PAGE)?,
        version: found.now.version,
        groups: view::groups(chosen),
        errors,
        questions: words::questions(&found.now.settings),
        readers: found.readers.iter().map(|one| reader(one, today)).collect(),
        history: found.history.iter().map(history).collect(),
    })
}

fn reader(one: &ReaderSettings, now: Moment) -> AppliedRow {
    let told = match one.applied {
        Applied::Newest(at) if at.jst_day() == now.jst_day() => {
            format!("{}に反映", at.jst_time_words())
        }
        Applied::Newest(at) => format!("{}に反映", at.jst_words()),
        Applied::Behind { version, since } => {
            let version = version.map_or("以前の設定".to_owned(), |of| format!("版{of}"));
            let since = since.map_or(String::new(), |at| {
                format!("{}の変更から、", at.jst_words())
            });
            format!("{since}{version}のままです。リーダーの電源と通信を確かめてください。")
        }
        Applied::Silent => {
            "リーダーから、まだ報告がありません。リーダーの電源と通信を確かめてください。"
                .to_owned()
        }
    };
    AppliedRow {
        reader: one.reader.clone(),
        applied: matches!(one.applied, Applied::Newest(_)),
        told,
    }
}

fn who(change: &EnvironmentChange) -> String {
    let (user_id, name) = &change.by;
    format!("{name}（{user_id}）")
}

fn history(change: &EnvironmentChange) -> HistoryRow {
    HistoryRow {
        version: change.version,
        at: change.at.jst_table(),
        by: who(change),
        changes: change.changes.iter().map(SettingChange::words).collect(),
    }
}

/// The page that asks before anything is changed.
pub async fn confirm(call: Call) -> Result<Response, Error> {
    let form: EnvironmentForm = call.query.read();
    let found = find(&call).await?;
    let Some(chosen) = form.applied_to(&found.now) else {
        return call.service.refuse(RefusalCode::Invalid).await;
    };
    // An address without a version is about what holds now.
    let seen = form.version.is_empty() || form.seen() == Some(found.now.version);
    if !seen {
        return meanwhile(&call, &found, &form);
    }
    let fields = |version: Option<i64>| {
        let version = version.map(|version| ("version", version.to_string()));
        let values = Setting::ALL.into_iter().map(|setting| {
            let name = EnvironmentField::of_setting(setting).name();
            (name, chosen.get(setting).code.to_owned())
        });
        version.into_iter().chain(values).collect::<Vec<_>>()
    };
    let changes = found.now.settings.changes_to(&chosen).into_iter();
    let query = serde_urlencoded::to_string(fields(None)).unwrap_or_default();
    Ok(reply::page(&ConfirmEnvironmentPage {
        frame: call.frame_at(PAGE)?,
        fields: fields(Some(found.now.version)),
        changes: changes
            .map(|change| {
                let label = change.setting.label().to_owned();
                let (from, to) = (change.from.label, change.to.label);
                (label, from.to_owned(), to.to_owned())
            })
            .collect(),
        back: format!("{PAGE}?{query}"),
        before: words::questions(&found.now.settings),
        after: words::questions(&chosen),
    }))
}

/// Changes them.
pub async fn save(call: Call) -> Result<Response, Error> {
    let form: EnvironmentForm = call.form.read();
    let (Some(wanted), Some(seen)) = (form.chosen(), form.seen()) else {
        return call.service.refuse(RefusalCode::Invalid).await;
    };
    let change = move |tx: &mut Tx<'_>| environment::change(tx, &wanted, Some(seen));
    let after = |(now, changes): &(Environment, Vec<SettingChange>)| {
        let done = match changes.len() {
            0 => "変更した設定はありません。".to_owned(),
            count => format!(
                "環境設定情報を更新しました（版{}、{count}件）。ログアウトやカードリーダーの再起動は要りません。",
                now.version
            ),
        };
        After::at(PAGE).notice(done)
    };
    match call.service.submit(Subject::NONE, change, after).await {
        Ok((_, response)) => Ok(response),
        Err(Error::Refused(refusal)) if refusal.code == RefusalCode::ChangedMeanwhile => {
            meanwhile(&call, &find(&call).await?, &form)
        }
        Err(error) => Err(error),
    }
}

/// Somebody else was faster: says who changed what, keeps what was chosen, and lets it be sent on purpose.
fn meanwhile(call: &Call, found: &Found, form: &EnvironmentForm) -> Result<Response, Error> {
    let seen = form.seen().unwrap_or(-1);
    let chosen = form.applied_to(&found.now).unwrap_or(found.now.settings);
    let since = found.history.iter().take_while(|one| one.version > seen);
    let told: Vec<String> = since
        .map(|one| {
            let changes: Vec<String> = one.changes.iter().map(SettingChange::words).collect();
            let at = one.at.jst_words();
            format!("{at}、{}：{}", who(one), changes.join("、"))
        })
        .collect();
    let all = format!(
        "画面を開いている間に、ほかの人が設定を変更しました（{}）。選んだ内容は残してあります。現在の設定と比べ、よければもう一度確認へ進んでください。",
        told.join("。")
    );
    let mut errors = vec![field_error(EnvironmentField::Version, &all)];
    for change in found.now.settings.changes_to(&chosen) {
        let (label, now) = (change.setting.label(), change.from.label);
        let text = format!("{label}の現在の設定は「{now}」です。");
        let field = EnvironmentField::of_setting(change.setting);
        errors.push(field_error(field, &text));
    }
    let page = page(call, found, &chosen, errors)?;
    Ok(reply::page_with(StatusCode::CONFLICT, &page))
}
