//! `onshi emergency`: what is opened in a failure or a disaster, and the review of its use.

mod requests;
mod uses;

use crate::output::{Failure, Output};
use crate::serve::{Tools, facility_code};
use clap::{Subcommand, ValueEnum};
use onshi_core::emergency::{self, Opening, Place};
use onshi_core::service::OperationContext;
use onshi_core::{Function, Moment, Request};
use onshi_language::say;
use onshi_server::Config;
use serde_json::{Value, json};

/// What is opened. Its values have no texts of their own: a help is in one language.
#[derive(Clone, Copy, ValueEnum)]
pub enum Mode {
    // 災害時医療情報閲覧
    Disaster,
    // 資格情報照会（システム障害時）
    Failure,
}

impl Mode {
    const fn function(self) -> Function {
        match self {
            Mode::Disaster => Function::ViewInDisaster,
            Mode::Failure => Function::CheckEligibilityInFailure,
        }
    }
}

/// What is done about emergencies.
#[derive(Subcommand)]
pub enum EmergencyCommand {
    /// Open a function for institutions or areas until a time to the minute; it closes by itself.
    ///
    /// 医療機関等または地域を対象に、機能を分単位の期限まで開放します。期限が来ると閉塞します。
    Open {
        /// What is opened.
        ///
        /// 開放する機能
        mode: Mode,
        /// An institution's code. May be repeated.
        ///
        /// 医療機関コード。繰り返し指定できます。
        #[arg(long)]
        facility: Vec<String>,
        /// A prefecture's code (2 digits) or a municipality's (5 or 6). May be repeated.
        ///
        /// 都道府県コード（2桁）か市区町村コード（5桁または6桁）。繰り返し指定できます。
        #[arg(long)]
        area: Vec<String>,
        /// From when, such as 2026-11-26T09:00 in Japan; now when it is not given.
        ///
        /// 開放の日時（日本時間。例：2026-11-26T09:00）。省略すると今からです。
        #[arg(long)]
        from: Option<String>,
        /// Until when.
        ///
        /// 閉塞の日時
        #[arg(long)]
        until: String,
        /// Why.
        ///
        /// 理由
        #[arg(long)]
        reason: String,
    },
    /// Extend what a notice opened; it goes on without a gap, and is a record of its own.
    ///
    /// 開放の期限を延長します。途切れることなく続き、延長ごとに記録が残ります。
    Extend {
        /// The number of the notice.
        ///
        /// 開放の番号
        notice: String,
        /// Until when.
        ///
        /// 新しい閉塞の日時
        #[arg(long)]
        until: String,
        /// Why.
        ///
        /// 理由
        #[arg(long)]
        reason: String,
    },
    /// Close what a notice opened, with its extensions, before its time.
    ///
    /// 開放を、延長も含めて期限より前に終了（閉塞）します。
    Close {
        /// The number of the notice.
        ///
        /// 開放の番号
        notice: String,
    },
    /// List what is and was opened, the newest first.
    ///
    /// 開放の一覧を、新しい順に表示します。
    List {
        /// The most lines.
        ///
        /// 件数の上限
        #[arg(long, default_value_t = 100)]
        limit: i64,
    },
    /// List what institutions ask to have opened, with the number to call back.
    ///
    /// 医療機関等からの開放の依頼を、折り返しの電話番号とともに表示します。
    Requests {
        /// Those that were settled too.
        ///
        /// 対応済みのものも表示します。
        #[arg(long)]
        all: bool,
        /// The most lines.
        ///
        /// 件数の上限
        #[arg(long, default_value_t = 100)]
        limit: i64,
    },
    /// Note what came of a request; the institution reads it on its screen.
    ///
    /// 依頼への対応を記録します。医療機関等の画面に表示されます。
    Settle {
        /// The number of the request.
        ///
        /// 依頼の番号
        number: String,
        /// What came of it.
        ///
        /// 対応の内容
        #[arg(long)]
        remark: String,
    },
    /// List the uses that the operator has not reviewed.
    ///
    /// 実施機関がまだ点検していない利用の一覧を表示します。
    Uses {
        /// Those that were reviewed too.
        ///
        /// 点検済みのものも表示します。
        #[arg(long)]
        all: bool,
        /// Of this institution only.
        ///
        /// この医療機関等のものだけを表示します。
        #[arg(long)]
        facility: Option<String>,
        /// The most lines.
        ///
        /// 件数の上限
        #[arg(long, default_value_t = 100)]
        limit: i64,
    },
    /// Mark a use as reviewed by the operator.
    ///
    /// 利用を、実施機関が点検済みとします。
    Review {
        /// The number of the use.
        ///
        /// 利用の番号
        number: String,
        /// What came of the review.
        ///
        /// 点検の結果
        #[arg(long)]
        remark: String,
    },
}

