//! The menu, drawn from the permission table: nobody sees what would refuse them.

use crate::web::layout::frame::{NavigationGroup, NavigationItem};
use onshi_core::emergency::OpenFunction;
use onshi_core::permission::Grant;
use onshi_core::{Function, Role};

struct Item {
    group: &'static str,
    function: Function,
    href: &'static str,
    label: &'static str,
    description: &'static str,
}

const EMERGENCY: &str = "緊急時医療情報・資格確認機能";

const ITEMS: &[Item] = &[
    Item {
        group: "資格確認",
        function: Function::CheckEligibility,
        href: "/web/eligibility",
        label: "資格確認（券面情報）",
        description: "保険者番号・記号・番号・生年月日で、資格を確認します。",
    },
    Item {
        group: "資格確認",
        function: Function::ListTodaysChecks,
        href: "/web/eligibility/today",
        label: "本日の資格確認",
        description: "きょう、この医療機関等で確認した結果の一覧です。",
    },
    Item {
        group: "資格確認",
        function: Function::CheckEligibilityInBulk,
        href: "/web/bulk",
        label: "一括照会",
        description: "予約の方などをまとめて確認し、結果を受け取ります。",
    },
    Item {
        group: "資格確認",
        function: Function::RegisterReferenceNumber,
        href: "/web/reference-number",
        label: "照会番号登録",
        description: "この医療機関等の患者番号を、資格に結び付けます。",
    },
    Item {
        group: "医療情報閲覧",
        function: Function::ViewMedicalInformation,
        href: "/web/medical",
        label: "同意取得済み患者一覧",
        description: "同意のある患者の、薬剤・診療・手術・特定健診の情報を見ます。",
    },
    Item {
        group: EMERGENCY,
        function: Function::ViewInDisaster,
        href: "/web/emergency/medical",
        label: "災害時医療情報閲覧",
        description: "カードがない患者の、薬剤・診療・手術・特定健診の情報を見ます。",
    },
    Item {
        group: EMERGENCY,
        function: Function::CheckEligibilityInFailure,
        href: "/web/emergency/eligibility",
        label: "資格情報照会（システム障害時）",
        description: "券面か4項目で、きょうまたは過去の日の資格を照会します。",
    },
    Item {
        group: EMERGENCY,
        function: Function::RequestOpening,
        href: "/web/emergency/requests",
        label: "障害・災害時機能の開放の依頼",
        description: "実施機関に開放を依頼し、その結果を確認します。",
    },
    Item {
        group: EMERGENCY,
        function: Function::ReviewOwnEmergencyUse,
        href: "/web/emergency/uses",
        label: "障害・災害時の利用の点検",
        description: "だれが、どの患者に、何の理由で使ったかを点検します。",
    },
    Item {
        group: EMERGENCY,
        function: Function::ReportEmergencyUse,
        href: "/web/emergency/report",
        label: "利用報告書",
        description: "期間を指定して、利用報告書を作成します。PDFにできます。",
    },
    Item {
        group: "アカウント情報管理",
        function: Function::ManageAdministrators,
        href: "/web/administrators/new",
        label: "アカウント管理（登録）",
        description: "管理アカウントを登録します。",
    },
    Item {
        group: "アカウント情報管理",
        function: Function::ListAdministrators,
        href: "/web/administrators",
        label: "アカウント管理（一覧）",
        description: "管理アカウントの変更、停止、ロック解除、パスワード初期化を行います。",
    },
    Item {
        group: "アカウント情報管理",
        function: Function::ReadAccountHistory,
        href: "/web/account-history",
        label: "アカウント操作履歴",
        description: "ログインとアカウントの変更の記録を確認します。",
    },
    Item {
        group: "アカウント情報管理",
        function: Function::ManageAccounts,
        href: "/web/accounts/new",
        label: "アカウント管理（登録）",
        description: "一般、医療情報閲覧、連携アプリ用、Web API用、顔認証用のアカウントを登録します。",
    },
    Item {
        group: "アカウント情報管理",
        function: Function::ListAccounts,
        href: "/web/accounts",
        label: "アカウント管理（一覧）",
        description: "登録したアカウントの変更、停止、ロック解除、パスワード初期化を行います。",
    },
    Item {
        group: "アカウント情報管理",
        function: Function::ResetMasterPassword,
        href: "/web/master-reset",
        label: "マスタパスワード初期化",
        description: "秘密の番号を使って、マスタアカウントのパスワードを初期化します。",
    },
    Item {
        group: "アカウント情報管理",
        function: Function::ChangeOwnPassword,
        href: "/web/password",
        label: "パスワード変更",
        description: "ログインしているアカウントのパスワードを変更します。",
    },
    Item {
        group: "アカウント情報管理",
        function: Function::ReadOwnLogins,
        href: "/web/logins",
        label: "ログイン履歴",
        description: "ログインしているアカウントが、いつ、どの端末で使われたかを確認します。",
    },
    Item {
        group: "記録の確認",
        function: Function::ListCertificates,
        href: "/web/certificates",
        label: "端末・電子証明書の一覧",
        description: "資格確認端末の電子証明書と、その期限を確認します。",
    },
    Item {
        group: "記録の確認",
        function: Function::ReadAuditLog,
        href: "/web/history",
        label: "操作履歴",
        description: "この医療機関等で、だれが、いつ、何をしたかを確認します。",
    },
];

