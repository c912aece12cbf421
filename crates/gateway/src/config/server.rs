//! The `[server]` table.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use reqwest::Url;
use serde::Deserialize;
use toml::Spanned;

use super::connection::bounded;
use super::{Config, DEFAULT_AUDIT_MB, Wrong};
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
    metrics_listen: Option<Spanned<String>>,
    audit_mb_per_day: Option<Spanned<i64>>,
    base_path: Option<Spanned<String>>,
    events: Option<bool>,
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
    let mut metrics_listen = None;
    if let Some(value) = raw.metrics_listen {
        match crate::server::any_address(value.get_ref()) {
            Ok(address) => metrics_listen = Some(address),
            Err(reason) => wrong.push(Wrong::new(&value, reason)),
        }
    }
    let audit_mb_per_day = bounded(raw.audit_mb_per_day.as_ref(), "audit_mb_per_day", 1, 1_000_000).unwrap_or_else(|problem| {
        wrong.push(problem);
        None
    });
    let base_path = raw.base_path.as_ref().and_then(|value| {
        let path = base_path(value.get_ref());
        if path.is_none() {
            wrong.push(Wrong::new(
                value,
                "base_path is the path that a proxy serves Sluice under: /sluice/, of letters, digits, dashes and dots",
            ));
        }
        path
    });
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
        metrics_listen,
        base_path: base_path.unwrap_or_default(),
        events: raw.events.unwrap_or(true),
        audit_mb_per_day: audit_mb_per_day.and_then(|megabytes| u32::try_from(megabytes).ok()).unwrap_or(DEFAULT_AUDIT_MB),
        // What other tables say.
        ..Config::of(Vec::new())
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

/// `/sluice/` without its last slash; at the root nothing is left.
fn base_path(text: &str) -> Option<String> {
    let path = text.strip_prefix('/')?.trim_end_matches('/');
    let plain = |segment: &str| {
        !segment.is_empty()
            && !matches!(segment, "." | ".." | "api")
            && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte))
    };
    if path.is_empty() { Some(String::new()) } else { path.split('/').all(plain).then(|| format!("/{path}")) }
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