/// `onshi emergency …`.
pub fn run(command: EmergencyCommand, config: &Config, output: &Output) -> Result<(), Failure> {
    let tools = Tools::open(config)?;
    match command {
        EmergencyCommand::Open {
            mode,
            facility,
            area,
            from,
            until,
            reason,
        } => {
            let places = places(&facility, &area)?;
            let from = from
                .as_deref()
                .map_or_else(|| Ok(onshi_core::clock::now()), moment)?;
            let until = moment(&until)?;
            let opened = tools
                .service
                .change_and_wait(operating(&tools), move |tx| {
                    emergency::open_at(tx, &places, mode.function(), (&reason, from, until))
                })?;
            told_of_notice(&opened, until, output);
        }
        EmergencyCommand::Extend {
            notice,
            until,
            reason,
        } => {
            let until = moment(&until)?;
            let opened = tools
                .service
                .change_and_wait(operating(&tools), move |tx| {
                    emergency::extend(tx, &notice, (&reason, until))
                })?;
            told_of_notice(&opened, until, output);
        }
        EmergencyCommand::Close { notice } => {
            let closed = notice.clone();
            let count = tools
                .service
                .change_and_wait(operating(&tools), move |tx| {
                    emergency::close_notice(tx, &closed)
                })?;
            output.result(&json!({"closed": notice, "places": count}), || {
                say!(
                    "{notice} is closed for {count} places.",
                    "{notice} の開放を終了しました（{count}件）。"
                )
            });
        }
        EmergencyCommand::List { limit } => {
            let found = tools
                .service
                .read_and_wait(operating(&tools), |tx| emergency::list(tx, limit))?;
            let all: Vec<Value> = found.iter().map(shown).collect();
            output.result(&all, || {
                found.iter().map(line).collect::<Vec<_>>().join("\n")
            });
        }
        EmergencyCommand::Requests { all, limit } => requests::list(&tools, (all, limit), output)?,
        EmergencyCommand::Settle { number, remark } => {
            requests::settle(&tools, (number, remark), output)?;
        }
        EmergencyCommand::Uses {
            all,
            facility,
            limit,
        } => uses::list(&tools, (all, facility.as_deref(), limit), output)?,
        EmergencyCommand::Review { number, remark } => {
            uses::review(&tools, (number, remark), output)?;
        }
    }
    Ok(())
}

fn operating(tools: &Tools) -> OperationContext {
    let mode = Function::OpenEmergencyMode;
    OperationContext::new(tools.operator.actor(), mode, Request::fresh())
}

fn moment(text: &str) -> Result<Moment, Failure> {
    Moment::from_local_field(text).ok_or_else(|| {
        Failure::usage(say!(
            "{text} is no time such as 2026-11-26T09:00",
            "{text} は日時ではありません（例：2026-11-26T09:00）。"
        ))
    })
}

fn places(facilities: &[String], areas: &[String]) -> Result<Vec<Place>, Failure> {
    let mut places = Vec::new();
    for code in facilities {
        places.push(Place::Facility(facility_code(code)?));
    }
    for code in areas {
        places.push(Place::area(code)?);
    }
    if places.is_empty() {
        return Err(Failure::usage(say!(
            "say for whom, with --facility or --area",
            "--facility または --area で対象を指定してください。"
        )));
    }
    Ok(places)
}

fn told_of_notice(notice: &str, until: Moment, output: &Output) {
    let until = until.jst_table();
    output.result(&json!({"notice": notice, "until": until}), || {
        say!(
            "Opened until {until}. The number of the notice is {notice}.",
            "{until} まで開放します。開放の番号は {notice} です。"
        )
    });
}

fn shown(opening: &Opening) -> Value {
    json!({
        "notice": opening.notice,
        "place": opening.place.to_string(),
        "function": opening.function.code(),
        "reason": opening.reason,
        "from": opening.begins_at.jst_table(),
        "until": opening.until.jst_table(),
        "closed_at": opening.closed_at.map(Moment::jst_table),
        "extends": opening.extends,
    })
}

fn line(opening: &Opening) -> String {
    let now = onshi_core::clock::now();
    let state = if opening.closed_at.is_some() {
        say!("closed", "閉塞")
    } else if opening.until <= now {
        say!("over", "終了")
    } else if opening.begins_at > now {
        say!("to come", "開放前")
    } else {
        say!("open", "開放中")
    };
    format!(
        "{}  {state}  {}  {}  {} - {}  {}",
        opening.notice,
        opening.place,
        opening.function.label(),
        opening.begins_at.jst_table(),
        opening.until.jst_table(),
        opening.reason
    )
}
