//! The `[[connections]]` entries.

use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::Url;
use runs::Dialect;
use runs::adapters::route::KeyHeader;
use serde::Deserialize;
use serde::de::IgnoredAny;
use toml::Spanned;

use super::{Surroundings, Wrong, traffic};
use crate::login::Tokens;
use crate::upstream::{Connection, Key, is_loopback};

pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);
/// What the app's decoder takes at most.
pub const DEFAULT_MAX_RESPONSE: u64 = runs::value::json::MAX_ANSWER as u64;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawConnection {
    id: Option<Spanned<String>>,
    label: Option<Spanned<String>>,
    dialect: Option<Spanned<String>>,
    base_url: Option<Spanned<String>>,
    /// Known only to be refused with the reason.
    key: Option<Spanned<IgnoredAny>>,
    key_env: Option<Spanned<String>>,
    key_file: Option<Spanned<PathBuf>>,
    auth: Option<Spanned<String>>,
    #[serde(default)]
    sandbox: bool,
    #[serde(default)]
    allow_http: bool,
    open_url: Option<Spanned<String>>,
    timeout_seconds: Option<Spanned<i64>>,
    max_response_mb: Option<Spanned<i64>>,
    #[serde(default)]
    file_hosts: Vec<Spanned<String>>,
    share_ms: Option<Spanned<i64>>,
    max_concurrent: Option<Spanned<i64>>,
    requests_per_minute: Option<Spanned<i64>>,
    retries: Option<Spanned<i64>>,
    hold_seconds: Option<Spanned<i64>>,
}

pub(super) fn check_all(
    raw: Vec<Spanned<RawConnection>>,
    folder: &Path,
    from: &dyn Surroundings,
    wrong: &mut Vec<Wrong>,
) -> Vec<Connection> {
    let mut ids: Vec<String> = Vec::new();
    let mut connections = Vec::new();
    for entry in raw {
        if let Some(id) = &entry.get_ref().id {
            if ids.contains(id.get_ref()) {
                wrong.push(Wrong::new(
                    id,
                    format!("two connections have the id `{}`; it is their address, so choose another", id.get_ref()),
                ));
            }
            ids.push(id.get_ref().clone());
        }
        match check(entry, folder, from) {
            Ok(connection) => connections.push(connection),
            Err(problem) => wrong.push(problem),
        }
    }
    connections
}

fn check(entry: Spanned<RawConnection>, folder: &Path, from: &dyn Surroundings) -> Result<Connection, Wrong> {
    let at = entry.span().start;
    let raw = entry.into_inner();
    let missing = |name: &str| Wrong { at, reason: format!("this connection has no `{name}`") };
    if let Some(key) = &raw.key {
        return Err(Wrong::new(
            key,
            "a key does not belong into this file, which gets copied and committed. Put it into an environment variable and \
             name that with key_env, or into a file of its own and name that with key_file",
        ));
    }
    let id = raw.id.as_ref().ok_or_else(|| missing("id"))?;
    if !is_slug(id.get_ref()) {
        return Err(Wrong::new(id, "an id has 1 to 40 small letters, digits and dashes, because it is part of addresses"));
    }
    let dialect = dialect(raw.dialect.as_ref().ok_or_else(|| missing("dialect"))?)?;
    let base_url = base_url(raw.base_url.as_ref().ok_or_else(|| missing("base_url"))?, raw.allow_http)?;
    let key = key(&raw, at, folder, from)?;
    let auth = auth(raw.auth.as_ref(), dialect, at)?;
    if let Some(url) = &raw.open_url {
        check_open_url(url)?;
    }
    let label = match &raw.label {
        None => dialect.vendor().to_owned(),
        Some(label) if (1..=80).contains(&label.get_ref().trim().chars().count()) => label.get_ref().trim().to_owned(),
        Some(label) => return Err(Wrong::new(label, "a label has 1 to 80 characters")),
    };
    let seconds = bounded(raw.timeout_seconds.as_ref(), "timeout_seconds", 1, 600)?;
    let megabytes = bounded(raw.max_response_mb.as_ref(), "max_response_mb", 1, 512)?;
    let (share, at_once, per_minute) = (raw.share_ms.as_ref(), raw.max_concurrent.as_ref(), raw.requests_per_minute.as_ref());
    let usual = dialect.relayed().at_once;
    let traffic = traffic::check(share, at_once, per_minute, raw.retries.as_ref(), raw.hold_seconds.as_ref(), usual)?;
    if auth == KeyHeader::Login {
        check_login(dialect, raw.base_url.as_ref(), &base_url, &key, at)?;
    }
    let file_hosts = raw.file_hosts.iter().map(file_host).collect::<Result<_, _>>()?;
    Ok(Connection {
        id: id.get_ref().clone(),
        label,
        dialect,
        base_url,
        key,
        auth,
        sandbox: raw.sandbox,
        open_url: raw.open_url.map(Spanned::into_inner),
        timeout: seconds.map_or(DEFAULT_TIMEOUT, Duration::from_secs),
        max_response: megabytes.map_or(DEFAULT_MAX_RESPONSE, |megabytes| megabytes * 1024 * 1024),
        file_hosts,
        traffic,
    })
}

/// The gateway signs in beside the vendor's API, with both parts of the key.
fn check_login(dialect: Dialect, value: Option<&Spanned<String>>, url: &Url, key: &Key, at: usize) -> Result<(), Wrong> {
    let Some(login) = dialect.relayed().login else { return Ok(()) };
    if Tokens::of(url, login).is_none() {
        let at = value.map_or(at, |value| value.span().start);
        return Err(Wrong { at, reason: format!("base_url ends with {} here: the login {} stands beside it", login.api, login.path) });
    }
    if !key.is_pair() {
        let reason = format!("the key of {} is user:password; a token goes with auth = \"bearer\"", dialect.vendor());
        return Err(Wrong { at, reason });
    }
    Ok(())
}

