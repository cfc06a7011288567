//! What a patient is asked for at a reader, as the institution's settings say (環境設定情報): nothing else is agreed to.

use crate::environment::{self, EnvironmentSettings};
use crate::permission::Scope;
use onshi_wire::codes::PrescriptionIssueSelect;

/// The word that is kept where 処方箋発行形態 is asked for.
const PRESCRIPTION: &str = "prescription";

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The kinds of medical information, in the order in which they are asked for.
    pub kinds: Vec<Scope>,
    /// Whether the patient chooses the form of the prescription (処方箋発行形態).
    pub prescription: bool,
}

impl Asked {
    /// By these settings. Where a card opens no medical information, none is asked for.
    pub(super) fn by(settings: &EnvironmentSettings, medical: bool) -> Asked {
        Asked {
            kinds: match medical {
                true => environment::kinds(settings),
                false => Vec::new(),
            },
            prescription: settings.asks_for_prescription(),
        }
    }

    /// Whether all that was said yes to, or chosen, was asked for.
    pub(super) fn allows(
        &self,
        said: &[(Scope, bool)],
        prescription: Option<PrescriptionIssueSelect>,
    ) -> bool {
        let mut agreed = said.iter().filter(|(_, yes)| *yes);
        let chosen = prescription.is_some();
        agreed.all(|(kind, _)| self.kinds.contains(kind)) && (self.prescription || !chosen)
    }

    /// How it is kept.
    pub(super) fn kept(&self) -> String {
        let mut words: Vec<&str> = self.kinds.iter().map(|kind| kind.code()).collect();
        if self.prescription {
            words.push(PRESCRIPTION);
        }
        words.join(" ")
    }

    /// Reads [`Asked::kept`] back.
    pub(super) fn of_kept(text: &str) -> Asked {
        Asked {
            kinds: text.split(' ').filter_map(Scope::from_code).collect(),
            prescription: text.split(' ').any(|word| word == PRESCRIPTION),
        }
    }
}
