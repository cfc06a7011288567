//! Routes of the operators' screens (実施機関の画面): applications of institutions.

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
};
