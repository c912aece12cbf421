//! Saved views: their tabs, their menu, and the file that carries them to another browser.

pub mod menu;
pub mod opened;
pub mod state;
pub mod tabs;
pub mod transfer;
