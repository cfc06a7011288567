//! Every page is rendered and held against what the browser, the keyboard and the reader need.

use std::collections::BTreeSet;

use crate::web::account_review::form::AccountReviewField;
use crate::web::accounts::bulk::form::RegistrationField;
use crate::web::accounts::form::{AccountField, ListField, ReasonField};
use crate::web::activation::form::ActivationField;
use crate::web::all_samples;
use crate::web::application::form::{ApplicationField, CertificateField, ReceiptField};
use crate::web::bulk::form::BulkField;
use crate::web::eligibility::form::CardField;
use crate::web::emergency::form::{DaysField, PatientField, RequestField, ReviewField};
use crate::web::environment::form::EnvironmentField;
use crate::web::factor_policy::form::PolicyField;
use crate::web::history::form::HistoryField;
use crate::web::home::form::HomeField;
use crate::web::home_reception::form::VoidField;
use crate::web::layout::asset::asset;
use crate::web::layout::form::{FormField, SearchField};
use crate::web::login::form::{
    LoginField, MasterResetField, PasskeyLoginField, SecondStepField, TakeoverField,
};
use crate::web::manual::form::ManualSearchField;
use crate::web::medical::form::MedicinesField;
use crate::web::operators::form::{DecisionField, FilterField};
use crate::web::operators::history::form::OperatorHistoryField;
use crate::web::operators::institutions::form::InstitutionField;
use crate::web::operators::openings::form::{OpeningField, OpeningRequestField};
use crate::web::password::form::PasswordField;
use crate::web::readers::form::ModeField;
use crate::web::second_factor::form::{ConfirmField, PasskeyField, TotpField};
use crate::web::staff_phones::form::{IssueField, VoidPhoneField};
use crate::web::visit::form::{
    ActivationField as ActivationPhoneField, PhoneLoginField, PhoneSecondStepField,
    PhoneTakeoverField,
};

/// The opening tags of one element, each as the text between `<` and `>`.
fn tags<'a>(html: &'a str, element: &str) -> Vec<&'a str> {
    html.split('<')
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
        .filter(|tag| {
            let name = tag.split([' ', '\n', '/']).next();
            name == Some(element)
        })
        .collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split('"').next()
}

fn elements(html: &str) -> Vec<&str> {
    html.split('<')
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
        .collect()
}

#[test]
fn every_page_stands_on_its_own() {
    let samples = all_samples();
    let names: BTreeSet<&str> = samples.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names.len(), samples.len(), "two samples have one name");
    for (name, html) in &samples {
        assert!(
            html.starts_with("<!DOCTYPE html>"),
            "{name} was not rendered"
        );
        assert!(html.contains("<html lang=\"ja\">"), "{name}");
        assert_eq!(tags(html, "h1").len(), 1, "{name} needs one h1");
        assert_eq!(tags(html, "main").len(), 1, "{name} needs one main");
        let title = html
            .split("<title>")
            .nth(1)
            .unwrap()
            .split("</title>")
            .next()
            .unwrap();
        assert!(!title.trim().starts_with('｜'), "{name} has no title");
        assert!(
            html.matches(" autofocus").count() <= 1,
            "{name} begins at two places"
        );
    }
}

#[test]
fn every_element_is_closed_by_its_own_end() {
    const VOID: [&str; 6] = ["meta", "link", "input", "br", "hr", "img"];
    for (name, html) in all_samples() {
        let mut open: Vec<&str> = Vec::new();
        for tag in elements(&html) {
            let element = tag.split([' ', '\n']).next().unwrap();
            if let Some(closed) = element.strip_prefix('/') {
                assert_eq!(open.pop(), Some(closed), "{name}: </{closed}>");
            } else if element != "!DOCTYPE" && !VOID.contains(&element) {
                open.push(element);
            }
        }
        assert!(open.is_empty(), "{name} leaves {open:?} open");
    }
}

#[test]
fn every_control_has_a_label() {
    for (name, html) in all_samples() {
        for control in ["input", "select", "textarea"] {
            for tag in tags(&html, control) {
                if attribute(tag, "type") == Some("hidden") || tag.contains(" aria-label=") {
                    continue;
                }
                let wrapped = attribute(tag, "type") == Some("radio");
                let id = attribute(tag, "id").unwrap_or_default();
                let labelled = html.contains(&format!("<label for=\"{id}\""));
                assert!(
                    wrapped || (!id.is_empty() && labelled),
                    "{name}: <{tag}> has no label"
                );
            }
        }
    }
}

#[test]
fn every_reference_inside_a_page_is_met_once() {
    for (name, html) in all_samples() {
        let ids: Vec<&str> = elements(&html)
            .into_iter()
            .filter_map(|tag| attribute(tag, "id"))
            .collect();
        let distinct: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), distinct.len(), "{name} uses an id twice");
        for tag in elements(&html) {
            for reference in [
                "for",
                "aria-labelledby",
                "aria-describedby",
                "data-show-password",
            ] {
                for id in attribute(tag, reference)
                    .unwrap_or_default()
                    .split_whitespace()
                {
                    assert!(
                        distinct.contains(id),
                        "{name}: {reference}={id} leads nowhere"
                    );
                }
            }
            if let Some(id) = attribute(tag, "href").and_then(|href| href.strip_prefix('#')) {
                assert!(distinct.contains(id), "{name}: #{id} leads nowhere");
            }
        }
    }
}

