//! What a call of a route that needs an opening is about: somebody who was found, or a use.

use onshi_core::second_factor::policy::PEOPLE;
use onshi_core::second_factor::totp::step_of;
use onshi_core::{AccountKind, Function};
use onshi_population::Showcase;
use onshi_server::operator::provision::Login;
use onshi_server::routes::{Access, Route};

use super::super::emergency::{DISASTER, FAILURE, candidate, items, open_for, use_of};
use super::super::test_centre::{Institution, TestCentre};

/// Opens both functions for these institutions, for longer than any test.
pub fn open_all(centre: &TestCentre, institutions: [&Institution; 2]) {
    for at in institutions {
        for function in [DISASTER, FAILURE] {
            open_for(centre, at, function, (onshi_core::clock::now(), 86_400));
        }
    }
}

/// The function of a route, as an account uses it; a review is of a use in a disaster.
fn function_of(route: &Route) -> Function {
    match route.access {
        Access::Session(function @ (DISASTER | FAILURE)) => function,
        _ => DISASTER,
    }
}

/// Who may use it; whoever else calls is refused before anybody looks.
fn user(kind: Option<AccountKind>) -> AccountKind {
    match kind {
        Some(AccountKind::Viewer) => AccountKind::Viewer,
        _ => AccountKind::Admin,
    }
}

/// A use for the `{use}` of a path.
pub fn of_path(
    centre: &TestCentre,
    at: &Institution,
    (route, kind): (&Route, Option<AccountKind>),
    patient: &Showcase,
) -> String {
    let by = (user(kind), function_of(route), onshi_core::clock::now());
    use_of(centre, at, by, patient)
}

/// A passkey for the `{passkey}` of a path, of whoever may have one; whoever else calls is refused before anybody looks.
pub fn passkey(
    centre: &TestCentre,
    at: &Institution,
    (kind, login): (Option<AccountKind>, &Login),
) -> String {
    match kind.is_some_and(|kind| PEOPLE.contains(&kind)) {
        true => centre.passkey(at, login),
        false => "nobodys".to_owned(),
    }
}

/// The form of a route that is about what there is at the moment, or needs somebody or something of its own, if it
/// is one.
pub fn form(
    centre: &TestCentre,
    at: &Institution,
    (route, kind, login): (&Route, Option<AccountKind>, &Login),
    patient: &Showcase,
) -> Option<Vec<(&'static str, String)>> {
    let text = |value: &str| value.to_owned();
    let has_factors = kind.is_some_and(|kind| PEOPLE.contains(&kind));
    if route.path.starts_with("/web/second-factor/") && !has_factors {
        return Some(vec![("current_password", text("nobody's"))]);
    }
    Some(match route.path {
        "/web/account-review" => {
            let word = format!(
                "review{}",
                onshi_core::entropy::hex(&onshi_core::entropy::fresh_seed()[..6])
            );
            let (id, _) = centre.account(at, AccountKind::General, &word);
            vec![
                ("action", text("stop")),
                ("account", id),
                ("reason", text("試験")),
            ]
        }
        "/web/second-factor/totp" => {
            let (secret, sealed) = centre.offer_factor(at, login);
            let code = secret.code_at(step_of(onshi_core::clock::now()));
            let password = ("current_password", login.password.clone());
            vec![("sealed", sealed), ("code", code), password]
        }
        "/web/second-factor/totp/remove" | "/web/second-factor/codes" => {
            centre.add_factor(at, login);
            vec![("current_password", login.password.clone())]
        }
        "/web/second-factor/passkeys" => vec![
            ("name", some_name()),
            ("credential", centre.made_passkey(at, login)),
            ("current_password", login.password.clone()),
        ],
        "/web/second-factor/passkeys/{passkey}/remove" => {
            vec![("current_password", login.password.clone())]
        }
        "/web/second-factor-policy" => {
            let offered = |kind| (kind, text("offered"));
            let version = ("version", centre.factor_policy_version(at).to_string());
            let kinds = ["master", "admin", "general", "viewer"].map(offered);
            std::iter::once(version).chain(kinds).collect()
        }
        "/web/emergency/medical" | "/web/emergency/eligibility" => items(patient),
        "/web/emergency/medical/use" | "/web/emergency/eligibility/use" => {
            let by = (user(kind), function_of(route), onshi_core::clock::now());
            let found = candidate(centre, at, by, patient);
            vec![("candidate", found), ("consent", text("1"))]
        }
        "/web/emergency/uses/{use}" => vec![("remark", text("確認した"))],
        "/web/certificates/revoke" => {
            let lost = centre.certificate(&at.code, "ONS90", -3600, 86_400);
            vec![("serial", lost.serial), ("reason", text("試験"))]
        }
        "/web/installers/end" => {
            vec![
                ("installer", centre.installer(at)),
                ("reason", text("試験")),
            ]
        }
        "/web/home-reception/void" => {
            let address = centre.home_address(at).unwrap_or_default();
            vec![("address", address)]
        }
        "/web/staff-phones" => vec![("name", some_name())],
        "/web/staff-phones/void" => {
            let (phone, _) = centre.staff_phone(at, &some_name());
            vec![("phone", phone.id)]
        }
        "/web/emergency/requests" => vec![
            ("function", text(FAILURE.code())),
            ("reason", text("回線の障害")),
            ("contact", text("山田 太郎")),
            ("phone", text("03-0000-0000")),
        ],
        _ => return None,
    })
}

/// A name that nothing else has.
fn some_name() -> String {
    let seed = onshi_core::entropy::fresh_seed();
    format!("name {}", onshi_core::entropy::hex(&seed[..6]))
}
