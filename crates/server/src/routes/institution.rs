//! Routes to what an institution sets and keeps: settings, its address for home, its phones, certificates, history.

use crate::http::access::Access;
use crate::http::route::Route;
use crate::routes::line::routes;
use crate::web;
use Access::Session as LoggedInFor;
use onshi_core::Function as F;

pub(super) const ROUTES: &[Route] = routes! {
    GET "/web/environment" LoggedInFor(F::UpdateEnvironment), page,
        menu(Settings, "環境設定情報更新", "カードリーダーで患者にたずねることなど、何を利用するかを設定します。")
        => web::environment::show;
    GET "/web/environment/confirm" LoggedInFor(F::UpdateEnvironment), page => web::environment::confirm;
    POST "/web/environment" LoggedInFor(F::UpdateEnvironment), page => web::environment::save;
    GET "/web/second-factor-policy" LoggedInFor(F::SetSecondFactorPolicy), page,
        menu(Settings, "二要素認証の設定", "アカウントの種別ごとに、二要素認証を任意にするか必須にするかを設定します。")
        => web::factor_policy::show;
    POST "/web/second-factor-policy" LoggedInFor(F::SetSecondFactorPolicy), page => web::factor_policy::save;
    GET "/web/home-reception" LoggedInFor(F::ManageHomeAddress), page,
        menu(Settings, "マイナ在宅受付Web（専用URL・二次元コード）",
            "患者が自宅などから同意を登録する、この医療機関等の専用URLと二次元コードです。")
        => web::home_reception::show;
    POST "/web/home-reception" LoggedInFor(F::ManageHomeAddress), page => web::home_reception::issue;
    GET "/web/home-reception/void" LoggedInFor(F::ManageHomeAddress), page => web::home_reception::confirm;
    POST "/web/home-reception/void" LoggedInFor(F::ManageHomeAddress), page => web::home_reception::void;
    GET "/web/staff-phones" LoggedInFor(F::ManageStaffPhones), page,
        menu(Settings, "マイナ資格確認アプリ管理",
            "訪問するスタッフの端末（スマートフォンなど）の、アクティベーションコードを発行・無効化します。")
        => web::staff_phones::list;
    POST "/web/staff-phones" LoggedInFor(F::ManageStaffPhones), page => web::staff_phones::issue;
    GET "/web/staff-phones/void" LoggedInFor(F::ManageStaffPhones), page => web::staff_phones::confirm;
    POST "/web/staff-phones/void" LoggedInFor(F::ManageStaffPhones), page => web::staff_phones::void;
    GET "/web/certificates" LoggedInFor(F::ListCertificates), page,
        menu(Records, "端末・電子証明書の一覧", "資格確認端末の電子証明書と、その期限を確認します。")
        => web::certificates::list;
    GET "/web/certificates/revoke" LoggedInFor(F::RevokeOwnCertificates), page
        => web::certificates::revocation::confirm;
    POST "/web/certificates/revoke" LoggedInFor(F::RevokeOwnCertificates), page
        => web::certificates::revocation::revoke;
    GET "/web/installers" LoggedInFor(F::ManageOwnInstallers), page,
        menu(Records, "導入の権限", "端末とアカウントを導入できる業者と、その期限を確認します。")
        => web::installers::list;
    GET "/web/installers/end" LoggedInFor(F::ManageOwnInstallers), page => web::installers::confirm;
    POST "/web/installers/end" LoggedInFor(F::ManageOwnInstallers), page => web::installers::end;
    GET "/web/history" LoggedInFor(F::ReadAuditLog), page,
        menu(Records, "操作履歴", "この医療機関等で、だれが、いつ、何をしたかを確認します。")
        => web::history::list;
    GET "/web/history.csv" LoggedInFor(F::ReadAuditLog), file => web::history::csv;
};
