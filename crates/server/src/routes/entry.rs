//! The way in: the start page, log-in, activation, the menu; and what asks nobody.

use crate::http::access::Access;
use crate::http::route::Route;
use crate::routes::line::routes;
use crate::web;
use Access::{Open, Session as LoggedInFor, Terminal as AtTerminal};
use onshi_core::Function as F;

pub(super) const ROUTES: &[Route] = routes! {
    GET "/health" Open("a balancer asks whether the centre is alive"), file => web::entry::health;
    GET "/assets/{file}" Open("styles and scripts hold no data"), file => web::entry::asset;
    GET "/terminal/standing" Open("a terminal asks what its certificate is worth"), file
        => web::entry::standing;
    GET "/" AtTerminal(F::LogIn), page => web::entry::start;
    GET "/web/login" AtTerminal(F::LogIn), page => web::login::form;
    POST "/web/login" AtTerminal(F::LogIn), page => web::login::log_in;
    POST "/web/login/second" AtTerminal(F::LogIn), page => web::login::second::pass;
    POST "/web/login/passkey" AtTerminal(F::LogIn), page => web::login::passkey::log_in;
    POST "/web/login/takeover" AtTerminal(F::LogIn), page => web::login::take_over;
    GET "/web/signed-out" AtTerminal(F::LogIn), page => web::login::signed_out;
    GET "/web/activation" AtTerminal(F::ActivateAccount), page => web::activation::form;
    POST "/web/activation" AtTerminal(F::ActivateAccount), page => web::activation::test;
    POST "/web/activation/password" AtTerminal(F::ActivateAccount), page => web::activation::activate;
    POST "/web/logout" LoggedInFor(F::LogOut), page => web::login::log_out;
    GET "/web/menu" LoggedInFor(F::OpenMenu), page => web::entry::menu;
};
