//! The `[notify]` table: who is told when a review waits.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use ipnet::IpNet;
use lettre::message::Mailbox;
use lettre::transport::smtp::client::Certificate;
use reqwest::Url;
use serde::Deserialize;
use serde::de::IgnoredAny;
use toml::Spanned;

use super::connection::{bounded, is_slug, is_variable};
use super::{Surroundings, Wrong};
use crate::notify::{Allowed, Channel, Mail, Secret, Settings, Template, Tls, Way, Webhook};
use crate::upstream::is_loopback;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawNotify {
    public_url: Option<Spanned<String>>,
    every_seconds: Option<Spanned<i64>>,
    #[serde(default)]
    allow_private: Vec<Spanned<String>>,
    #[serde(default)]
    webhooks: Vec<Spanned<RawWebhook>>,
    #[serde(default)]
    emails: Vec<Spanned<RawEmail>>,
    #[serde(default)]
    templates: Vec<Spanned<RawTemplate>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWebhook {
    id: Option<Spanned<String>>,
    url: Option<Spanned<String>>,
    url_env: Option<Spanned<String>>,
    url_file: Option<Spanned<PathBuf>>,
    /// Known only to be refused with the reason.
    secret: Option<Spanned<IgnoredAny>>,
    secret_env: Option<Spanned<String>>,
    secret_file: Option<Spanned<PathBuf>>,
    connections: Option<Vec<Spanned<String>>>,
    flows: Option<Spanned<Vec<String>>>,
    digest_minutes: Option<Spanned<i64>>,
    per_minute: Option<Spanned<i64>>,
    timeout_seconds: Option<Spanned<i64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEmail {
    id: Option<Spanned<String>>,
    server: Option<Spanned<String>>,
    port: Option<Spanned<i64>>,
    tls: Option<Spanned<String>>,
    ca_file: Option<Spanned<PathBuf>>,
    user: Option<Spanned<String>>,
    /// Known only to be refused with the reason.
    password: Option<Spanned<IgnoredAny>>,
    password_env: Option<Spanned<String>>,
    password_file: Option<Spanned<PathBuf>>,
    from: Option<Spanned<String>>,
    #[serde(default)]
    to: Vec<Spanned<String>>,
    connections: Option<Vec<Spanned<String>>>,
    flows: Option<Spanned<Vec<String>>>,
    digest_minutes: Option<Spanned<i64>>,
    per_minute: Option<Spanned<i64>>,
    timeout_seconds: Option<Spanned<i64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTemplate {
    connection: Option<Spanned<String>>,
    subject: Option<Spanned<String>>,
    text: Option<Spanned<String>>,
}

/// What the rest of the file says that matters here.
pub(super) struct Around<'a> {
    pub connections: &'a [&'a str],
    pub public_hosts: &'a [String],
    pub base_path: &'a str,
    pub folder: &'a Path,
    pub from: &'a dyn Surroundings,
}

pub(super) fn check(raw: Option<Spanned<RawNotify>>, around: &Around<'_>, wrong: &mut Vec<Wrong>) -> Option<Settings> {
    let raw = raw?;
    let at = raw.span().start;
    match read(raw.into_inner(), at, around, wrong) {
        Ok(settings) => Some(settings),
        Err(problem) => {
            wrong.push(problem);
            None
        }
    }
}

fn read(raw: RawNotify, at: usize, around: &Around<'_>, wrong: &mut Vec<Wrong>) -> Result<Settings, Wrong> {
    let mut networks = Vec::new();
    for network in &raw.allow_private {
        let text = network.get_ref();
        match text.parse::<IpNet>().or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from)) {
            Ok(network) => networks.push(network),
            Err(_) => wrong.push(Wrong::new(network, "allow_private takes addresses and networks such as 10.0.0.5 or 10.0.0.0/24")),
        }
    }
    let allowed = Allowed::new(networks);
    let public_url = public_url(raw.public_url.as_ref(), at, around)?;
    let own_name = Url::parse(&public_url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    let every = bounded(raw.every_seconds.as_ref(), "every_seconds", 1, 86_400)?.unwrap_or(30);
    let (mut channels, mut ids) = (Vec::new(), BTreeSet::new());
    let webhooks = raw.webhooks.into_iter().map(|entry| webhook(entry, &allowed, around));
    let emails = raw.emails.into_iter().map(|entry| email(entry, &allowed, &own_name, around));
    for channel in webhooks.collect::<Vec<_>>().into_iter().chain(emails) {
        match channel {
            Ok((channel, at)) if !ids.insert(channel.id.clone()) => {
                wrong.push(Wrong { at, reason: format!("two channels have the id `{}`; what was told is kept by it", channel.id) });
            }
            Ok((channel, _)) => channels.push(channel),
            Err(problem) => wrong.push(problem),
        }
    }
    let mut templates = BTreeMap::new();
    for entry in raw.templates {
        match template(entry, around) {
            Ok((connection, template)) => drop(templates.insert(connection, template)),
            Err(problem) => wrong.push(problem),
        }
    }
    if channels.is_empty() && wrong.is_empty() {
        return Err(Wrong { at, reason: "[notify] needs a [[notify.webhooks]] or [[notify.emails]] entry, or nobody is told".into() });
    }
    Ok(Settings { public_url, every: Duration::from_secs(every), channels, templates })
}