#[test]
fn nothing_needs_a_weaker_content_security_policy() {
    for (name, html) in all_samples() {
        for tag in elements(&html) {
            assert!(
                attribute(tag, "style").is_none(),
                "{name}: <{tag}> is styled inline"
            );
            let element = tag.split(' ').next().unwrap();
            assert_ne!(element, "style", "{name} has a style element");
            assert!(
                element != "script" || tag.contains(" src="),
                "{name} has an inline script"
            );
            let handler = tag
                .split(' ')
                .any(|part| part.starts_with("on") && part.contains('='));
            assert!(!handler, "{name}: <{tag}> handles an event inline");
            let index = attribute(tag, "tabindex");
            assert!(
                matches!(index, None | Some("0" | "-1")),
                "{name}: <{tag}> reorders the tabs"
            );
            assert!(
                !tag.starts_with("form") || tag.contains(" action=\"/"),
                "{name}: <{tag}>"
            );
        }
    }
}

#[test]
fn every_form_that_changes_something_carries_a_token_of_its_own() {
    for (name, html) in all_samples() {
        let forms: Vec<&str> = html
            .split("<form")
            .skip(1)
            .filter(|form| form.starts_with(" method=\"post\""))
            .collect();
        let mut tokens = BTreeSet::new();
        for form in &forms {
            let form = form.split("</form>").next().unwrap();
            let token = form.split_once("name=\"form_token\" value=\"");
            let (_, token) = token.unwrap_or_else(|| panic!("{name}: <form{form} has no token"));
            tokens.insert(token.split('"').next().unwrap());
        }
        assert_eq!(tokens.len(), forms.len(), "{name}: two forms share a token");
    }
}

/// Where each form is sent, and the fields of its type.
const FORMS: [(&str, &[&str]); 60] = [
    ("/web/login/takeover", TakeoverField::NAMES),
    ("/web/login/second", SecondStepField::NAMES),
    ("/web/login", LoginField::NAMES),
    ("/web/activation", ActivationField::NAMES),
    ("/web/activation/password", ActivationField::NAMES),
    ("/web/password", PasswordField::NAMES),
    ("/web/login/passkey", PasskeyLoginField::NAMES),
    ("/web/second-factor/passkeys", PasskeyField::NAMES),
    ("/web/second-factor/passkeys/", ConfirmField::NAMES),
    ("/web/second-factor/totp", TotpField::NAMES),
    ("/web/second-factor/totp/remove", ConfirmField::NAMES),
    ("/web/second-factor/codes", ConfirmField::NAMES),
    ("/web/second-factor-policy", PolicyField::NAMES),
    ("/web/master-reset", MasterResetField::NAMES),
    ("/web/eligibility", CardField::NAMES),
    ("/web/reference-number", CardField::NAMES),
    ("/web/bulk", BulkField::NAMES),
    ("/web/account-review", AccountReviewField::NAMES),
    ("/web/accounts/bulk", RegistrationField::NAMES),
    ("/web/administrators/bulk", RegistrationField::NAMES),
    ("/web/history", HistoryField::NAMES),
    ("/web/account-history", HistoryField::NAMES),
    ("/web/eligibility/today", SearchField::NAMES),
    ("/web/medical", SearchField::NAMES),
    ("/web/emergency/requests", RequestField::NAMES),
    ("/web/emergency/uses", DaysField::NAMES),
    ("/web/emergency/uses/", ReviewField::NAMES),
    ("/web/emergency/report", DaysField::NAMES),
    ("/web/emergency/medical", PatientField::NAMES),
    ("/web/emergency/eligibility", PatientField::NAMES),
    ("/web/medical/", MedicinesField::NAMES),
    ("/web/readers", ModeField::NAMES),
    ("/web/readers/passcode", &[]),
    ("/web/environment", EnvironmentField::NAMES),
    ("/web/environment/confirm", EnvironmentField::NAMES),
    ("/web/home-reception", &[]),
    ("/web/home-reception/void", VoidField::NAMES),
    ("/home/", HomeField::NAMES),
    ("/application", ApplicationField::NAMES),
    ("/application/certificate", CertificateField::NAMES),
    ("/application/status", ReceiptField::NAMES),
    ("/application/withdraw", ReceiptField::NAMES),
    ("/application/notice", ReceiptField::NAMES),
    ("/manual/search", ManualSearchField::NAMES),
    ("/web/staff-phones", IssueField::NAMES),
    ("/web/staff-phones/void", VoidPhoneField::NAMES),
    ("/visit/activation", ActivationPhoneField::NAMES),
    ("/visit/login", PhoneLoginField::NAMES),
    ("/visit/login/second", PhoneSecondStepField::NAMES),
    ("/visit/login/takeover", PhoneTakeoverField::NAMES),
    ("/visit/logout", &[]),
    ("/visit/consent", HomeField::NAMES),
    ("/web/applications", FilterField::NAMES),
    ("/web/applications/", DecisionField::NAMES),
    ("/web/institutions", InstitutionField::NAMES),
    ("/web/institutions/", InstitutionField::NAMES),
    ("/web/openings/", OpeningField::NAMES),
    ("/web/audit", OperatorHistoryField::NAMES),
    ("/web/opening-requests", OpeningRequestField::NAMES),
    ("/web/opening-requests/", OpeningRequestField::NAMES),
];

