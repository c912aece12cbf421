//! Files by their bytes: what one is, its encoding and cells; lines of a spreadsheet file, and runs as such lines.

pub mod cells;
pub mod charset;
pub mod export;
pub mod sheet;
pub mod sniff;
