//! Building blocks without domain pages: each says one thing in the design's hand.

mod code;
mod confirm;
mod copy;
mod count;
mod cut;
mod download;
mod failure;
mod fresh;
mod icon;
mod modal;
mod moment;
mod notice;
mod sandbox;
mod searchable;
mod separator;
mod status;
mod tabs;
mod told;

pub use code::Code;
pub use confirm::Confirm;
pub use copy::{copy, copy_address};
pub use count::waiting_badge;
pub use cut::cut;
pub use download::download;
pub use failure::{ErrorSource, Failure, FailureNote, error_toast, error_toast_with, sign_in};
pub use fresh::Fresh;
pub use icon::{Glyph, Icon};
pub use modal::follow_open;
pub use moment::{Ago, Moment, moment_words};
pub use notice::Notice;
pub use sandbox::sandbox_mark;
pub use searchable::{searchable, too_long};
pub use separator::{SeparatorChoice, usual_separator};
pub use status::{StatusLabel, StatusMark, status_icon, status_words};
pub use tabs::Tabs;
pub use told::{told, vendor_told};
