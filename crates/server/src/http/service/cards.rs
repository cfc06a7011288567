//! What a handler of card readers and of arrivals may find out before the door: it tells nothing of anybody, leaves
//! no entry in the audit log, and is asked all day.

use super::ServiceHandle;
use crate::state::blocking::beside;
use crate::state::context::Context;
use onshi_core::card::{Proven, prove};
use onshi_core::facility::FacilityCode;
use onshi_core::home_reception;
use onshi_core::reader::challenge::{Challenge, ChallengeFor};
use onshi_core::reader::standing::Standing;
use onshi_core::reader::{Sent, Signed};
use onshi_core::{Error, Moment, RefusalCode, Request};

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

    /// Holds a card's signature and certificate against the authorities that are known. A refusal is audited.
    pub async fn prove_card(
        &self,
        context: &Context,
        (certificate, signature): (Vec<u8>, Vec<u8>),
        asked: Vec<u8>,
    ) -> Result<Proven, Error> {
        let service = self.service.clone();
        let look = move || {
            let known = service.card_authorities()?;
            prove((&certificate, &signature), &asked, &known).map_err(Error::from)
        };
        match beside(context, "verifying a card", look).await {
            Err(Error::Refused(refusal)) => self.refuse(refusal.code).await,
            other => other,
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