/// The menu of a role; the item of this path is the current one. What needs an opening is there while it is
/// open.
pub fn of(role: Role, path: &str, open: &[OpenFunction]) -> Vec<NavigationGroup> {
    let mut groups: Vec<NavigationGroup> = Vec::new();
    // Programs may check eligibility, though not on the web: they have no menu there.
    let on_the_web = Function::OpenMenu.is_for(role);
    let is_open = |function: Function| open.iter().any(|one| one.function == function);
    let is_shown = |item: &&Item| {
        let closed = item.function.grant(role) == Some(Grant::NeedsOpening);
        item.function.is_for(role)
            && (!closed || is_open(item.function))
            && (on_the_web || item.function == Function::ChangeOwnPassword)
    };
    for item in ITEMS.iter().filter(is_shown) {
        let shown = NavigationItem {
            label: item.label.to_owned(),
            href: item.href.to_owned(),
            current: item.href == path,
            description: item.description.to_owned(),
        };
        match groups.iter_mut().find(|group| group.title == item.group) {
            Some(group) => group.items.push(shown),
            None => groups.push(NavigationGroup {
                title: item.group.to_owned(),
                items: vec![shown],
            }),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(role: Role) -> Vec<String> {
        of(role, "", &[])
            .into_iter()
            .flat_map(|group| group.items)
            .map(|item| item.label)
            .collect()
    }

    #[test]
    fn the_master_sees_accounts_and_the_change_of_password_and_nothing_else() {
        let groups = of(Role::Master, "", &[]);
        assert_eq!(groups.len(), 1);
        assert_eq!(groups[0].title, "アカウント情報管理");
    }

    #[test]
    fn what_needs_an_opening_is_there_only_while_it_is_open() {
        let open = OpenFunction {
            function: Function::ViewInDisaster,
            reason: "地震のため".to_owned(),
            until: onshi_core::Moment::from_ms(0),
        };
        let shown = |role, open: &[OpenFunction]| {
            let groups = of(role, "", open).into_iter();
            let items = groups.flat_map(|group| group.items);
            items.map(|item| item.label).collect::<Vec<_>>()
        };
        for role in [Role::Admin, Role::Viewer, Role::General] {
            let more: Vec<String> = shown(role, std::slice::from_ref(&open))
                .into_iter()
                .filter(|label| !shown(role, &[]).contains(label))
                .collect();
            let expected: &[&str] = match role {
                Role::General => &[],
                _ => &["災害時医療情報閲覧"],
            };
            assert_eq!(more, expected);
        }
    }

    #[test]
    fn system_accounts_see_the_change_of_password_and_nothing_else() {
        for role in [Role::Link, Role::WebApi, Role::Face] {
            assert_eq!(labels(role), ["パスワード変更"]);
        }
    }
}
