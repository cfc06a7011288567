//! The start page (証明書選択) and what it does.

use std::sync::Arc;

use http_body_util::{BodyExt as _, Limited};
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::{Request, StatusCode};
use onshi_connections::ArrivingBody;
use tokio::task::JoinSet;

use super::failure::Failure;
use super::folder::{self, Face, InstalledCertificate};
use super::pages::{self, Notice, RenewalOutcome, Reply, Row, StartPage, Trouble};
use super::renewal;
use super::state::{self, Standing};
use super::{Desk, choice, cookies};

/// The form has one field of 64 characters.
const FORM_BYTES_MAX: usize = 4 * 1024;

/// All certificates of the folder with what is known of them now.
pub(super) struct Survey {
    pub(super) rows: Vec<Row>,
    trouble: Option<Failure>,
    folder_missing: bool,
}

type View = Option<Result<Standing, Failure>>;

impl Desk {
    pub(super) async fn own_page(self: &Arc<Self>, request: Request<ArrivingBody>) -> Reply {
        let reads = pages::reads(request.method());
        match request.uri().path() {
            "/" if reads => self.start_page(request.headers(), None).await,
            "/" => self.not_this_way("GET, HEAD"),
            "/terminal/start" if *request.method() == hyper::Method::POST => {
                self.start(request).await
            }
            "/terminal/start" => self.not_this_way("POST"),
            "/terminal/renew" if *request.method() == hyper::Method::POST => {
                self.press_renewal(request).await
            }
            "/terminal/renew" => self.not_this_way("POST"),
            "/terminal/change" if reads => self.change(request.headers()),
            "/terminal/change" => self.not_this_way("GET, HEAD"),
            path => match path
                .strip_prefix("/terminal/assets/")
                .and_then(pages::asset)
            {
                Some(_) if !reads => self.not_this_way("GET, HEAD"),
                Some(asset) => asset,
                None => self.not_found(),
            },
        }
    }

    pub(super) async fn start_page(&self, headers: &HeaderMap, notice: Option<Notice>) -> Reply {
        let chosen = self.choices.of(headers, self.port);
        let survey = self.survey(chosen.as_deref()).await;
        self.draw(survey, notice)
    }

    fn draw(&self, survey: Survey, notice: Option<Notice>) -> Reply {
        let status = notice.map_or(StatusCode::OK, Notice::status);
        pages::page(status, &self.page_of(survey, notice, None))
    }

    /// The page after a renewal was asked for.
    pub(super) fn draw_renewed(&self, survey: Survey, outcome: RenewalOutcome) -> Reply {
        let status = outcome.status();
        pages::page(status, &self.page_of(survey, None, Some(outcome)))
    }

    fn page_of(
        &self,
        survey: Survey,
        notice: Option<Notice>,
        renewed: Option<RenewalOutcome>,
    ) -> StartPage {
        StartPage {
            frame: self.frame(),
            notice,
            renewed,
            trouble: survey.trouble.map(Trouble::new),
            usable: survey.rows.iter().filter(|row| row.state.usable()).count(),
            rows: survey.rows,
            folder: self.certificates.display().to_string(),
            folder_missing: survey.folder_missing,
        }
    }

    /// 「システムの利用を始める」
    async fn start(&self, request: Request<ArrivingBody>) -> Reply {
        let (head, body) = request.into_parts();
        let form = read_form(body).await;
        let Some(fingerprint) = field(&form, "certificate") else {
            return self
                .start_page(&head.headers, Some(Notice::NothingChosen))
                .await;
        };
        // Asked anew: what was drawn may be an hour old.
        let survey = self.survey(Some(&fingerprint)).await;
        let is = |row: &&Row| row.fingerprint == fingerprint;
        match survey.rows.iter().find(is) {
            None => return self.draw(survey, Some(Notice::Gone)),
            Some(row) if !row.state.usable() => return self.draw(survey, Some(Notice::NotUsable)),
            Some(row) => tracing::info!(
                certificate = fingerprint,
                facility = row.facility_code,
                terminal = row.terminal,
                "certificate chosen"
            ),
        }
        let before = self.choices.of(&head.headers, self.port);
        self.choices.forget(&head.headers, self.port);
        let Some(token) = self.choices.remember(&fingerprint) else {
            return self.draw(survey, Some(Notice::NotRemembered));
        };
        let mut reply = pages::redirect("/web/login");
        if before.as_ref() != Some(&fingerprint) {
            self.clear_session(&head.headers, &mut reply);
        }
        append(
            &mut reply,
            HeaderValue::try_from(choice::set_cookie(self.port, &token)).ok(),
        );
        reply
    }

    fn change(&self, headers: &HeaderMap) -> Reply {
        let mut reply = pages::redirect("/");
        // A link on somebody else's page may lead here, but may not undo a choice.
        if headers
            .get("sec-fetch-site")
            .is_none_or(|site| site != "cross-site")
        {
            self.forget(headers, &mut reply);
        }
        reply
    }

    /// Takes the choice back, here and in the browser.
    pub(super) fn forget(&self, headers: &HeaderMap, reply: &mut Reply) {
        self.choices.forget(headers, self.port);
        self.clear_session(headers, reply);
        append(
            reply,
            HeaderValue::try_from(choice::clear_cookie(self.port)).ok(),
        );
    }

    fn clear_session(&self, headers: &HeaderMap, reply: &mut Reply) {
        for line in cookies::clearing(headers, self.port) {
            append(reply, Some(line));
        }
    }

