//! The cookies of a screen: the session's, and those by which a patient's or an applicant's browser and a phone of staff are
//! known again. The last two are given to whoever has none, before they are anybody's.

use crate::http::extract::cookie;
use crate::http::reply;
use crate::http::route::Route;
use crate::state::Context;
use axum::http::HeaderMap;
use axum::response::Response;
use onshi_core::entropy::{fresh_seed, hex};

/// What a browser sent, and what it is given with the answer.
#[derive(Default)]
pub(crate) struct Cookies {
    /// The session's; of a patient's or an applicant's browser, its own.
    pub(crate) session: Option<String>,
    /// What the browser of a phone of staff keeps, on routes for those.
    pub(crate) phone: Option<String>,
    fresh: Option<Fresh>,
}

/// A cookie that a browser is given before it is anybody's.
enum Fresh {
    /// A patient's, or an applicant's.
    Home(String),
    /// A phone's.
    Phone(String),
}

impl Cookies {
    /// Takes those that count on a route; none where programs come.
    pub(crate) fn read(centre: &Context, route: &Route, headers: &HeaderMap) -> Cookies {
        if !route.kind.is_for_people() {
            return Cookies::default();
        }
        let sent = |name: String| cookie(headers, &name);
        if route.is_of_phones() {
            let kept = sent(centre.phone_cookie_name());
            let fresh = kept.is_none().then(|| hex(&fresh_seed()));
            return Cookies {
                session: sent(centre.phone_session_cookie_name()),
                phone: kept.or_else(|| fresh.clone()),
                fresh: fresh.map(Fresh::Phone),
            };
        }
        if !route.access.is_of_a_browser() {
            return Cookies {
                session: sent(reply::session_cookie_name(centre, route.is_of_operators)),
                ..Cookies::default()
            };
        }
        let kept = sent(centre.home_cookie_name());
        let fresh = kept.is_none().then(|| hex(&fresh_seed()));
        Cookies {
            session: kept.or_else(|| fresh.clone()),
            phone: None,
            fresh: fresh.map(Fresh::Home),
        }
    }

    /// Puts what the browser had not on its answer.
    pub(crate) fn give(&self, centre: &Context, response: &mut Response) {
        match &self.fresh {
            Some(Fresh::Home(fresh)) => reply::set_home(centre, response, fresh),
            Some(Fresh::Phone(fresh)) => reply::set_phone(centre, response, fresh),
            None => {}
        }
    }
}
