//! The calls of a vendor that may be made, and how its key is sent.

use crate::wire::http::Method;

/// How a vendor wants its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyHeader {
    /// `Authorization: Bearer KEY`
    Bearer,
    /// The key alone, in a header of this name (lower case).
    Named(&'static str),
}

impl KeyHeader {
    /// The word in configurations.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Bearer => "bearer",
            Self::Named(name) => name,
        }
    }
}

/// A route that an adapter may use; the gateway relays nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    pub method: Method,
    /// Segments; `*` stands for one id.
    pub path: &'static str,
}

impl Route {
    pub const fn new(method: Method, path: &'static str) -> Self {
        Self { method, path }
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
