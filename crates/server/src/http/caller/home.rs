//! Who opened an institution's address of マイナ在宅受付Web.

use crate::state::Centre;
use crate::state::blocking::beside;
use onshi_core::authn::HomeVisitor;
use onshi_core::{Error, RefusalCode};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The parameter of the path that is the address.
const ADDRESS: &str = "address";

/// The patient at the address of the path; refused, without a word about why, where it leads to nobody.
pub(super) async fn find(
    centre: &Arc<Centre>,
    path: Option<&BTreeMap<String, String>>,
) -> Result<Arc<HomeVisitor>, Error> {
    let token = path.and_then(|path| path.get(ADDRESS));
    let token = token.ok_or(RefusalCode::HomeUnknown)?.clone();
    let asked = centre.clone();
    let found = beside(centre, "looking whose address it is", move || {
        asked.service.authn().home_visitor(&token)
    });
    let found = found.await?;
    Ok(found.map(Arc::new).ok_or(RefusalCode::HomeUnknown)?)
}