/// Where links lead: what stands there, or the first public host.
fn public_url(value: Option<&Spanned<String>>, at: usize, around: &Around<'_>) -> Result<String, Wrong> {
    let Some(value) = value else {
        let host = around.public_hosts.first().ok_or_else(|| Wrong {
            at,
            reason: "[notify] has no `public_url`, the address that people open Sluice by, and there are no public_hosts".into(),
        })?;
        return Ok(format!("https://{host}{}", around.base_path));
    };
    let fits = |url: &Url| {
        matches!(url.scheme(), "https" | "http")
            && url.host().is_some()
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
    };
    match Url::parse(value.get_ref()) {
        Ok(url) if fits(&url) => Ok(url.as_str().trim_end_matches('/').to_owned()),
        _ => {
            Err(Wrong::new(value, "public_url is the address that people open Sluice by: https://sluice.example.com/, with the base path"))
        }
    }
}

/// What both kinds of channels have.
struct Common {
    connections: Option<Vec<Spanned<String>>>,
    flows: Option<Spanned<Vec<String>>>,
    digest_minutes: Option<Spanned<i64>>,
    per_minute: Option<Spanned<i64>>,
    timeout: Duration,
}

impl Common {
    fn channel(self, id: &str, way: Way, allowed: &Allowed, around: &Around<'_>) -> Result<Channel, Wrong> {
        if let Some(unknown) = self.connections.iter().flatten().find(|one| !around.connections.contains(&one.get_ref().as_str())) {
            return Err(Wrong::new(unknown, format!("there is no connection `{}`", unknown.get_ref())));
        }
        if let Some(flows) = &self.flows
            && self.connections.as_ref().is_none_or(|connections| connections.len() != 1)
        {
            return Err(Wrong::new(flows, "flows are ids of one connection: name it, and no other, under `connections`"));
        }
        let digest = bounded(self.digest_minutes.as_ref(), "digest_minutes", 0, 10_080)?.filter(|minutes| *minutes > 0);
        let per_minute = bounded(self.per_minute.as_ref(), "per_minute", 1, 600)?.unwrap_or(20);
        Ok(Channel {
            id: id.to_owned(),
            way,
            connections: self.connections.map(|list| list.into_iter().map(Spanned::into_inner).collect()),
            flows: self.flows.map(Spanned::into_inner),
            digest: digest.map(|minutes| Duration::from_secs(minutes * 60)),
            per_minute: u32::try_from(per_minute).unwrap_or(20),
            timeout: self.timeout,
            allowed: allowed.clone(),
        })
    }
}

fn id(value: Option<&Spanned<String>>, at: usize) -> Result<String, Wrong> {
    let value = value.ok_or_else(|| Wrong { at, reason: "this channel has no `id`".into() })?;
    if is_slug(value.get_ref()) {
        return Ok(value.get_ref().clone());
    }
    Err(Wrong::new(value, "an id has 1 to 40 small letters, digits and dashes"))
}

fn timeout(value: Option<&Spanned<i64>>) -> Result<Duration, Wrong> {
    Ok(Duration::from_secs(bounded(value, "timeout_seconds", 1, 120)?.unwrap_or(20)))
}

