//! The merged history: its order, what it reads, and what it goes on without.
#![allow(clippy::unwrap_used, clippy::panic)]

mod gaps;
mod order;
mod question;
mod reading;
mod world;
