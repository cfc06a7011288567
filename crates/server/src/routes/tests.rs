//! What the list of routes says of a route reaches whoever asks.

use super::{CENTRE, Route};
use crate::api::problem::Problems;
use crate::config::Config;
use crate::http::deprecation::{CalendarDay, Deprecation};
use crate::http::pipeline::Pipeline;
use crate::http::presented::Presented;
use crate::start::Running;
use crate::web::errors::Pages;
use axum::body::Body;
use axum::http::Request as HttpRequest;
use onshi_core::certificate::PeerStatus;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_route_that_will_go_says_so_in_every_answer() {
    let place = tempfile::tempdir().unwrap();
    let mut config = Config::default();
    config.centre.listen = ([127, 0, 0, 1], 0).into();
    config.centre.secrets = place.path().join("secrets");
    config.store.location = place.path().join("onshi.db").display().to_string();
    config.mail.folder = place.path().join("mail");
    config.portal.listen = None;
    config.operations.listen = None;
    let running = Running::start(config).await.unwrap();
    let pipeline = Pipeline {
        centre: running.centre.clone(),
        routes: CENTRE,
        to_people: &Pages,
        to_programs: &Problems,
    };
    let presented = Presented {
        certificate: Arc::new(PeerStatus::Missing),
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        peer: "127.0.0.1".into(),
    };
    // One that answers everybody, and one that refuses whoever has no certificate.
    for (path, is_answered) in [
        ("/onshi/v1/openapi.json", true),
        ("/onshi/v1/messages/OQSsiquc01", false),
    ] {
        let found = CENTRE.iter().find(|route| route.path == path).unwrap();
        let going = Route {
            deprecation: Some(Deprecation {
                since: CalendarDay(2026, 11, 28),
                sunset: CalendarDay(2027, 11, 28),
                instead: "/onshi/v2",
            }),
            ..*found
        };
        for (route, told) in [(found, false), (&*Box::leak(Box::new(going)), true)] {
            let http = HttpRequest::builder().method(route.method).uri(path);
            let http = http.body(Body::empty()).unwrap();
            let none = Some(BTreeMap::new());
            let answer = pipeline.answer(route, presented.clone(), none, http).await;
            assert_eq!(answer.status().is_success(), is_answered, "{path}");
            for header in ["deprecation", "sunset", "link"] {
                assert_eq!(
                    answer.headers().contains_key(header),
                    told,
                    "{path}: {header}"
                );
            }
        }
    }
    drop(pipeline);
    running.stop().await;
}
