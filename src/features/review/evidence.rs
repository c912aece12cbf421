//! The evidence beside the form: the run's documents and earlier steps.

mod document_choice;
pub mod pane;
pub mod sources;
mod state;
mod steps;

pub use state::EvidenceState;
