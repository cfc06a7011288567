//! 医療情報閲覧: 同意取得済み患者一覧, and of each patient medicines, treatment and checkups, on the patient's consent or
//! on what is open in a disaster.
//!
//! Every page reads with [`see`]: the consent or the opening first, then what it is to. When it ends while a page
//! stands open, the page empties itself (`assets/consent.js`); the centre tells nothing after it anyway.

pub mod chart;
pub mod checkups;
pub mod checkups_view;
pub mod documents;
pub mod form;
pub mod medicines;
pub mod medicines_view;
pub mod pdf;
pub mod treatment;
pub mod treatment_view;
pub mod view;

use crate::http::route::Call;
use crate::web::layout::form::SearchForm;
use crate::web::medical::view::{
    Basis, KindShown, PatientHead, PatientRow, PatientsPage, Section, Tab,
};
use crate::web::reply;
use axum::response::Response;
use onshi_core::clock::Day;
use onshi_core::consent::{self, ConsentedPatient, ValidConsent};
use onshi_core::emergency;
use onshi_core::facility::FacilityCode;
use onshi_core::fold::folded;
use onshi_core::medical::{self, MayRead, Patient};
use onshi_core::permission::Scope;
use onshi_core::{Error, Function, Moment, RefusalCode, Subject, Tx};

/// On what somebody's information is asked for.
#[derive(Clone, Debug)]
pub(in crate::web::medical) enum Asked {
    /// On the consent of this person.
    Consent(i64),
    /// On a use of what is open in a disaster.
    Use(String),
}

impl Asked {
    /// What the path of a page says.
    pub(in crate::web::medical) fn of(call: &Call) -> Result<Asked, Error> {
        if call.function == Some(Function::ViewInDisaster) {
            return Ok(Asked::Use(call.parameter("use").to_owned()));
        }
        let person = call.parameter("person").parse();
        person
            .map(Asked::Consent)
            .map_err(|_| RefusalCode::NotFound.into())
    }

    /// The address of one of the pages.
    pub(in crate::web::medical) fn address(&self, section: Section) -> String {
        match self {
            Asked::Consent(person) => address(*person, section),
            Asked::Use(id) => format!("/web/emergency/medical/{id}/{}", section.path()),
        }
    }

    const fn basis(&self) -> Basis {
        match self {
            Asked::Consent(_) => Basis::Consent,
            Asked::Use(_) => Basis::Opening,
        }
    }

    /// The entry of the menu that the pages belong to.
    pub(in crate::web::medical) const fn menu(&self) -> &'static str {
        self.basis().back_href()
    }
}

/// Somebody's information as it was read on a consent or an opening.
pub(in crate::web::medical) struct Seen<T> {
    asked: Asked,
    patient: Patient,
    /// The consents in force; none of them counts where the page rests on an opening.
    kinds: Vec<ValidConsent>,
    until: Option<Moment>,
    own: FacilityCode,
    told: T,
}

/// 同意取得済み患者一覧.
pub async fn list(call: Call) -> Result<Response, Error> {
    let read = call.service.scan(Subject::NONE, consent::list_patients);
    let (patients, more) = read.await?;
    let now = call.request.now;
    let asked = call.query.read::<SearchForm>().q.trim().to_owned();
    let words = folded(&asked);
    let fits = |row: &PatientRow| {
        let all = format!("{} {} {}", row.name, row.kana, row.facts);
        words.is_empty() || folded(&all).contains(&words)
    };
    let rows = patients.iter().map(|patient| row(patient, now));
    Ok(reply::page(&PatientsPage {
        frame: call.frame()?,
        rows: rows.filter(fits).collect(),
        asked,
        count: patients.len(),
        more,
    }))
}

fn row(patient: &ConsentedPatient, now: Moment) -> PatientRow {
    let pages = Section::ALL.into_iter().find(|section| {
        let of = |kind: &ValidConsent| scopes(*section).contains(&kind.scope);
        patient.kinds.iter().any(of)
    });
    let given = patient.kinds.iter().map(|kind| kind.given_at).max();
    PatientRow {
        name: patient.name.clone(),
        kana: patient.kana.clone().unwrap_or_default(),
        facts: patient
            .birthdate
            .map_or_else(String::new, |day| facts(day, &patient.sex, now)),
        given: given.map_or_else(String::new, Moment::jst_words),
        kinds: shown(&patient.kinds, now),
        href: pages.map(|section| address(patient.person, section)),
    }
}

fn address(person: i64, section: Section) -> String {
    format!("/web/medical/{person}/{}", section.path())
}

