//! What comes with the second WebAssembly module: the pages, parts and actions that a first visit to the history does not need.
//! In a release build the module is fetched on the first sight of a link to one of its pages, or when something of it is asked for.

mod actions;
mod arrival;
mod module;
mod page;
mod part;
mod prefetch;
mod request;

pub use actions::{LazyAction, lazy_action};
pub(super) use actions::{fetch_dialects, look_into_waiting};
pub(super) use module::{is_loaded, send};
pub(super) use page::{lazy_completing, lazy_page};
pub use part::{Part, part};
pub(super) use prefetch::prefetch_on_sight;
pub(super) use request::Request;
