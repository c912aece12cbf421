//! The pages: one folder a feature, one component a file, named after it.

pub mod audit;
pub mod history;
pub mod jump;
pub mod keys;
pub mod notifications;
pub mod preview;
pub mod review;
pub mod run;
pub mod start;
