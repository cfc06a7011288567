//! What people read of an entry's detail, in Japanese: here and nowhere else.

mod accounts;
mod applications;
mod backups;
mod cards;
mod certificates;
mod grants;

use super::{AccountField, Change, Detail};
use crate::clock::Day;
use crate::terms::BulkKind;
use crate::terms::Profession;
use onshi_wire::error_codes;

impl AccountField {
    /// What a person reads.
    pub const fn label(self) -> &'static str {
        match self {
            AccountField::Name => "名前",
            AccountField::Profession => "職種",
            AccountField::LicenseNumber => "免許の登録番号",
            AccountField::DesignationReason => "選んだ理由",
            AccountField::DesignationApprover => "承認した人",
            AccountField::ValidFrom => "使い始める日",
            AccountField::ValidUntil => "使い終わる日",
            AccountField::Note => "備考",
            AccountField::EmergencyViewing => "救急時閲覧権限",
        }
    }

    fn value_words(self, value: &str) -> String {
        if value.is_empty() {
            return "なし".to_owned();
        }
        match self {
            AccountField::ValidFrom | AccountField::ValidUntil => {
                Day::parse(value).map_or_else(|| value.to_owned(), Day::words)
            }
            AccountField::Profession => {
                let known = Profession::ALL.into_iter().find(|p| p.code() == value);
                known.map_or("被選定者", Profession::label).to_owned()
            }
            AccountField::EmergencyViewing => "あり".to_owned(),
            _ => format!("「{value}」"),
        }
    }
}

impl Change {
    fn words(&self) -> String {
        let (from, to) = (
            self.field.value_words(&self.from),
            self.field.value_words(&self.to),
        );
        format!("{}：{from}→{to}", self.field.label())
    }
}

fn with_reason(done: &str, reason: &str) -> String {
    match reason {
        "" => done.to_owned(),
        reason => format!("{done}（理由：{reason}）"),
    }
}

fn edited(changes: &[Change]) -> String {
    if changes.is_empty() {
        return "内容を変更".to_owned();
    }
    let changes: Vec<String> = changes.iter().map(Change::words).collect();
    format!("内容を変更（{}）", changes.join("、"))
}

fn not_registered(code: &str) -> String {
    let known = error_codes::ALL.iter().find(|known| known.code == code);
    let why = known.map_or(code, |known| known.text_ja);
    format!("照会番号を登録せず（{why}）")
}

fn all_deleted(last: bool) -> &'static str {
    if last {
        "（すべて削除済み）"
    } else {
        ""
    }
}

fn taken(kind: BulkKind, items: i64) -> String {
    match items {
        // A list is asked for without naming anybody.
        0 => format!("{}を受付", kind.label()),
        items => format!("{}、{items}件を受付", kind.label()),
    }
}

fn other(text: &str) -> String {
    match text.starts_with('[') {
        true => "（この版では表示できない内容）".to_owned(),
        false => text.to_owned(),
    }
}

impl Detail {
    /// What a person reads of it.
    pub fn words(&self) -> String {
        let done = |words: &str| words.to_owned();
        match self {
            Detail::Looked {} => done("表示"),
            Detail::Registered { kind } => format!("{}を登録", kind.label()),
            Detail::RegisteredForEmergencies { kind } => {
                format!("{}を登録（救急時閲覧権限あり）", kind.label())
            }
            Detail::Stopped { reason } => with_reason("停止", reason),
            Detail::Resumed {} => done("再開"),
            Detail::Unlocked {} => done("ロック解除"),
            Detail::PasswordReset {} => done("パスワード初期化"),
            Detail::PasswordShown {} => done("作成したパスワードを表示（一度だけ）"),
            Detail::SessionsEnded { count } => format!("ログイン中の画面を{count}件終了"),
            Detail::Retired { reason } => with_reason("廃止", reason),
            Detail::Edited { changes } => edited(changes),
            Detail::OpenElsewhere {} => done("ほかの画面でログイン中のため確認"),
            Detail::TookOver {} => done("ほかの画面から引き継ぎ"),
            Detail::TokensEnded { count } => format!("このログインのトークンを{count}件無効化"),
            Detail::Checked { validity } => format!("結果：{}", validity.label()),
            Detail::ReferenceRegistered {} => done("照会番号を登録"),
            Detail::ReferenceRefused { code } => not_registered(code),
            Detail::ReferenceUnknown {} => done("この照会番号の登録なし"),
            Detail::ReferenceWithoutCard {} => done("照会番号に券面の情報なし"),
            Detail::ReferenceReplacementAsked {} => done("照会番号を置き換えるか確認"),
            Detail::ReferenceReplaced {} => done("照会番号を置き換えて登録"),
            Detail::BulkTaken { kind, items } => taken(*kind, *items),
            Detail::BulkTakenBefore {} => done("同じ要求を受付済み"),
            Detail::BulkUnknown {} => done("この受付番号の要求なし"),
            Detail::BulkUnderWay {} => done("処理中"),
            Detail::BulkAnswers { count } => format!("結果{count}件を取得"),
            Detail::BulkWorkedBefore {} => done("処理済み"),
            Detail::BulkWorked { count } => format!("{count}件の処理を終了"),
            Detail::BulkDone {} => done("一覧を作成"),
            Detail::BulkLeft { count } => format!("照会元が使えなくなり、{count}件を処理せず終了"),
            Detail::BulkListed {} => done("医療券・調剤券の一覧に記載"),
            Detail::BulkDeleted { count, last } => {
                format!("保存期間が過ぎた結果を{count}件削除{}", all_deleted(*last))
            }
            Detail::BulkArriving { count } => format!("{count}人分を受信（続きあり）"),
            Detail::BulkArrivalDeleted { count, last } => {
                let last = all_deleted(*last);
                format!("最後まで届かなかった一括照会の{count}人分を削除{last}")
            }
            Detail::CertificateIssued { facility } => format!("{facility}に発行"),
            Detail::InsurerCertificateIssued { numbers } => format!("保険者 {numbers} に発行"),
            Detail::Revoked { reason } => with_reason("失効", reason),
            Detail::EncodingSet { shift_jis: true } => done("文字コードをShift_JISに設定"),
            Detail::EncodingSet { shift_jis: false } => done("文字コードをUTF-8に設定"),
            Detail::MessageNetworksSet { networks } if networks.is_empty() => {
                done("電子証明書なしのメッセージの接続元の限定を解除")
            }
            Detail::MessageNetworksSet { networks } => {
                format!("電子証明書なしのメッセージの接続元を {networks} に限定")
            }
            Detail::LinesTaken {
                added,
                changed,
                unchanged,
                rejected,
            } => format!(
                "追加{added}件、変更{changed}件、変更なし{unchanged}件、受け取れず{rejected}件"
            ),
            Detail::ReportProgressAsked {} => done("報告の進み具合を確認"),
            Detail::Deleted { count } => format!("保存期間が過ぎた記録を{count}件削除"),
            Detail::RefusalsCountedFromHere {} => {
                done("短い時間に拒否が続いたため、ここからは件数だけを記録")
            }
            Detail::RefusalsCounted { count } => {
                format!("ほかに{count}件を拒否（1件ずつの記録はなし）")
            }
            Detail::Other { text } => other(text),
            others => accounts::words(others)
                .or_else(|| applications::words(others))
                .or_else(|| backups::words(others))
                .unwrap_or_else(|| grants::words(others)),
        }
    }
}
