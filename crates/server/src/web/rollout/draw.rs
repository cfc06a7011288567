//! The codes of all that gets one, drawn before anything is made.

use super::asked::SheetAccount;
use super::plan::{Code, FacilityPlan, Item, Plan, Verdict};
use onshi_core::account::{NewAccount, PasswordHash, PasswordOrigin};
use onshi_core::enrolment::EnrolmentCode;
use onshi_core::entropy::Entropy;
use onshi_core::one_time_code::OneTimeCode;
use onshi_core::rollout::{self, AtFacility, Machine, RollOut};
use onshi_core::terms::CertificateKind;

impl Plan {
    /// Draws the codes of all that gets one, and says what is to be made.
    pub fn draw(
        &mut self,
        (installer_id, sheet_digest): (&str, &str),
        entropy: &mut Entropy,
    ) -> RollOut {
        let rollout_id = entropy.id('r');
        let facilities = self.facilities.iter_mut().filter(|one| one.changes());
        RollOut {
            rollout_id,
            installer_id: installer_id.to_owned(),
            sheet_digest: sheet_digest.to_owned(),
            facilities: facilities.map(|one| one.draw(entropy)).collect(),
        }
    }
}

impl FacilityPlan {
    fn draw(&mut self, entropy: &mut Entropy) -> AtFacility {
        let mut drawn = Vec::new();
        for (machine, (own, reader)) in self.sheet.machines.iter().zip(&mut self.machines) {
            let mut draw = |item: &mut Item, kind, name: &str| {
                if item.verdict.is_done() {
                    let code = EnrolmentCode::draw(entropy);
                    item.code = Some(Code::Enrolment(code.clone()));
                    drawn.push(Machine {
                        kind,
                        name: name.to_owned(),
                        code,
                        again: item.verdict == Verdict::Again,
                    });
                }
            };
            draw(own, CertificateKind::Terminal, &machine.name);
            if let (Some(item), Some(name)) = (reader, &machine.reader) {
                draw(item, CertificateKind::Reader, name);
            }
        }
        let mut accounts = Vec::new();
        for (account, item) in self.sheet.accounts.iter().zip(&mut self.accounts) {
            if !item.verdict.is_done() {
                continue;
            }
            let code = OneTimeCode::generate(entropy);
            item.code = Some(Code::Activation(code.clone()));
            accounts.push(match item.verdict {
                Verdict::Again => rollout::Account::Again(account.user_id().clone(), code),
                _ => rollout::Account::New(Box::new(new_account(account)), code),
            });
        }
        AtFacility {
            facility: self.sheet.code.clone(),
            machines: drawn,
            accounts,
            message_networks: self.networks.clone(),
            shift_jis: self.shift_jis,
        }
    }
}

fn new_account(account: &SheetAccount) -> NewAccount {
    let wanted = &account.wanted;
    NewAccount {
        user_id: wanted.user_id.clone(),
        kind: wanted.kind,
        name: wanted.name.clone(),
        holder: wanted.holder.clone(),
        emergency_viewing: wanted.emergency_viewing,
        period: wanted.period,
        note: wanted.note.clone(),
        password: PasswordHash::none(),
        origin: PasswordOrigin::Awaited,
    }
}
