//! A line of the list of routes: method, path, who may use it, what goes over it, its entry of the menu, what answers.

macro_rules! routes {
    ($( $method:ident $path:literal $access:expr, $kind:ident $(($of:expr))? $(, $summary:literal)?
        $(, menu($group:ident, $label:literal, $description:literal))?
        $(, deprecated($since:expr, until $sunset:expr, use $instead:literal))? => $handler:path; )+) => {
        &[ $( $crate::http::route::Route {
            method: stringify!($method),
            path: $path,
            access: $access,
            kind: $crate::routes::line::routes!(@kind $kind $($of)?),
            summary: concat!($($summary)?),
            deprecation: $crate::routes::line::routes!(@deprecation $($since, $sunset, $instead)?),
            is_of_operators: false,
            menu: $crate::routes::line::routes!(@menu $($group, $label, $description)?),
            handler: $crate::routes::line::routes!(@handler $kind $handler),
        }, )+ ]
    };
    (@deprecation) => { None };
    // Nothing is at present: deprecated(CalendarDay(2026, 11, 28), until CalendarDay(2027, 11, 28), use "/onshi/v2/…").
    (@deprecation $since:expr, $sunset:expr, $instead:literal) => {
        Some($crate::http::deprecation::Deprecation { since: $since, sunset: $sunset, instead: $instead })
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
