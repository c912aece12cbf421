//! Which addresses notifications may go to: the internet's, and those private ones that the configuration names. A name that leads to
//! another one, by mistake or because somebody changed it, is not called.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Private networks that the configuration allows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed(Arc<[IpNet]>);

impl Allowed {
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self(networks.into())
    }

    pub fn permits(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        is_public(address) || self.names(address)
    }

    /// Whether the configuration names it: then it is somebody's own network.
    pub fn names(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address.to_canonical()))
    }

    /// Where a host may be called; `Err` is one sentence.
    pub async fn look_up(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, String> {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let found: Vec<SocketAddr> =
            tokio::net::lookup_host((bare, port)).await.map_err(|error| format!("the name cannot be looked up ({error})"))?.collect();
        let permitted: Vec<SocketAddr> = found.into_iter().filter(|address| self.permits(address.ip())).collect();
        if permitted.is_empty() { Err(PRIVATE.to_owned()) } else { Ok(permitted) }
    }
}

/// Said of an address that is not called.
pub const PRIVATE: &str = "it is at a private address, which allow_private under [notify] does not name";

impl Resolve for Allowed {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = self.clone();
        Box::pin(async move {
            let found = allowed.look_up(name.as_str(), 0).await.map_err(io::Error::other)?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether everybody on the internet means the same machine by it.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || matches!((a, b, c), (0, ..) | (240..=255, ..) | (192, 0, 0) | (198, 18..=19, _) | (100, 64..=127, _)))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let all = address.segments();
    // Of those that carry an IPv4 address the one inside decides: translated (NAT64), 6to4.
    let inside = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match all {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => inside(high, low),
        [0x2002, high, low, ..] => inside(high, low),
        // Teredo and documentation.
        [0x2001, 0 | 0xdb8, ..] => false,
        [first, ..] => (0x2000..=0x3fff).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_the_internets_addresses_and_those_that_are_named() {
        let allowed = Allowed::new(vec!["10.1.0.0/16".parse().unwrap(), "fd00:1::/32".parse().unwrap()]);
        for (address, expected) in [
            ("93.184.216.34", true),
            ("2606:2800:220:1::1", true),
            ("127.0.0.1", false),
            ("10.0.0.1", false),
            ("10.1.2.3", true),
            ("172.16.0.1", false),
            ("192.168.1.1", false),
            ("169.254.169.254", false),
            ("100.64.0.1", false),
            ("0.0.0.0", false),
            ("198.18.0.1", false),
            ("255.255.255.255", false),
            ("224.0.0.1", false),
            ("::1", false),
            ("::", false),
            ("::ffff:127.0.0.1", false),
            ("::ffff:10.1.2.3", true),
            ("::ffff:93.184.216.34", true),
            ("64:ff9b::a00:1", false),
            ("64:ff9b::5db8:d822", true),
            ("2002:7f00:1::1", false),
            ("fe80::1", false),
            ("fd00:1::5", true),
            ("fd00:2::5", false),
            ("ff02::1", false),
            ("2001:db8::1", false),
        ] {
            assert_eq!(allowed.permits(address.parse().unwrap()), expected, "{address}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_to_this_machine_is_not_called() {
        assert_eq!(Allowed::default().look_up("localhost", 25).await.unwrap_err(), PRIVATE);
        let allowed = Allowed::new(vec!["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()]);
        assert!(allowed.look_up("localhost", 25).await.unwrap().iter().all(|address| address.port() == 25));
    }
}
