//! The `[server]` table.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use reqwest::Url;
use serde::Deserialize;
use toml::Spanned;

use super::{Config, Wrong};
use crate::auth::SignIn;
use crate::server::Listen;
use crate::store::Location;
use crate::upstream::is_loopback;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawServer {
    listen: Option<Spanned<String>>,
    app: Option<PathBuf>,
    store: Option<Spanned<PathBuf>>,
    #[serde(default)]
    frame_ancestors: Vec<Spanned<String>>,
    #[serde(default)]
    public_hosts: Vec<Spanned<String>>,
    #[serde(default)]
    shared_device: bool,
}

/// The table, and where it says what to listen on: whether that will do, the sign-in decides.
pub(super) fn check(raw: RawServer, folder: &Path, wrong: &mut Vec<Wrong>) -> (Config, Option<usize>) {
    let mut listen = None;
    if let Some(value) = raw.listen {
        match Listen::read(value.get_ref()) {
            Ok(Listen::Unix(path)) => listen = Some((Listen::Unix(folder.join(path)), value.span().start)),
            Ok(tcp) => listen = Some((tcp, value.span().start)),
            Err(reason) => wrong.push(Wrong::new(&value, reason)),
        }
    }
    for source in &raw.frame_ancestors {
        if !is_ancestor(source.get_ref()) {
            wrong.push(Wrong::new(
                source,
                "frame_ancestors takes 'self' (with its quotes inside) and origins such as https://portal.example.com, without a path",
            ));
        }
    }
    for host in &raw.public_hosts {
        if !is_host(host.get_ref()) {
            wrong.push(Wrong::new(host, "public_hosts takes host names such as sluice.example.com, with a port only if it is not 443"));
        }
    }
    let mut store = None;
    if let Some(value) = raw.store {
        match Location::read(value.get_ref()) {
            Ok(Location::File(path)) => store = Some(Location::File(folder.join(path))),
            Ok(other) => store = Some(other),
            Err(reason) => wrong.push(Wrong::new(&value, reason)),
        }
    }
    let (listen, at) = listen.unzip();
    let config = Config {
        listen,
        app: raw.app.map(|app| folder.join(app)),
        store,
        frame_ancestors: raw.frame_ancestors.into_iter().map(Spanned::into_inner).collect(),
        public_hosts: raw.public_hosts.into_iter().map(Spanned::into_inner).collect(),
        shared_device: raw.shared_device,
        sign_in: SignIn::default(),
        connections: Vec::new(),
        audit_keep: None,
        ledger: crate::ledger::Settings::default(),
    };
    (config, at)
}

fn is_ancestor(source: &str) -> bool {
    source == "'self'"
        || Url::parse(source).is_ok_and(|url| {
            (url.scheme() == "https" || url.scheme() == "http" && is_loopback(&url))
                // Whoever gets hold of any name under it could frame the app.
                && !source.contains('*')
                && url.origin().ascii_serialization() == source
        })
}

fn is_host(host: &str) -> bool {
    let name = host.split(':').next().unwrap_or("");
    !name.is_empty()
        && name.parse::<SocketAddr>().is_err()
        && Url::parse(&format!("https://{host}/")).is_ok_and(|url| {
            let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
            url.path() == "/" && url.username().is_empty() && url.host_str().map(|name| format!("{name}{port}")).as_deref() == Some(host)
        })
}
