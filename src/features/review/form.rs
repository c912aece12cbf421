//! The form of a review: fields, editing, validation, and the draft that is saved.

pub mod carried;
mod draft_storage;
pub mod editor;
pub mod events;
pub mod fields;
pub mod focus;
pub mod json;
mod lists;
mod load;
pub mod marks;
pub mod pasting;
mod state;
pub mod summary;
pub mod validation;
mod variants;

pub use draft_storage::SaveState;
pub use load::RebaseMode;
pub use state::FormState;
