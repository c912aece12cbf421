//! Decisions on a review: taking one, its outcome, and conflicts with others.

pub mod bar;
pub mod changed;
mod choices;
pub mod claim;
pub mod closed;
pub mod compare;
pub mod conflict;
pub mod outcome;
pub mod preferences;
mod progress;
pub mod reject;
mod state;
pub mod submit;
pub mod unread;
pub mod versions;

pub use state::DecisionState;
