//! 二要素認証の設定: a choice for each kind of account that people hold, and the version on which it is made.

use crate::web::layout::form::form;
use onshi_core::AccountKind;
use onshi_core::second_factor::FactorPolicy;
use onshi_core::second_factor::policy::PEOPLE;

form! {
    /// The choices as a browser sends them.
    PolicyForm, PolicyField {
        /// The version that was seen.
        version: Version;
        /// マスタアカウント.
        master: Master;
        /// 管理アカウント.
        admin: Admin;
        /// 一般アカウント.
        general: General;
        /// 医療情報閲覧アカウント.
        viewer: Viewer;
    }
}

impl PolicyField {
    /// The field for a kind; none for those that have no choice.
    pub(super) fn of_kind(kind: AccountKind) -> Option<PolicyField> {
        match kind {
            AccountKind::Master => Some(PolicyField::Master),
            AccountKind::Admin => Some(PolicyField::Admin),
            AccountKind::General => Some(PolicyField::General),
            AccountKind::Viewer => Some(PolicyField::Viewer),
            AccountKind::Reset
            | AccountKind::Link
            | AccountKind::WebApi
            | AccountKind::Face
            | AccountKind::Officer => None,
        }
    }
}

impl PolicyForm {
    fn text(&self, kind: AccountKind) -> &str {
        match kind {
            AccountKind::Master => &self.master,
            AccountKind::Admin => &self.admin,
            AccountKind::General => &self.general,
            AccountKind::Viewer => &self.viewer,
            AccountKind::Reset
            | AccountKind::Link
            | AccountKind::WebApi
            | AccountKind::Face
            | AccountKind::Officer => "",
        }
    }

    /// The version that was seen.
    pub(super) fn seen(&self) -> Option<i64> {
        self.version.parse().ok()
    }

    /// What was chosen; none where something is no choice.
    pub(super) fn chosen(&self) -> Option<Vec<(AccountKind, FactorPolicy)>> {
        PEOPLE
            .into_iter()
            .map(|kind| Some((kind, FactorPolicy::from_code(self.text(kind))?)))
            .collect()
    }
}
