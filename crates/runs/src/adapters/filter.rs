//! Filters of a list of runs beside flow and status, and which of them a vendor applies itself.

use crate::model::status::StatusKind;
use crate::model::{Run, TriggerKind};
use crate::value::json::plain;
use crate::value::percent::encode;
use crate::value::time::Timestamp;

/// Everything is asked for by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Empty: any.
    pub triggers: Vec<TriggerKind>,
    pub created: Created,
    pub at_least_ms: Option<u64>,
    pub at_most_ms: Option<u64>,
    /// Part of the id, the name or the metadata, as `value` or `key:value`, whatever its case.
    pub text: String,
    /// Those of an address that its vendor cannot be asked for together; no part of an address by itself.
    pub statuses: Vec<StatusKind>,
}

/// When a run was created.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Created {
    #[default]
    Any,
    /// So many minutes ago at most.
    Last(u32),
    /// Both inclusive.
    Between(Option<Timestamp>, Option<Timestamp>),
}

/// What a dialect filters by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filters {
    /// How many triggers at once.
    pub triggers: usize,
    pub created: bool,
    pub duration: bool,
}

impl Filters {
    pub const NONE: Self = Self { triggers: 0, created: false, duration: false };
}

/// What a dialect's lists say of each run, so that it can be filtered by here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Those that can occur in them.
    pub triggers: &'static [TriggerKind],
    pub durations: bool,
    /// Names or metadata: what a text is found in beside the id.
    pub texts: bool,
}

impl Listed {
    pub const ALL: Self = Self { triggers: &TRIGGER_KINDS, durations: true, texts: true };
}

/// What is left to be applied to the runs that were loaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FilterParts {
    pub statuses: bool,
    pub triggers: bool,
    pub created: bool,
    pub duration: bool,
    pub text: bool,
}

impl FilterParts {
    pub const fn any(self) -> bool {
        self.statuses || self.triggers || self.created || self.duration || self.text
    }
}

const TRIGGERS: [(TriggerKind, &str); 6] = [
    (TriggerKind::Manual, "manual"),
    (TriggerKind::Api, "api"),
    (TriggerKind::Schedule, "schedule"),
    (TriggerKind::Webhook, "webhook"),
    (TriggerKind::Email, "email"),
    (TriggerKind::Restart, "restart"),
];

/// The triggers that one can ask for.
pub const TRIGGER_KINDS: [TriggerKind; 6] =
    [TriggerKind::Manual, TriggerKind::Api, TriggerKind::Schedule, TriggerKind::Webhook, TriggerKind::Email, TriggerKind::Restart];

/// Ten years of minutes, and of milliseconds.
const LONGEST_MINUTES: u32 = 5_256_000;
const LONGEST_MS: u64 = 315_360_000_000;

impl Filter {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// With relative times counted from `now`.
    pub fn at(&self, now: Timestamp) -> Self {
        let created = match self.created {
            Created::Last(minutes) => Created::Between(Some(Timestamp(now.0 - i64::from(minutes) * 60_000)), None),
            other => other,
        };
        Self { created, ..self.clone() }
    }

    pub fn client_parts(&self, vendor: Filters) -> FilterParts {
        FilterParts {
            statuses: !self.statuses.is_empty(),
            triggers: self.triggers.len() > vendor.triggers,
            created: self.created != Created::Any && !vendor.created,
            duration: (self.at_least_ms.is_some() || self.at_most_ms.is_some()) && !vendor.duration,
            text: !self.text.is_empty(),
        }
    }

    /// What of it neither the vendor does nor its lists tell: with this, no run can match.
    pub fn unsupported_parts(&self, vendor: Filters, listed: Listed) -> FilterParts {
        let here = self.client_parts(vendor);
        FilterParts {
            triggers: here.triggers && !self.triggers.iter().any(|kind| listed.triggers.contains(kind)),
            duration: here.duration && !listed.durations,
            text: here.text && !listed.texts && !like_an_id(&self.text),
            ..FilterParts::default()
        }
    }

    /// Whether a run matches; one that could not be read does, because nobody can tell. Relative times have been resolved by
    /// [`Filter::at`]. `form` is the form in which texts are compared, given by whoever has Unicode's tables.
    pub fn matches(&self, run: &Run, form: &dyn Fn(&str) -> String) -> bool {
        if run.unread {
            return true;
        }
        let triggered = self.triggers.is_empty() || run.trigger.as_ref().is_some_and(|trigger| self.triggers.contains(&trigger.kind));
        let status = self.statuses.is_empty() || self.statuses.contains(&run.status.kind);
        status && triggered && self.matches_created(run) && self.matches_duration(run) && self.matches_text(run, form)
    }

