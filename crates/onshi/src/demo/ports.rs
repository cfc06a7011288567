//! Where the demo listens.

use super::Flags;
use super::kept::{CARD_PORT, KIOSK_PORT, MESSAGES_PORT, OFFICE_PORT, OPERATORS_PORT, State};
use onshi_server::Config;
use std::net::{SocketAddr, TcpListener};

/// The ports that were asked for, else those of the last start, else the usual ones.
pub(super) fn wanted_ports(flags: &Flags, kept: Option<&State>) -> [u16; 9] {
    [
        flags
            .centre_port
            .or(kept.map(|s| s.centre_port))
            .unwrap_or(8443),
        flags
            .portal_port
            .or(kept.map(|s| s.portal_port))
            .unwrap_or(8444),
        flags
            .gateway_port
            .or(kept.map(|s| s.gateway_port))
            .unwrap_or(8080),
        flags
            .operations_port
            .or(kept.map(|s| s.operations_port))
            .unwrap_or(9100),
        flags
            .messages_port
            .or(kept.map(|s| s.messages_port))
            .unwrap_or(MESSAGES_PORT),
        flags
            .kiosk_port
            .or(kept.map(|s| s.kiosk_port))
            .unwrap_or(KIOSK_PORT),
        flags
            .card_port
            .or(kept.map(|s| s.card_port))
            .unwrap_or(CARD_PORT),
        flags
            .operators_port
            .or(kept.map(|s| s.operators_port))
            .unwrap_or(OPERATORS_PORT),
        flags
            .office_port
            .or(kept.map(|s| s.office_port))
            .unwrap_or(OFFICE_PORT),
    ]
}

/// The same ports, or a free one where a port is taken.
pub(super) fn choose_ports(wanted: [u16; 9]) -> [u16; 9] {
    // All sockets are held until all are chosen, so that no two get the same free port.
    let sockets = wanted.map(|port| {
        TcpListener::bind(("127.0.0.1", port)).or_else(|_| TcpListener::bind(("127.0.0.1", 0)))
    });
    std::array::from_fn(|i| {
        let address = sockets[i]
            .as_ref()
            .ok()
            .and_then(|socket| socket.local_addr().ok());
        address.map_or(wanted[i], |address| address.port())
    })
}

pub(super) fn listen(config: &mut Config, ports: [u16; 9]) {
    let at = |port| SocketAddr::from(([127, 0, 0, 1], port));
    let [
        centre_port,
        portal_port,
        _,
        operations_port,
        messages_port,
        _,
        card_port,
        operators_port,
        _,
    ] = ports;
    config.portal.card_program = format!("http://127.0.0.1:{card_port}");
    config.centre.listen = at(centre_port);
    config.centre.messages = Some(at(messages_port));
    config.portal.listen = Some(at(portal_port));
    config.operators.listen = Some(at(operators_port));
    config.operations.listen = Some(at(operations_port));
}
