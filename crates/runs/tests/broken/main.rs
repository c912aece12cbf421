//! Vendors that write what is no JSON, or something else than they document, in one place: everything around it is still there.
//!
//! What fails is printed as short as it goes: which vendor, which value, and what stands in its place.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod lists;
mod parsing;
mod reviews;
mod runs_of;
mod vendors;
