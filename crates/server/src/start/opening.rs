//! How the database of a configuration is opened, by the service and by the operator's commands.

use crate::config::Config;
use crate::start::secrets::Secrets;
use onshi_core::engine::{self, Begin, Preparation, Prepared, WriterSettings};
use onshi_core::service::ServiceSettings;
use onshi_core::store::StoreSettings;
use onshi_core::{Fault, Service};

/// Makes sure that the database of a configuration is there and belongs to the keys, and brings its
/// schema up to date: the command line and the service do the same. The keys that are missing are
/// made; no other process makes any meanwhile.
pub fn prepare(config: &Config, secrets: &Secrets, begin: Begin) -> Result<Prepared, Fault> {
    let turn = secrets.turn()?;
    let with = Preparation {
        now_ms: onshi_core::clock::now().ms(),
        seed: onshi_core::entropy::fresh_seed(),
        keys: turn.keys()?,
        begin,
    };
    let prepared = engine::prepare(&config.location(), &config.store.settings(), &with)?;
    turn.belong_to(&prepared.identity)?;
    turn.seal_key()?;
    Ok(prepared)
}

/// Opens the service of a configuration. `node` is the name of the audit chain that this process
/// writes.
pub fn open_service(config: &Config, secrets: &Secrets, node: &str) -> Result<Service, Fault> {
    open_with(config, secrets, node, config.store.settings())
}

/// Opens it for an operator's command, which may take as long as it needs.
pub fn open_for_operator(config: &Config, secrets: &Secrets, node: &str) -> Result<Service, Fault> {
    open_with(config, secrets, node, config.store.for_operator())
}

fn open_with(
    config: &Config,
    secrets: &Secrets,
    node: &str,
    store: StoreSettings,
) -> Result<Service, Fault> {
    prepare(config, secrets, Begin::AtFirst)?;
    Service::open(ServiceSettings {
        location: config.location(),
        store,
        seal_key: secrets.seal_key()?,
        writer: WriterSettings {
            node: node.to_owned(),
            group_max: config.store.group_max,
            queue_max: config.store.queue_max,
        },
        readers: config.store.readers,
        rules: config.rules.clone(),
    })
}