    /// The folder, read anew.
    pub(super) async fn entries(&self) -> std::io::Result<Vec<InstalledCertificate>> {
        let folder = self.certificates.clone();
        let listed = tokio::task::spawn_blocking(move || folder::list(&folder)).await;
        let listed = listed.unwrap_or_else(|error| Err(std::io::Error::other(error)));
        if let Err(error) = &listed {
            tracing::warn!(%error, folder = %self.certificates.display(), "folder not readable");
        }
        listed
    }

    pub(super) async fn survey(&self, chosen: Option<&str>) -> Survey {
        let entries = self.entries().await;
        let folder_missing = entries.is_err();
        let entries = entries.unwrap_or_default();
        let there = |fingerprint: &str| {
            entries.iter().any(|entry| {
                entry
                    .face
                    .as_ref()
                    .is_some_and(|face| face.fingerprint == fingerprint)
            })
        };
        self.centre.keep(there);
        let views = self.ask(&entries).await;
        let now = (self.now)();
        let trouble = trouble(&views);
        let rows = entries
            .iter()
            .zip(&views)
            .map(|(entry, view)| row(entry, view, now));
        let mut rows: Vec<Row> = rows.collect();
        renewal::mark_replaced(&mut rows);
        rows.sort_by_key(|row| row.state); // the most useful first
        if trouble.is_some() {
            // The banner has said it for all.
            rows.iter_mut().for_each(|row| row.unconfirmed = false);
        }
        let mut survey = Survey {
            rows,
            trouble,
            folder_missing,
        };
        survey.mark(chosen);
        survey
    }

    /// Asks the centre about all certificates at once.
    async fn ask(&self, entries: &[InstalledCertificate]) -> Vec<View> {
        let mut views: Vec<View> = entries.iter().map(|_| None).collect();
        let mut asking = JoinSet::new();
        for (index, entry) in entries.iter().enumerate() {
            let (Some(face), Ok(identity)) = (&entry.face, &entry.identity) else {
                continue;
            };
            match self.centre.line(&face.fingerprint, identity) {
                Ok(line) => {
                    let centre = Arc::clone(&self.centre);
                    asking.spawn(async move { (index, centre.standing(&line).await) });
                }
                Err(error) => tracing::error!(%error, "no client for a certificate"),
            }
        }
        while let Some(asked) = asking.join_next().await {
            if let Ok((index, view)) = asked
                && let Some(place) = views.get_mut(index)
            {
                *place = Some(view);
            }
        }
        views
    }
}

impl Survey {
    /// Marks what the browser had, or the only one that there is to choose.
    fn mark(&mut self, chosen: Option<&str>) {
        let usable = || {
            self.rows
                .iter()
                .enumerate()
                .filter(|(_, row)| row.state.usable())
        };
        let before = usable().find(|(_, row)| Some(row.fingerprint.as_str()) == chosen);
        let only = if usable().count() == 1 {
            usable().next()
        } else {
            None
        };
        let marked = before.or(only).map(|(index, _)| index);
        for (index, row) in self.rows.iter_mut().enumerate() {
            row.chosen = Some(index) == marked;
        }
    }
}

/// What all questions failed of. That the centre refuses a certificate is no trouble with the
/// centre: the certificate's own row says it.
fn trouble(views: &[View]) -> Option<Failure> {
    let mut asked = views.iter().flatten();
    if asked.clone().any(Result::is_ok) {
        return None;
    }
    asked
        .find_map(|view| {
            view.as_ref()
                .err()
                .filter(|failure| **failure != Failure::CertificateRefused)
        })
        .copied()
}

fn row(entry: &InstalledCertificate, view: &View, now_ms: i64) -> Row {
    let unknown = || Face::unknown(&entry.file);
    let face = entry.face.clone().unwrap_or_else(unknown);
    // Without a client of our own there is no view, and nothing that could be used.
    let verdict = match (&entry.identity, view) {
        (Ok(_), Some(view)) => state::judge(&face, view, now_ms),
        (Ok(_), None) => state::judge(&face, &Err(Failure::CertificateRefused), now_ms),
        (Err(flaw), _) => state::flawed(*flaw, &entry.file, &face, now_ms),
    };
    Row {
        file: entry.file.clone(),
        not_after_ms: face.not_after_ms,
        renewable: verdict.state.usable() && may_be_renewed(view),
        expiry: if entry.face.is_some() {
            state::date(face.not_after_ms)
        } else {
            String::new()
        },
        fingerprint: face.fingerprint,
        facility_name: face.facility_name,
        facility_code: face.facility_code,
        terminal: face.terminal,
        days_left: verdict.days_left,
        state: verdict.state,
        chosen: false,
        reason: verdict.reason,
        remedy: verdict.remedy,
        unconfirmed: verdict.state.usable() && matches!(view, Some(Err(_))),
    }
}

/// Whether the centre would renew it now.
fn may_be_renewed(view: &View) -> bool {
    matches!(view, Some(Ok(standing)) if standing.is_renewable())
}

/// The form of a page of ours; nothing where it can't be read.
pub(super) async fn read_form(body: ArrivingBody) -> bytes::Bytes {
    let form = Limited::new(body, FORM_BYTES_MAX).collect().await;
    form.map(http_body_util::Collected::to_bytes)
        .unwrap_or_default()
}

/// A certificate that is named in a field of the form. A fingerprint is hex, so nothing in it is encoded.
pub(super) fn field(form: &[u8], name: &str) -> Option<String> {
    let value = form.split(|byte| *byte == b'&').find_map(|pair| {
        let value = pair.strip_prefix(name.as_bytes())?;
        value.strip_prefix(b"=")
    })?;
    let value = std::str::from_utf8(value).ok()?;
    let hex = value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    hex.then(|| value.to_owned())
}

fn append(reply: &mut Reply, line: Option<HeaderValue>) {
    if let Some(line) = line {
        reply.headers_mut().append(header::SET_COOKIE, line);
    }
}
