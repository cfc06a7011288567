//! A line of the list of routes: method, path, who may use it, what goes over it, its entry of the menu, what answers.

macro_rules! routes {
    ($( $method:ident $path:literal $access:expr, $kind:ident $(($of:expr))? $(, $summary:literal)?
        $(, menu($group:ident, $label:literal, $description:literal))? => $handler:path; )+) => {
        &[ $( $crate::http::route::Route {
            method: stringify!($method),
            path: $path,
            access: $access,
            kind: $crate::routes::line::routes!(@kind $kind $($of)?),
            summary: concat!($($summary)?),
            menu: $crate::routes::line::routes!(@menu $($group, $label, $description)?),
            handler: $crate::routes::line::routes!(@handler $kind $handler),
        }, )+ ]
    };
    (@menu) => { None };
    (@menu $group:ident, $label:literal, $description:literal) => {
        Some($crate::http::route::MenuEntry {
            group: $crate::http::route::MenuGroup::$group,
            label: $label,
            description: $description,
        })
    };
    (@kind page) => { $crate::http::access::Kind::Page { form_bytes_max: $crate::http::extract::FORM_BYTES_MAX } };
    (@kind page $most:expr) => { $crate::http::access::Kind::Page { form_bytes_max: $most } };
    (@kind file) => { $crate::http::access::Kind::File };
    (@kind message $message:expr) => { $crate::http::access::Kind::Message($message) };
    (@kind json) => { $crate::http::access::Kind::Json };
    (@kind upload) => { $crate::http::access::Kind::Upload };
    (@kind document) => { $crate::http::access::Kind::Document };
    (@kind fhir) => { $crate::http::access::Kind::Fhir($crate::http::access::FhirSends::Nothing) };
    (@kind fhir_search) => { $crate::http::access::Kind::Fhir($crate::http::access::FhirSends::Search) };
    (@kind fhir_resource) => { $crate::http::access::Kind::Fhir($crate::http::access::FhirSends::Resource) };
    (@handler page $handler:path) => { $crate::http::route::Handler::Screen(|call| Box::pin($handler(call))) };
    (@handler file $handler:path) => { $crate::http::route::Handler::Screen(|call| Box::pin($handler(call))) };
    (@handler $kind:ident $handler:path) => { $crate::http::route::Handler::Program(|call| Box::pin($handler(call))) };
}
pub(in crate::routes) use routes;
