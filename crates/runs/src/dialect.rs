//! The wire contracts that Sluice speaks.

use crate::adapter::{Adapter, RunAdapter};
use crate::adapters;
use crate::wire::http::Method;

/// The wire contract of one vendor generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    TableFlow,
    FlowStack,
    /// Retab's seed generation: `hil-decisions`.
    Retab,
    SuperAi,
    /// Retab's live generation: reviews with versions.
    RetabReviews,
}

impl Dialect {
    pub const ALL: [Self; 5] = [Self::Retab, Self::TableFlow, Self::FlowStack, Self::SuperAi, Self::RetabReviews];

    /// The word in configurations.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::TableFlow => "tableflow",
            Self::FlowStack => "flowstack",
            Self::Retab => "retab",
            Self::SuperAi => "superai",
            Self::RetabReviews => "retab-reviews",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| dialect.slug() == slug)
    }

    /// The vendor's name as people write it.
    pub const fn vendor(self) -> &'static str {
        match self {
            Self::TableFlow => "TableFlow",
            Self::FlowStack => "FlowStack",
            Self::Retab => "Retab",
            Self::SuperAi => "SuperAI",
            Self::RetabReviews => "Retab (reviews)",
        }
    }

    pub fn adapter(self) -> &'static dyn Adapter {
        match self {
            Self::TableFlow => &adapters::tableflow::TableFlow,
            Self::FlowStack => &adapters::flowstack::FlowStack,
            Self::Retab => &adapters::retab::Retab,
            Self::SuperAi => &adapters::superai::SuperAi,
            Self::RetabReviews => &adapters::retab_reviews::RetabReviews,
        }
    }

    pub fn run_adapter(self) -> &'static dyn RunAdapter {
        match self {
            Self::TableFlow => &adapters::tableflow::TableFlow,
            Self::FlowStack => &adapters::flowstack::FlowStack,
            Self::Retab => &adapters::retab::Retab,
            Self::SuperAi => &adapters::superai::SuperAi,
            Self::RetabReviews => &adapters::retab_reviews::RetabReviews,
        }
    }
}

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
