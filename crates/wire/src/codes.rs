//! The code lists of the interface: 別紙5-1, OQSCD001 to OQSCD044.
//!
//! Messages carry codes as text, so that what a sender wrote can be echoed and named even if it is
//! wrong. Each list is an enum for our own code and a [`CodeList`] for checking and for labels.

mod lists;

pub use lists::*;

/// A code list as data.
#[derive(Debug)]
pub struct CodeList {
    /// `OQSCD006`; lists outside the specification's numbering have a name of their own.
    pub id: &'static str,
    /// The Japanese title.
    pub title: &'static str,
    /// The values in order, each with its Japanese label.
    pub entries: &'static [(&'static str, &'static str)],
}

impl CodeList {
    /// The Japanese label of a value.
    pub fn label(&self, code: &str) -> Option<&'static str> {
        self.entries
            .iter()
            .find(|(value, _)| *value == code)
            .map(|(_, label)| *label)
    }

    /// The values, for a message: `1・2・9`.
    pub(crate) fn values(&self) -> String {
        let values: Vec<&str> = self.entries.iter().map(|(value, _)| *value).collect();
        values.join("・")
    }
}

/// The list with this id.
pub fn find(id: &str) -> Option<&'static CodeList> {
    ALL.iter().copied().find(|list| list.id == id)
}

/// The Japanese label of a value in the list with this id.
pub fn label(id: &str, code: &str) -> Option<&'static str> {
    find(id)?.label(code)
}

/// Enums and lists from one table: `id Name "title" { Variant "code" "label", … }`.
macro_rules! code_lists {
    ($( $(#[doc = $doc:literal])+ $id:literal $name:ident $title:literal {
        $( $variant:ident $code:literal $label:literal, )*
    } )*) => {
        $(
            #[doc = concat!($title, " (", $id, ")")]
            ///
            $(#[doc = $doc])+
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
            pub enum $name {
                $( #[doc = concat!($code, " ", $label)] $variant, )*
            }

            impl $name {
                /// The list as data.
                pub const LIST: $crate::codes::CodeList = $crate::codes::CodeList {
                    id: $id,
                    title: $title,
                    entries: &[ $( ($code, $label) ),* ],
                };

                /// All values in order.
                pub const ALL: &[Self] = &[ $( Self::$variant ),* ];

                /// The value as it is in a message.
                pub const fn code(self) -> &'static str {
                    match self { $( Self::$variant => $code, )* }
                }

                /// The Japanese label.
                pub const fn label(self) -> &'static str {
                    match self { $( Self::$variant => $label, )* }
                }

                /// The value that a message means.
                pub fn from_code(code: &str) -> Option<Self> {
                    match code { $( $code => Some(Self::$variant), )* _ => None }
                }
            }

            impl From<$name> for String {
                fn from(value: $name) -> Self {
                    value.code().to_owned()
                }
            }
        )*

        /// All lists in order.
        pub const ALL: &[&$crate::codes::CodeList] = &[ $( &$name::LIST ),* ];
    };
}
use code_lists;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_is_there_once_and_its_values_differ() {
        for number in 1..=44 {
            let id = format!("OQSCD{number:03}");
            assert!(ALL.iter().any(|list| list.id.starts_with(&id)), "{id}");
        }
        for list in ALL {
            assert_eq!(
                ALL.iter().filter(|other| other.id == list.id).count(),
                1,
                "{}",
                list.id
            );
            for (code, _) in list.entries {
                let same = list
                    .entries
                    .iter()
                    .filter(|(other, _)| other == code)
                    .count();
                assert_eq!(same, 1, "{} {code}", list.id);
            }
        }
    }

    /// The names of the code list itself (別紙5-1), where an earlier edition had guessed.
    #[test]
    fn the_later_lists_have_the_names_of_the_specification() {
        let titles = [
            ("OQSCD029", "医療情報種別"),
            ("OQSCD030", "処方・調剤情報 表示有無"),
            ("OQSCD031", "同意有効期限切れ理由"),
            ("OQSCD032", "資格情報変更確認フラグ"),
            ("OQSCD035", "変更する・しない"),
            ("OQSCD036", "閲覧同意情報種別"),
            ("OQSCD037", "利用設定区分"),
            ("OQSCD038", "電子処方箋利用区分"),
            ("OQSCD039", "処方箋発行形態選択タイミング"),
            ("OQSCD041", "二要素認証 要素区分"),
            ("OQSCD042-1", "二要素認証 方式区分（記憶）"),
            ("OQSCD043", "救急時閲覧権限有無"),
        ];
        for (id, title) in titles {
            assert_eq!(find(id).map(|list| list.title), Some(title), "{id}");
        }
        for (code, name) in [
            ("TSR", "特定疾病療養受療証"),
            ("SRJ", "診療情報"),
            ("SHJ", "手術情報"),
        ] {
            assert_eq!(label("OQSCD036", code), Some(name));
        }
        assert_eq!(label("OQSCD031", "3"), Some("用途変更による取消"));
        assert_eq!(label("OQSCD039", "2"), Some("資格確認時に確認"));
    }

    #[test]
    fn labels_are_found() {
        assert_eq!(label("OQSCD006", "3"), Some("無効（新しい資格あり）"));
        assert_eq!(label("OQSCD006", "9"), None);
        assert_eq!(
            QualificationValidity::from_code("5"),
            Some(QualificationValidity::Several)
        );
        assert_eq!(Sex::Female.label(), "女");
    }
}