fn webhook(entry: Spanned<RawWebhook>, allowed: &Allowed, around: &Around<'_>) -> Result<(Channel, usize), Wrong> {
    let at = entry.span().start;
    let raw = entry.into_inner();
    let id = id(raw.id.as_ref(), at)?;
    if let Some(secret) = &raw.secret {
        return Err(Wrong::new(secret, "a secret does not belong into this file: name it with secret_env or secret_file"));
    }
    let secret = secret(raw.secret_env.as_ref(), raw.secret_file.as_ref(), "secret", around)?;
    let secret = secret.map(|(text, at)| {
        let reason = "the secret is whsec_ and 24 to 64 bytes in base64: echo whsec_$(openssl rand -base64 32)";
        Secret::read(&text).ok_or_else(|| Wrong { at, reason: reason.into() })
    });
    let secret = secret.transpose()?;
    let (text, url_at) = match (&raw.url, self::secret(raw.url_env.as_ref(), raw.url_file.as_ref(), "url", around)?) {
        (Some(url), None) => (url.get_ref().clone(), url.span().start),
        (None, Some(found)) => found,
        (Some(url), Some(_)) => return Err(Wrong::new(url, "name one of url, url_env and url_file")),
        (None, None) => return Err(Wrong { at, reason: "this webhook has no `url`, url_env or url_file".into() }),
    };
    let refuse = |reason: &str| Err(Wrong { at: url_at, reason: reason.into() });
    // It is not repeated: the addresses of chat programs let in whoever knows them.
    let Ok(url) = Url::parse(text.trim()) else {
        return refuse("the webhook's address is not a URL; it looks like https://hooks.example.com/…");
    };
    let literal = url.host_str().and_then(|host| host.trim_start_matches('[').trim_end_matches(']').parse().ok());
    match (url.scheme(), literal) {
        ("https" | "http", Some(address)) if !allowed.permits(address) => {
            return refuse("the webhook is at a private address: name it under allow_private, if that is meant");
        }
        ("https", _) => {}
        ("http", Some(address)) if allowed.names(address) => {}
        ("http", None) if is_loopback(&url) => {}
        ("http", _) => return refuse("http would show the message to everybody on the way: use https"),
        _ => return refuse("the webhook's address begins with https://"),
    }
    let timeout = timeout(raw.timeout_seconds.as_ref())?;
    let webhook = Webhook::new(url, secret, timeout, allowed).map_err(|reason| Wrong { at, reason })?;
    let common =
        Common { connections: raw.connections, flows: raw.flows, digest_minutes: raw.digest_minutes, per_minute: raw.per_minute, timeout };
    Ok((common.channel(&id, Way::Webhook(webhook), allowed, around)?, at))
}

