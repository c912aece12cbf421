//! The wire contracts that Sluice speaks.

use crate::adapters;
use crate::adapters::route::Relayed;
use crate::adapters::{Adapter, RunAdapter, RunRef};
use crate::wire::error::ApiError;
use crate::wire::operation::Operation;

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
    /// A real engine: Prefect 3.
    Prefect,
    /// A real engine: Airflow 3.
    Airflow,
}

impl Dialect {
    pub const ALL: [Self; 7] =
        [Self::Retab, Self::TableFlow, Self::FlowStack, Self::SuperAi, Self::RetabReviews, Self::Prefect, Self::Airflow];

    /// Those that the sandbox imitates.
    pub const IMITATED: [Self; 5] = [Self::Retab, Self::TableFlow, Self::FlowStack, Self::SuperAi, Self::RetabReviews];

    /// The word in configurations.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::TableFlow => "tableflow",
            Self::FlowStack => "flowstack",
            Self::Retab => "retab",
            Self::SuperAi => "superai",
            Self::RetabReviews => "retab-reviews",
            Self::Prefect => "prefect",
            Self::Airflow => "airflow",
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
            Self::Prefect => "Prefect",
            Self::Airflow => "Airflow",
        }
    }

    pub fn adapter(self) -> &'static dyn Adapter {
        match self {
            Self::TableFlow => &adapters::tableflow::TableFlow,
            Self::FlowStack => &adapters::flowstack::FlowStack,
            Self::Retab => &adapters::retab::Retab,
            Self::SuperAi => &adapters::superai::SuperAi,
            Self::RetabReviews => &adapters::retab_reviews::RetabReviews,
            Self::Prefect => &adapters::prefect::Prefect,
            Self::Airflow => &adapters::airflow::Airflow,
        }
    }

    pub fn run_adapter(self) -> &'static dyn RunAdapter {
        match self {
            Self::TableFlow => &adapters::tableflow::TableFlow,
            Self::FlowStack => &adapters::flowstack::FlowStack,
            Self::Retab => &adapters::retab::Retab,
            Self::SuperAi => &adapters::superai::SuperAi,
            Self::RetabReviews => &adapters::retab_reviews::RetabReviews,
            Self::Prefect => &adapters::prefect::Prefect,
            Self::Airflow => &adapters::airflow::Airflow,
        }
    }

    pub const fn relayed(self) -> &'static Relayed {
        match self {
            Self::TableFlow => &adapters::tableflow::TableFlow::RELAYED,
            Self::FlowStack => &adapters::flowstack::FlowStack::RELAYED,
            Self::Retab => &adapters::retab::Retab::RELAYED,
            Self::SuperAi => &adapters::superai::SuperAi::RELAYED,
            Self::RetabReviews => &adapters::retab_reviews::RetabReviews::RELAYED,
            Self::Prefect => &adapters::prefect::Prefect::RELAYED,
            Self::Airflow => &adapters::airflow::Airflow::RELAYED,
        }
    }

    /// The flow of a run, as the vendor's own record of it says; empty where that names none.
    pub fn flow_of_run(self, run: &str) -> Operation<String> {
        self.run_adapter().get_status(&RunRef { id: run.to_owned(), flow: None }).map(|run| run.flow)
    }

    /// The flow of a review that has an address of its own.
    pub fn flow_of_review(self, review: &str) -> Operation<String> {
        match self {
            Self::SuperAi => adapters::superai::flow_of_review(review),
            Self::RetabReviews => adapters::retab_reviews::flow_of_review(review),
            Self::TableFlow | Self::FlowStack | Self::Retab | Self::Prefect | Self::Airflow => {
                Operation::fail(ApiError::unsupported("reviews by their id"))
            }
        }
    }
}
