//! How a field of a detail is kept in the log.

use super::{AccountField, Change, FactorPolicyChange};
use crate::actor::AccountKind;
use crate::permission::Scope;
use crate::terms::{
    ApplicationKind, BulkKind, CardState, CertificateKind, EndedWhy, Factor, FactorPolicy, Purpose,
    Setting, SettingChange, Trouble, Validity, Verification,
};
use serde_json::Value;

/// Something that can be a field of a detail.
pub(super) trait Field: Sized {
    fn put(&self) -> Value;
    fn read(value: &Value) -> Option<Self>;
}

impl Field for i64 {
    fn put(&self) -> Value {
        (*self).into()
    }
    fn read(value: &Value) -> Option<i64> {
        value.as_i64()
    }
}

impl Field for bool {
    fn put(&self) -> Value {
        (*self).into()
    }
    fn read(value: &Value) -> Option<bool> {
        value.as_bool()
    }
}

impl Field for String {
    fn put(&self) -> Value {
        self.as_str().into()
    }
    fn read(value: &Value) -> Option<String> {
        value.as_str().map(str::to_owned)
    }
}

/// What an earlier build did not keep.
impl Field for Option<String> {
    fn put(&self) -> Value {
        self.as_deref().into()
    }
    fn read(value: &Value) -> Option<Option<String>> {
        match value {
            Value::Null => Some(None),
            value => String::read(value).map(Some),
        }
    }
}

impl Field for AccountKind {
    fn put(&self) -> Value {
        self.code().into()
    }
    fn read(value: &Value) -> Option<AccountKind> {
        AccountKind::from_code(value.as_str()?)
    }
}

impl Field for Scope {
    fn put(&self) -> Value {
        self.code().into()
    }
    fn read(value: &Value) -> Option<Scope> {
        Scope::from_code(value.as_str()?)
    }
}

impl Field for Validity {
    fn put(&self) -> Value {
        self.code().into()
    }
    fn read(value: &Value) -> Option<Validity> {
        Validity::from_code(value.as_str()?)
    }
}

impl Field for ApplicationKind {
    fn put(&self) -> Value {
        self.code().into()
    }
    fn read(value: &Value) -> Option<ApplicationKind> {
        ApplicationKind::from_code(value.as_str()?)
    }
}

impl Field for BulkKind {
    fn put(&self) -> Value {
        self.code().into()
    }
    fn read(value: &Value) -> Option<BulkKind> {
        BulkKind::from_code(value.as_str()?)
    }
}

impl Field for Purpose {
    fn put(&self) -> Value {
        self.code().into()
    }
    fn read(value: &Value) -> Option<Purpose> {
        Purpose::from_code(value.as_str()?)
    }
}

impl Field for Verification {
    fn put(&self) -> Value {
        self.code().into()
    }
    fn read(value: &Value) -> Option<Verification> {
        Verification::from_code(value.as_str()?)
    }
}

impl Field for CardState {
    fn put(&self) -> Value {
        self.code().into()
    }
    fn read(value: &Value) -> Option<CardState> {
        CardState::from_code(value.as_str()?)
    }
}

impl Field for CertificateKind {
    fn put(&self) -> Value {
        self.code().into()
    }
    fn read(value: &Value) -> Option<CertificateKind> {
        CertificateKind::from_code(value.as_str()?)
    }
}

impl Field for Trouble {
    fn put(&self) -> Value {
        self.code().into()
    }
    fn read(value: &Value) -> Option<Trouble> {
        Trouble::from_code(value.as_str()?)
    }
}

impl Field for EndedWhy {
    fn put(&self) -> Value {
        self.code().into()
    }
    fn read(value: &Value) -> Option<EndedWhy> {
        EndedWhy::from_code(value.as_str()?)
    }
}

impl Field for Factor {
    fn put(&self) -> Value {
        self.code().into()
    }
    fn read(value: &Value) -> Option<Factor> {
        Factor::from_code(value.as_str()?)
    }
}

impl Field for Vec<FactorPolicyChange> {
    fn put(&self) -> Value {
        let parts = |change: &FactorPolicyChange| {
            let (from, to) = (change.from.code(), change.to.code());
            Value::from(vec![change.kind.code(), from, to])
        };
        self.iter().map(parts).collect::<Vec<_>>().into()
    }
    fn read(value: &Value) -> Option<Vec<FactorPolicyChange>> {
        let change = |value: &Value| {
            let policy = |at: usize| FactorPolicy::from_code(value.get(at)?.as_str()?);
            Some(FactorPolicyChange {
                kind: AccountKind::from_code(value.get(0)?.as_str()?)?,
                from: policy(1)?,
                to: policy(2)?,
            })
        };
        value.as_array()?.iter().map(change).collect()
    }
}

impl Field for Vec<Scope> {
    fn put(&self) -> Value {
        self.iter().map(|scope| scope.code()).collect()
    }
    fn read(value: &Value) -> Option<Vec<Scope>> {
        let codes = value.as_array()?.iter();
        codes.map(|code| Scope::from_code(code.as_str()?)).collect()
    }
}

impl Field for Vec<Change> {
    fn put(&self) -> Value {
        let parts = |change: &Change| {
            Value::from(vec![
                change.field.code(),
                change.from.as_str(),
                change.to.as_str(),
            ])
        };
        self.iter().map(parts).collect::<Vec<_>>().into()
    }
    fn read(value: &Value) -> Option<Vec<Change>> {
        let change = |value: &Value| {
            let text = |at: usize| value.get(at)?.as_str().map(str::to_owned);
            let code = text(0)?;
            let field = AccountField::ALL.into_iter().find(|f| f.code() == code)?;
            let (from, to) = (text(1)?, text(2)?);
            Some(Change { field, from, to })
        };
        value.as_array()?.iter().map(change).collect()
    }
}

impl Field for Vec<SettingChange> {
    fn put(&self) -> Value {
        let parts = |change: &SettingChange| {
            Value::from(vec![
                change.setting.code(),
                change.from.code,
                change.to.code,
            ])
        };
        self.iter().map(parts).collect::<Vec<_>>().into()
    }
    fn read(value: &Value) -> Option<Vec<SettingChange>> {
        let change = |value: &Value| {
            let setting = Setting::from_code(value.get(0)?.as_str()?)?;
            let at = |place: usize| setting.value(value.get(place)?.as_str()?);
            Some(SettingChange {
                setting,
                from: at(1)?,
                to: at(2)?,
            })
        };
        value.as_array()?.iter().map(change).collect()
    }
}
