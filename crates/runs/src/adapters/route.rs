//! The calls of a vendor that may be made, and how its key is sent.

use crate::wire::http::Method;

/// How a vendor wants its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyHeader {
    /// `Authorization: Bearer KEY`
    Bearer,
    /// `Authorization: Basic …`; the key is `user:password`.
    Basic,
    /// The key alone, in a header of this name (lower case).
    Named(&'static str),
    /// The key is `user:password`, for which the vendor gives tokens ([`Relayed::login`]); these go as [`Self::Bearer`].
    Login,
}

impl KeyHeader {
    /// The word in configurations.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Bearer => "bearer",
            Self::Basic => "basic",
            Self::Named(name) => name,
            Self::Login => "login",
        }
    }
}

/// What the gateway has to know of a dialect. Apart from [`Adapter`](crate::adapters::Adapter), so that no browser carries it.
#[derive(Debug)]
pub struct Relayed {
    /// Every route that an operation of the adapters may ask for.
    pub routes: &'static [Route],
    /// How the vendor takes its key, the usual way first.
    pub key_headers: &'static [KeyHeader],
    /// The member of a run, a step or a review that names the flow it is of.
    pub flow_field: &'static str,
    /// Where user and password are exchanged for a token.
    pub login: Option<Login>,
    /// So many calls at one time its server takes, where that is fewer than usual.
    pub at_once: Option<usize>,
}

/// A call that answers `{"username", "password"}` with `{"access_token"}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Login {
    /// What the base URL ends with, and what stands there instead.
    pub api: &'static str,
    pub path: &'static str,
    /// In an answer of 403: the token is no good, as in one of 401.
    pub refused: &'static str,
}

/// What a vendor needs around a decision that it says yes to too soon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    /// Of the task: where it stands, as a JSON pointer, and the words for "not through yet".
    pub at: &'static str,
    pub under_way: &'static [&'static str],
    /// So old a wait has to be before it is answered ([`SINCE`](crate::wire::http::SINCE)); a connection may say otherwise.
    pub hold_seconds: u32,
}

/// What a call does at the vendor, and so who may make it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Changes nothing, whatever its method.
    Read,
    /// Decides a review, or is a part of deciding it.
    Review,
    /// Starts, cancels, reruns or deletes a run.
    Manage,
}

/// Where a call says what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// The segment of the path at this place, the first being 0.
    Segment(usize),
    /// A parameter of the query.
    Query(&'static str),
    /// A member of the JSON object that is sent.
    Body(&'static str),
}

/// What a call is about, so that somebody who may see some flows only is given no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Neither call nor answer says of which flow it is.
    Unknown,
    Flow(Named),
    Run(Named),
    Review(Named),
    /// A list of flows, with their `id`.
    Flows(Items),
    /// A list of things that each name their flow.
    List(Items),
}

/// A list in an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Items {
    /// The member that holds it; empty where the answer itself is the list.
    pub at: &'static str,
    /// The parameter that narrows it down to one flow; empty where there is none.
    pub by: &'static str,
    /// JSON pointers of what counts all flows' items.
    pub counts: &'static [&'static str],
    /// Where an item names its flow, as a JSON pointer; empty: in the dialect's own member.
    pub of: &'static str,
}

impl Items {
    pub const fn at(at: &'static str) -> Self {
        Self { at, by: "", counts: &[], of: "" }
    }

    #[must_use]
    pub const fn by(self, by: &'static str) -> Self {
        Self { by, ..self }
    }

    #[must_use]
    pub const fn counted(self, counts: &'static [&'static str]) -> Self {
        Self { counts, ..self }
    }

    #[must_use]
    pub const fn of(self, of: &'static str) -> Self {
        Self { of, ..self }
    }
}

/// A route that an adapter may use; the gateway relays nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    pub method: Method,
    /// Segments; `*` stands for one id.
    pub path: &'static str,
    pub act: Act,
    pub about: About,
    /// Among the calls on one task, it waits for its turn.
    pub in_turn: bool,
    /// For a vendor that does as it is told whatever became of the task meanwhile. JSON pointers into what the vendor says of it: in its
    /// turn the call is made only if there stands, joined by `~`, what its [`SEEN`](crate::wire::http::SEEN) says. Empty: nothing is asked.
    pub seen: &'static [&'static str],
    pub settles: Option<&'static Settled>,
}

impl Route {
    /// A read, or a write that is no decision, about nobody knows which flow: what is not said otherwise is kept from most.
    pub const fn new(method: Method, path: &'static str) -> Self {
        let act = if matches!(method, Method::Get) { Act::Read } else { Act::Manage };
        Self { method, path, act, about: About::Unknown, in_turn: false, seen: &[], settles: None }
    }

    #[must_use]
    pub const fn about(self, about: About) -> Self {
        Self { about, ..self }
    }

    #[must_use]
    pub const fn of_flow(self, named: Named) -> Self {
        self.about(About::Flow(named))
    }

    #[must_use]
    pub const fn of_run(self, named: Named) -> Self {
        self.about(About::Run(named))
    }

    #[must_use]
    pub const fn of_review(self, named: Named) -> Self {
        self.about(About::Review(named))
    }

    /// It decides, one at a time where its path names the task.
    #[must_use]
    pub const fn decides(self) -> Self {
        Self { act: Act::Review, ..self }.in_turn()
    }

    /// It may decide, or do more than that.
    #[must_use]
    pub const fn in_turn(self) -> Self {
        Self { in_turn: true, ..self }
    }

    #[must_use]
    pub const fn seen(self, at: &'static [&'static str]) -> Self {
        Self { seen: at, ..self }
    }

    /// Its answer is handed on once the task is through, and it is not sent before the wait is old enough.
    #[must_use]
    pub const fn settles(self, how: &'static Settled) -> Self {
        Self { settles: Some(how), ..self }
    }

    /// Of a call on one task, the path that names that: all of it, or what stands before the verb.
    pub fn task<'a>(&self, path: &'a str) -> Option<&'a str> {
        let mut last = self.path.rsplit('/');
        match (last.next(), last.next()) {
            (Some("*"), _) => Some(path),
            (_, Some("*")) => path.rsplit_once('/').map(|(task, _)| task),
            _ => None,
        }
    }

    /// It changes nothing, although it is no `GET`.
    #[must_use]
    pub const fn reads(self) -> Self {
        Self { act: Act::Read, ..self }
    }

    /// Whether a percent-encoded path without a leading slash is this route. Empty and dot segments never match.
    pub fn matches(&self, method: Method, path: &str) -> bool {
        let mut wanted = self.path.split('/');
        let mut found = path.split('/');
        method == self.method
            && loop {
                match (wanted.next(), found.next()) {
                    (None, None) => break true,
                    (Some("*"), Some(segment)) => {
                        let decoded = crate::value::percent::decode(segment);
                        if decoded.is_empty() || decoded == "." || decoded == ".." || decoded.contains(['/', '\\']) {
                            break false;
                        }
                    }
                    (Some(word), Some(segment)) if word == segment => {}
                    _ => break false,
                }
            }
    }
}
