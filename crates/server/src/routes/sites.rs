//! The sites: each of the lists of routes with the pipeline, and with what is answered where no route is.

use super::{CENTRE, MESSAGES, OPERATORS, PORTAL, fallback};
use crate::http::pipeline::Pipeline;
use crate::http::route::Route;
use crate::http::site::Site;
use crate::state::Centre;
use crate::{api, web};
use std::sync::Arc;

fn pipeline(centre: &Arc<Centre>, routes: &'static [Route]) -> Arc<Pipeline> {
    Arc::new(Pipeline {
        centre: centre.clone(),
        routes,
        to_people: &web::errors::Pages,
        to_programs: &api::problem::Problems,
    })
}

/// What the centre answers.
pub fn centre(centre: &Arc<Centre>) -> Site {
    Site::new(pipeline(centre, CENTRE), |router| {
        fallback::for_all(router, centre, CENTRE)
    })
}

/// What the portal answers.
pub fn portal(centre: &Arc<Centre>) -> Site {
    Site::new(pipeline(centre, PORTAL), |router| {
        fallback::for_all(router, centre, PORTAL)
    })
}

/// What the operators' site answers.
pub fn operators(centre: &Arc<Centre>) -> Site {
    Site::new(pipeline(centre, OPERATORS), |router| {
        fallback::for_all(router, centre, OPERATORS)
    })
}

/// What is answered at the address for programs without a certificate.
pub fn messages_alone(centre: &Arc<Centre>) -> Site {
    Site::new(pipeline(centre, &MESSAGES), |router| {
        fallback::for_messages(router, centre)
    })
}
