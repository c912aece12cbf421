//! Cancelling, rerunning or deleting the chosen runs. All of it comes with the later pages.

mod bar;
mod dialog;
mod item;
mod job;
mod lists;
mod matching;

pub use bar::BulkBar;
