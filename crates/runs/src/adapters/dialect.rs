//! The wire contracts that Sluice speaks.

use crate::adapters;
use crate::adapters::{Adapter, RunAdapter};

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
