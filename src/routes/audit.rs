use crate::data::audit::Word;
use crate::platform::clock;
use runs::value::percent::{decode, encode};

/// What the log's address filters by; all of it stands there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditAddress {
    pub connection: Option<String>,
    pub flow: Option<String>,
    pub run: Option<String>,
    pub review: Option<String>,
    pub who: Option<String>,
    pub outcome: Option<Word>,
    /// Days in the reader's zone, both included: `2026-11-22`.
    pub from: Option<String>,
    pub to: Option<String>,
}

impl AuditAddress {
    pub fn read(query: &str) -> Self {
        let value = |name: &str| {
            let pair = query.trim_start_matches('?').split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
            pair.map(decode).filter(|value| !value.is_empty())
        };
        let day = |name: &str| value(name).filter(|day| clock::day(day, 0).is_some());
        Self {
            connection: value("c"),
            flow: value("flow"),
            run: value("run"),
            review: value("review"),
            who: value("who"),
            outcome: value("outcome").and_then(|slug| Word::from_slug(&slug)),
            from: day("from"),
            to: day("to"),
        }
    }

    /// With the question mark, or nothing.
    pub fn write(&self) -> String {
        let pairs = [
            ("c", self.connection.as_deref()),
            ("flow", self.flow.as_deref()),
            ("run", self.run.as_deref()),
            ("review", self.review.as_deref()),
            ("who", self.who.as_deref()),
            ("outcome", self.outcome.map(Word::slug)),
            ("from", self.from.as_deref()),
            ("to", self.to.as_deref()),
        ];
        let mut query = String::new();
        for (name, value) in pairs {
            if let Some(value) = value {
                query.push(if query.is_empty() { '?' } else { '&' });
                query.push_str(name);
                query.push('=');
                query.push_str(&encode(value));
            }
        }
        query
    }

    /// What the gateway is asked.
    pub fn asked(&self) -> Vec<(&'static str, String)> {
        let day = |day: &Option<String>, later: i32| Some(clock::day(day.as_deref()?, later)?.iso());
        let pairs = [
            ("connection", self.connection.clone()),
            ("flow", self.flow.clone()),
            ("run", self.run.clone()),
            ("review", self.review.clone()),
            ("who", self.who.clone()),
            ("outcome", self.outcome.map(|word| word.slug().to_owned())),
            ("from", day(&self.from, 0)),
            ("to", day(&self.to, 1)),
        ];
        pairs.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    pub fn filtered(&self) -> bool {
        *self != Self::default()
    }
}
