//! Networks (接続元のネットワーク): from where something may be asked.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A network in the form `192.0.2.0/24` or `2001:db8::/32`; an address alone is a network of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// This machine alone.
    pub const LOOPBACK: [Network; 2] = [
        Network {
            address: IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0)),
            bits: 8,
        },
        Network {
            address: IpAddr::V6(Ipv6Addr::LOCALHOST),
            bits: 128,
        },
    ];

    /// Reads a network. One whose address has bits beyond its length is refused: whoever wrote it
    /// may have meant another.
    pub fn parse(text: &str) -> Option<Network> {
        let text = text.trim();
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            None => most,
            Some(bits) if bits.bytes().all(|byte| byte.is_ascii_digit()) => {
                bits.parse().ok().filter(|bits| *bits <= most)?
            }
            Some(_) => return None,
        };
        let network = Network { address, bits };
        (network.prefix(address) == Some(network.number(address))).then_some(network)
    }

    /// Networks that are separated by blanks or commas.
    pub fn parse_all(text: &str) -> Option<Vec<Network>> {
        text.split([' ', ','])
            .filter(|word| !word.is_empty())
            .map(Network::parse)
            .collect()
    }

    /// Whether an address lies in it. IPv4 written as IPv6 is IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.address.is_ipv4()
            && self.prefix(address) == self.prefix(self.address)
    }

    /// An address as a number whose first bit is the address's first.
    fn number(&self, address: IpAddr) -> u128 {
        match address {
            IpAddr::V4(address) => u128::from(address.to_bits()) << 96,
            IpAddr::V6(address) => address.to_bits(),
        }
    }

    /// Its first bits, as many as the network has; the others are zero.
    fn prefix(&self, address: IpAddr) -> Option<u128> {
        let mask = match self.bits {
            0 => 0,
            bits => u128::MAX.checked_shl(128 - u32::from(bits))?,
        };
        Some(self.number(address) & mask)
    }
}

impl TryFrom<String> for Network {
    type Error = String;

    fn try_from(text: String) -> Result<Network, String> {
        Network::parse(&text)
            .ok_or_else(|| format!("{text} is no network such as 192.0.2.0/24 or 2001:db8::/32"))
    }
}

impl From<Network> for String {
    fn from(network: Network) -> String {
        network.to_string()
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

/// Networks as one text, as they are kept.
pub fn join(networks: &[Network]) -> String {
    let texts: Vec<String> = networks.iter().map(Network::to_string).collect();
    texts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_lies_in_a_network_by_its_first_bits() {
        for (network, inside, outside) in [
            ("192.0.2.0/24", "192.0.2.255", "192.0.3.0"),
            ("192.0.2.7", "192.0.2.7", "192.0.2.6"),
            ("10.0.0.0/8", "::ffff:10.9.8.7", "11.0.0.0"),
            ("0.0.0.0/0", "203.0.113.1", "2001:db8::1"),
            ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::"),
            ("::1", "::1", "::2"),
            ("::/0", "2001:db8::1", "192.0.2.1"),
            ("192.0.2.128/25", "192.0.2.200", "192.0.2.100"),
        ] {
            let network = Network::parse(network).unwrap();
            assert!(network.contains(inside.parse().unwrap()), "{network}");
            assert!(!network.contains(outside.parse().unwrap()), "{network}");
            assert_eq!(Network::parse(&network.to_string()), Some(network));
        }
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for wrong in [
            "",
            "192.0.2.0/33",
            "192.0.2.1/24",
            "192.0.2/24",
            "192.0.2.0/-1",
            "192.0.2.0/+8",
            "2001:db8::/129",
            "2001:db8::1/32",
            "example.org",
            "192.0.2.0/",
            "/8",
        ] {
            assert_eq!(Network::parse(wrong), None, "{wrong}");
        }
        let two = Network::parse_all("192.0.2.0/24, ::1").unwrap();
        assert_eq!(join(&two), "192.0.2.0/24 ::1/128");
        assert_eq!(Network::parse_all(&join(&two)), Some(two));
        assert_eq!(Network::parse_all(""), Some(Vec::new()));
        assert_eq!(Network::parse_all("192.0.2.0/24 nonsense"), None);
    }
}
