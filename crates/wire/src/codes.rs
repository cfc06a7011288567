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
    /// From where its names are known.
    pub source: Source,
    /// The values in order, each with its Japanese label.
    pub entries: &'static [(&'static str, &'static str)],
}

/// From where the names of a list are known. The list itself, 別紙5-1, is not public: what is known
/// of it stands in public programs of the field and in the files that they show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A public program that carries the code lists of the layout specification Ver 8.07, and with
    /// it another program or real files of requests and answers.
    Confirmed,
    /// That program alone.
    OneProgram,
    /// Another public program that is in use, for what has no number in 別紙5-1.
    OtherProgram,
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

/// Enums and lists from one table: `id Name "title" Source { Variant "code" "label", … }`.
macro_rules! code_lists {
    ($( $(#[doc = $doc:literal])+ $id:literal $name:ident $title:literal $source:ident {
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
                    source: $crate::codes::Source::$source,
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
