//! The renewal of the folder's certificates: by a press on the start page, or by itself.

use super::folder::InstalledCertificate;
use super::pages::{RenewalOutcome, Reply, Row};
use super::start::{field, read_form};
use super::{Desk, folder};
use crate::enrolment::{self, Backup, Installed};
use hyper::Request;
use onshi_connections::ArrivingBody;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How certificates are renewed.
#[derive(Debug, Clone, Default)]
pub struct Renewal {
    /// Whether they are renewed as soon as the centre lets them, without anybody's press.
    pub by_itself: bool,
    /// Where the backup of a renewed one lies.
    pub backup: Backup,
}

/// How often it is looked whether anything is to be done. A renewal has ninety days.
const EVERY: Duration = Duration::from_secs(3600);

impl Desk {
    /// 「証明書を更新する」
    pub(super) async fn press_renewal(self: &Arc<Self>, request: Request<ArrivingBody>) -> Reply {
        let (head, body) = request.into_parts();
        let form = read_form(body).await;
        let wanted = field(&form, "renew").unwrap_or_default();
        let chosen = self.choices.of(&head.headers, self.port);
        let survey = self.survey(chosen.as_deref()).await;
        let row = survey.rows.iter().find(|row| row.fingerprint == wanted);
        let outcome = match row {
            Some(row) if row.renewable => self.renewed(row).await,
            _ => RenewalOutcome::nothing_to_do(),
        };
        let survey = self.survey(chosen.as_deref()).await;
        self.draw_renewed(survey, outcome)
    }

    async fn renewed(self: &Arc<Self>, row: &Row) -> RenewalOutcome {
        let entries = self.entries().await.unwrap_or_default();
        let of = |entry: &&InstalledCertificate| {
            let face = entry.face.as_ref();
            face.is_some_and(|face| face.fingerprint == row.fingerprint)
        };
        let Some(entry) = entries.iter().find(of).cloned() else {
            return RenewalOutcome::nothing_to_do();
        };
        match self.renew_beside(entry).await {
            Ok(installed) => RenewalOutcome::done(&installed),
            Err(why) => RenewalOutcome::failed(&why),
        }
    }

    /// Renews on a thread of its own, since it waits for the disk; says why not in words.
    async fn renew_beside(
        self: &Arc<Self>,
        entry: InstalledCertificate,
    ) -> Result<Installed, String> {
        let (desk, here) = (Arc::clone(self), tokio::runtime::Handle::current());
        let file = entry.file.clone();
        let renewed = tokio::task::spawn_blocking(move || {
            let (centre, kept) = (&desk.centre, &desk.renewal.backup);
            here.block_on(enrolment::renew(centre, &desk.certificates, &entry, kept))
        });
        let renewed = match renewed.await {
            Ok(Ok(installed)) => Ok(installed),
            Ok(Err(error)) => Err(error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        match &renewed {
            Ok(installed) => {
                tracing::info!(file, serial = installed.serial, "a certificate was renewed");
            }
            Err(why) => tracing::warn!(file, why, "a certificate could not be renewed"),
        }
        renewed
    }

    /// Looks after renewals for as long as the page is open: what was begun is ended, and where that is set, what may be
    /// renewed is.
    pub(super) async fn look_after_renewals(self: Arc<Self>) {
        loop {
            // What can't be done now is tried again with the next look.
            self.renew_due().await;
            tokio::time::sleep(EVERY).await;
        }
    }

    /// Gives what was renewed, or why it was not.
    pub(super) async fn renew_due(self: &Arc<Self>) -> Vec<Result<Installed, String>> {
        let mut outcomes = Vec::new();
        let survey = self.survey(None).await;
        let entries = self.entries().await.unwrap_or_default();
        let begun = |entry: &InstalledCertificate| {
            let face = entry.face.as_ref();
            face.is_some_and(|face| enrolment::is_begun(&self.certificates, &face.fingerprint))
        };
        for entry in entries {
            let fingerprint = entry.face.as_ref().map(|face| face.fingerprint.clone());
            let row = survey
                .rows
                .iter()
                .find(|row| Some(&row.fingerprint) == fingerprint.as_ref());
            let due = self.renewal.by_itself && row.is_some_and(|row| row.renewable);
            if due || begun(&entry) {
                outcomes.push(self.renew_beside(entry).await);
            }
        }
        outcomes
    }
}

/// Which rows are replaced by a newer one of the same terminal that can be used.
pub(super) fn mark_replaced(rows: &mut [Row]) {
    let usable: Vec<(String, String, i64)> = rows
        .iter()
        .filter(|row| row.state.usable())
        .map(|row| {
            (
                row.facility_code.clone(),
                row.terminal.clone(),
                row.not_after_ms,
            )
        })
        .collect();
    for row in rows.iter_mut().filter(|row| row.state.usable()) {
        let newer = |(code, terminal, end): &(String, String, i64)| {
            *code == row.facility_code && *terminal == row.terminal && *end > row.not_after_ms
        };
        if usable.iter().any(newer) {
            row.replace();
        }
    }
}

/// The certificate of a folder that a program takes: the newest of its one terminal; none where it has several. Blocks.
pub(crate) fn newest(folder: &Path) -> Option<InstalledCertificate> {
    let listed = folder::list(folder).ok()?;
    let good = listed.into_iter().filter(|entry| entry.identity.is_ok());
    let good: Vec<InstalledCertificate> = good.collect();
    let whose = |entry: &InstalledCertificate| {
        let face = entry.face.as_ref()?;
        Some((face.facility_code.clone(), face.terminal.clone()))
    };
    let first = whose(good.first()?);
    if good.iter().any(|entry| whose(entry) != first) {
        return None;
    }
    good.into_iter()
        .max_by_key(|entry| entry.face.as_ref().map(|face| face.not_after_ms))
}
