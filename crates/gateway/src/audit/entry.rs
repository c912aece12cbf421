//! One entry as the app sends it, checked and bounded.

use runs::Json;
use serde::Deserialize;

/// The largest entry in bytes: a form of 500 fields and more, each before and after.
pub const MAX_ENTRY: usize = 8 * 1024 * 1024;
const MAX_CHANGES: usize = 20_000;
const MAX_ID: usize = 512;
const MAX_NAME: usize = 512;
const MAX_WHO: usize = 200;
const MAX_PATH: usize = 4_096;
const MAX_REASON: usize = 10_000;
/// Times are between 1970 and the year 9999, in milliseconds.
const MAX_TIME: i64 = 253_402_300_800_000;

/// What is known of a decision once it was sent. `Failed`: nothing was recorded and nothing is on its way.
pub const OUTCOMES: [&str; 9] = [
    "accepted",
    "already_mine",
    "decided_by_another",
    "changed",
    "no_longer_waiting",
    "invalid",
    "not_permitted",
    "not_confirmed",
    "failed",
];

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Intent,
    Outcome,
}

impl Kind {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Intent => "intent",
            Self::Outcome => "outcome",
        }
    }
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    Approve,
    Reject,
}

impl Decision {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject => "reject",
        }
    }
}

#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub kind: Kind,
    pub key: String,
    pub connection: String,
    pub flow: String,
    pub flow_name: Option<String>,
    pub run: String,
    pub review: String,
    pub review_name: String,
    pub pin: String,
    pub attempt: Option<u32>,
    pub decision: Decision,
    pub outcome: Option<String>,
    pub who: String,
    pub reason: Option<String>,
    pub waiting_since: Option<i64>,
    /// When the vendor recorded it.
    pub recorded_at: Option<i64>,
    /// The browser's clock.
    pub client_at: i64,
    #[serde(default)]
    pub changes: Vec<Change>,
}

/// One field; a missing `before` is an added one, a missing `after` a removed one. `null` is a value.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Change {
    pub path: String,
    #[serde(default, deserialize_with = "present")]
    pub before: Option<Json>,
    #[serde(default, deserialize_with = "present")]
    pub after: Option<Json>,
}

fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Json>, D::Error> {
    Json::deserialize(deserializer).map(Some)
}

impl Change {
    /// The path with `*` for places in lists, so that the same column of different lines is one field.
    pub fn field(&self) -> String {
        let place = |token: &str| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
        let tokens: Vec<&str> = self.path.split('/').map(|token| if place(token) { "*" } else { token }).collect();
        tokens.join("/")
    }
}

impl Entry {
    /// Reads and checks an entry; `Err` says what is wrong with which field.
    pub fn read(body: &[u8]) -> Result<Self, String> {
        let mut entry: Self = serde_json::from_slice(body).map_err(|error| format!("The entry cannot be read: {error}."))?;
        entry.mend();
        entry.check()?;
        Ok(entry)
    }

    /// PostgreSQL keeps no text with U+0000, which a vendor's name may hold; the log says the same whatever keeps it.
    fn mend(&mut self) {
        let all = [
            Some(&mut self.key),
            Some(&mut self.connection),
            Some(&mut self.flow),
            self.flow_name.as_mut(),
            Some(&mut self.run),
            Some(&mut self.review),
            Some(&mut self.review_name),
            Some(&mut self.pin),
            Some(&mut self.who),
            self.reason.as_mut(),
        ];
        for text in all.into_iter().flatten().chain(self.changes.iter_mut().map(|change| &mut change.path)) {
            if text.contains('\0') {
                *text = text.replace('\0', "\u{fffd}");
            }
        }
    }

    fn check(&self) -> Result<(), String> {
        let bounded = |name: &str, text: &str, most: usize| match text.chars().count() {
            0 => Err(format!("{name}: it is empty.")),
            length if length > most => Err(format!("{name}: it has {length} characters, {most} are allowed.")),
            _ => Ok(()),
        };
        for (name, text) in
            [("key", &self.key), ("connection", &self.connection), ("run", &self.run), ("review", &self.review), ("pin", &self.pin)]
        {
            bounded(name, text, MAX_ID)?;
        }
        // Some vendors' runs name no flow.
        if !self.flow.is_empty() {
            bounded("flow", &self.flow, MAX_ID)?;
        }
        bounded("review_name", &self.review_name, MAX_NAME)?;
        bounded("who", self.who.trim(), MAX_WHO)?;
        if let Some(name) = &self.flow_name {
            bounded("flow_name", name, MAX_NAME)?;
        }
        if let Some(reason) = &self.reason {
            bounded("reason", reason, MAX_REASON)?;
        }
        for (name, time) in [("client_at", Some(self.client_at)), ("waiting_since", self.waiting_since), ("recorded_at", self.recorded_at)]
        {
            if time.is_some_and(|time| !(0..MAX_TIME).contains(&time)) {
                return Err(format!("{name}: milliseconds since 1970 are expected."));
            }
        }
        match (self.kind, &self.outcome) {
            (Kind::Intent, Some(_)) => return Err("outcome: an intent has none yet.".into()),
            (Kind::Intent, None) if self.recorded_at.is_some() => return Err("recorded_at: an intent is not recorded yet.".into()),
            (Kind::Outcome, None) => return Err("outcome: it is missing.".into()),
            (Kind::Outcome, Some(word)) if !OUTCOMES.contains(&word.as_str()) => {
                return Err(format!("outcome: one of {} is expected.", OUTCOMES.join(", ")));
            }
            (Kind::Outcome, Some(_)) if !self.changes.is_empty() => return Err("changes: they belong to the intent.".into()),
            (Kind::Intent, None) | (Kind::Outcome, Some(_)) => {}
        }
        if self.changes.len() > MAX_CHANGES {
            return Err(format!("changes: there are {}, {MAX_CHANGES} are allowed.", self.changes.len()));
        }
        for change in &self.changes {
            if !change.path.is_empty() {
                bounded("changes.path", &change.path, MAX_PATH)?;
            }
            if !change.path.is_empty() && !change.path.starts_with('/') {
                return Err("changes.path: a JSON pointer is expected.".into());
            }
            if change.before.is_none() && change.after.is_none() {
                return Err(format!("changes: {} has neither before nor after.", change.path));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Change;

    #[test]
    fn the_same_column_of_different_lines_is_one_field() {
        for (path, field) in [("/total", "/total"), ("/lines/12/amount", "/lines/*/amount"), ("/0/invoice/2nd", "/*/invoice/2nd"), ("", "")]
        {
            assert_eq!(Change { path: path.into(), before: None, after: None }.field(), field);
        }
    }
}