/// The type's fields of a form that is sent so.
fn fields_of(method: &str, action: &str) -> Option<&'static [&'static str]> {
    let action = action.strip_suffix("/use").unwrap_or(action);
    let action = action.strip_suffix("/review").unwrap_or(action);
    let known = FORMS.iter().find(|(path, _)| match path.strip_suffix('/') {
        Some(_) => action.starts_with(path),
        None => action == *path,
    });
    if let Some((_, names)) = known {
        return Some(names);
    }
    let groups = ["/web/accounts", "/web/administrators"];
    let behind = groups.iter().find_map(|group| action.strip_prefix(group))?;
    match (method, behind.matches('/').count()) {
        ("get", 0) => Some(ListField::NAMES),
        ("post", 0 | 1) => Some(AccountField::NAMES),
        ("post", 2) => Some(ReasonField::NAMES),
        _ => None,
    }
}

#[test]
fn every_control_is_a_field_of_the_forms_type() {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for (name, html) in all_samples() {
        for form in html.split("<form").skip(1) {
            let form = form.split("</form>").next().unwrap();
            let head = form.split('>').next().unwrap();
            let action = attribute(head, "action").unwrap();
            let method = attribute(head, "method").unwrap_or("get");
            let Some(fields) = fields_of(method, action) else {
                assert_eq!(
                    action, "/web/logout",
                    "{name}: nobody types what is sent there"
                );
                continue;
            };
            for control in ["input", "select", "textarea", "button"] {
                for sent in tags(form, control)
                    .iter()
                    .filter_map(|tag| attribute(tag, "name"))
                {
                    // What every form carries, and what a password manager reads.
                    let of_all = matches!(sent, "form_token" | "username");
                    let known = of_all || fields.contains(&sent);
                    assert!(known, "{name}: {action} knows no field {sent}");
                    seen.extend(fields.iter().find(|known| **known == sent));
                }
            }
        }
    }
    let all = FORMS.iter().flat_map(|(_, names)| names.iter());
    // Places in a list stand in links.
    let unseen: Vec<_> = all
        .filter(|known| **known != "skip" && !seen.contains(*known))
        .collect();
    assert!(unseen.is_empty(), "no page has a control for {unseen:?}");
}

#[test]
fn nothing_that_is_pasted_is_cut() {
    for (name, html) in all_samples() {
        assert!(
            !html.contains("maxlength"),
            "{name}: a browser cuts without a word"
        );
    }
}

#[test]
fn every_asset_that_a_page_names_exists() {
    for (name, html) in all_samples() {
        for tag in elements(&html) {
            for reference in ["href", "src"] {
                let path = attribute(tag, reference).unwrap_or_default();
                assert!(
                    !path.starts_with("/assets/") || asset(path).is_some(),
                    "{name}: {path}"
                );
            }
        }
    }
    assert!(asset("/assets/../Cargo.toml").is_none());
}

#[test]
fn a_logged_in_person_always_sees_who_and_where() {
    for (name, html) in all_samples()
        .into_iter()
        .filter(|(_, html)| html.contains("bar-logout"))
    {
        let unit = match name.starts_with("operators-") {
            true => "実施機関",
            false => "医療機関コード",
        };
        for word in [
            unit,
            "アカウント",
            "前回のログイン",
            "端末の証明書",
            "ログアウト",
        ] {
            assert!(html.contains(word), "{name} does not show {word}");
        }
    }
}

#[test]
fn what_a_person_typed_is_never_taken_for_html() {
    use askama::Template;

    use crate::web::layout::sample::Sample;
    let mut page = crate::web::accounts::view::AccountPage::samples()
        .remove(0)
        .1;
    page.values.note = "</textarea><script>alert(1)</script>".to_owned();
    page.name = "<b>\"'&".to_owned();
    let html = page.render().unwrap();
    assert!(!html.contains("<script>") && !html.contains("<b>"));
}

/// Writes every sample to the folder named at build time, for looking at.
#[test]
#[ignore = "only for looking at the pages: ONSHI_PAGES=/tmp/pages cargo test … -- --ignored"]
fn write_the_samples() {
    let folder = std::path::Path::new(option_env!("ONSHI_PAGES").unwrap_or("/tmp/onshi-pages"));
    std::fs::create_dir_all(folder).unwrap();
    for (name, html) in all_samples() {
        std::fs::write(folder.join(format!("{name}.html")), html).unwrap();
    }
}