fn email(entry: Spanned<RawEmail>, allowed: &Allowed, own_name: &str, around: &Around<'_>) -> Result<(Channel, usize), Wrong> {
    let at = entry.span().start;
    let raw = entry.into_inner();
    let id = id(raw.id.as_ref(), at)?;
    if let Some(password) = &raw.password {
        return Err(Wrong::new(password, "a password does not belong into this file: name it with password_env or password_file"));
    }
    let missing = |name: &str| Wrong { at, reason: format!("this e-mail channel has no `{name}`") };
    let server = raw.server.as_ref().ok_or_else(|| missing("server"))?;
    let host = server.get_ref().trim().to_owned();
    if !Url::parse(&format!("https://{host}/")).is_ok_and(|url| url.host_str() == Some(host.as_str()) && url.path() == "/") {
        return Err(Wrong::new(server, "server is the mail server's name, such as smtp.example.com; its port has an option of its own"));
    }
    let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>().ok();
    if literal.is_some_and(|address| !allowed.permits(address)) {
        return Err(Wrong::new(server, "the mail server is at a private address: name it under allow_private, if that is meant"));
    }
    let tls = match &raw.tls {
        None => Tls::Starttls,
        Some(word) => Tls::of_word(word.get_ref()).ok_or_else(|| Wrong::new(word, format!("tls is {}", Tls::WORDS)))?,
    };
    if let (Tls::None, Some(word)) = (tls, &raw.tls)
        && !literal.is_some_and(|address| allowed.names(address))
    {
        return Err(Wrong::new(word, "without TLS a mail server has to be named by an address that allow_private names"));
    }
    let authority = match &raw.ca_file {
        None => None,
        Some(file) => {
            let path = around.folder.join(file.get_ref());
            let text =
                around.from.file(&path).map_err(|reason| Wrong::new(file, format!("{} cannot be read: {reason}", path.display())))?;
            // A text without any is taken for a list of none.
            let read = Certificate::from_pem(text.as_bytes()).ok().filter(|_| text.contains("-----BEGIN CERTIFICATE-----"));
            Some(read.ok_or_else(|| Wrong::new(file, "ca_file holds no certificate in PEM"))?)
        }
    };
    let password = secret(raw.password_env.as_ref(), raw.password_file.as_ref(), "password", around)?;
    let credentials = match (&raw.user, password) {
        (Some(user), Some((password, _))) => Some((user.get_ref().clone(), password.trim().to_owned())),
        (None, None) => None,
        (Some(user), None) => return Err(Wrong::new(user, "a user needs password_env or password_file")),
        (None, Some((_, at))) => return Err(Wrong { at, reason: "a password needs `user`".into() }),
    };
    let mailbox = |value: &Spanned<String>| {
        let reason = "this is no address; it looks like reviews@example.com, or Reviews <reviews@example.com>";
        value.get_ref().parse::<Mailbox>().map_err(|_| Wrong::new(value, reason))
    };
    let to = raw.to.iter().map(mailbox).collect::<Result<Vec<_>, _>>()?;
    if to.is_empty() {
        return Err(missing("to"));
    }
    let port = bounded(raw.port.as_ref(), "port", 1, 65_535)?.and_then(|port| u16::try_from(port).ok()).unwrap_or(tls.port());
    let from = mailbox(raw.from.as_ref().ok_or_else(|| missing("from"))?)?;
    let mail = Mail { host, port, tls, authority, credentials, from, to, own_name: own_name.to_owned() };
    let common = Common {
        connections: raw.connections,
        flows: raw.flows,
        digest_minutes: raw.digest_minutes,
        per_minute: raw.per_minute,
        timeout: timeout(raw.timeout_seconds.as_ref())?,
    };
    Ok((common.channel(&id, Way::Mail(Box::new(mail)), allowed, around)?, at))
}

fn template(entry: Spanned<RawTemplate>, around: &Around<'_>) -> Result<(String, Template), Wrong> {
    let at = entry.span().start;
    let raw = entry.into_inner();
    let connection = raw.connection.ok_or_else(|| Wrong { at, reason: "this template has no `connection`".into() })?;
    if !around.connections.contains(&connection.get_ref().as_str()) {
        return Err(Wrong::new(&connection, format!("there is no connection `{}`", connection.get_ref())));
    }
    let usual = Template::default();
    let text = |value: Option<Spanned<String>>, usual: String| match value {
        None => Ok(usual),
        Some(value) => match Template::unknown_place(value.get_ref()) {
            None => Ok(value.into_inner()),
            Some(place) => {
                let reason =
                    format!("{{{place}}} means nothing: there are {{connection}}, {{flow}}, {{step}}, {{run}}, {{since}} and {{link}}");
                Err(Wrong::new(&value, reason))
            }
        },
    };
    let template = Template { subject: text(raw.subject, usual.subject)?, text: text(raw.text, usual.text)? };
    Ok((connection.into_inner(), template))
}

/// A secret from a variable or a file, and where the file says so.
fn secret(
    env: Option<&Spanned<String>>,
    file: Option<&Spanned<PathBuf>>,
    name: &str,
    around: &Around<'_>,
) -> Result<Option<(String, usize)>, Wrong> {
    match (env, file) {
        (None, None) => Ok(None),
        (Some(_), Some(file)) => Err(Wrong::new(file, format!("name {name}_env or {name}_file, not both"))),
        (Some(env), None) => {
            // Its name is not echoed unless it looks like one: somebody may have put the secret itself here.
            if !is_variable(env.get_ref()) {
                return Err(Wrong::new(env, format!("{name}_env is the name of an environment variable, not the {name}")));
            }
            let found = around.from.variable(env.get_ref());
            let text = found.ok_or_else(|| Wrong::new(env, format!("the environment variable {} is not set", env.get_ref())))?;
            Ok(Some((text, env.span().start)))
        }
        (None, Some(file)) => {
            let path = around.folder.join(file.get_ref());
            let text =
                around.from.file(&path).map_err(|reason| Wrong::new(file, format!("{} cannot be read: {reason}", path.display())))?;
            Ok(Some((text, file.span().start)))
        }
    }
}
