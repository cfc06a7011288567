//! The desk: how a screen or a message reaches the door without blocking the sockets.

use onshi_core::office::Errand;
use onshi_core::{Error, Fault, Moment, Office, RefusalCode, Subject, Work};
use std::sync::Arc;
use tokio::sync::oneshot;

/// A desk before the door, for one request. Actor and function are fixed: the route named them.
/// An open route names none, and its desk is shut.
#[derive(Clone)]
pub struct Desk {
    office: Arc<Office>,
    errand: Option<Errand>,
}

impl Desk {
    /// A desk for this errand.
    pub fn new(office: Arc<Office>, errand: Errand) -> Desk {
        Desk {
            office,
            errand: Some(errand),
        }
    }

    /// A desk that refuses everything.
    pub fn shut(office: Arc<Office>) -> Desk {
        Desk {
            office,
            errand: None,
        }
    }

    /// The same desk at a later moment, for a request that goes on for minutes.
    pub fn later(&self, now: Moment) -> Desk {
        let mut desk = self.clone();
        if let Some(errand) = &mut desk.errand {
            errand.request.now = errand.request.now.max(now);
        }
        desk
    }

    fn errand(&self, subject: Subject) -> Result<Errand, Error> {
        let errand = self.errand.clone().ok_or(RefusalCode::NotPermitted)?;
        Ok(Errand { subject, ..errand })
    }

    /// Does something that changes what is kept; answers when it is on the disk.
    pub async fn change<T: Send + 'static>(
        &self,
        subject: Subject,
        work: impl FnMut(&mut Work<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (tell, told) = oneshot::channel();
        let errand = self.errand(subject)?;
        self.office.change(errand, work, move |answer| {
            // Whoever asked may have gone away; what was done stays done.
            let _ = tell.send(answer);
        });
        told.await.unwrap_or_else(|_| Err(lost()))
    }

    /// Reads; answers when the audit entry that says so is on the disk.
    pub async fn read<T: Send + 'static>(
        &self,
        subject: Subject,
        work: impl FnOnce(&mut Work<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (tell, told) = oneshot::channel();
        let errand = self.errand(subject)?;
        let office = self.office.clone();
        tokio::task::spawn_blocking(move || {
            office.read(errand, work, move |answer| {
                let _ = tell.send(answer);
            });
        });
        told.await.unwrap_or_else(|_| Err(lost()))
    }

    /// Comes in without reading anything. A refusal is audited.
    pub async fn enter(&self) -> Result<(), Error> {
        let (tell, told) = oneshot::channel();
        let errand = self.errand.clone().ok_or(RefusalCode::NotPermitted)?;
        self.office.enter(errand, move |answer| {
            let _ = tell.send(answer);
        });
        told.await.unwrap_or_else(|_| Err(lost()))
    }

    /// Refuses before anything was looked at, and leaves that in the audit log.
    pub async fn refuse<T: Send + 'static>(&self, code: RefusalCode) -> Result<T, Error> {
        let (tell, told) = oneshot::channel();
        let errand = self.errand.clone().ok_or(RefusalCode::NotPermitted)?;
        self.office.refuse(errand, code, move |answer| {
            let _ = tell.send(answer);
        });
        told.await.unwrap_or_else(|_| Err(lost()))
    }
}

fn lost() -> Error {
    Fault::at("waiting for the office", "the answer was lost").into()
}