/// To what a page needs consent; any of these.
const fn scopes(section: Section) -> &'static [Scope] {
    match section {
        Section::Medicines => &[Scope::Medicines],
        Section::Treatment => &[Scope::Treatment, Scope::Surgery],
        Section::Checkups => &[Scope::Checkups],
    }
}

/// The kinds that may be seen until the same moment, together, in the order in which they are always told.
fn shown(kinds: &[ValidConsent], now: Moment) -> Vec<KindShown> {
    let mut groups: Vec<(Option<Moment>, Vec<&'static str>)> = Vec::new();
    for scope in Scope::ALL {
        let Some(kind) = kinds.iter().find(|kind| kind.scope == scope) else {
            continue;
        };
        match groups.iter_mut().find(|(until, _)| *until == kind.until) {
            Some((_, labels)) => labels.push(scope.label()),
            None => groups.push((kind.until, vec![scope.label()])),
        }
    }
    let group = |(until, labels): (Option<Moment>, Vec<&str>)| {
        let left = until.map(|until| until.seconds_until_from(now).max(0));
        KindShown {
            label: labels.join("・"),
            until: until_words(until),
            left: left.map_or_else(|| "期限なし".to_owned(), left_words),
            ends_soon: left.is_some_and(|left| left < 3600),
        }
    };
    groups.into_iter().map(group).collect()
}

fn until_words(until: Option<Moment>) -> String {
    until.map_or_else(
        || "取り消されるまで".to_owned(),
        |until| format!("{}まで", until.jst_words()),
    )
}

fn left_words(seconds: i64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600, seconds / 60 % 60);
    match (days, hours) {
        (2.., _) => format!("あと{days}日"),
        (_, 1..) => format!("あと{hours}時間{minutes}分"),
        _ => format!("あと{minutes}分"),
    }
}

/// 生年月日, 年齢, 性別.
pub(crate) fn facts(birthdate: Day, sex: &str, now: Moment) -> String {
    let age = (now.jst_day().number() - birthdate.number()) / 10_000;
    let sex = match sex {
        "1" => " 男性",
        "2" => " 女性",
        _ => "",
    };
    format!("{}生（{age}歳）{sex}", birthdate.words())
}

/// Reads somebody's information, on the consent to this kind or on a use of what is open.
pub(in crate::web::medical) async fn see<T: Send + 'static>(
    call: &Call,
    scope: Scope,
    tell: impl FnOnce(&mut Tx<'_>, &dyn MayRead) -> Result<T, Error> + Send + 'static,
) -> Result<Seen<T>, Error> {
    let asked = Asked::of(call)?;
    let read = call.service.scan(Subject::NONE, move |tx| match &asked {
        Asked::Consent(person) => {
            let consented = tx.consented(*person, scope)?;
            let kinds = consent::list_valid(tx, *person)?;
            let of = kinds.iter().find(|kind| kind.scope == scope);
            Ok(Seen {
                patient: medical::patient(tx, &consented)?,
                until: of.and_then(|kind| kind.until),
                kinds,
                own: tx.facility()?,
                told: tell(tx, &consented)?,
                asked,
            })
        }
        Asked::Use(id) => {
            let opened = emergency::resume(tx, id)?;
            Ok(Seen {
                patient: medical::patient(tx, &opened)?,
                until: Some(opened.until()),
                kinds: Vec::new(),
                own: tx.facility()?,
                told: tell(tx, &opened)?,
                asked,
            })
        }
    });
    read.await
}

impl<T> Seen<T> {
    /// What stands at the top of the page.
    fn head(&self, call: &Call, section: Section, ages: Vec<String>) -> PatientHead {
        let now = call.request.now;
        let basis = self.asked.basis();
        let tab = |of: Section| {
            let agreed = |kind: &ValidConsent| scopes(of).contains(&kind.scope);
            let shown = basis == Basis::Opening || self.kinds.iter().any(agreed);
            Tab {
                label: of.label(),
                href: shown.then(|| self.asked.address(of)),
                current: of == section,
            }
        };
        PatientHead {
            name: self.patient.name.clone(),
            kana: self.patient.kana.clone().unwrap_or_default(),
            facts: facts(self.patient.birthdate, &self.patient.sex, now),
            basis,
            until: until_words(self.until),
            left_seconds: (self.until).map(|until| until.seconds_until_from(now).max(0)),
            tabs: Section::ALL.into_iter().map(tab).collect(),
            pdf_href: format!("{}.pdf", self.asked.address(section)),
            ages,
        }
    }
}
