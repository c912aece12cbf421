//! The `[sign_in]` table: who may use the gateway.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use reqwest::Url;
use reqwest::header::HeaderName;
use serde::Deserialize;
use toml::Spanned;

use super::Wrong;
use crate::auth::oidc::{Provider, Secret, Settings};
use crate::auth::session::Lifetime;
use crate::auth::token::Hash;
use crate::auth::{Grant, GroupRole, Mode, ProxyHeaders, Role, SignIn, Token};
use crate::upstream::is_loopback;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSignIn {
    mode: Option<Spanned<String>>,
    idle_minutes: Option<Spanned<i64>>,
    session_hours: Option<Spanned<i64>>,
    #[serde(default)]
    proxies: Vec<Spanned<String>>,
    user_header: Option<Spanned<String>>,
    groups_header: Option<Spanned<String>>,
    sign_out_url: Option<Spanned<String>>,
    issuer: Option<Spanned<String>>,
    client_id: Option<Spanned<String>>,
    /// Known only to be refused with the reason.
    client_secret: Option<Spanned<serde::de::IgnoredAny>>,
    client_secret_env: Option<Spanned<String>>,
    client_secret_file: Option<Spanned<PathBuf>>,
    scopes: Option<Vec<String>>,
    groups_claim: Option<String>,
    name_claim: Option<String>,
    #[serde(default)]
    tokens: Vec<Spanned<RawToken>>,
    #[serde(default)]
    groups: Vec<Spanned<RawGroup>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawToken {
    name: Option<Spanned<String>>,
    hash: Option<Spanned<String>>,
    /// Known only to be refused with the reason.
    token: Option<Spanned<serde::de::IgnoredAny>>,
    role: Option<Spanned<String>>,
    connections: Option<Vec<Spanned<String>>>,
    flows: Option<Spanned<Vec<String>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawGroup {
    group: Option<Spanned<String>>,
    role: Option<Spanned<String>>,
    connections: Option<Vec<Spanned<String>>>,
    flows: Option<Spanned<Vec<String>>>,
}

/// What the table says; `connections` are the ids that grants may name.
pub(super) fn check(
    raw: Option<Spanned<RawSignIn>>,
    connections: &[&str],
    variable: &dyn Fn(&str) -> Option<String>,
    file: &dyn Fn(&Path) -> Result<String, String>,
    wrong: &mut Vec<Wrong>,
) -> SignIn {
    let Some(raw) = raw else { return SignIn::default() };
    let at = raw.span().start;
    match read(raw.into_inner(), at, connections, &Secrets { variable, file }, wrong) {
        Ok(sign_in) => sign_in,
        Err(problem) => {
            wrong.push(problem);
            SignIn::default()
        }
    }
}

/// Where a secret comes from.
struct Secrets<'a> {
    variable: &'a dyn Fn(&str) -> Option<String>,
    file: &'a dyn Fn(&Path) -> Result<String, String>,
}

fn read(raw: RawSignIn, at: usize, connections: &[&str], secrets: &Secrets<'_>, wrong: &mut Vec<Wrong>) -> Result<SignIn, Wrong> {
    let Some(word) = &raw.mode else {
        return Err(Wrong { at, reason: format!("[sign_in] has no `mode`: it is one of {}", modes()) });
    };
    let mode = Mode::of_word(word.get_ref()).ok_or_else(|| Wrong::new(word, format!("mode is one of {}", modes())))?;
    let provider = if mode == Mode::Oidc { Some(provider(&raw, word, secrets)?) } else { None };
    let given = raw.issuer.is_some() || raw.client_id.is_some();
    let tokens = tokens(raw.tokens, connections, wrong);
    let groups = groups(raw.groups, connections, wrong);
    let mut proxies = Vec::new();
    for network in &raw.proxies {
        match network_of(network.get_ref()) {
            Some(network) => proxies.push(network),
            None => wrong.push(Wrong::new(network, "proxies takes addresses and networks such as 10.0.0.5 or 10.0.0.0/24")),
        }
    }
    let of_mode = |given: bool, modes: &[Mode], name: &str| match given && !modes.contains(&mode) {
        true => Some(Wrong::new(word, format!("{name} has no meaning in mode \"{}\"", mode.word()))),
        false => None,
    };
    wrong.extend(of_mode(!tokens.is_empty(), &[Mode::Tokens, Mode::Oidc], "[[sign_in.tokens]]"));
    wrong.extend(of_mode(!groups.is_empty(), &[Mode::Proxy, Mode::Oidc], "[[sign_in.groups]]"));
    wrong.extend(of_mode(given, &[Mode::Oidc], "issuer or client_id"));
    wrong.extend(of_mode(raw.user_header.is_some() || raw.groups_header.is_some(), &[Mode::Proxy], "user_header or groups_header"));
    if mode == Mode::Tokens && tokens.is_empty() && wrong.is_empty() {
        wrong.push(Wrong::new(word, "mode \"tokens\" needs a [[sign_in.tokens]] entry; `sluice token new` prints one"));
    }
    if matches!(mode, Mode::Proxy | Mode::Oidc) && groups.is_empty() && wrong.is_empty() {
        let reason = format!("mode \"{}\" needs a [[sign_in.groups]] entry: without one nobody has a role", mode.word());
        wrong.push(Wrong::new(word, reason));
    }
    let default = Lifetime::default();
    let lifetime = Lifetime {
        idle: duration(raw.idle_minutes.as_ref(), "idle_minutes", 1..=43_200, MINUTE)?.unwrap_or(default.idle),
        whole: duration(raw.session_hours.as_ref(), "session_hours", 1..=2_160, HOUR)?.unwrap_or(default.whole),
    };
    let user = header(raw.user_header.as_ref(), "x-forwarded-user")?;
    let groups_header = header(raw.groups_header.as_ref(), "x-forwarded-groups")?;
    if let Some(url) = &raw.sign_out_url
        && !(url.get_ref().starts_with("https://") || url.get_ref().starts_with('/') && !url.get_ref().starts_with("//"))
    {
        return Err(Wrong::new(url, "sign_out_url begins with https:// or with one slash"));
    }
    Ok(SignIn {
        mode,
        lifetime,
        tokens,
        groups,
        proxies,
        headers: ProxyHeaders { user, groups: groups_header },
        sign_out: raw.sign_out_url.map(Spanned::into_inner),
        base: String::new(),
        provider: provider.map(Arc::new),
    })
}

fn provider(raw: &RawSignIn, word: &Spanned<String>, secrets: &Secrets<'_>) -> Result<Provider, Wrong> {
    if let Some(secret) = &raw.client_secret {
        return Err(Wrong::new(secret, "a secret does not belong into this file: name it with client_secret_env or client_secret_file"));
    }
    let missing = |name: &str| Wrong::new(word, format!("mode \"oidc\" needs `{name}`"));
    let issuer = raw.issuer.as_ref().ok_or_else(|| missing("issuer"))?;
    let fits = |url: &Url| url.scheme() == "https" || url.scheme() == "http" && is_loopback(url);
    if !Url::parse(issuer.get_ref()).is_ok_and(|url| fits(&url) && url.query().is_none() && url.fragment().is_none()) {
        return Err(Wrong::new(issuer, "issuer is the https address of the identity provider, as it names itself"));
    }
    let client_id = raw.client_id.as_ref().ok_or_else(|| missing("client_id"))?.get_ref().clone();
    let secret = match (&raw.client_secret_env, &raw.client_secret_file) {
        (Some(_), Some(file)) => return Err(Wrong::new(file, "name client_secret_env or client_secret_file, not both")),
        (Some(name), None) => {
            let found = (secrets.variable)(name.get_ref());
            Some(found.ok_or_else(|| Wrong::new(name, format!("the environment variable {} is not set", name.get_ref())))?)
        }
        (None, Some(file)) => {
            let found = (secrets.file)(file.get_ref());
            Some(found.map_err(|error| Wrong::new(file, format!("{} cannot be read: {error}", file.get_ref().display())))?)
        }
        (None, None) => None,
    };
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let settings = Settings {
        issuer: issuer.get_ref().clone(),
        client_id,
        client_secret: secret.map(|secret| Secret(secret.trim().to_owned())),
        scopes: raw.scopes.clone().unwrap_or_else(|| words(&["profile", "email"])),
        groups_claim: raw.groups_claim.clone().unwrap_or_else(|| "groups".into()),
        name_claim: raw.name_claim.clone().unwrap_or_else(|| "preferred_username".into()),
    };
    Provider::new(settings).map_err(|reason| Wrong::new(issuer, reason))
}

fn modes() -> String {
    Mode::ALL.map(|mode| format!("\"{}\"", mode.word())).join(", ")
}

fn tokens(raw: Vec<Spanned<RawToken>>, connections: &[&str], wrong: &mut Vec<Wrong>) -> Vec<Token> {
    let mut tokens: BTreeMap<Hash, Token> = BTreeMap::new();
    for entry in raw {
        let at = entry.span().start;
        match token(entry.into_inner(), at, connections) {
            Err(problem) => wrong.push(problem),
            Ok((hash, name, grant)) => match tokens.get_mut(&hash) {
                // Roles of one token in several places.
                Some(known) if known.name == name => known.grants.push(grant),
                Some(_) => {
                    wrong.push(Wrong { at, reason: "this token has another name already; give each person a token of their own".into() })
                }
                None => {
                    tokens.insert(hash.clone(), Token { name, hash, grants: vec![grant] });
                }
            },
        }
    }
    tokens.into_values().collect()
}

fn token(raw: RawToken, at: usize, connections: &[&str]) -> Result<(Hash, String, Grant), Wrong> {
    if let Some(token) = &raw.token {
        return Err(Wrong::new(
            token,
            "a token does not belong into this file, which gets copied. Make a new one with `sluice token new`, and put its hash here",
        ));
    }
    let name = raw.name.as_ref().ok_or_else(|| Wrong { at, reason: "this token has no `name`: it stands in the audit log".into() })?;
    let hash = raw.hash.as_ref().ok_or_else(|| Wrong { at, reason: "this token has no `hash`; `sluice token new` prints one".into() })?;
    let read = Hash::read(hash.get_ref()).ok_or_else(|| Wrong::new(hash, "this is no hash of a token; `sluice token new` prints one"))?;
    let grant = grant(raw.role.as_ref(), raw.connections, raw.flows, at, connections)?;
    Ok((read, person(name)?, grant))
}

fn groups(raw: Vec<Spanned<RawGroup>>, connections: &[&str], wrong: &mut Vec<Wrong>) -> Vec<GroupRole> {
    let mut groups = Vec::new();
    for entry in raw {
        let at = entry.span().start;
        let raw = entry.into_inner();
        let read = match &raw.group {
            Some(group) if !group.get_ref().trim().is_empty() => grant(raw.role.as_ref(), raw.connections, raw.flows, at, connections)
                .map(|grant| GroupRole { group: group.get_ref().trim().to_owned(), grant }),
            _ => Err(Wrong { at, reason: "this entry has no `group`".into() }),
        };
        match read {
            Ok(group) => groups.push(group),
            Err(problem) => wrong.push(problem),
        }
    }
    groups
}

fn grant(
    role: Option<&Spanned<String>>,
    named: Option<Vec<Spanned<String>>>,
    flows: Option<Spanned<Vec<String>>>,
    at: usize,
    connections: &[&str],
) -> Result<Grant, Wrong> {
    let roles = Role::ALL.map(Role::word).join(", ");
    let word = role.ok_or_else(|| Wrong { at, reason: format!("this entry has no `role`: {roles}") })?;
    let role = Role::of_word(word.get_ref()).ok_or_else(|| Wrong::new(word, format!("role is one of {roles}")))?;
    for id in named.iter().flatten() {
        if !connections.contains(&id.get_ref().as_str()) {
            return Err(Wrong::new(id, format!("no connection has the id `{}`", id.get_ref())));
        }
    }
    if let Some(flows) = &flows {
        if named.as_ref().is_none_or(|named| named.len() != 1) {
            return Err(Wrong::new(flows, "flows belong to one connection: name it with connections = [\"…\"]; write an entry for each"));
        }
        if flows.get_ref().iter().any(|flow| flow.trim().is_empty()) {
            return Err(Wrong::new(flows, "flows takes the vendor's ids of flows"));
        }
    }
    let connections = named.map(|named| named.into_iter().map(Spanned::into_inner).collect::<BTreeSet<_>>());
    Ok(Grant { role, connections, flows: flows.map(|flows| flows.into_inner().into_iter().collect()) })
}

fn person(name: &Spanned<String>) -> Result<String, Wrong> {
    let text = name.get_ref().trim();
    if (1..=200).contains(&text.chars().count()) && !text.chars().any(char::is_control) {
        return Ok(text.to_owned());
    }
    Err(Wrong::new(name, "a name has 1 to 200 characters; it stands in the audit log"))
}

fn network_of(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<std::net::IpAddr>().ok().map(IpNet::from))
}

fn header(value: Option<&Spanned<String>>, default: &'static str) -> Result<HeaderName, Wrong> {
    const OURS: [&str; 6] = ["host", "origin", "cookie", "authorization", "content-type", "content-length"];
    let Some(value) = value else { return Ok(HeaderName::from_static(default)) };
    HeaderName::try_from(value.get_ref().as_str())
        .ok()
        .filter(|name| !OURS.contains(&name.as_str()))
        .ok_or_else(|| Wrong::new(value, "this is no name of a header that a proxy could set"))
}

fn duration(value: Option<&Spanned<i64>>, name: &str, range: std::ops::RangeInclusive<u64>, unit: u64) -> Result<Option<Duration>, Wrong> {
    let Some(value) = value else { return Ok(None) };
    match u64::try_from(*value.get_ref()).ok().filter(|count| range.contains(count)) {
        Some(count) => Ok(Some(Duration::from_secs(count * unit))),
        None => Err(Wrong::new(value, format!("{name} is {} to {}", range.start(), range.end()))),
    }
}
