//! The tables `[store]`, `[audit]` and `[ledger]`: what the gateway itself keeps.

use serde::Deserialize;
use toml::Spanned;

use super::{Config, Wrong};
use crate::audit::retention::Keep;
use crate::store::{Location, PostgresUrl};

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawStore {
    url: Option<Spanned<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAudit {
    keep: Option<Spanned<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLedger {
    walk: Option<bool>,
    requests_per_second: Option<Spanned<i64>>,
    again_hours: Option<Spanned<i64>>,
}

pub(super) fn check(store: RawStore, audit: RawAudit, ledger: RawLedger, config: &mut Config, wrong: &mut Vec<Wrong>) {
    if let Some(url) = store.url {
        match PostgresUrl::read(url.get_ref()) {
            Ok(_) if config.store.is_some() => wrong.push(Wrong::new(&url, "give `store` under [server] or `url` here, not both")),
            Ok(read) => config.store = Some(Location::Postgres(read)),
            Err(reason) => wrong.push(Wrong::new(&url, reason)),
        }
    }
    if let Some(keep) = audit.keep {
        match Keep::read(keep.get_ref()) {
            Ok(read) => config.audit_keep = Some(read),
            Err(reason) => wrong.push(Wrong::new(&keep, reason)),
        }
    }
    config.ledger.walk = ledger.walk.unwrap_or(config.ledger.walk);
    let mut number = |value: Option<Spanned<i64>>, name: &str, most: u32, place: &mut u32| {
        let Some(value) = value else { return };
        match u32::try_from(*value.get_ref()) {
            Ok(number @ 1..) if number <= most => *place = number,
            _ => wrong.push(Wrong::new(&value, format!("{name} is a whole number from 1 to {most}"))),
        }
    };
    number(ledger.requests_per_second, "requests_per_second", 1_000, &mut config.ledger.requests_per_second);
    number(ledger.again_hours, "again_hours", 24 * 366, &mut config.ledger.again_hours);
}
