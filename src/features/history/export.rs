//! Runs as a file, read page by page. All of it comes with the later pages.

mod dialog;
mod names;
mod task;

pub use dialog::{ExportDialog, What};
