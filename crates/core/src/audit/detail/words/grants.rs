//! What people read in the log of consents, of card readers, and of what is opened in an emergency.

use super::with_reason;
use crate::audit::Detail;
use crate::permission::{Function, Scope};
use crate::terms::care;
use crate::terms::{EndedWhy, Purpose, Verification};

/// The moment of fourteen digits, in words.
pub(super) fn time(fourteen: &str) -> String {
    let moment = crate::clock::Moment::parse_fourteen(fourteen);
    moment.map_or_else(|| fourteen.to_owned(), crate::clock::Moment::jst_table)
}

fn kinds(scopes: &[Scope]) -> String {
    let labels: Vec<&str> = scopes.iter().map(|scope| scope.label()).collect();
    labels.join("・")
}

fn recorded((care, way): (Purpose, Verification), agreed: &[Scope], ceiling: bool) -> String {
    let mut to = kinds(agreed);
    if ceiling {
        to = match to.is_empty() {
            true => "限度額".to_owned(),
            false => format!("{to}・限度額"),
        };
    }
    let (care, way) = (care.label(), way.label());
    match to.is_empty() {
        true => format!("同意なしと登録（{care}、{way}で本人確認）"),
        false => format!("同意を登録（{to}。{care}、{way}で本人確認）"),
    }
}

fn taken_back(scopes: &[Scope], why: EndedWhy) -> String {
    format!("同意を取り消し（{}。{}）", kinds(scopes), why.label())
}

fn function_words(code: &str) -> &str {
    Function::from_code(code).map_or("機能", Function::label)
}

/// What a person reads of it; nothing of what is told elsewhere.
pub(super) fn words(detail: &Detail) -> String {
    let done = |words: &str| words.to_owned();
    match detail {
        Detail::ConsentGiven { scope } => format!("同意を登録（{}）", scope.label()),
        Detail::ConsentWithdrawn { scope } => format!("同意を取り消し（{}）", scope.label()),
        Detail::EmergencyOpened { function, reason } => {
            with_reason(&format!("{}を開放", function_words(function)), reason)
        }
        Detail::EmergencyClosed { function } => {
            format!("{}の開放を終了", function_words(function))
        }
        Detail::ConsentRecorded {
            purpose,
            verified,
            agreed,
            ceiling,
        } => recorded((*purpose, *verified), agreed, *ceiling),
        Detail::ConsentTakenBack { kinds, why } => taken_back(kinds, *why),
        Detail::ReaderResultsGiven { count } => {
            format!("カードリーダーの結果{count}件を連携アプリケーションへ送信")
        }
        Detail::BulkListedByConsent {} => done("同意した人の一覧に記載"),
        Detail::ReaderResultDelivered {} => done("カードリーダーの結果をフォルダーに格納"),
        Detail::ReaderCertificateIssued { facility, reader } => {
            format!("{facility}のカードリーダー {reader} に発行")
        }
        Detail::MedicalRead { kinds, records } => {
            let kinds: Vec<&str> = kinds.iter().map(|kind| kind.label()).collect();
            format!("{}（{records}件）を提供", kinds.join("・"))
        }
        Detail::AccessReported { count } => format!("アクセスの記録{count}件を開示"),
        Detail::ChecksIndexed { count } => format!("資格確認{count}件を索引に登録"),
        Detail::MunicipalitySet { municipality } => match municipality.is_empty() {
            true => done("市区町村の登録を解除"),
            false => format!("市区町村を {municipality} に設定"),
        },
        Detail::EmergencyOpenedAt {
            function,
            places,
            from,
            until,
            reason,
        } => {
            let (function, from, until) = (function_words(function), time(from), time(until));
            with_reason(
                &format!("{function}を開放（対象：{places}、{from}から{until}まで）"),
                reason,
            )
        }
        Detail::EmergencyExtended { until, reason, .. } => {
            with_reason(&format!("開放を{}まで延長", time(until)), reason)
        }
        Detail::EmergencyNoticeClosed { .. } => done("開放を終了（閉塞）"),
        Detail::EmergencySearched { count } => format!("氏名・住所等による検索（候補{count}人）"),
        Detail::EmergencyUsed { consented, reason } => with_reason(
            match consented {
                true => "閲覧同意ありで利用",
                false => "閲覧同意なしで利用",
            },
            reason,
        ),
        Detail::EmergencyReviewed { remark, .. } => with_reason("利用を点検", remark),
        Detail::EmergencyUsedToCheck { day } => format!(
            "{}の資格の照会に利用",
            crate::clock::Day::parse(day).map_or_else(|| day.clone(), crate::clock::Day::words)
        ),
        Detail::EmergencyRequested { function, reason } => {
            with_reason(&format!("{}の開放を依頼", function_words(function)), reason)
        }
        Detail::EmergencyRequestSettled { remark, .. } => with_reason("開放の依頼に対応", remark),
        Detail::EmergencySearchedByCard { count } => {
            format!("資格確認書等による検索（候補{count}人）")
        }
        Detail::PhoneSet { phone } if phone.is_empty() => done("折り返しの電話番号の登録を解除"),
        Detail::PhoneSet { phone } => format!("折り返しの電話番号を {phone} に設定"),
        Detail::EmergencyUseReported { count } => format!("利用報告書を作成（利用{count}件）"),
        other => of_emergency_care(other),
    }
}

/// What a hospital may and does in emergency care (救急時).
fn of_emergency_care(detail: &Detail) -> String {
    let done = |words: &str| words.to_owned();
    match detail {
        Detail::EmergencyHospitalSet { hospital: true } => {
            done("救急時医療情報閲覧を利用できる病院として登録")
        }
        Detail::EmergencyHospitalSet { hospital: false } => {
            done("救急時医療情報閲覧を利用できる病院の登録を解除")
        }
        Detail::EmergencyCareDeclared {
            user_id,
            pattern,
            factors,
            reason,
        } => with_reason(
            &format!(
                "{user_id}が{}を要求（{}で二要素認証）",
                care::pattern_words(pattern),
                care::factors_words(factors)
            ),
            reason,
        ),
        of_cards => super::cards::words(of_cards),
    }
}
