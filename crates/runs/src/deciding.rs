//! What is done to runs: one decision on a review, starting one, and cancelling, rerunning or deleting one or many. State machines that are
//! told what came of each request. Depends on everything else in this crate.

pub mod bulk;
pub mod decision;
pub mod start;
