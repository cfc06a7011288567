//! Routes of the own account: its password, second factor and log-ins; institutions' and operators' alike.

use crate::http::access::Access;
use crate::http::route::Route;
use crate::routes::line::routes;
use crate::web;
use Access::Session as LoggedInFor;
use onshi_core::Function as F;

pub(super) const ROUTES: &[Route] = routes! {
    GET "/web/password" LoggedInFor(F::ChangeOwnPassword), page,
        menu(Accounts, "パスワード変更", "ログインしているアカウントのパスワードを変更します。")
        => web::password::form;
    POST "/web/password" LoggedInFor(F::ChangeOwnPassword), page => web::password::change;
    GET "/web/second-factor" LoggedInFor(F::ManageOwnSecondFactor), page,
        menu(Accounts, "二要素認証", "ログインのときに、認証アプリやパスキーでも本人を確かめるようにします。")
        => web::second_factor::show;
    GET "/web/second-factor/totp" LoggedInFor(F::ManageOwnSecondFactor), page => web::second_factor::totp;
    POST "/web/second-factor/totp" LoggedInFor(F::ManageOwnSecondFactor), page => web::second_factor::add_totp;
    GET "/web/second-factor/totp/remove" LoggedInFor(F::ManageOwnSecondFactor), page
        => web::second_factor::ask_to_remove_totp;
    POST "/web/second-factor/totp/remove" LoggedInFor(F::ManageOwnSecondFactor), page
        => web::second_factor::remove_totp;
    GET "/web/second-factor/passkeys" LoggedInFor(F::ManageOwnSecondFactor), page
        => web::second_factor::passkeys::form;
    POST "/web/second-factor/passkeys" LoggedInFor(F::ManageOwnSecondFactor), page
        => web::second_factor::passkeys::add;
    GET "/web/second-factor/passkeys/{passkey}/remove" LoggedInFor(F::ManageOwnSecondFactor), page
        => web::second_factor::passkeys::ask_to_remove;
    POST "/web/second-factor/passkeys/{passkey}/remove" LoggedInFor(F::ManageOwnSecondFactor), page
        => web::second_factor::passkeys::remove;
    GET "/web/second-factor/codes" LoggedInFor(F::ManageOwnSecondFactor), page => web::second_factor::ask_for_codes;
    POST "/web/second-factor/codes" LoggedInFor(F::ManageOwnSecondFactor), page => web::second_factor::make_codes;
    GET "/web/logins" LoggedInFor(F::ReadOwnLogins), page,
        menu(Accounts, "ログイン履歴", "ログインしているアカウントが、いつ、どの端末で使われたかを確認します。")
        => web::logins::list;
};