    fn matches_created(&self, run: &Run) -> bool {
        let Created::Between(from, to) = self.created else { return true };
        let created = run.created_at.or(run.started_at);
        created.is_some_and(|created| from.is_none_or(|from| created >= from) && to.is_none_or(|to| created <= to))
    }

    fn matches_duration(&self, run: &Run) -> bool {
        if self.at_least_ms.is_none() && self.at_most_ms.is_none() {
            return true;
        }
        let lasted = run.lasted(run.finished_at);
        lasted
            .is_some_and(|lasted| self.at_least_ms.is_none_or(|least| lasted >= least) && self.at_most_ms.is_none_or(|most| lasted <= most))
    }

    fn matches_text(&self, run: &Run, form: &dyn Fn(&str) -> String) -> bool {
        if self.text.is_empty() {
            return true;
        }
        let text = form(&self.text);
        let holds = |value: &str| form(value).contains(&text);
        holds(&run.id)
            || run.name.as_deref().is_some_and(holds)
            || run.metadata.iter().any(|(key, value)| holds(&format!("{key}:{}", plain(value))))
    }

    /// Takes a pair of an address. What is not understood is left out.
    pub(crate) fn take(&mut self, name: &str, value: &str) {
        match name {
            "trigger" => {
                for (kind, _) in value.split(',').filter_map(|word| TRIGGERS.iter().find(|(_, slug)| *slug == word)) {
                    if !self.triggers.contains(kind) {
                        self.triggers.push(*kind);
                    }
                }
                crate::value::order::sort(&mut self.triggers, &|kind| (*kind as i64, 0));
            }
            "last" => {
                if let Some(minutes) = value.parse().ok().filter(|minutes| (1..=LONGEST_MINUTES).contains(minutes)) {
                    self.created = Created::Last(minutes);
                }
            }
            "from" => self.bound(Timestamp::parse(value), None),
            "to" => self.bound(None, Timestamp::parse(value)),
            "min" => self.at_least_ms = milliseconds(value),
            "max" => self.at_most_ms = milliseconds(value),
            "q" => value.trim().clone_into(&mut self.text),
            _ => {}
        }
    }

    /// A moment named beats "the last hours", wherever it stands.
    fn bound(&mut self, from: Option<Timestamp>, to: Option<Timestamp>) {
        let (earlier_from, earlier_to) = if let Created::Between(from, to) = self.created { (from, to) } else { (None, None) };
        if from.is_some() || to.is_some() {
            self.created = Created::Between(from.or(earlier_from), to.or(earlier_to));
        }
    }

    /// What an address says of it.
    pub(crate) fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        let slugs: Vec<_> = TRIGGERS.iter().filter(|(kind, _)| self.triggers.contains(kind)).map(|(_, slug)| *slug).collect();
        if !slugs.is_empty() {
            pairs.push(("trigger", slugs.join(",")));
        }
        match self.created {
            Created::Any => {}
            Created::Last(minutes) => pairs.push(("last", minutes.to_string())),
            Created::Between(from, to) => {
                for (name, at) in [("from", from), ("to", to)] {
                    pairs.extend(at.map(|at| (name, encode(&at.iso()))));
                }
            }
        }
        for (name, bound) in [("min", self.at_least_ms), ("max", self.at_most_ms)] {
            pairs.extend(bound.map(|bound| (name, bound.to_string())));
        }
        if !self.text.is_empty() {
            pairs.push(("q", encode(&self.text)));
        }
        pairs
    }
}

/// Whether it could be a part of an id, a number, or the address of a run: people's words have no digits, and pairs a colon.
fn like_an_id(text: &str) -> bool {
    let pair = text.split_once(':').is_some_and(|(_, rest)| !rest.starts_with("//"));
    text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
        || (text.bytes().any(|byte| byte.is_ascii_digit() || byte == b'_') && !pair && !text.contains(' '))
}

fn milliseconds(text: &str) -> Option<u64> {
    text.parse().ok().filter(|bound| (1..=LONGEST_MS).contains(bound))
}
