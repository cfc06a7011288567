//! What a handler of card readers and of arrivals may find out before the door: it tells nothing of anybody, leaves
//! no entry in the audit log, and is asked all day.

mod ocsp;

use super::ServiceHandle;
use crate::state::blocking::beside;
use crate::state::context::Context;
use onshi_core::card::{ANSWER_BYTES_MAX, CardAuthority, Proven, prove};
use onshi_core::entropy::fresh_seed;
use onshi_core::facility::FacilityCode;
use onshi_core::home_reception;
use onshi_core::reader::challenge::{Challenge, ChallengeFor};
use onshi_core::reader::standing::Standing;
use onshi_core::reader::{Sent, Signed};
use onshi_core::{Error, Moment, RefusalCode, Request};
use std::time::Duration;

impl ServiceHandle {
    /// What holds at the reader that asks. A refusal is audited.
    pub async fn reader_standing(
        &self,
        context: &Context,
        (signed, sent): (Signed, Sent),
        now: Moment,
    ) -> Result<Standing, Error> {
        let (service, facility) = (self.service.clone(), self.own_facility()?);
        let look = move || service.reader_standing(&signed, &sent, (&facility, now));
        match beside(context, "looking what holds at a reader", look).await {
            Err(Error::Refused(refusal)) => self.refuse(refusal.code).await,
            other => other,
        }
    }

    /// What a card at a reader is to sign.
    pub fn challenge(&self, whom: &ChallengeFor, request: &Request) -> Result<Challenge, Error> {
        if self.own_facility()? != whom.facility {
            return Err(RefusalCode::NotPermitted.into());
        }
        Ok(self.service.challenge(whom, request.now, request.seed))
    }

    /// What a patient's card is to sign at home.
    pub fn home_challenge(
        &self,
        whom: &home_reception::ChallengeFor,
        request: &Request,
    ) -> Result<home_reception::Challenge, Error> {
        if self.own_facility()? != whom.facility {
            return Err(RefusalCode::NotPermitted.into());
        }
        let service = &self.service;
        Ok(service.home_challenge(whom, request.now, request.seed))
    }

    /// Holds a card's signature and certificate against the authorities that are known, and asks that of the certificate
    /// about it, where the settings say where. A refusal is audited.
    pub async fn prove_card(
        &self,
        context: &Context,
        (certificate, signature): (Vec<u8>, Vec<u8>),
        asked: Vec<u8>,
    ) -> Result<Proven, Error> {
        let (service, now) = (self.service.clone(), self.own_operation()?.request.now);
        let look = move || -> Result<_, Error> {
            let known = service.card_authorities()?;
            let proven = prove((&certificate, &signature), &asked, &known)?;
            Ok((proven, known))
        };
        match beside(context, "verifying a card", look).await {
            Ok((proven, known)) => match Ask::of(context) {
                Some(ask) => ask.about(context, (proven, known), now).await,
                None => Ok(proven),
            },
            Err(Error::Refused(refusal)) => self.refuse(refusal.code).await,
            Err(fault) => Err(fault),
        }
    }

    /// When anything changed last among today's arrivals of the own institution.
    pub async fn last_arrival(
        &self,
        context: &Context,
        now: Moment,
    ) -> Result<Option<Moment>, Error> {
        let (service, facility) = (self.service.clone(), self.own_facility()?);
        let look = move || service.last_arrival(&facility, now).map_err(Error::from);
        beside(context, "looking for arrivals", look).await
    }

    fn own_facility(&self) -> Result<FacilityCode, Error> {
        let operation = self.own_operation()?;
        let facility = operation.actor.facility().cloned();
        facility.ok_or_else(|| RefusalCode::NotPermitted.into())
    }
}

/// Where the authority of cards is asked (OCSP).
struct Ask {
    address: String,
    patience: Duration,
}

impl Ask {
    /// As the settings say; none where they say nowhere.
    fn of(context: &Context) -> Option<Ask> {
        let cards = &context.config.cards;
        let address = Some(cards.ocsp.clone()).filter(|address| !address.is_empty());
        address.map(|address| Ask {
            address,
            patience: Duration::from_millis(cards.ocsp_ms),
        })
    }

    /// The certificate with what its authority says of it; as it is where that gives no answer that counts.
    async fn about(
        &self,
        context: &Context,
        (proven, known): (Proven, Vec<CardAuthority>),
        now: Moment,
    ) -> Result<Proven, Error> {
        let mut nonce = [0; 16];
        nonce.copy_from_slice(&fresh_seed()[..16]);
        let Some(question) = proven.question(&known, nonce) else {
            return Ok(proven);
        };
        let terms = (self.patience, ANSWER_BYTES_MAX);
        let answer = ocsp::ask(&self.address, question.request.clone(), terms).await;
        let heard = match answer {
            Ok(answer) => {
                let asked = proven.clone();
                let verify = move || -> Result<_, Error> {
                    Ok(asked.heard((&question, &answer), &known, now))
                };
                let heard = beside(context, "verifying what an authority of cards says", verify);
                heard.await?.map_err(str::to_owned)
            }
            Err(why) => Err(why),
        };
        let outcome = if heard.is_ok() { "answered" } else { "failed" };
        metrics::counter!("onshi_card_ocsp_total", "outcome" => outcome).increment(1);
        Ok(heard.unwrap_or_else(|why| {
            tracing::warn!(address = %self.address, %why, "the authority of cards gave no answer that counts");
            proven
        }))
    }
}
