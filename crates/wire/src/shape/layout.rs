//! The macro that turns a table into structs and their shapes.

use super::{Entries, JsonList, Kind, Typed};

/// A block of its own, for a `layout!` table.
pub(crate) const fn block<T: Typed>() -> Kind {
    Kind::Block(T::SHAPE)
}

/// The same block several times, for a `layout!` table.
pub(crate) const fn repeated<T: Typed>(min: usize, max: usize) -> Kind {
    Kind::Repeated(Entries {
        shape: T::SHAPE,
        min,
        max,
    })
}

/// Blocks inside a wrapping element, for a `layout!` table.
pub(crate) const fn list<T: Typed>(item: &'static str, max: usize, json: JsonList) -> Kind {
    Kind::List {
        item,
        entries: Entries {
            shape: T::SHAPE,
            min: 1,
            max,
        },
        json,
    }
}

/// A table of blocks: see the module's documentation.
///
/// `field: RustType = "Element", kind[, "example"];` — `String` is required, `Option` is not, a
/// struct is a block, `Vec` a list.
macro_rules! layout {
    ($(
        $(#[doc = $doc:literal])+
        pub struct $name:ident {
            $(
                $(#[doc = $field_doc:literal])+
                $field:ident: $ty:ty = $element:literal, $kind:expr $(, $example:literal)?;
            )*
        }
    )*) => { $(
        $(#[doc = $doc])+
        #[derive(Clone, Default, PartialEq, Eq)]
        pub struct $name {
            $( $(#[doc = $field_doc])+ pub $field: $ty, )*
        }

        impl $crate::shape::Typed for $name {
            const SHAPE: &'static $crate::shape::Shape = &$crate::shape::Shape {
                name: stringify!($name),
                doc: concat!($($doc, "\n"),+),
                fields: &[ $( $crate::shape::Field {
                    name: $element,
                    doc: concat!($($field_doc, "\n"),+),
                    need: <$ty as $crate::shape::FieldType>::NEED,
                    kind: $kind,
                    example: concat!("" $(, $example)?),
                }, )* ],
                size: std::mem::size_of::<$name>(),
            };
        }

        const _: () = assert!(
            <$name as $crate::shape::Typed>::SHAPE.fields.len() <= 128,
            "the reader counts seen elements in 128 bits"
        );

        impl $crate::shape::Block for $name {
            fn shape(&self) -> &'static $crate::shape::Shape {
                <Self as $crate::shape::Typed>::SHAPE
            }

            fn open(&mut self, field: usize) -> $crate::shape::Slot<'_> {
                #[expect(non_camel_case_types, reason = "the fields' own names, counted")]
                enum Place { $($field),* }
                match field {
                    $( x if x == Place::$field as usize => {
                        $crate::shape::FieldType::slot(&mut self.$field)
                    } )*
                    _ => unreachable!("a place of another shape"),
                }
            }

            fn view(&self, field: usize) -> $crate::shape::View<'_> {
                #[expect(non_camel_case_types, reason = "the fields' own names, counted")]
                enum Place { $($field),* }
                match field {
                    $( x if x == Place::$field as usize => {
                        $crate::shape::FieldType::view(&self.$field)
                    } )*
                    _ => unreachable!("a place of another shape"),
                }
            }

            fn blocks(&mut self, field: usize) -> Option<&mut dyn $crate::shape::Blocks> {
                #[expect(non_camel_case_types, reason = "the fields' own names, counted")]
                enum Place { $($field),* }
                match field {
                    $( x if x == Place::$field as usize => {
                        $crate::shape::FieldType::blocks(&mut self.$field)
                    } )*
                    _ => unreachable!("a place of another shape"),
                }
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::shape::debug(self, f)
            }
        }
    )* };
}
pub(crate) use layout;
