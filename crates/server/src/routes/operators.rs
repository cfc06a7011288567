//! Routes of the operators' screens (実施機関の画面): applications of institutions, what an operator does at one, and what is opened
//! in a failure or a disaster.

use crate::http::access::Access;
use crate::http::route::Route;
use crate::routes::line::routes;
use crate::web;
use Access::Session as LoggedInFor;
use onshi_core::Function as F;

pub(super) const ROUTES: &[Route] = routes! {
    GET "/web/applications" LoggedInFor(F::ApproveApplications), page,
        menu(Applications, "利用申請の審査", "医療機関等の利用申請を確かめ、承認・不承認を決めます。")
        => web::operators::list;
    GET "/web/applications/{receipt}" LoggedInFor(F::ApproveApplications), page => web::operators::show;
    GET "/web/applications/{receipt}/{action}" LoggedInFor(F::ApproveApplications), page
        => web::operators::confirm;
    POST "/web/applications/{receipt}/{action}" LoggedInFor(F::ApproveApplications), page
        => web::operators::perform;
    GET "/web/institutions" LoggedInFor(F::ManageFacilities), page,
        menu(Institutions, "医療機関等の検索・一覧", "医療機関等の登録内容、端末の電子証明書、アカウントを確かめ、停止や失効などを行います。")
        => web::operators::institutions::list;
    GET "/web/institutions/{code}" LoggedInFor(F::ManageFacilities), page => web::operators::institutions::show;
    GET "/web/institutions/{code}/{action}" LoggedInFor(F::ManageFacilities), page
        => web::operators::institutions::confirm;
    POST "/web/institutions/{code}/{action}" LoggedInFor(F::ManageFacilities), page
        => web::operators::institutions::perform;
    GET "/web/institutions/{code}/terminals" LoggedInFor(F::ManageCertificates), page
        => web::operators::institutions::terminals::list;
    GET "/web/institutions/{code}/terminals/{serial}" LoggedInFor(F::ManageCertificates), page
        => web::operators::institutions::terminals::confirm;
    POST "/web/institutions/{code}/terminals/{serial}" LoggedInFor(F::ManageCertificates), page
        => web::operators::institutions::terminals::revoke;
    GET "/web/institutions/{code}/accounts" LoggedInFor(F::OperateAccounts), page
        => web::operators::institutions::accounts::list;
    GET "/web/institutions/{code}/accounts/{account}" LoggedInFor(F::OperateAccounts), page
        => web::operators::institutions::accounts::show;
    GET "/web/institutions/{code}/accounts/{account}/{action}" LoggedInFor(F::OperateAccounts), page
        => web::operators::institutions::accounts::confirm;
    POST "/web/institutions/{code}/accounts/{account}/{action}" LoggedInFor(F::OperateAccounts), page
        => web::operators::institutions::accounts::perform;
    GET "/web/openings" LoggedInFor(F::OpenEmergencyMode), page,
        menu(Emergency, "障害・災害時機能の開放", "医療機関等や地域を対象に、期間を決めて機能を開放し、延長・終了します。")
        => web::operators::openings::list;
    GET "/web/openings/new" LoggedInFor(F::OpenEmergencyMode), page => web::operators::openings::form;
    POST "/web/openings/new" LoggedInFor(F::OpenEmergencyMode), page => web::operators::openings::open;
    GET "/web/openings/{notice}/{action}" LoggedInFor(F::OpenEmergencyMode), page
        => web::operators::openings::confirm;
    POST "/web/openings/{notice}/{action}" LoggedInFor(F::OpenEmergencyMode), page
        => web::operators::openings::perform;
    GET "/web/opening-requests" LoggedInFor(F::OpenEmergencyMode), page,
        menu(Emergency, "開放の依頼", "医療機関等からの開放の依頼と、折り返しの電話番号を確かめ、対応を記録します。")
        => web::operators::openings::requests::list;
    GET "/web/opening-requests/{request}" LoggedInFor(F::OpenEmergencyMode), page
        => web::operators::openings::requests::show;
    POST "/web/opening-requests/{request}" LoggedInFor(F::OpenEmergencyMode), page
        => web::operators::openings::requests::settle;
    GET "/web/audit" LoggedInFor(F::ReadAuditLog), page,
        menu(Records, "操作履歴", "医療機関等の操作履歴を、コード・日付・機能で探します。実施機関の担当者の操作も確かめられます。")
        => web::operators::history::list;
};
