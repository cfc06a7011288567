//! What people read in the log of My Number Cards, their readers, and the settings that readers follow.

use super::grants::time;
use crate::audit::Detail;
use crate::terms::{SettingChange, Verification};

/// What a person reads of it; nothing of what is told elsewhere.
pub(super) fn words(detail: &Detail) -> String {
    let done = |words: &str| words.to_owned();
    match detail {
        Detail::CardAuthorityAdded { .. } => done("マイナンバーカードの認証局を登録"),
        Detail::CardRevocationsTaken { count, last } => match last {
            true => format!("失効した電子証明書{count}件を反映（失効リストの最後）"),
            false => format!("失効した電子証明書{count}件を反映"),
        },
        Detail::CardRegistrationsTaken { changed, rejected } => {
            format!("カードの登録を取込（反映{changed}件、受け取れず{rejected}件）")
        }
        Detail::CardPresented {
            state,
            verified,
            released_by,
        } => {
            let (state, way) = (state.label(), verified.label());
            match (verified, released_by.is_empty()) {
                (Verification::ByEye, false) => {
                    format!("{way}で本人確認（{released_by} が許可）。電子証明書：{state}")
                }
                _ => format!("{way}で本人確認。電子証明書：{state}"),
            }
        }
        Detail::CardRegistered {} => done("保険証利用登録"),
        Detail::PasscodeIssued {} => done("目視確認用パスコードを発行"),
        Detail::ReaderModeSet { reader, until } => match until.is_empty() {
            true => format!("{reader} を無人運転モードに切り替え"),
            false => format!("{reader} を{}まで目視確認モードに切り替え", time(until)),
        },
        Detail::ReaderReported { reader, version } => format!("{reader} で {version} が稼働"),
        Detail::ReaderTrouble { reader, trouble } => format!("{reader}：{}", trouble.label()),
        Detail::EnvironmentChanged { version, changes } if changes.is_empty() => {
            format!("環境設定情報を更新（版{version}のまま、変更なし）")
        }
        Detail::EnvironmentChanged { version, changes } => {
            let changes: Vec<String> = changes.iter().map(SettingChange::words).collect();
            format!("環境設定情報を更新（版{version}）{}", changes.join("、"))
        }
        Detail::EnvironmentRead { version } => format!("環境設定情報を照会（版{version}）"),
        Detail::HomeAddressIssued {} => done("マイナ在宅受付Webの専用URLを発行"),
        Detail::HomeAddressVoided {} => done("マイナ在宅受付Webの専用URLを無効化"),
        Detail::HomeAddressFetched {} => done("マイナ在宅受付Webの専用URLを取得"),
        Detail::OwnConsentsRead { count } => format!("本人が同意を照会（有効な同意{count}件）"),
        Detail::StaffPhoneCodeIssued { phone, until } => format!(
            "{phone} のアクティベーションコードを発行（{}まで有効）",
            time(until)
        ),
        Detail::StaffPhoneCodeShown {} => done("アクティベーションコードを表示（1回だけ）"),
        Detail::StaffPhoneActivated { phone } => {
            format!("{phone} でマイナ資格確認アプリの利用を開始")
        }
        Detail::StaffPhoneVoided { phone } => {
            format!("{phone} のマイナ資格確認アプリを無効化")
        }
        Detail::ArrivalsListed { count } => format!("来院一覧を表示（{count}件）"),
        of_certificates => super::certificates::words(of_certificates),
    }
}