/// `storage.googleapis.com`, as it stands in an address; with a port only if the address has one.
fn file_host(value: &Spanned<String>) -> Result<String, Wrong> {
    let text = value.get_ref();
    let plain = Url::parse(&format!("https://{text}/")).ok().filter(|url| {
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        url.host_str().is_some_and(|host| format!("{host}{port}") == *text) && url.path() == "/"
    });
    match plain {
        Some(_) => Ok(text.clone()),
        None => Err(Wrong::new(
            value,
            format!("`{text}` is no host of files; one looks like storage.googleapis.com, without https:// and path"),
        )),
    }
}

pub(super) fn is_slug(id: &str) -> bool {
    (1..=40).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn dialect(value: &Spanned<String>) -> Result<Dialect, Wrong> {
    Dialect::from_slug(value.get_ref()).ok_or_else(|| {
        let known = Dialect::ALL.map(Dialect::slug).join(", ");
        Wrong::new(value, format!("there is no dialect `{}`; known are {known}", value.get_ref()))
    })
}

fn base_url(value: &Spanned<String>, allow_http: bool) -> Result<Url, Wrong> {
    let refuse = |reason: &str| Err(Wrong::new(value, reason));
    let Ok(mut url) = Url::parse(value.get_ref()) else {
        return refuse("base_url is not a URL; it looks like https://api.example.com/v1");
    };
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("base_url must not hold a user or password; keys come from key_env or key_file");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refuse("base_url ends with its path: no `?` and no `#`");
    }
    match url.scheme() {
        "https" => {}
        "http" if allow_http || is_loopback(&url) => {}
        "http" => {
            return refuse(
                "http would show the key to everybody on the way. Use https, or set allow_http = true if the network between is yours",
            );
        }
        _ => return refuse("base_url begins with https://"),
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

fn auth(value: Option<&Spanned<String>>, dialect: Dialect, at: usize) -> Result<KeyHeader, Wrong> {
    let known = dialect.relayed().key_headers;
    let found = known.iter().find(|style| value.is_none_or(|value| style.word() == value.get_ref()));
    let words = || known.iter().map(|style| style.word()).collect::<Vec<_>>().join(", ");
    found.copied().ok_or_else(|| Wrong {
        at: value.map_or(at, |value| value.span().start),
        reason: format!("{} takes its key as: {}", dialect.vendor(), words()),
    })
}

fn key(raw: &RawConnection, at: usize, folder: &Path, from: &dyn Surroundings) -> Result<Key, Wrong> {
    let (text, at) = match (&raw.key_env, &raw.key_file) {
        (Some(_), Some(file)) => return Err(Wrong::new(file, "give key_env or key_file, not both")),
        (None, None) if raw.sandbox => ("sandbox".to_owned(), at),
        (None, None) => {
            return Err(Wrong {
                at,
                reason: "this connection has no key: name an environment variable with key_env, or a file with key_file".into(),
            });
        }
        (Some(name), None) => {
            // Its name is not echoed unless it looks like one: somebody may have put the key itself here.
            if !is_variable(name.get_ref()) {
                return Err(Wrong::new(
                    name,
                    "key_env is the name of an environment variable (capital letters, digits, underscores), not the key",
                ));
            }
            let text = from.variable(name.get_ref()).ok_or_else(|| {
                Wrong::new(name, format!("the environment variable {0} is not set. Set it to the key: export {0}=…", name.get_ref()))
            })?;
            (text, name.span().start)
        }
        (None, Some(file)) => {
            let path = folder.join(file.get_ref());
            let text =
                from.file(&path).map_err(|reason| Wrong::new(file, format!("the key file {} cannot be read: {reason}", path.display())))?;
            (text, file.span().start)
        }
    };
    let text = text.trim();
    if text.is_empty() {
        return Err(Wrong { at, reason: "the key is empty".into() });
    }
    let key = Key::new(text).ok_or_else(|| Wrong {
        at,
        reason: "the key holds line breaks or is too long for a header; is it the right file or variable?".into(),
    })?;
    Ok(match &raw.key_file {
        Some(file) => key.kept_in(folder.join(file.get_ref())),
        None => key,
    })
}

pub(super) fn is_variable(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
        && name.bytes().next().is_some_and(|byte| !byte.is_ascii_digit())
}

fn check_open_url(value: &Spanned<String>) -> Result<(), Wrong> {
    let filled = value.get_ref().replace("{run}", "x").replace("{flow}", "x");
    let fits = value.get_ref().contains("{run}")
        && !filled.contains(['{', '}'])
        && Url::parse(&filled).is_ok_and(|url| url.scheme() == "https" || url.scheme() == "http" && is_loopback(&url));
    if fits {
        return Ok(());
    }
    Err(Wrong::new(value, "open_url is an https address with {run}, and perhaps {flow}, in it: https://app.example.com/runs/{run}"))
}

pub(super) fn bounded(value: Option<&Spanned<i64>>, name: &str, least: u64, most: u64) -> Result<Option<u64>, Wrong> {
    let Some(value) = value else { return Ok(None) };
    match u64::try_from(*value.get_ref()) {
        Ok(number) if (least..=most).contains(&number) => Ok(Some(number)),
        _ => Err(Wrong::new(value, format!("{name} is a whole number from {least} to {most}"))),
    }
}
