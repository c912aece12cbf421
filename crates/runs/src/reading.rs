//! What is read of runs: lists, their pages and figures, what stays current and how it is drawn.

pub mod address;
