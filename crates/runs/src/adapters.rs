//! One file a dialect; only these know a vendor's field names.

pub mod flowstack;
pub mod retab;
pub mod superai;
pub mod tableflow;
