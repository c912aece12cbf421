//! What the console decides without a browser and not about runs: keys, queue order, columns, saved views, windows of long lists,
//! files and texts, and where values stand in documents.
//!
//! Pure like `runs`, on which it may depend; `runs` never depends on it.

pub mod columns;
pub mod file;
pub mod keys;
pub mod places;
pub mod prose;
pub mod queue;
pub mod text;
pub mod views;
pub mod windowing;
