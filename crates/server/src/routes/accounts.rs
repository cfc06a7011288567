//! Routes of アカウント情報管理: accounts, their review, the master's password.

use crate::http::access::Access;
use crate::http::route::Route;
use crate::routes::line::routes;
use crate::web;
use Access::Session as LoggedInFor;
use onshi_core::Function as F;

pub(super) const ROUTES: &[Route] = routes! {
    GET "/web/administrators/new" LoggedInFor(F::ManageAdministrators), page,
        menu(Accounts, "アカウント管理（登録）", "管理アカウントを登録します。")
        => web::accounts::register::form;
    GET "/web/administrators/bulk" LoggedInFor(F::ManageAdministrators), page,
        menu(Accounts, "アカウント管理（一括登録）", "表（Excel・CSV）から、管理アカウントをまとめて登録します。")
        => web::accounts::bulk::form;
    POST "/web/administrators/bulk" LoggedInFor(F::ManageAdministrators), page(web::accounts::bulk::FORM_BYTES_MAX)
        => web::accounts::bulk::register;
    GET "/web/administrators/bulk/{file}" LoggedInFor(F::ManageAdministrators), file => web::accounts::bulk::template::file;
    GET "/web/administrators" LoggedInFor(F::ListAdministrators), page,
        menu(Accounts, "アカウント管理（一覧）", "管理アカウントの変更、停止、ロック解除、パスワード初期化を行います。")
        => web::accounts::list;
    POST "/web/administrators" LoggedInFor(F::ManageAdministrators), page
        => web::accounts::register::register;
    GET "/web/administrators/{id}" LoggedInFor(F::ListAdministrators), page => web::accounts::show;
    POST "/web/administrators/{id}" LoggedInFor(F::ManageAdministrators), page => web::accounts::edit;
    GET "/web/administrators/{id}/{action}" LoggedInFor(F::ManageAdministrators), page
        => web::accounts::actions::confirm;
    POST "/web/administrators/{id}/{action}" LoggedInFor(F::ManageAdministrators), page
        => web::accounts::actions::perform;
    GET "/web/account-history" LoggedInFor(F::ReadAccountHistory), page,
        menu(Accounts, "アカウント操作履歴", "ログインとアカウントの変更の記録を確認します。")
        => web::history::list;
    GET "/web/account-history.csv" LoggedInFor(F::ReadAccountHistory), file => web::history::csv;
    GET "/web/accounts/new" LoggedInFor(F::ManageAccounts), page,
        menu(Accounts, "アカウント管理（登録）", "一般、医療情報閲覧、連携アプリ用、Web API用、顔認証用のアカウントを登録します。")
        => web::accounts::register::form;
    GET "/web/accounts/bulk" LoggedInFor(F::ManageAccounts), page,
        menu(Accounts, "アカウント管理（一括登録）", "表（Excel・CSV）から、アカウントをまとめて登録します。")
        => web::accounts::bulk::form;
    POST "/web/accounts/bulk" LoggedInFor(F::ManageAccounts), page(web::accounts::bulk::FORM_BYTES_MAX)
        => web::accounts::bulk::register;
    GET "/web/accounts/bulk/{file}" LoggedInFor(F::ManageAccounts), file => web::accounts::bulk::template::file;
    GET "/web/accounts" LoggedInFor(F::ListAccounts), page,
        menu(Accounts, "アカウント管理（一覧）", "登録したアカウントの変更、停止、ロック解除、パスワード初期化を行います。")
        => web::accounts::list;
    POST "/web/accounts" LoggedInFor(F::ManageAccounts), page => web::accounts::register::register;
    GET "/web/accounts/{id}" LoggedInFor(F::ListAccounts), page => web::accounts::show;
    POST "/web/accounts/{id}" LoggedInFor(F::ManageAccounts), page => web::accounts::edit;
    GET "/web/accounts/{id}/{action}" LoggedInFor(F::ManageAccounts), page => web::accounts::actions::confirm;
    POST "/web/accounts/{id}/{action}" LoggedInFor(F::ManageAccounts), page
        => web::accounts::actions::perform;
    GET "/web/account-review" LoggedInFor(F::ReviewAccounts), page,
        menu(Accounts, "アカウントの棚卸し", "使われていないアカウントなどを見つけ、まとめて停止・廃止し、記録に署名します。")
        => web::account_review::list;
    POST "/web/account-review" LoggedInFor(F::ReviewAccounts), page => web::account_review::act;
    GET "/web/account-review/{review}" LoggedInFor(F::ReviewAccounts), file
        => web::account_review::record::pdf;
    GET "/web/master-reset" LoggedInFor(F::ResetMasterPassword), page,
        menu(Accounts, "マスタパスワード初期化", "秘密の番号を使って、マスタアカウントのパスワードを初期化します。")
        => web::login::master_reset::form;
    POST "/web/master-reset" LoggedInFor(F::ResetMasterPassword), page => web::login::master_reset::reset;
    POST "/web/alarm" LoggedInFor(F::ConfirmAlarm), page => web::login::master_reset::confirm_alarm;
};
